import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { mulberry32 } from '../../src/emulator/random.ts';
import type { Report } from '../../src/sweep/report.ts';
import type { Ended } from '../support/cli.ts';
import { Account, AGREED, falseClaims, weatherOf } from './account.ts';
import { amount, momentBy, playRounds, SEED, until } from './rounds.ts';

const TERMS = amount('PROCESS_TERMS', 20);
const DUE = 260;
/** From the signal's being handled to the last byte of a DELETE that had begun before. */
const ON_ITS_WAY_MS = 100;

const figures = { stops: 0, before: 0, while: 0, after: 0, twice: 0, deletes: 0, open: 0, slowestMs: 0, latestMs: 0 };

/** When the process itself says that it was told to stop. */
function handledAt({ stderr }: Ended): number | undefined {
  const lines = stderr.split('\n').filter((line) => line.includes('"sweep.stopping"'));
  const [{ time } = {}] = lines.map((line) => JSON.parse(line) as { time: string });
  return time === undefined ? undefined : Date.parse(time);
}

interface Stopped {
  readonly ended: Ended;
  readonly signal: NodeJS.Signals;
  /** Nothing had been asked: its handlers may not have been there. */
  readonly wasStarting: boolean;
  readonly isTwice: boolean;
  readonly tookMs: number;
  /** From the second signal to the end. */
  readonly thenMs: number;
}

/** Signals a sweep at some moment, once or twice. */
async function stopped(account: Account, random: () => number): Promise<Stopped> {
  const running = account.place.start('sweep --json');
  await until(momentBy(random, DUE), account, running);
  const wasStarting = account.asked.request === 0;
  const signal = random() < 0.7 ? 'SIGTERM' : 'SIGINT';
  const isTwice = random() < 0.25 && !wasStarting;
  const startedMs = performance.now();
  running.process.kill(signal);
  if (isTwice) await Promise.race([delay(50 + random() * 250), running.ended]);
  const againMs = performance.now();
  if (isTwice) running.process.kill(signal);
  const ended = await running.ended;
  const endedMs = performance.now();
  const tookMs = endedMs - startedMs;
  figures.stops++;
  if (isTwice) figures.twice++;
  figures.slowestMs = Math.max(figures.slowestMs, tookMs);
  figures.deletes += account.asked.delete;
  figures[account.asked.delete === 0 ? 'before' : ended.code === 5 ? 'while' : 'after']++;
  return { ended, signal, wasStarting, isTwice, tookMs, thenMs: endedMs - againMs };
}

/** What is wrong with how it ended. `lateMs`: how late this process itself may have seen things. */
function wrongWith(
  { ended, signal, wasStarting, isTwice, tookMs, thenMs }: Stopped,
  account: Account,
  lateMs: number,
): string[] {
  const found: string[] = [];
  if (tookMs > 25_000) found.push(`it took ${tookMs} ms`);
  if (isTwice && thenMs > 5_000 + lateMs) found.push(`it took ${thenMs} ms after the second signal`);
  // Before its first request its handlers may not be there yet; once it has said its report they may be gone again.
  const isAtAnEdge = (wasStarting || ended.stdout !== '') && ended.signal === signal;
  if (ended.signal !== null) return isAtAnEdge ? found : [...found, `died of ${ended.signal}`];
  if (ended.code !== 5 && ended.code !== 0) found.push(`exit ${ended.code}: ${ended.stderr.slice(-500)}`);
  const handled = handledAt(ended) ?? Infinity;
  const latestMs = Math.max(0, ...account.deletes.map(({ at }) => at - handled));
  figures.latestMs = Math.max(figures.latestMs, latestMs);
  if (latestMs > ON_ITS_WAY_MS + lateMs) found.push(`a DELETE came ${latestMs} ms after the signal was handled`);
  return found;
}

/** Where the report says anything but what the ledger counts, or the ledger calls anything gone that is there. */
async function untruths(account: Account, { code, stdout }: Ended, isTwice: boolean): Promise<string[]> {
  await using ledger = await account.ledger();
  const found = await falseClaims(account, ledger);
  if (stdout === '')
    return code === 5 || code === null || isTwice ? found : [...found, `exit ${code} without a report`];
  const { result, planned, outcomes } = JSON.parse(stdout) as Report;
  const [last] = await ledger.history({ limit: 1 });
  const [said, counted] = [
    { result, planned, outcomes },
    { result: last?.end?.result, planned: last?.planned, outcomes: last?.outcomes },
  ];
  if (!isDeepStrictEqual(said, counted))
    found.push(`the report says ${JSON.stringify(said)}, the ledger ${JSON.stringify(counted)}`);
  if (code !== null && result !== (code === 0 ? 'complete' : 'partial')) found.push(`${result} with exit ${code}`);
  if (Object.values(outcomes).reduce((sum, count) => sum + count, 0) !== planned) found.push('it does not add up');
  return found;
}

async function round(number: number): Promise<void> {
  const random = mulberry32(SEED * 200_000 + number);
  await using account = await Account.start({
    seed: SEED * 2000 + number,
    messages: 300,
    ...weatherOf(number),
    latencyMs: 10,
  });
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const how = await stopped(account, random);
  loop.disable();
  const wrong = [...wrongWith(how, account, loop.max / 1e6), ...(await untruths(account, how.ended, how.isTwice))];
  const { open, outcome } = await account.settle();
  figures.open += open;
  const which = `stop ${number}, seed ${SEED}`;
  expect({ which, wrong, outcome }).toEqual({ which, wrong: [], outcome: AGREED });
}

test(
  `D2 D3 ${TERMS} sweeps that are told to stop at any moment, some twice, begin no DELETE after it and say the truth`,
  { timeout: 60_000 + TERMS * 20_000 },
  async () => {
    await playRounds((number) => number < TERMS, round).finally(() => {
      const { stops, before, while: during, after, twice, deletes, open, slowestMs, latestMs } = figures;
      process.stdout.write(
        `stops: ${stops} (${before} before deleting, ${during} while, ${after} after; ${twice} told twice), ` +
          `${deletes} DELETEs, the latest ${Math.round(latestMs)} ms after the signal was handled, ` +
          `${open} open rows settled, the slowest took ${Math.round(slowestMs)} ms, seed ${SEED}\n`,
      );
    });
    expect(figures.while).toBeGreaterThan(TERMS / 3);
  },
);
