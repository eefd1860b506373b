import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Faults } from '../../src/emulator/faults.ts';
import { mulberry32 } from '../../src/emulator/random.ts';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import type { Report } from '../../src/sweep/report.ts';
import { totalOf } from '../../src/sweep/report.ts';
import { mixedPolicy, Place } from '../support/cli.ts';
import { fastClock } from '../support/fast-clock.ts';
import { disagreements, MIXED } from '../support/oracle.ts';
import { sweepEmulator } from '../support/sweeping.ts';

const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 50);
const SEED = Number(process.env['CRASH_SEED'] ?? 1);

/** What the network does while sweeps are killed: every round takes the next of these. */
const WEATHER: readonly { readonly latencyMs: number; readonly faults: Partial<Faults> }[] = [
  { latencyMs: 0, faults: {} },
  { latencyMs: 5, faults: {} },
  { latencyMs: 0, faults: { resetAfter: 0.1, serverErrorAfter: 0.1, resetMidBody: 0.05 } },
  { latencyMs: 10, faults: { lateApply: 0.2, unapplied204: 0.1, empty204As200: 0.1 } },
  { latencyMs: 2, faults: { hang: 0.02, html: 0.05, throttle: 0.02, redirect: 0.02 } },
];

const PATIENCE_MS = 2_000;

/** When a kill found its sweep: before its first DELETE, after it, or when it had ended by itself. */
type Moment = 'before' | 'while' | 'after';
const figures = { kills: 0, before: 0, while: 0, after: 0, open: 0, deletedByKilled: 0 };

/** An account under a clock that can be made fast, and what has been asked of it. */
class Account {
  clock: Clock = systemClock;
  emulator!: Emulator;
  #deletes = 0;
  #asked = Promise.withResolvers<void>();
  #deleting = Promise.withResolvers<void>();

  static async start(seed: number, weather: (typeof WEATHER)[number]): Promise<Account> {
    const account = new Account();
    account.emulator = await startEmulator({
      ...weather,
      messages: 400,
      seed,
      now: () => account.clock.now(),
      onRequest: ({ kind }) => {
        account.#asked.resolve();
        if (kind !== 'deleteMedia') return;
        account.#deleting.resolve();
        account.#deletes++;
      },
    });
    return account;
  }

