import type { ToldEvent } from '../../src/sweep/events.ts';
import type { SweepDone, SweepOrder } from '../../src/sweep/order.ts';
import type { ApiRequest, Failure, Reply } from '../../src/provider/transport.ts';
import { CANARY, type Asked } from './api.ts';
import type { DiskWatch } from './disk.ts';
import { dueAfterMs, NUMBER_MARK, type Law } from './law.ts';
import { Load } from './load.ts';
import { isGone, Mirror, type Row } from './mirror.ts';
import { WRONG_LINK } from './spoiled.ts';
import { LATE_MS, mayArrive } from './network.ts';
import { faultsOfReport, type Sweeping } from './reports.ts';
import { BEGIN_MS, type TrueMedia, type TrueMessage } from './truth.ts';
import { SECRET, type Worker } from './worker.ts';
import type { World } from './world.ts';

/** A clock may be ahead by so much before a sweep is refused: two minutes, and what the measurement is off by. */
const AHEAD_MS = 122_000;
/** So long after the policy file has changed, DELETEs may still begin: a look a second, and the longest that one may take. */
const STALE_MS = 10_000;
/** What may come after `maxDuration`: those that were sent get their answer and a list, and the end is written down. */
const DRAIN_MS = 25_000;

const REQUEST = {
  messages: 'listMessages',
  message: 'getMessage',
  media: 'listMedia',
  item: 'getMedia',
  delete: 'deleteMedia',
} as const;

/**
 * Sees the truth, and says what is wrong with what the workers do: at every request, at every commit, and of every report.
 * Shares nothing with them but the shapes of what they hand over. Ids in brackets are those of the invariants: K right
 * deletion, T true evidence, P privacy, L progress and load.
 */
