import { setTimeout as delay } from 'node:timers/promises';

/** Time as a parameter: everything outside this file that needs the time is handed one of these. */
export interface Clock {
  /** Wall time: what dates are compared with and records are stamped with. It may jump. */
  now(): Date;
  /** Milliseconds that only ever go forward: what durations, deadlines and pauses are measured with. */
  monotonicMs(): number;
  /** Waits `ms` milliseconds; rejects with `signal.reason` as soon as `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    signal?.throwIfAborted();
    try {
      await delay(Math.min(ms, LONGEST_TIMER_MS), undefined, signal && { signal });
    } catch (error) {
      signal?.throwIfAborted(); // the timer's own AbortError says less than the reason does
      throw error;
    }
  },
};

/** A timer of more than 2^31-1 ms fires at once; a wait that long is over in 24 days, which no sweep reaches. */
const LONGEST_TIMER_MS = 2_147_483_647;
