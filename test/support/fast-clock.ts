import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/lib/clock.ts';

/** A clock that runs `speed` times as fast as the real one, so that a minute's wait takes a test some milliseconds. */
export function fastClock(startsAt: Date, speed = 1000): Clock {
  const realStart = performance.now();
  const monotonicMs = (): number => (performance.now() - realStart) * speed;
  return {
    now: () => new Date(startsAt.getTime() + monotonicMs()),
    monotonicMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      try {
        await delay(ms / speed, undefined, signal && { signal });
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
  };
}

/**
 * A clock that goes like the real one, but in which every sleep is over in a thousandth of its time, and the time it was
 * to take has passed then. Between sleeps nothing runs away: an answer's date, read a moment late, is a moment old.
 */
export function leapingClock(startsAt: Date, speed = 1000): Clock {
  const realStart = performance.now();
  let leaptMs = 0;
  const monotonicMs = (): number => performance.now() - realStart + leaptMs;
  return {
    now: () => new Date(startsAt.getTime() + monotonicMs()),
    monotonicMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      const untilMs = monotonicMs() + ms;
      try {
        await delay(ms / speed, undefined, signal && { signal });
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
      leaptMs += Math.max(0, untilMs - monotonicMs());
    },
  };
}
