import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/lib/clock.ts';

/** Time that stands still until the test lets it pass. */
export interface HandClock extends Clock {
  /** Lets `ms` pass, waking whoever sleeps in the order of their instants. */
  advance(ms: number): Promise<void>;
  /** How many sleep now. */
  readonly sleeping: () => number;
  /** Lets everything come to rest that does not wait for time. */
  rest(): Promise<void>;
  /** Lets time pass, from one sleeper's end to the next, until `work` is done. Throws where nobody sleeps and it never will be. */
  drive<T>(work: Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Enough for whatever does not wait for time: a commit of the ledger takes a turn, a count of it another, and a report several. */
const TURNS = 40;
const PATIENCE = 50;

/** @param turns how many rounds of the event loop count as rest: fewer are faster, where little happens between them */
export function handClock(startAt: Date, startMs = 1_000_000, turns = TURNS): HandClock {
  let ms = startMs;
  const sleepers = new Set<Sleeper>();

  const nextSleeper = (): Sleeper | undefined => {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers) if (!next || sleeper.atMs < next.atMs) next = sleeper;
    return next;
  };
  const wakeNext = (byMs: number): boolean => {
    const next = nextSleeper();
    if (!next || next.atMs > byMs) return false;
    ms = Math.max(ms, next.atMs);
    sleepers.delete(next);
    next.wake();
    return true;
  };

  const rest = async (): Promise<void> => {
    for (let n = 0; n < turns; n++) await turn();
  };

  return {
    now: () => new Date(startAt.getTime() + ms - startMs),
    monotonicMs: () => ms,
    sleep: (forMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        const sleeper = { atMs: ms + forMs, wake: resolve };
        sleepers.add(sleeper);
        const giveUp = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', giveUp, { once: true });
      }),
    sleeping: () => sleepers.size,
    rest,
    async advance(byMs) {
      const untilMs = ms + byMs;
      await rest();
      while (wakeNext(untilMs)) await rest();
      ms = untilMs;
    },
    async drive(work) {
      const state = { isDone: false };
      const done = work.finally(() => {
        state.isDone = true;
      });
      done.catch(() => {}); // whoever drives hears of it
      for (let idle = 0; idle < PATIENCE; idle++) {
        for (let n = 0; n < turns && !state.isDone; n++) await turn();
        if (state.isDone) return done;
        if (wakeNext(Infinity)) idle = -1;
      }
      throw new Error('Nobody sleeps, and still it does not end.');
    },
  };
}
