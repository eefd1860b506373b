import { describe, expect, test } from 'vitest';
import type { Hold } from '../../../src/retention/policy.ts';
import { mediaSidOf, messageSidOf } from '../../support/fake-api.ts';
import { hold, inProgress, policy, rule, terminal } from '../../support/items.ts';
import { daily, dayAgo, living, sentAgo, type Living } from '../../support/living.ts';
import { counted } from '../../support/room.ts';
import type { Sweeping } from '../../support/sweeping.ts';

const SPARSE = { pageSize: 10 };
const CASE: Hold = hold('case-7', { messageSid: [messageSidOf(301)] });
const OTHER: Hold = hold('case-8', { messageSid: [messageSidOf(302)] });

async function known(asked: Partial<Sweeping> = {}): Promise<Living> {
  const here = living(daily(40), SPARSE);
  await here.after(0, asked);
  return here;
}

describe('nothing that was reckoned becomes too late, and not everything is read,', () => {
  test('by a hold that is added: what it covers is judged anew, and stays', async () => {
    const here = await known();
    const { report } = await here.after(10, { holds: [CASE] });
    expect(report).toMatchObject({
      scan: { kind: 'incremental', days: 1 },
      retained: { hold: 1 },
      outcomes: { deleted: 1 },
    });
    expect([here.api.has(mediaSidOf(301)), here.api.has(mediaSidOf(302))]).toEqual([true, false]);
    expect((await here.after(1, { holds: [CASE] })).log).toEqual(['PAGE 1']);
    const both = await here.after(1, { holds: [OTHER, CASE] });
    expect([both.report.scan.kind, here.api.has(mediaSidOf(301))]).toEqual(['incremental', true]);
  });

  test('by a period that is lengthened: what was to come due is looked at once, and stays', async () => {
    const here = await known();
    const longer = { policy: policy(rule('60d', {}, 'after-30d')) };
    const { report, asked } = await here.after(10, longer);
    expect([report.scan.kind, asked.days, report.planned, here.left().length]).toEqual([
      'incremental',
      [dayAgo(30)],
      0,
      60,
    ]);
    expect((await here.after(1, longer)).log).toEqual(['PAGE 1']);
  });
});

describe('everything is read', () => {
  test('when a hold is released, and what it covered is deleted', async () => {
    const here = await known({ holds: [CASE] });
    await here.after(10, { holds: [CASE, OTHER] });
    const released = await here.after(1, { holds: [CASE] });
    expect([released.report.scan.kind, counted(released.report.outcomes)]).toEqual(['full', { deleted: 1 }]);
    expect([here.api.has(mediaSidOf(301)), here.api.has(mediaSidOf(302))]).toEqual([true, false]);
    expect((await here.after(1, { holds: [CASE] })).report.scan.kind).toBe('incremental');
  });

  test('when a period is shortened, and what is due by that is deleted', async () => {
    const here = await known();
    const shorter = { policy: policy(rule('20d', {}, 'after-30d')) };
    const { report } = await here.after(1, shorter);
    expect([report.scan.kind, counted(report.outcomes), here.left().length]).toEqual(['full', { deleted: 20 }, 40]);
    expect((await here.after(1, shorter)).report.scan.kind).toBe('incremental');
  });

  test('when a period is shortened that was lengthened by a sweep that needed not read everything', async () => {
    const here = await known();
    await here.after(1, { policy: policy(rule('60d', {}, 'after-30d')) });
    expect((await here.after(10)).report).toMatchObject({ scan: { kind: 'full' }, outcomes: { deleted: 2 } });
  });

  test('day by day where that is sooner done', async () => {
    const here = living(daily(40), { pageSize: 4 });
    await here.after(0, { holds: [hold('case-9', { messageSid: [messageSidOf(401)] })] });
    const released = await here.after(1);
    expect([released.report.scan.kind, counted(released.report.outcomes)]).toEqual(['by-day', { deleted: 1 }]);
  });
});

const lose = ({ db }: Living): void =>
  ['scan_state', 'scan_day', 'scan_message'].forEach((table) => db.exec(`delete from ${table}`));

test('an index that is lost, whenever that is, changes what is asked for and nothing else', async () => {
  const odd = [
    sentAgo(6, 5, { status: inProgress('queued'), sentAt: null }),
    sentAgo(29, 5, { status: terminal('failed'), sentAt: null }),
    sentAgo(29, 6, { createdAt: 'unreadable' }),
  ];
  const account = [...daily(6), odd[0]!, ...daily(29).slice(12), ...odd.slice(1), ...daily(40).slice(58)];
  const STEPS = 6;
  const worlds = Array.from({ length: STEPS + 1 }, () => living([...account], SPARSE));
  const requests = worlds.map(() => 0);
  for (let step = 0; step < STEPS; step++) {
    const figures = [];
    for (const [n, here] of worlds.entries()) {
      if (n === step) lose(here);
      here.account.unshift(sentAgo(1 - 2 * step, 7));
      const { report, log } = await here.after(step === 0 ? 0 : 48, {
        fullScanEvery: { kind: 'span', months: 12, hours: 0 },
      });
      requests[n] = (requests[n] ?? 0) + log.length;
      const { messages, media, retained, planned, outcomes, oldestOverdueAt } = report;
      figures.push({ messages, media, retained, planned, outcomes, oldestOverdueAt, left: here.left() });
    }
    for (const each of figures) expect(each).toEqual(figures[STEPS]);
  }
  expect(requests.slice(1, STEPS).every((count) => count > (requests[STEPS] ?? 0))).toBe(true);
});