export class Oracle {
  readonly violations: string[] = [];
  readonly mirror = new Mirror((row) => this.#settled(row));
  readonly #world: World;
  readonly #load: Load;
  readonly #sweeps = new Map<Worker, Sweeping>();
  readonly #find: (sid: string | undefined) => TrueMessage | undefined;
  /** Since when each version of the policy is no longer what the file says. */
  readonly #replacedMs = new Map<number, number>();

  constructor(world: World, find: (sid: string | undefined) => TrueMessage | undefined) {
    this.#world = world;
    this.#find = find;
    this.#load = new Load(world, (what) => this.violate(what));
  }

  violate(what: string): void {
    const line = `${(this.#world.timeline.nowMs / 1000).toFixed(3)} s: ${what}`;
    this.violations.push(line);
    this.#world.timeline.note(`VIOLATION ${what}`);
  }

  replaces(old: Law): void {
    this.#replacedMs.set(old.version, this.#world.timeline.nowMs);
  }

  begins(worker: Worker, order: SweepOrder): void {
    this.#sweeps.set(worker, {
      order,
      beganMs: this.#world.timeline.nowMs,
      stop: undefined,
      hasLostLedger: false,
      hasReadToEnd: false,
      unreadableMs: Infinity,
      isMisled: false,
      asked: { listMessages: 0, getMessage: 0, listMedia: 0, getMedia: 0, deleteMedia: 0 },
      told: new Map(),
      sentItems: new Set(),
    });
  }

  stops(worker: Worker): void {
    const sweeping = this.#sweeps.get(worker);
    const atMs = Math.max(this.#world.timeline.nowMs, worker.frozenUntilMs);
    if (sweeping) sweeping.stop = { atMs, frozenMs: worker.frozenMs };
  }

  losesLedger(worker: Worker): void {
    const sweeping = this.#sweeps.get(worker);
    if (sweeping) sweeping.hasLostLedger = true;
  }

  hasLostLedger(worker: Worker): boolean {
    return this.#sweeps.get(worker)?.hasLostLedger ?? false;
  }

  /** A look at the policy has failed. */
  cannotRead(worker: Worker): void {
    const sweeping = this.#sweeps.get(worker);
    if (sweeping) sweeping.unreadableMs = Math.min(sweeping.unreadableMs, this.#world.timeline.nowMs);
  }

  watch(worker: Worker): DiskWatch {
    return this.mirror.watch(worker);
  }

  /** A request leaves the worker. */
  sends(worker: Worker, asked: Asked | undefined, request: ApiRequest): void {
    if (!asked)
      return this.violate(`[K1] ${worker.name} asks for what it never asks for: ${request.method} ${request.path}`);
    this.#load.sends(worker);
    const sweeping = this.#sweeps.get(worker);
    if (sweeping) sweeping.asked[REQUEST[asked.kind]]++;
    if (asked.kind === 'delete') this.#deletes(worker, asked);
  }

  /** @param outcome undefined: nobody waits for it any more */
  hears(worker: Worker, { kind, message, media }: Asked, outcome: Reply | Failure | undefined): void {
    this.#load.hears(worker, outcome);
    const sweeping = this.#sweeps.get(worker);
    if (sweeping && kind === 'messages') this.#judgePage(outcome, sweeping);
    const row = kind === 'delete' ? this.mirror.rowSentBy(worker, message, media) : undefined;
    if (!row || !outcome) return;
    if (outcome.kind === 'failure') row.harmless += outcome.isSent ? 0 : 1;
    else if (outcome.status === 429) row.harmless++;
    else if (outcome.status === 204) row.hasHeard204 = true;
    else if (outcome.status === 401) row.unauthorized++;
    if (outcome.kind === 'reply' && textOf(outcome).includes('20009')) row.hasHeardInProgress = true;
  }

  tells(worker: Worker, event: ToldEvent): void {
    this.reads(worker, JSON.stringify(event));
    if (event.event === 'sweep.executing') this.#load.executes(worker);
    if (event.event === 'sweep.waiting' && event.ms > worker.settings.timeoutMs + LATE_MS)
      this.violate(`[L2] ${worker.name} waits for ${event.ms} ms, and nothing can come that late`);
    if (event.event === 'media.settled') this.#sweeps.get(worker)?.told.set(event.mediaSid, event.outcome);
  }

  #judgePage(outcome: Reply | Failure | undefined, sweeping: Sweeping): void {
    if (outcome?.kind !== 'reply' || outcome.status !== 200) return;
    if (textOf(outcome).includes('"next_page_uri":null')) sweeping.hasReadToEnd = true;
    if (WRONG_LINK.test(textOf(outcome))) sweeping.isMisled = true;
  }

  /** The worker writes something that people read. */
  reads(worker: Worker, text: string | Buffer): void {
    for (const mark of [CANARY, NUMBER_MARK, SECRET]) {
      if (text.includes(mark)) this.violate(`[P1] ${worker.name} writes ${mark}`);
    }
  }

  concludes(worker: Worker, done: SweepDone): void {
    const sweeping = this.#sweeps.get(worker);
    if (!sweeping) return;
    this.reads(worker, JSON.stringify([done.report, done.refusal, done.stop?.message]));
    const tookMs = worker.wakingMs() - sweeping.beganMs;
    if (tookMs > worker.settings.maxDurationMs + DRAIN_MS) this.violate(`[L2] ${worker.name} took ${tookMs} ms`);
    const stoppedForMs = this.#world.timeline.nowMs - (sweeping.stop?.atMs ?? Infinity);
    if (stoppedForMs > DRAIN_MS && worker.frozenMs === sweeping.stop?.frozenMs)
      this.violate(`[D2] ${worker.name} goes on for ${stoppedForMs} ms after it was told to stop`);
    for (const what of faultsOfReport(done, { sweeping, worker, law: worker.law!, world: this.#world })) {
      this.violate(`[T3] ${worker.name}: ${what}`);
    }
  }

  #deletes(worker: Worker, { message: messageSid, media: mediaSid }: Asked): void {
    const what = `${worker.name} deletes ${messageSid}/${mediaSid}`;
    const sweeping = this.#sweeps.get(worker);
    const message = this.#find(messageSid);
    const media = message?.media.find(({ sid }) => sid === mediaSid);
    if (!message || !media || !sweeping) return this.violate(`[K1] ${what}, which there is not`);
    if (this.#world.lockedBy !== worker) this.violate(`[K7] ${what} without the lock`);
    if (sweeping.order.mode !== 'enforce') this.violate(`[K8] ${what} in a ${sweeping.order.mode}`);
    if (sweeping.isMisled) this.violate(`[K1] ${what}, though the list of messages led elsewhere`);
    if (sweeping.stop) this.violate(`[D2] ${what} after it was told to stop`);
    if (sweeping.unreadableMs < this.#world.timeline.nowMs)
      this.violate(`[K5] ${what} after the policy could not be read`);
    this.#load.deletes(worker, what);
    if (sweeping.hasLostLedger) this.violate(`[T5] ${what} after a write has failed`);

    const row = this.mirror.rowSentBy(worker, messageSid, mediaSid);
    if (!row) return this.violate(`[K4] ${what}, and the disk does not say so`);
    this.#sendsAgain(row, what, worker);
    sweeping.sentItems.add(row.id);
    if (sweeping.sentItems.size > sweeping.order.limits.maxDeletions) this.violate(`[K6] ${what} beyond the limit`);
    const { maxDeletions, onLimit } = sweeping.order.limits;
    const planned = this.mirror.planned(row.sweep);
    if (onLimit === 'refuse' && planned > maxDeletions) this.violate(`[K6] ${what}, one of ${planned} planned`);
    this.#mayDelete(message, media, worker, sweeping, what);
  }

  #sendsAgain(row: Row, what: string, { settings }: Worker): void {
    if (row.outcome !== undefined) this.violate(`[T2] ${what}, which is settled as ${row.outcome}`);
    const others = this.mirror.rowsOf(row.media).filter(({ id, message }) => id !== row.id && message === row.message);
    if (others.some(({ sender, outcome }) => sender && outcome === undefined)) {
      this.violate(`[T2] ${what}, which an earlier sweep has sent and nobody has settled`);
    }
    row.sends++;
    const attempts = row.sends - row.harmless - Math.min(1, row.unauthorized);
    if (attempts > settings.attemptsMax) this.violate(`[L3] ${what} at attempt ${attempts}`);
  }

  /** Judged in the truth of the time between the beginning of the sweep and now. */
  #mayDelete(
    message: TrueMessage,
    media: TrueMedia,
    worker: Worker,
    { beganMs, order: { asOf } }: Sweeping,
    what: string,
  ): void {
    const { nowMs } = this.#world.timeline;
    const law = worker.law!;
    const latestMs = BEGIN_MS + nowMs + AHEAD_MS;
    const faces = [message, ...message.past.filter(({ untilMs }) => untilMs >= beganMs)];
    const dues = faces.map(({ status, sentMs }) => dueAfterMs({ ...message, status, sentMs }, media, law, latestMs));
    const mine = Math.min(latestMs, asOf.getTime());
    if (!dues.some((due) => due !== undefined && due < mine)) this.violate(`[K2] ${what}, which has to stay`);
    const staleMs = nowMs - (this.#replacedMs.get(law.version) ?? Infinity);
    if (staleMs > STALE_MS)
      this.violate(`[K5] ${what} by a policy that was replaced ${Math.round(staleMs / 1000)} s ago`);
  }

  /** A row is settled on disk. */
  #settled(row: Row): void {
    const { outcome, message, media, sender } = row;
    const what = `${media} is settled as ${outcome}`;
    if (this.mirror.modes.get(row.settledBy ?? 0) === 'plan') this.violate(`[K8] ${what} by a plan`);
    const truth = this.#find(message)?.media.find(({ sid }) => sid === media);
    if (!truth) return this.violate(`[K1] ${what}, which there is not`);
    if (isGone(row)) {
      if (truth.goneMs === undefined) this.violate(`[T1] ${what} and is there`);
      if (outcome === 'deleted' && !row.hasHeard204) this.violate(`[T1] ${what} without a 204`);
      if (outcome === 'already-gone' && row.answer === 'accepted')
        this.violate(`[T1] ${what}, though its 204 is on record`);
      const isShown = sender?.settings.verify === 'always' || row.answer !== undefined;
      if (!isShown && row.isVerified && row.settledBy === row.sweep) this.violate(`[T1] ${what}, verified by no list`);
      return;
    }
    if (row.isVerified) this.violate(`[T1] ${what}, and verified`);
    if (outcome === 'deferred' && !row.hasHeardInProgress) this.violate(`[T1] ${what}, and nobody said so`);
    if (outcome === 'failed' && row.sends === 0 && sender && !sender.isDead && !this.hasLostLedger(sender))
      this.violate(`[T1] ${what}, and was never sent`);
    const ways = [...this.#world.network.onTheirWay].filter(mayArrive);
    if (ways.some(({ worker, asked }) => worker === sender && asked.media === media && asked.message === message)) {
      this.violate(`[T2] ${what} and may still be deleted`);
    }
    if (outcome === 'not-sent' && row.sends > row.harmless) this.violate(`[T2] ${what} and was sent`);
  }
}

const textOf = ({ body }: Reply): string => body?.join('') ?? '';
