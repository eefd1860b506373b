import type { Failure, Reply } from '../../src/provider/transport.ts';
import type { Worker } from './worker.ts';
import type { World } from './world.ts';

interface Lanes {
  inFlight: number;
  /** When requests began, on the worker's monotonic clock. */
  readonly beganMs: number[];
  /** Before this nothing may begin: the service asked for it. */
  notBeforeMs: number;
  /** Answers in a row that say nothing: failures, and 5xx. */
  silentInARow: number;
  /** When the credentials were refused for the first time, with nothing new to try: in the worker's own waking time. */
  refusedMs: number;
}

/** Timers and the pace are right to so many milliseconds. */
const TOLERANCE_MS = 25;

/** What was refused has its token read again before the sweep knows that it is over. */
const HALT_MS = 100;
/** So many items in a row that nobody answers for end a sweep. */
const SILENT_MAX = 10;

/** So many at once, so many a second, and none while the service asked for a pause [L3]; and no end of what is refused or not answered [D3, L4]. */
export class Load {
  readonly #lanes = new Map<Worker, Lanes>();
  readonly #world: World;
  readonly #violate: (what: string) => void;

  constructor(world: World, violate: (what: string) => void) {
    this.#world = world;
    this.#violate = violate;
  }

  sends(worker: Worker): void {
    const lanes = this.#lanesOf(worker);
    const { concurrency, perSecond } = worker.settings;
    const nowMs = worker.clock.monotonicMs();
    if (++lanes.inFlight > concurrency) this.#violate(`[L3] ${worker.name} has ${lanes.inFlight} requests at once`);
    if (nowMs < lanes.notBeforeMs) {
      this.#violate(`[L3] ${worker.name} sends ${Math.round(lanes.notBeforeMs - nowMs)} ms before the pause is over`);
    }
    lanes.beganMs.push(nowMs);
    // Whoever wakes from being frozen finds the turns of all its lanes to have come.
    const before = lanes.beganMs.at(-1 - perSecond - concurrency);
    if (before !== undefined && nowMs - before < 1000 - TOLERANCE_MS) this.#violate(`[L3] ${worker.name} is too fast`);
  }

  /** Reading the account has a count of its own. */
  executes(worker: Worker): void {
    this.#lanesOf(worker).silentInARow = 0;
  }

  deletes(worker: Worker, what: string): void {
    const { silentInARow, refusedMs } = this.#lanesOf(worker);
    const { concurrency, attemptsMax } = worker.settings;
    if (worker.wakingMs() > refusedMs + HALT_MS) this.#violate(`[D3] ${what} after its credentials were refused`);
    if (silentInARow > (SILENT_MAX + concurrency) * attemptsMax)
      this.#violate(`[L4] ${what} after ${silentInARow} requests that nobody has answered`);
  }

  hears(worker: Worker, outcome: Reply | Failure | undefined): void {
    const { faults, api } = this.#world.dimensions;
    const lanes = this.#lanesOf(worker);
    lanes.inFlight--;
    const status = outcome?.kind === 'reply' ? outcome.status : undefined;
    if (outcome && (status === undefined || status >= 500)) lanes.silentInARow++;
    else if (outcome && status !== 429) lanes.silentInARow = 0;
    const isFinal = status === 403 || (status === 401 && !faults.has('token-changed'));
    if (isFinal) lanes.refusedMs = Math.min(lanes.refusedMs, worker.wakingMs());
    if (outcome?.kind !== 'reply' || outcome.status !== 429) return;
    const pauseMs = pauseOf(outcome.retryAfter, api.dateHeader === 'right');
    lanes.notBeforeMs = Math.max(lanes.notBeforeMs, worker.clock.monotonicMs() + pauseMs);
  }

  #lanesOf(worker: Worker): Lanes {
    const known = this.#lanes.get(worker);
    if (known) return known;
    const lanes = { inFlight: 0, beganMs: [], notBeforeMs: -Infinity, silentInARow: 0, refusedMs: Infinity };
    this.#lanes.set(worker, lanes);
    return lanes;
  }
}

/** The simulated service's own forms of `Retry-After`; its date is five seconds ahead of an answer's, less what seconds cut off. */
function pauseOf(retryAfter: string | undefined, isTimeKnown: boolean): number {
  if (retryAfter === undefined) return 0;
  if (/^[0-9.]+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  return retryAfter.endsWith('GMT') && isTimeKnown ? 5_000 - TOLERANCE_MS : 0;
}
