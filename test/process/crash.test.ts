import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mulberry32 } from '../../src/emulator/random.ts';
import type { Report } from '../../src/sweep/report.ts';
import { totalOf } from '../../src/sweep/report.ts';
import { mixedPolicy } from '../support/cli.ts';
import { disagreements } from '../support/oracle.ts';
import { Account, AGREED, policyAt, weatherOf } from './account.ts';
import { amount, momentBy, playRounds, SEED, until } from './rounds.ts';

const KILLS = amount('PROCESS_KILLS', 60);
/** About so many media of an account are due. */
const DUE = 130;

/** When a kill found its sweep: before its first DELETE, while it deleted or waited, or when it had ended by itself. */
const figures = { rounds: 0, kills: 0, before: 0, while: 0, after: 0, deletes: 0, open: 0, differences: 0 };

/** One account, one to three sweeps of it that are killed: what the first leaves open the second is killed over. */
async function round(number: number): Promise<void> {
  const random = mulberry32(SEED * 100_000 + number);
  // Slow ones mark few items ahead, so that what is planned, marked and answered is cut at every place.
  const pace = [60, 150, 100_000][Math.floor(random() * 3)] ?? 60;
  await using account = await Account.start({ seed: SEED * 1000 + number, ...weatherOf(number) }, policyAt(pace));
  const kills = pace > DUE ? 1 : 1 + Math.floor(random() * 3); // where all is marked at once, a second one has nothing to send
  for (let kill = 0, due = DUE; kill < kills; kill++) {
    account.forget();
    const running = account.place.start('sweep --json', { LOG_LEVEL: 'silent' });
    await until(momentBy(random, due), account, running);
    running.process.kill('SIGKILL');
    const { signal } = await running.ended;
    figures.kills++;
    figures.deletes += account.asked.delete;
    figures[signal === null ? 'after' : account.asked.delete === 0 ? 'before' : 'while']++;
    due = Math.max(5, due - account.asked.delete);
  }
  const { open, outcome } = await account.settle();
  figures.rounds++;
  figures.open += open;
  figures.differences += outcome.disagreements.length + outcome.unmarked.length;
  expect(outcome, `round ${number}, seed ${SEED}`).toEqual(AGREED);
}

// Beside the kills: it mostly waits.
test.concurrent(
  `D1 ${KILLS} sweeps killed at any moment, some over what others left, end as if nothing had happened`,
  { timeout: 60_000 + KILLS * 10_000 },
  async () => {
    const startedMs = performance.now();
    await playRounds(() => figures.kills < KILLS, round).finally(() => {
      const { rounds, kills, before, while: during, after, deletes, open, differences } = figures;
      process.stdout.write(
        `kills: ${kills} in ${rounds} accounts (${before} before deleting, ${during} while, ${after} after), ` +
          `${deletes} DELETEs sent by killed sweeps, ${open} open rows settled, ${differences} differences, ` +
          `${Math.round((performance.now() - startedMs) / 1000)} s, seed ${SEED}\n`,
      );
    });
    expect(figures.while).toBeGreaterThan(KILLS / 3);
    expect(figures.open).toBeGreaterThan(KILLS);
  },
);

test.concurrent('D1 a sweep process waits its minute after a kill, for what may still be applied, and then knows', async () => {
  const faults = { unapplied204: 0.5 };
  await using account = await Account.start({ seed: SEED, messages: 400, latencyMs: 5, faults }, mixedPolicy());
  const { emulator, place } = account;
  const killed = place.start('sweep --json', { LOG_LEVEL: 'silent' });
  await account.reached('delete', 60);
  await delay(20);
  killed.process.kill('SIGKILL');
  await killed.ended;
  emulator.faults.clear();
  await using ledger = await place.ledger();
  const open = await ledger.openCount(emulator.project);
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
