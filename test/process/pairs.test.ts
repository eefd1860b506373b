import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mulberry32 } from '../../src/emulator/random.ts';
import type { Ended, Running } from '../support/cli.ts';
import { Account, AGREED, falseClaims } from './account.ts';
import { amount, playRounds, SEED } from './rounds.ts';

const PAIRS = amount('PROCESS_PAIRS', 12);

const figures = { pairs: 0, busy: 0, oneAfterTheOther: 0, killed: 0, differences: 0 };

/** A way to the emulator that one process alone takes, and that knows when something came along it. */
interface Way extends AsyncDisposable {
  readonly url: string;
  readonly firstMs: () => number | undefined;
  readonly lastMs: () => number | undefined;
}

async function wayTo(target: string): Promise<Way> {
  const seen: { first?: number; last?: number } = {};
  const server = createServer((from) => {
    const to = connect(Number(new URL(target).port), '127.0.0.1');
    from.on('data', () => {
      seen.first ??= performance.now();
      seen.last = performance.now();
    });
    from.pipe(to).pipe(from);
    for (const socket of [from, to]) socket.on('error', () => [from, to].forEach((each) => each.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    firstMs: () => seen.first,
    lastMs: () => seen.last,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

/** What a process does to the other: nothing, or it is killed about when the other one comes. */
type Kind = 'at once' | 'some time apart' | typeof KILLED;
const KILLED = 'killed while the other comes';
const KINDS: readonly Kind[] = ['at once', 'some time apart', KILLED];

async function round(number: number): Promise<void> {
  const random = mulberry32(SEED * 300_000 + number);
  const kind = KINDS[number % KINDS.length] as Kind;
  await using account = await Account.start({ seed: SEED * 3000 + number, latencyMs: 40 });
  await using one = await wayTo(account.emulator.url);
  await using other = await wayTo(account.emulator.url);
  const start = (way: Way): Running => account.place.start('sweep --json', { SIGNALWIRE_BASE_URL: way.url });

  const first = start(one);
  if (kind !== 'at once') await delay(random() * 2_500);
  const second = start(other);
  if (kind === KILLED) {
    await delay(random() * 800);
    first.process.kill('SIGKILL');
    figures.killed++;
    await Promise.race([second.ended, delay(1_500)]);
    second.process.kill('SIGTERM'); // or it would wait a minute for what the first one left
  }
  const ended = await Promise.all([first.ended, second.ended]);
  figures.pairs++;

  const wrong = wrongWith(kind, ended, [one, other]);
  await using ledger = await account.ledger();
  wrong.push(...(await falseClaims(account, ledger)));
  const { outcome } = await account.settle();
  figures.differences += outcome.disagreements.length + outcome.unmarked.length;
  const pair = `pair ${number}, ${kind}, seed ${SEED}`;
  expect({ pair, wrong, outcome }).toEqual({ pair, wrong: [], outcome: AGREED });
}

function wrongWith(kind: Kind, ended: readonly Ended[], ways: readonly Way[]): string[] {
  const found: string[] = [];
  for (const [at, { code, signal, stdout, stderr }] of ended.entries()) {
    const isSilent = ways[at]?.firstMs() === undefined && stdout === '';
    if (code === 7 && !isSilent) found.push('the busy one has sent or said something');
    if (code !== 7 && code !== 0 && kind !== KILLED) found.push(`exit ${code} ${signal}: ${stderr.slice(-300)}`);
  }
  const busy = ended.filter(({ code }) => code === 7).length;
  if (busy > 0) figures.busy++;
  if (kind === 'at once' && busy !== 1) found.push(`${busy} of two that began at once were told that the other sweeps`);
  if (busy > 1) found.push('nobody swept');
  const [one, other] = ways.map(({ firstMs, lastMs }) => ({
    first: firstMs() ?? Infinity,
    last: lastMs() ?? Infinity,
  }));
  if (!one || !other || one.first === Infinity || other.first === Infinity) return found;
  figures.oneAfterTheOther++;
  return one.last < other.first || other.last < one.first ? found : [...found, 'both were sending at one time'];
}

test(
  `D12 D17 of ${PAIRS} pairs of sweeps with one ledger one sweeps, and the other ends with 7 and sends nothing`,
  { timeout: 60_000 + PAIRS * 20_000 },
  async () => {
    await playRounds((number) => number < PAIRS, round).finally(() => {
      const { pairs, busy, oneAfterTheOther, killed, differences } = figures;
      process.stdout.write(
        `pairs: ${pairs} (${busy} in which one was told that the other sweeps, ${oneAfterTheOther} one after the other, ` +
          `${killed} in which one was killed), ${differences} differences, seed ${SEED}\n`,
      );
    });
    expect(figures.busy).toBeGreaterThan(PAIRS / 4);
  },
);
