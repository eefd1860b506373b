import { describe, expect, test } from 'vitest';
import type { Conversation, Script } from '../../support/fake-api.ts';
import { days, span } from '../../support/items.ts';
import { daily, living, type Living } from '../../support/living.ts';
import type { Sweeping } from '../../support/sweeping.ts';

/** Two messages a day and two a page: read by days from the first sweep on, one day after the other. */
const DENSE = { pageSize: 2 };
/** Sparse enough to be walked through. */
const SPARSE = { pageSize: 10 };
const MINUTE_MS = 60_000;
/** So late that nothing is read but the newest pages, and what is read by every sweep however late it is. */
const LATE = { concurrency: 1, planMs: 0 };

/** Media that have been due for more than a day. */
const overdue = (here: Living): string[] => {
  const before = days(-31, here.clock.now());
  const left = new Set(here.left());
  return here.account.flatMap(({ message: { sentAt }, media }) =>
    media.flatMap(({ sid }) =>
      sid !== null && left.has(sid) && sentAt instanceof Date && sentAt < before ? [sid] : [],
    ),
  );
};

/** Sweeps, so many hours apart, until nothing is overdue. @returns how each of them read */
async function workThrough(here: Living, hours: number, most: number, asked: Partial<Sweeping>): Promise<string[]> {
  const kinds: string[] = [];
  while (kinds.length < most) {
    kinds.push((await here.after(hours, asked)).report.scan.kind);
    if (overdue(here).length === 0) return kinds;
  }
  throw new Error(`${overdue(here).length} are overdue after ${kinds.join()}`);
}

describe('sweeps that are always late', () => {
  test.each<[string, Script, string[]]>([
    ['with a day each, where it is read by days', DENSE, ['by-day', 'incremental']],
    ['with a page of a walk, and then a day each', SPARSE, ['full', 'by-day', 'incremental']],
  ])('work through an account that has never been read %s', async (_, script, kinds) => {
    expect(new Set(await workThrough(living(daily(40), script), 1, 15, LATE))).toEqual(new Set(kinds));
  });

  test.each<[string, Living, number, Partial<Sweeping>]>([
    ['every one of them is to read everything', living(daily(40), SPARSE), 5, { fullScanEvery: span('1h') }],
    ['a walk would be cheaper than reading what is due', living(daily(40), SPARSE), 20, { fullScanEvery: span('1y') }],
    ['the list is not newest first', living(unordered(daily(40)), SPARSE), 5, {}],
  ])('go on in an account that is known where %s', async (_, here, away, asked) => {
    await here.after(0);
    expect((await here.after(away * 24, { ...LATE, ...asked })).report.scan.kind).toBe('full');
    expect(overdue(here)).not.toEqual([]);
    await workThrough(here, 1, 40, { ...LATE, ...asked });
  });

  test('go on where the filter is wrong, since what a walk has found to have nothing left is not listed again', async () => {
    const here = living(daily(40), SPARSE);
    await here.after(0);
    await here.after(7 * 24);
    here.api.become({ pageSize: 3, day: () => [], list: () => here.clock.sleep(MINUTE_MS).then(() => undefined) });
    const aPageEach = { concurrency: 1, planMs: MINUTE_MS / 2, fullScanEvery: span('1y') };
    await here.after(6 * 24, aPageEach);
    expect(overdue(here)).not.toEqual([]);
    expect(new Set(await workThrough(here, 1, 12, aPageEach))).toEqual(new Set(['full']));
  });
});

test('a list that was not newest first is not relied upon before a walk has seen it otherwise', async () => {
  const here = living(unordered(daily(40)), SPARSE);
  await here.after(0);
  const kinds: string[] = [];
  for (const asked of [LATE, {}, {}, {}]) kinds.push((await here.after(1, asked)).report.scan.kind);
  expect(kinds).toEqual(['full', 'by-day', 'full', 'full']);
  here.account.splice(0, Infinity, ...daily(40));
  expect((await here.after(1)).report.scan.kind).toBe('full');
  expect((await here.after(1)).report.scan.kind).toBe('incremental');
});

/** The newest days behind some older ones. */
function unordered(account: readonly Conversation[]): Conversation[] {
  return [...account.slice(10, 20), ...account.slice(0, 10), ...account.slice(20)];
}
