import type { Failure, Reply } from '../../src/provider/transport.ts';
import type { Worker } from './worker.ts';

interface Lanes {
  inFlight: number;
  /** When requests began, on the worker's monotonic clock. */
  readonly beganMs: number[];
  /** Before this nothing may begin: the service asked for it. */
  notBeforeMs: number;
}

/** Timers and the pace are right to so many milliseconds. */
const TOLERANCE_MS = 25;

/** So many at once, so many a second, and none while the service asked for a pause [L3]. */
export class Load {
  readonly #lanes = new Map<Worker, Lanes>();
  readonly #violate: (what: string) => void;

  constructor(violate: (what: string) => void) {
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

  hears(worker: Worker, outcome: Reply | Failure | undefined, isTimeKnown: boolean): void {
    const lanes = this.#lanesOf(worker);
    lanes.inFlight--;
    if (outcome?.kind !== 'reply' || outcome.status !== 429) return;
    const pauseMs = pauseOf(outcome.retryAfter, isTimeKnown);
    lanes.notBeforeMs = Math.max(lanes.notBeforeMs, worker.clock.monotonicMs() + pauseMs);
  }

  #lanesOf(worker: Worker): Lanes {
    const known = this.#lanes.get(worker);
    if (known) return known;
    const lanes = { inFlight: 0, beganMs: [], notBeforeMs: -Infinity };
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
