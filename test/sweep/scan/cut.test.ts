import { describe, expect, test } from 'vitest';
import { Unreachable } from '../../../src/provider/contract.ts';
import { mediaSidOf, type Script } from '../../support/fake-api.ts';
import { policy, rule } from '../../support/items.ts';
import { daily, dayAgo, living, type Living } from '../../support/living.ts';
import { counted, only } from '../../support/room.ts';

/** Two messages a day and two a page: read by days from the first sweep on, one day after the other. */
const DENSE = { pageSize: 2 };
/** Sparse enough to be walked through at first. */
const SPARSE = { pageSize: 10 };
const ONE = { concurrency: 1 };
const MINUTE_MS = 60_000;

/** As `living`, and listing takes half a minute: one lane takes one for a day of which something may be due, for any other none. */
function slow(script: Script, days = 40): Living {
  const here: Living = living(daily(days), {
    ...script,
    list: async () => {
      await here.clock.sleep(MINUTE_MS / 2);
      return undefined;
    },
  });
  return here;
}

const wrongFrom16 = async (n: number): Promise<undefined> => {
  if (n === 16) throw new Unreachable('It does not page as the API does.');
};

const unreadFrom = async (here: Living): Promise<string | undefined> => {
  const day = (await here.ledger.scanIndex('project-1'))?.state.unreadFrom;
  return day === undefined ? undefined : new Date(day * 86_400_000).toISOString().slice(0, 10);
};

describe('a plan that has taken its share of the time', () => {
  const LATE = { ...ONE, planMs: 2.5 * MINUTE_MS };

  test('is cut after the day that is being read: what is in it is deleted, and the next sweep goes on with the next day', async () => {
    const here = slow(DENSE);
    const first = await here.after(0, LATE);
    expect(first.report).toMatchObject({ result: 'partial', planComplete: false, scan: { kind: 'by-day', days: 4 } });
    expect([first.asked.days, counted(first.report.outcomes), await unreadFrom(here)]).toEqual([
      [dayAgo(41), dayAgo(40), dayAgo(39), dayAgo(38)],
      { deleted: 6 },
      dayAgo(37),
    ]);
    const second = await here.after(1, LATE);
    expect(second.asked.days).toEqual([dayAgo(37), dayAgo(36), dayAgo(35)]);
    expect(second.report).toMatchObject({ messages: 18, planComplete: false, scan: { kind: 'incremental', days: 3 } });
    const rest = await here.after(1, ONE);
    expect([rest.asked.days.at(0), rest.asked.days.at(-1), rest.asked.days.length]).toEqual([
      dayAgo(34),
      dayAgo(0),
      35,
    ]);
    expect([rest.report.result, rest.report.messages, here.left().length]).toEqual(['complete', 80, 60]);
    expect([await unreadFrom(here), (await here.after(1)).log]).toEqual([undefined, ['PAGE 1']]);
  });

  test('is gone on with in the order of days, each once, after those of which it is known that something is due', async () => {
    const here = slow(DENSE);
    const four = { ...ONE, policy: policy(rule('4d')) };
    await here.after(0, { ...LATE, ...four });
    const { log, report } = await here.after(48, four);
    const asked = log.filter((line) => line.startsWith('DAY ') && line.endsWith(' 1'));
    expect(asked).toHaveLength(37 + 3); // from the 37th day back until the day of the sweep
    expect([new Set(asked).size, asked.slice(1)]).toEqual([40, asked.slice(1).toSorted()]);
    expect([counted(report.outcomes), report.messages]).toEqual([{ deleted: 2 * 35 }, 80]);
  });

  test('is not cut a moment before', async () => {
    const here = slow(DENSE);
    await here.after(0, { ...ONE, planMs: 2 * MINUTE_MS });
    expect(await unreadFrom(here)).toBe(dayAgo(38));
    const other = slow(DENSE);
    await other.after(0, { ...ONE, planMs: 2 * MINUTE_MS + 1 });
    expect(await unreadFrom(other)).toBe(dayAgo(37));
  });

  test.each(['dry-run', 'plan'] as const)('is made whole all the same by a %s, which only looks', async (mode) => {
    const here = slow(DENSE);
    const { report } = await here.after(0, { ...LATE, mode });
    expect(report).toMatchObject({ result: 'dry-run', planned: 20, planComplete: true, scan: { days: 42 } });
  });

  test('of an account that is known leaves days that are due to the next sweep, and counts what it knows of them', async () => {
    const here = slow(SPARSE);
    await here.after(0);
    const cut = await here.after(3 * 24, LATE);
    expect(cut.report).toMatchObject({ messages: 80, scan: { kind: 'incremental' }, planComplete: true });
    const late = await here.after(3 * 24, { ...ONE, planMs: 0 });
    expect([late.asked.days, late.report.result, late.report.planComplete]).toEqual([[dayAgo(27)], 'partial', false]);
    expect([late.report.messages, late.report.media, counted(late.report.outcomes)]).toEqual([80, 54, { deleted: 2 }]);
    expect((await here.after(1)).asked.days).toEqual([dayAgo(26), dayAgo(25)]);
    expect(here.left()).toHaveLength(48);
  });
});

