import type { Clock } from '../lib/clock.ts';
import { hasWaited } from '../lib/waiting.ts';
import type { Metrics } from './metrics.ts';
import { statusPage } from './page/page.ts';
import type { Status } from './page/state.ts';
import { Scheduler, type SchedulerDeps } from './scheduler.ts';
import { listen, statusApp, type Answers, type Guard } from './server.ts';
import { Watch, type ReadablePolicy, type WatchDeps } from './watch.ts';

export interface ServeOrder {
  /** As it was read at the start. */
  readonly policy: ReadablePolicy;
  readonly listen: { readonly host: string; readonly port: number };
  readonly guard: Guard;
  readonly version: string;
  /** Why media stay, in words, by the reason's name. */
  readonly reasons: Readonly<Record<string, string>>;
}

export interface ServeDeps extends Omit<WatchDeps, 'nextAt'>, Omit<SchedulerDeps, 'tell'> {
  readonly metrics: Metrics;
  /** Told once a day, at midnight in the schedule's time zone, what stands. Never throws. */
  readonly digest: (status: Status) => Promise<void>;
}

/** So often everything is looked at: policy file, ledger, and whether a slot was missed. */
const LOOK_MS = 15_000;
/** So long after the last look this process is no longer itself. */
const STALLED_MS = 8 * LOOK_MS;

/**
 * Sweeps on schedule and answers about it, until `stop` is aborted; then the sweep that runs is ended in order.
 * @throws {LedgerError} where the ledger cannot be used at the start
 * @throws what is thrown where the address cannot be listened on, and what a sweep has thrown, which is a bug
 */
export async function serve(order: ServeOrder, deps: ServeDeps, stop: AbortSignal): Promise<void> {
  const crash = new AbortController();
  const end = AbortSignal.any([stop, crash.signal]);
  let scheduler: Scheduler | undefined;
  const watch = await Watch.begin(order.policy, { ...deps, nextAt: () => scheduler?.nextAt() });
  try {
    const { timing } = order.policy;
    scheduler = new Scheduler(timing, await watch.lastSweepAt(), schedulerDeps(watch, deps), end, (error) =>
      crash.abort(error),
    );
    await run(order, deps, watch, scheduler, end, () => stop.aborted);
    if (crash.signal.aborted) throw crash.signal.reason;
  } finally {
    await scheduler?.end();
    await watch.close();
  }
}

/** What became of a slot changes the figures, and is counted. */
function schedulerDeps(watch: Watch, deps: ServeDeps): SchedulerDeps {
  return {
    ...deps,
    tell: (event) => {
      if (event.event === 'slot.ended') {
        watch.changed();
        deps.metrics.slotEnded(event.slot);
      }
      deps.tell(event);
    },
  };
}

async function run(
  order: ServeOrder,
  deps: ServeDeps,
  watch: Watch,
  scheduler: Scheduler,
  end: AbortSignal,
  isStopping: () => boolean,
): Promise<void> {
  const { clock, metrics, tell } = deps;
  const beat = { ms: clock.monotonicMs() };
  const status = (): Status => statusOf(order, watch, scheduler, isStopping(), clock);
  const show = (): void => metrics.show({ ...shownOf(watch), nextSlotAt: scheduler.nextAt() });
  show();
  const server = await listen(statusApp(answersOf(deps, watch, beat, status, isStopping), order.guard), order.listen);
  tell({ event: 'serve.started', listen: server.origin, nextAt: scheduler.nextAt() });
  const daily = newDaily(clock, deps.digest);
  try {
    scheduler.look();
    while (await hasWaited(LOOK_MS, clock, end)) {
      await watch.look(scheduler.isSweeping);
      scheduler.follow(watch.known.policy.timing);
      scheduler.look();
      show();
      daily.look(status);
      beat.ms = clock.monotonicMs();
    }
    tell({ event: 'serve.stopping' });
    await scheduler.end();
    await daily.ended();
  } finally {
    await server.close();
    tell({ event: 'serve.stopped' });
  }
}

function answersOf(
  { clock, metrics }: ServeDeps,
  watch: Watch,
  beat: { readonly ms: number },
  status: () => Status,
  isStopping: () => boolean,
): Answers {
  return {
    health: () => {
      const isAlive = isStopping() || clock.monotonicMs() - beat.ms < STALLED_MS;
      return { isGood: isAlive, word: isAlive ? 'ok' : 'stalled' };
    },
    readiness: () => {
      const { isPolicyReadable, isLedgerWritable } = watch.known;
      if (isStopping()) return { isGood: false, word: 'stopping' };
      if (!isPolicyReadable) return { isGood: false, word: 'policy' };
      return isLedgerWritable ? { isGood: true, word: 'ready' } : { isGood: false, word: 'ledger' };
    },
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    page: () => statusPage(status()),
  };
}

function shownOf(watch: Watch): Parameters<Metrics['show']>[0] {
  const { policy, projects, ledgerBytes, isPolicyReadable, isLedgerWritable } = watch.known;
  return { projects, ledgerBytes, isPolicyReadable, isLedgerWritable, isArmed: policy.view.mode === 'enforce' };
}

function statusOf(
  { version, reasons }: ServeOrder,
  watch: Watch,
  scheduler: Scheduler,
  isStopping: boolean,
  clock: Clock,
): Status {
  const { policy, problems, isPolicyReadable, ...known } = watch.known;
  return {
    now: clock.now(),
    version,
    reasons,
    isStopping,
    ...known,
    policy: { ...policy.view, problems, isReadable: isPolicyReadable },
    sweepingSince: scheduler.sweepingSince,
    nextSlotAt: scheduler.nextAt(),
  };
}

/** Calls `digest` with the first look of a new day. One day at a time: a digest that is still on its way is not sent twice. */
function newDaily(
  clock: Clock,
  digest: (status: Status) => Promise<void>,
): { look(status: () => Status): void; ended(): Promise<void> } {
  let day: string | undefined;
  let sending: Promise<void> = Promise.resolve();
  return {
    look(status) {
      const now = status();
      const today = dayIn(now.policy.timezone, clock);
      if (day !== undefined && day !== today) sending = sending.then(() => digest(now));
      day = today;
    },
    ended: () => sending,
  };
}

const dayIn = (timezone: string, clock: Clock): string =>
  Temporal.Instant.fromEpochMilliseconds(clock.now().getTime()).toZonedDateTimeISO(timezone).toPlainDate().toString();
