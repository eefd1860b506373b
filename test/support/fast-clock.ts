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
