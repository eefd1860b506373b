import { afterEach, beforeEach, vi } from 'vitest';
import type { Clock } from '../../src/lib/clock.ts';

/**
 * Replaces the time of this process for the tests of a file, so that node-cron, which knows no other, can be driven through
 * days. Only what it uses is replaced: databases and sockets go on by themselves.
 */
export function withFakedTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

export const setTime = (at: string | Date): void => {
  vi.setSystemTime(at);
};

/** Lets time pass, and what waits for it run. */
export const pass = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
};

/** The faked time as a clock. */
export const fakedClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const giveUp = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      }, ms);
      signal?.addEventListener('abort', giveUp, { once: true });
    }),
};