describe('a walk that has taken its share of the time', () => {
  test('is cut after its pages; what is in them is deleted, and the next sweep reads by days', async () => {
    const here = slow({ pageSize: 5 });
    const { report, asked } = await here.after(0, { ...ONE, planMs: MINUTE_MS });
    expect([asked.pages, counted(report.outcomes), report.planComplete]).toEqual([16, { deleted: 10 }, false]); // two pages at once, the next on its way
    expect(report).toMatchObject({ result: 'partial', scan: { kind: 'full', lastFullAt: null } });
    const second = await here.after(1, ONE);
    expect(second.report).toMatchObject({ result: 'complete', messages: 80, scan: { kind: 'by-day' } });
    expect(here.left()).toHaveLength(60);
  });

  test('executes nothing where the page that was on its way shows that the list is none', async () => {
    const here = slow({ pageSize: 5, page: wrongFrom16 });
    const { report } = await here.after(0, { ...ONE, planMs: MINUTE_MS });
    expect([report.result, report.planComplete, here.left().length]).toEqual(['partial', false, 80]);
  });

  test('has done what is old enough on the newest page, however late it is', async () => {
    const here = living(daily(40), SPARSE);
    const { report, asked } = await here.after(0, { ...ONE, planMs: 0, policy: policy(rule('4d')) });
    expect([report.scan.kind, asked.pages, counted(report.outcomes)]).toEqual(['full', 2, { deleted: 2 }]); // the next one is on its way
    expect(here.api.has(mediaSidOf(51))).toBe(false);
  });

  test('remembers which messages had nothing left: they are not listed by the next sweep', async () => {
    const here = slow({ pageSize: 5 });
    for (const n of [311, 312, 331]) here.api.remove(mediaSidOf(n));
    const first = await here.after(0, { ...ONE, planMs: MINUTE_MS });
    expect(first.log).toEqual(expect.arrayContaining(['LIST message-311', 'LIST message-312', 'LIST message-331']));
    const { report, log } = await here.after(1, ONE);
    expect([report.scan.kind, log.includes('LIST message-401')]).toEqual(['by-day', true]);
    expect(log.filter((line) => /^LIST message-3(11|12|31)$/.test(line))).toEqual([]);
  });
});

describe('a plan of which more could change nothing', () => {
  const REFUSE = { ...ONE, limits: { maxDeletions: 5, onLimit: 'refuse' } } as const;
  const OLDEST = { ...ONE, limits: { maxDeletions: 5, onLimit: 'oldest-first' } } as const;

  test('is cut where it will be refused, and nothing is deleted', async () => {
    const here = living(daily(40), DENSE);
    const { report, asked } = await here.after(0, REFUSE);
    expect(report).toMatchObject({ result: 'refused', planned: 6, planComplete: false, outcomes: { 'not-sent': 6 } });
    expect([asked.days, only('DELETE', here.api)]).toEqual([[dayAgo(41), dayAgo(40), dayAgo(39), dayAgo(38)], []]);
    const again = await here.after(1, REFUSE);
    expect([again.report.result, again.asked.days]).toEqual(['refused', [dayAgo(40), dayAgo(39), dayAgo(38)]]);
    const raised = await here.after(1, { ...ONE, limits: { maxDeletions: 20, onLimit: 'refuse' } });
    expect([raised.report.result, counted(raised.report.outcomes), here.left().length]).toEqual([
      'complete',
      { deleted: 20 },
      60,
    ]);
  });

  test('is read to its end where exactly so many are due as may be', async () => {
    const here = living(daily(40), DENSE);
    const { report } = await here.after(0, { ...ONE, limits: { maxDeletions: 20, onLimit: 'refuse' } });
    expect(report).toMatchObject({ result: 'complete', planned: 20, planComplete: true });
  });

  test('is cut in a walk too where it will be refused', async () => {
    const here = living(daily(40), { pageSize: 3 });
    const { report } = await here.after(0, REFUSE);
    expect(report).toMatchObject({ result: 'refused', planned: 9, planComplete: false, scan: { kind: 'full' } });
    expect(here.left()).toHaveLength(80);
  });

  test('is cut where the longest overdue are enough, and the next sweep goes on from there', async () => {
    const here = living(daily(40), DENSE);
    const first = await here.after(0, OLDEST);
    expect(first.report).toMatchObject({ result: 'partial', planned: 6, planComplete: false });
    expect([counted(first.report.outcomes), first.report.scan.days]).toEqual([{ deleted: 5, 'not-sent': 1 }, 4]);
    expect([402, 401, 392, 391].map((n) => here.api.has(mediaSidOf(n)))).toEqual([false, false, false, false]);
    const second = await here.after(1, OLDEST);
    expect([second.asked.days, counted(second.report.outcomes)]).toEqual([
      [dayAgo(38), dayAgo(37), dayAgo(36)],
      { deleted: 5 },
    ]);
    await here.after(1, OLDEST);
    await here.after(1, OLDEST);
    const last = await here.after(1, OLDEST);
    expect([last.report.scan.kind, last.report.result, here.left().length]).toEqual(['incremental', 'complete', 60]);
  });

  test('is not cut in a walk, where the longest overdue come last', async () => {
    const here = living(daily(40), SPARSE);
    const { report } = await here.after(0, OLDEST);
    expect(report).toMatchObject({ planned: 20, planComplete: true, outcomes: { deleted: 5, 'not-sent': 15 } });
    expect([402, 401, 392, 391].map((n) => here.api.has(mediaSidOf(n)))).toEqual([false, false, false, false]);
  });

  test.each(['dry-run', 'plan'] as const)('is made whole by a %s', async (mode) => {
    for (const limits of [REFUSE, OLDEST]) {
      const { report } = await living(daily(40), DENSE).after(0, { ...limits, mode });
      expect(report).toMatchObject({ planned: 20, planComplete: true });
    }
  });
});
