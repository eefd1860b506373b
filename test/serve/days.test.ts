import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import { lastDays } from '../../src/serve/days.ts';
import { days as daysFrom, NOW, utc } from '../support/items.ts';
import { emptyLedger, write } from './ledgers.ts';
import { outcomes } from './page-samples.ts';

let ledger: Ledger;
beforeEach(async () => {
  ledger = await emptyLedger();
});
afterEach(() => ledger.close());

test('of a ledger without sweeps are all there, oldest first, with nothing', async () => {
  const days = await lastDays(30, NOW, ledger);
  expect(days.map(({ day }) => day)).toEqual(
    Array.from({ length: 30 }, (_, at) =>
      daysFrom(at - 29)
        .toISOString()
        .slice(0, 10),
    ),
  );
  expect(days.filter(({ sweeps }) => sweeps > 0)).toEqual([]);
  for (const day of days) expect(day.outcomes).toEqual(outcomes());
});

test('a sweep counts on the UTC day on which it began, to the millisecond', async () => {
  for (const at of [
    '2026-11-20T23:59:59.999',
    '2026-11-21T00:00:00.000',
    '2026-11-21T23:59:59.999',
    '2026-11-22T00:00',
  ])
    await write(ledger, { startedAt: utc(at), endedAt: utc('2026-11-23T02:00'), items: ['deleted'] });
  expect(await lastDays(2, NOW, ledger)).toMatchObject([
    { day: '2026-11-22', sweeps: 1 },
    { day: '2026-11-23', sweeps: 0 },
  ]);
  expect(await lastDays(3, NOW, ledger)).toMatchObject([
    { day: '2026-11-21', sweeps: 2, outcomes: { deleted: 2 } },
    {},
    {},
  ]);
});

test('all sweeps of a day count together, of whichever project, killed ones by what they left', async () => {
  await write(ledger, { items: ['deleted', 'deleted', 'deferred', 'not-sent'] });
  await write(ledger, { project: 'other', projectId: 'project-2', items: ['deleted', 'already-gone'] });
  await write(ledger, { result: 'killed', items: ['failed', 'open', 'open'] });
  expect(await lastDays(1, NOW, ledger)).toEqual([
    {
      day: '2026-11-23',
      sweeps: 3,
      outcomes: { deleted: 3, 'already-gone': 1, deferred: 1, failed: 1, uncertain: 2, 'not-sent': 1 },
    },
  ]);
});

test('a dry run is a sweep of which nothing became, and a plan is none', async () => {
  await write(ledger, { mode: 'dry-run', items: ['open', 'open'] });
  await write(ledger, { mode: 'plan', items: ['open'] });
  expect(await lastDays(1, NOW, ledger)).toEqual([{ day: '2026-11-23', sweeps: 1, outcomes: outcomes() }]);
});

test('what lies before the first day or in the future is left out', async () => {
  await write(ledger, { startedAt: daysFrom(-30), items: ['deleted'] });
  await write(ledger, { startedAt: daysFrom(1), items: ['deleted'] });
  expect((await lastDays(30, NOW, ledger)).filter(({ sweeps }) => sweeps > 0)).toEqual([]);
});

test('no days are none', async () => {
  await write(ledger);
  expect(await lastDays(0, NOW, ledger)).toEqual([]);
});
