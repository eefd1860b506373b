import pLimit, { type LimitFunction } from 'p-limit';

import type { Clock } from '../lib/clock.ts';
import { faster, slower, type Pace } from './pace.ts';
import { throttlePauseMs } from './retry.ts';
import { newTurns } from './turns.ts';

/** What every request of a project passes: so many at once, so many a second, and none while the service asked for a pause. */
export interface Gate {
  /**
   * Waits for a lane and for its turn, and runs `work` in it. Once `work` has begun the signal is none of the gate's business.
   * @throws {PauseOutlasts} instead of beginning
   * @throws `signal.reason` instead of beginning, at once
   */
  pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** A good answer to what began at `startedMs`: back towards the full pace. */
  succeeded(startedMs: number): void;
  /** A sign of overload, in answer to what began at `startedMs`. */
  strained(startedMs: number): void;
  /** The service asks for a pause, in answer to what began at `startedMs`: everything waits. */
  throttled(startedMs: number, retryAfterMs: number | undefined): void;
}

export interface GateDeps {
  readonly clock: Clock;
  readonly random: () => number;
  /** Monotonic milliseconds; a pause beyond them is not waited for. */
  readonly deadlineMs?: number | undefined;
}

/** @param full the pace of the settings, which no good time exceeds */
export function newGate(full: Pace, { clock, random, deadlineMs = Infinity }: GateDeps): Gate {
  const limit = pLimit(full.concurrency);
  let pace = full;
  const turns = newTurns(() => pace.perSecond, deadlineMs, clock);
  // All requests in flight answer one overload with the same complaint: what began before the last one says nothing new.
  let strainedMs = -Infinity;
  let throttledMs = -Infinity;
  let throttlesInARow = 0;

  function setPace(next: Pace): void {
    if (next === pace) return;
    pace = next;
    const concurrency = Math.floor(next.concurrency);
    if (concurrency !== limit.concurrency) limit.concurrency = concurrency;
  }

  function strained(startedMs: number): void {
    if (startedMs < strainedMs) return;
    strainedMs = clock.monotonicMs();
    setPace(slower(pace));
  }

  function takeTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const turn = turns.take(signal);
    if (turn === undefined) return work();
    return turn.then(() => {
      signal.throwIfAborted(); // another lane's answer may have stopped everything in this very moment
      return work();
    });
  }

  return {
    pass(work, signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      return limit.activeCount < limit.concurrency
        ? limit(takeTurn, work, signal)
        : queued(limit, takeTurn, work, signal);
    },
    strained,
    succeeded(startedMs) {
      if (startedMs >= throttledMs) throttlesInARow = 0;
      setPace(faster(pace, full));
    },
    throttled(startedMs, retryAfterMs) {
      strained(startedMs);
      const isNews = startedMs >= throttledMs;
      if (!isNews && retryAfterMs === undefined) return;
      const nowMs = clock.monotonicMs();
      if (isNews) {
        throttledMs = nowMs;
        throttlesInARow++;
      }
      turns.pauseUntil(nowMs + throttlePauseMs(throttlesInARow, retryAfterMs, random));
    },
  };
}

/** As `limit(takeTurn, work, signal)`, but an abort ends the wait for a lane at once: p-limit itself knows no signals. */
function queued<T>(
  limit: LimitFunction,
  takeTurn: (work: () => Promise<T>, signal: AbortSignal) => Promise<T>,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
    limit(() => {
      signal.removeEventListener('abort', giveUp);
      return takeTurn(work, signal);
    }).then(resolve, reject);
  });
}
