import type { Clock } from './clock.ts';

/** Resolves when `signal` is aborted; never rejects. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** @returns whether `ms` have passed; `false` where `signal` was aborted first */
export async function hasWaited(ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/**
 * What `work` comes to, or `otherwise` where that takes longer than `ms`, or than until `signal` is aborted. The work is told
 * by its own signal that nobody waits for it any more.
 */
export async function inTime<T>(
  work: (over: AbortSignal) => Promise<T>,
  ms: number,
  otherwise: T,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T> {
  const done = new AbortController();
  const over = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  const late = hasWaited(ms, clock, over).then(() => otherwise);
  try {
    return await Promise.race([work(over), late]);
  } finally {
    done.abort();
  }
}

/**
 * As `work`, but for no longer than until `signal` is aborted. Leaves nothing behind on a signal that lives for months, as a
 * race against a promise of its abort would.
 * @throws what `work` does, if it is still waited for
 */
export function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve();
    const giveUp = (): void => resolve();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
