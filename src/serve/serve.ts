import type { Clock } from '../lib/clock.ts';
import { hasWaited, orAborted } from '../lib/waiting.ts';
import type { Metrics, Shown } from './metrics.ts';
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

export interface ServeDeps extends WatchDeps, Omit<SchedulerDeps, 'tell'> {
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
  const watch = await Watch.begin(order.policy, deps);
  try {
    const sweptAt = await watch.lastSweepAt();
    const scheduler = new Scheduler(order.policy.timing, sweptAt, schedulerDeps(watch, deps), end, (error) =>
      crash.abort(error),
    );
    const session = {
      order,
      deps,
      watch,
      scheduler,
      isStopping: () => stop.aborted,
      lastLookMs: deps.clock.monotonicMs(),
      hasListened: false,
    };
    try {
      await run(session, end);
    } catch (error) {
      crash.abort(error); // the sweep that runs must not go on without anybody who answers for it
    } finally {
      await scheduler.end();
    }
    if (session.hasListened) deps.tell({ event: 'serve.stopped' });
    crash.signal.throwIfAborted();
  } finally {
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

/** What the loop and the answers share. */
interface Session {
  readonly order: ServeOrder;
  readonly deps: ServeDeps;
  readonly watch: Watch;
  readonly scheduler: Scheduler;
  readonly isStopping: () => boolean;
  /** Monotonic. */
  lastLookMs: number;
  hasListened: boolean;
}

async function run(session: Session, end: AbortSignal): Promise<void> {
  const { order, deps, watch, scheduler } = session;
  const { clock, metrics, tell } = deps;
  const show = (): void => metrics.show(shownOf(session));
  show();
  const server = await listen(statusApp(answersOf(session), order.guard), order.listen);
  session.hasListened = true;
  tell({ event: 'serve.started', listen: server.origin, nextAt: scheduler.nextAt() });
  const daily = newDaily(clock, deps.digest);
  try {
    scheduler.look();
    while (await hasWaited(LOOK_MS, clock, end)) {
      await orAborted(watch.look(scheduler.sweepingSince !== undefined), end);
      scheduler.follow(watch.known.policy.timing);
      scheduler.look();
      show();
      daily.look(watch.known.policy.view.timezone, () => statusOf(session));
      session.lastLookMs = clock.monotonicMs();
    }
    tell({ event: 'serve.stopping' });
    await scheduler.end(); // health and page go on meanwhile
    await daily.ended();
  } finally {
    await server.close();
  }
}

function answersOf(session: Session): Answers {
  const { deps, watch, isStopping } = session;
  const { clock, metrics } = deps;
  return {
    health: () => {
      const isAlive = isStopping() || clock.monotonicMs() - session.lastLookMs < STALLED_MS;
      return { isGood: isAlive, word: isAlive ? 'ok' : 'stalled' };
    },
    readiness: () => {
      const { isPolicyReadable, isLedgerWritable } = watch.known;
      if (isStopping()) return { isGood: false, word: 'stopping' };
      if (!isPolicyReadable) return { isGood: false, word: 'policy' };
      return isLedgerWritable ? { isGood: true, word: 'ready' } : { isGood: false, word: 'ledger' };
    },
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    page: () => statusPage(statusOf(session)),
  };
}

function shownOf({ watch, scheduler }: Session): Shown {
  const { policy, projects, ledgerBytes, isPolicyReadable, isLedgerWritable } = watch.known;
  const isArmed = policy.view.mode === 'enforce';
  return { projects, ledgerBytes, isPolicyReadable, isLedgerWritable, isArmed, nextSlotAt: scheduler.nextAt() };
}

function statusOf({ order, deps, watch, scheduler, isStopping }: Session): Status {
  const { version, reasons } = order;
  const { policy, problems, isPolicyReadable, ...known } = watch.known;
  return {
    now: deps.clock.now(),
    version,
    reasons,
    isStopping: isStopping(),
    ...known,
    policy: { ...policy.view, problems, isReadable: isPolicyReadable },
    sweepingSince: scheduler.sweepingSince,
    lastSlot: scheduler.lastSlot,
    nextSlotAt: scheduler.nextAt(),
    periodMs: scheduler.periodMs(),
  };
}

/** Calls `digest` with the first look of a new day. One day at a time: a digest that is still on its way is not sent twice. */
function newDaily(
  clock: Clock,
  digest: (status: Status) => Promise<void>,
): { look(timezone: string, status: () => Status): void; ended(): Promise<void> } {
  let day: string | undefined;
  let sending: Promise<void> = Promise.resolve();
  return {
    look(timezone, status) {
      const today = dayIn(timezone, clock);
      if (day !== undefined && day !== today) {
        const now = status();
        sending = sending.then(() => digest(now));
      }
      day = today;
    },
    ended: () => sending,
  };
}

const dayIn = (timezone: string, clock: Clock): string =>
  Temporal.Instant.fromEpochMilliseconds(clock.now().getTime()).toZonedDateTimeISO(timezone).toPlainDate().toString();
