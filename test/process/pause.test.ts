import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Report } from '../../src/sweep/report.ts';
import { Account, AGREED, falseClaims, POLICY } from './account.ts';
import { SEED } from './rounds.ts';

const HOLD = 'holds: [{ id: case-7, reason: Litigation, match: { number: ["+1555*"] } }]\n';
/** Longer than a request may take, and than a look at the policy file is good for. */
const PAUSE_MS = 12_000;
/** As many as the policy says. */
const LANES = 8;

/** Stops a sweep in the middle as a busy machine or a debugger does, and lets it go on. */
async function pausedSweep(
  account: Account,
  meanwhile: () => void,
): Promise<{ report: Report; sentLater: number; code: number | null }> {
  const running = account.place.start('sweep --json');
  await account.reached('delete', 40);
  running.process.kill('SIGSTOP');
  do await delay(1_000);
  while (account.idleMs() < 1_000); // what was on its way has come
  const before = account.deletes.length;
  meanwhile();
  await delay(PAUSE_MS);
  running.process.kill('SIGCONT');
  const { code, stdout } = await running.ended;
  await using ledger = await account.ledger();
  expect(await falseClaims(account, ledger)).toEqual([]);
  const report = JSON.parse(stdout) as Report;
  expect(report.outcomes.deleted).toBeLessThanOrEqual(account.emulator.truth.count().deleted);
  return { report, sentLater: account.deletes.length - before, code };
}

/** A sweep that is paused, and a hold that is written meanwhile. @returns how many DELETEs came after it went on */
async function sentUnderHold(seed: number): Promise<number> {
  await using account = await Account.start({ seed, messages: 600, latencyMs: 20 });
  const { code, report, sentLater } = await pausedSweep(account, () => {
    account.place.write('retention.yaml', POLICY + HOLD);
  });
  expect([code, report.result]).toEqual([5, 'partial']);
  expect(report.outcomes['not-sent']).toBeGreaterThan(100);
  const { outcome } = await account.settle();
  expect(outcome).toEqual(AGREED);
  return sentLater;
}

test.concurrent('D6 a process that was paused in the middle sends nothing under a hold that was written meanwhile', async () => {
  const sent = await Promise.all([1, 2, 3].map((n) => sentUnderHold(SEED + n)));
  // Between the last look and the first byte there is always a moment, and a pause may begin in it: one for each lane.
  expect(Math.max(...sent)).toBeLessThanOrEqual(LANES);
  expect(sent.filter((count) => count === 0).length).toBeGreaterThanOrEqual(2);
});

test.concurrent('D6 a process that was paused in the middle keeps its lock, goes on, and its record is true', async () => {
  await using account = await Account.start({ seed: SEED, messages: 600, latencyMs: 20 });
  let second: Promise<{ readonly code: number | null }> | undefined;
  const { sentLater } = await pausedSweep(account, () => {
    second = account.place.run('sweep --json', { SIGNALWIRE_BASE_URL: 'http://127.0.0.1:9' });
  });
  expect((await second)?.code).toBe(7);
  expect(sentLater).toBeGreaterThan(100);
  const { outcome } = await account.settle();
  expect(outcome).toEqual(AGREED);
});
