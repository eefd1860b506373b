import { expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import type { Report } from '../../src/sweep/report.ts';
import { disagreements } from '../support/oracle.ts';
import { Account } from './account.ts';
import { SEED } from './rounds.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = (): number => systemClock.now().getTime();

/** The clock that is moved is the API's, with all its dates: what differs is the same, and needs no rights. */
test.each([
  ['three minutes', () => now() - HOUR / 20],
  ['a day', () => now() - DAY],
  ['decades, for the API is in 1971', () => now() - Date.UTC(2026) + 400 * DAY],
])('C1 our clock is ahead by %s: exit 4, nothing is deleted', async (_, apis) => {
  await using account = await Account.start({ seed: SEED, now: () => new Date(apis()) });
  const ended = await account.place.run('sweep --json');
  expect([ended.code, account.deletes]).toEqual([4, []]);
  expect((JSON.parse(ended.stdout) as Report).result).toBe('refused');
  expect(ended.stderr).toMatch(/\nRefused: this machine's clock is .* ahead of the API's.*Nothing was deleted\.\n$/);
});

test('C2 our clock is behind by six hours: it warns, deletes what is due by our clock alone, and the record is true', async () => {
  await using account = await Account.start({ seed: SEED, now: () => new Date(now() + 6 * HOUR) });
  const ended = await account.place.run('sweep --json');
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('"event":"clock.behind"');
  await using ledger = await account.ledger();
  expect(
    await disagreements(account.emulator.truth, ledger, new Date((JSON.parse(ended.stdout) as Report).asOf)),
  ).toEqual([]);
});

test('C2 our clock says 1970: nothing is old yet, so nothing is deleted, and it warns', async () => {
  await using account = await Account.start({ seed: SEED, now: () => new Date(now() + 56 * 365 * DAY) });
  const ended = await account.place.run('sweep --json');
  expect([ended.code, account.deletes]).toEqual([0, []]);
  expect(ended.stderr).toContain('"event":"clock.behind"');
});
