import { setTimeout as delay } from 'node:timers/promises';
import type { Running } from '../support/cli.ts';
import type { Account } from './account.ts';

/** How much is done, by the environment: a share of it in CI, all of it by hand. */
export const amount = (name: string, share: number): number => Number(process.env[name] ?? share);
export const SEED = amount('PROCESS_SEED', 1);

/** Plays rounds 0, 1, 2, … two at a time, as many as the smallest machines have cores, while there is `more` to do. */
export async function playRounds(
  more: (round: number) => boolean,
  play: (round: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (more(next)) await play(next++);
  };
  await Promise.all([lane(), lane()]);
}

/** A moment in the life of a process: so long after its start, or after a request or DELETE of a number. */
export interface Moment {
  readonly since: 'start' | 'request' | 'delete';
  readonly count: number;
  readonly ms: number;
}

/** Mostly in the middle of deleting: before it there is less to go wrong. `deletes`: about as many will be sent. */
export function momentBy(random: () => number, deletes: number): Moment {
  const chance = random();
  if (chance < 0.06) return { since: 'start', count: 0, ms: random() * 700 };
  if (chance < 0.2) return { since: 'request', count: 1 + Math.floor(random() * 60), ms: random() * 5 };
  return { since: 'delete', count: 1 + Math.floor(random() * deletes), ms: random() * 20 };
}

/** Nothing is asked for so long: the process waits for what is open, and the moment that was meant will not come. */
const IDLE_MS = 1_500;

/** Resolves at that moment, or when the process has ended or falls idle before. */
export async function until({ since, count, ms }: Moment, account: Account, running: Running): Promise<void> {
  const over = new AbortController();
  const idle = async (): Promise<void> => {
    while (!over.signal.aborted && (account.asked.request === 0 || account.idleMs() < IDLE_MS)) await delay(50);
  };
  const reached = since === 'start' ? Promise.resolve() : account.reached(since, count);
  await Promise.race([reached, idle(), running.ended]);
  over.abort();
  if (ms >= 1) await Promise.race([delay(ms), running.ended]);
}