  /** Starts a sweep, and kills it so long after its start, its first request, or its first DELETE. */
  async killedSweep(place: Place, since: Since, ms: number): Promise<Moment> {
    this.#deletes = 0;
    this.#asked = Promise.withResolvers();
    this.#deleting = Promise.withResolvers();
    const running = place.start('sweep --json', { LOG_LEVEL: 'silent' });
    const begun = { start: undefined, request: this.#asked.promise, delete: this.#deleting.promise }[since];
    await Promise.race([begun, running.ended, delay(PATIENCE_MS)]); // one that only waits for what is open deletes nothing
    await Promise.race([delay(ms), running.ended]);
    running.process.kill('SIGKILL');
    const { signal } = await running.ended;
    figures.deletedByKilled += this.#deletes;
    if (signal === null) return 'after';
    return this.#deletes === 0 ? 'before' : 'while';
  }
}

/** What a delay is counted from. Mostly the first DELETE: before it there is less to go wrong. */
type Since = 'start' | 'request' | 'delete';
const sinceFor = (chance: number): Since => (chance < 0.1 ? 'start' : chance < 0.3 ? 'request' : 'delete');

async function round(number: number, random: () => number): Promise<void> {
  const weather = WEATHER[number % WEATHER.length] ?? { latencyMs: 0, faults: {} };
  const account = await Account.start(SEED * 1000 + number, weather);
  await using emulator = account.emulator;
  await using place = new Place(emulator, mixedPolicy().replace('attempts: 3', 'attempts: 3, timeout: 1s'));
  const inProgress = [...emulator.truth.media()].filter(({ status }) => IN_PROGRESS.has(status)).length;

  const kills = 1 + Math.floor(random() * 1.8);
  for (let kill = 0; kill < kills; kill++) {
    const moment = await account.killedSweep(place, sinceFor(random()), random() * 700);
    figures.kills++;
    figures[moment]++;
  }

  // The next sweeps, with a clock that waits its minute in a moment: what was sent may be applied until then.
  account.clock = fastClock(new Date(), 1000);
  emulator.latencyMs = 0;
  emulator.faults.clear();
  await using ledger = await openLedger(`sqlite:${place.ledgerPath}`, { clock: account.clock });
  const lock = await ledger.lock();
  expect(lock, 'the lock of a killed process is free at once').not.toBe('busy');
  const open = await openIn(ledger, emulator.project);
  figures.open += open;
  const once = (): ReturnType<typeof sweepEmulator> => sweepEmulator(emulator, ledger, account.clock, MIXED);
  const [settling, last] = [await once(), await once()];
  if (lock !== 'busy') await lock.release();

  const untouched = [...emulator.truth.media()].filter(({ status, present }) => IN_PROGRESS.has(status) && present);
  expect({
    round: `${number}, seed ${SEED}`,
    settled: totalOf(settling.report.settledEarlier),
    open: await openIn(ledger, emulator.project),
    results: [settling.report.result, last.report.result],
    disagreements: await disagreements(emulator.truth, ledger, new Date(last.report.asOf)),
    violations: emulator.violations,
    untouched: untouched.length,
  }).toEqual({
    round: `${number}, seed ${SEED}`,
    settled: open,
    open: 0,
    results: ['complete', 'complete'],
    disagreements: [],
    violations: [],
    untouched: inProgress,
  });
}

/** Written down once more, so that nothing is learned from the code that is judged. */
const IN_PROGRESS = new Set('queued initiated sending receiving accepted scheduled'.split(' '));

async function openIn(ledger: Awaited<ReturnType<Place['ledger']>>, projectId: string): Promise<number> {
  let count = 0;
  for await (const block of ledger.openItems(projectId)) count += block.length;
  return count;
}

test(`${ROUNDS} accounts whose sweeps are killed at any moment end as if nothing had happened`, async () => {
  const random = mulberry32(SEED);
  for (let number = 0; number < ROUNDS; number++) await round(number, random);

  const { kills, before, while: during, after, open, deletedByKilled } = figures;
  process.stdout.write(
    `crash: ${ROUNDS} rounds, ${kills} kills (${before} before deleting, ${during} while, ${after} after), ` +
      `${deletedByKilled} DELETEs sent by killed sweeps, ${open} open rows settled\n`,
  );
  expect(during).toBeGreaterThanOrEqual(Math.floor(ROUNDS / 4));
  expect(open).toBeGreaterThanOrEqual(ROUNDS);
});

test('a sweep process waits its minute after a kill, for what may still be applied, and then knows', async () => {
  const account = await Account.start(SEED, { latencyMs: 5, faults: { unapplied204: 0.5 } });
  await using emulator = account.emulator;
  await using place = new Place(emulator, mixedPolicy());
  await account.killedSweep(place, 'delete', 150);
  emulator.faults.clear();
  await using ledger = await place.ledger();
  const open = await openIn(ledger, emulator.project);
  expect(open).toBeGreaterThan(5);

  const startedMs = performance.now();
  const settling = await place.run('sweep --json');
  const tookMs = performance.now() - startedMs;
  const last = await place.run('sweep --json');
  expect(tookMs).toBeGreaterThan(60_000);
  expect([settling.code, last.code]).toEqual([3, 0]); // what was still listed has failed, and is planned again
  expect(totalOf((JSON.parse(settling.stdout) as Report).settledEarlier)).toBe(open);
  expect(await disagreements(emulator.truth, ledger, new Date())).toEqual([]);
});
