import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/retention/resource.ts';
import { aMedia, days, inProgress, terminal } from '../../support/items.ts';
import { conversation, mediaSidOf, messageSidOf, type Conversation } from '../../support/fake-api.ts';
import { daily, dayAgo, HOUR_MS, living, sentAgo } from '../../support/living.ts';
import { counted } from '../../support/room.ts';

/** Forty days with two messages each: a page holds five days, so that all of it is walked through at first. */
const PAGES = { pageSize: 10 };

describe('a sweep that need not read everything', () => {
  test('asks for the newest page alone where nothing has come due, and reports all the same', async () => {
    const here = living(daily(40), PAGES);
    const first = await here.after(0);
    expect([first.report.scan.kind, first.asked.pages, counted(first.report.outcomes)]).toEqual([
      'full',
      8,
      { deleted: 20 },
    ]);
    const second = await here.after(1);
    expect(second.log).toEqual(['PAGE 1']);
    expect(second.report).toMatchObject({
      result: 'complete',
      messages: 80,
      media: 60,
      retained: { 'not-due': 60 },
      planned: 0,
      planComplete: true,
      scan: { kind: 'incremental', days: 0, lastFullAt: first.report.asOf },
    });
  });

  test('reads a day of which something has come due by one chain, and no longer when that is gone', async () => {
    const here = living(daily(40), PAGES);
    await here.after(0);
    expect((await here.after(9)).log).toEqual(['PAGE 1']); // due strictly after the instant its period ends
    const { log, report } = await here.after(1);
    expect(log.filter((line) => !line.startsWith('LIST') && !line.startsWith('DELETE'))).toEqual([
      'PAGE 1',
      `DAY ${dayAgo(30)} 1`,
    ]);
    expect(report).toMatchObject({ media: 60, outcomes: { deleted: 2 }, scan: { kind: 'incremental', days: 1 } });
    expect((await here.after(1)).log).toEqual(['PAGE 1']);
    expect(here.left()).toHaveLength(58);
  });

  test('reads a day again as long as something of it that is due is not shown to be gone', async () => {
    const here = living(daily(40), PAGES);
    await here.after(0);
    here.api.become({
      ...PAGES,
      delete: (media) => (media === mediaSidOf(301) ? { kind: 'refused', attempts: 1, status: 400 } : undefined),
    });
    const refused = await here.after(10);
    expect(counted(refused.report.outcomes)).toEqual({ deleted: 1, failed: 1 });
    here.api.become(PAGES);
    const again = await here.after(1);
    expect([again.asked.days, counted(again.report.outcomes)]).toEqual([[dayAgo(30)], { deleted: 1 }]);
    expect((await here.after(1)).asked.days).toEqual([]);
  });

  test('finds what is new on the newest pages, reads on through them as far as it has to, and deletes it in its time', async () => {
    const here = living(daily(40), PAGES);
    await here.after(0);
    const sentAt = new Date(days(0).getTime() + HOUR_MS);
    here.account.unshift(
      ...Array.from({ length: 12 }, (_, i) => conversation(9001 + i, 1, { createdAt: sentAt, sentAt })),
    );
    const second = await here.after(2);
    expect([second.log, second.report.messages, second.report.retained]).toEqual([
      ['PAGE 1', 'PAGE 2', 'PAGE 3'],
      92,
      { 'not-due': 72 },
    ]);
    await here.after(24);
    const due = await here.after(30 * 24);
    expect([due.report.scan.kind, due.report.messages, here.left()]).toEqual(['full', 92, []]); // more than a week has passed
  });

  test('reads everything again when fullScanEvery is over but for an hour, and not a millisecond before', async () => {
    const here = living(daily(40), PAGES);
    const { report } = await here.after(0);
    const asOf = new Date(Date.parse(report.asOf) + (7 * 24 - 1) * HOUR_MS - 1);
    for (let day = 1; day < 7; day++) await here.after(24);
    expect((await here.after(24, { asOf })).report.scan.kind).toBe('incremental');
    const { report: next } = await here.after(0);
    expect(next.scan).toMatchObject({ kind: 'full', lastFullAt: next.asOf });
  });

  test('looks only so far as a plan, and nothing is remembered of that', async () => {
    const here = living(daily(40), PAGES);
    await here.after(0);
    const index = await here.ledger.scanIndex('project-1');
    const { report, asked } = await here.after(10, { mode: 'plan' });
    expect([asked.days, report.planned, report.scan.kind]).toEqual([[dayAgo(30)], 2, 'incremental']);
    expect(await here.ledger.scanIndex('project-1')).toEqual(index);
  });
});

const queued = (ago: number): Conversation => sentAgo(ago, 5, { status: inProgress('queued'), sentAt: null });
const failed = (ago: number, own: Partial<Message> = {}): Conversation =>
  sentAgo(ago, 5, { status: terminal('failed'), sentAt: null, ...own });
const sid = messageSidOf(105);

describe('a message in progress', () => {
  test('is asked for once a day, and not twice', async () => {
    const here = living([...daily(10), queued(10), ...daily(40).slice(20)], PAGES);
    await here.after(0);
    expect([(await here.after(22)).asked, (await here.after(1)).asked.messages]).toEqual([
      { days: [dayAgo(30)], pages: 1, messages: [] },
      [sid],
    ]);
    expect((await here.after(22)).asked.messages).toEqual([]);
    const { asked, report } = await here.after(1);
    expect([asked.messages, report.messages, counted(report.retained)]).toEqual([
      [sid],
      81,
      { 'not-due': 56, 'in-progress': 1 },
    ]);
  });

  test('that has ended counts in the day it was sent on, and goes with it', async () => {
    const here = living([...daily(10), queued(10), ...daily(40).slice(20)], PAGES);
    await here.after(0);
    const at = here.account.findIndex(({ message }) => message.sid === sid);
    here.account[at] = sentAgo(10, 5);
    const ended = await here.after(24);
    expect([ended.asked.messages, counted(ended.report.retained)]).toEqual([[sid], { 'not-due': 59 }]);
    expect((await here.after(24)).asked.messages).toEqual([]);
    for (let day = 3; day <= 21; day++) await here.after(24);
    expect(here.left().filter((media) => media === mediaSidOf(105))).toEqual([]);
  });

  test('that the service does not know any more counts no longer', async () => {
    const here = living([...daily(10), queued(10), ...daily(40).slice(20)], PAGES);
    await here.after(0);
    here.account.splice(
      here.account.findIndex(({ message }) => message.sid === sid),
      1,
    );
    const { report, asked } = await here.after(24);
    expect([asked.messages, report.messages]).toEqual([[sid], 80]);
    expect((await here.after(24)).asked.messages).toEqual([]);
  });

  test('holds the newest pages open until it has ended, so that all is found that was created after it', async () => {
    const here = living(
      [...daily(2), sentAgo(2, 5, { status: inProgress('sending'), sentAt: null }), ...daily(40).slice(4)],
      PAGES,
    );
    await here.after(0);
    const index = await here.ledger.scanIndex('project-1');
    expect(index?.state.headFrom).toEqual(new Date(days(-2).getTime() + 9 * HOUR_MS));
  });
});

describe('a message without a date of being sent', () => {
  test('is kept by itself while it has media, and asked for when they come due', async () => {
    const here = living([...daily(29), failed(29), ...daily(40).slice(58)], PAGES);
    await here.after(0);
    expect((await here.ledger.scanIndex('project-1'))?.messages).toMatchObject([
      { sid: messageSidOf(295), day: undefined, dueAt: new Date(days(1).getTime() + 9 * HOUR_MS) },
    ]);
    expect((await here.after(33)).asked).toEqual({ days: [dayAgo(30)], pages: 1, messages: [] });
    const { asked, report } = await here.after(1);
    expect([asked.messages, asked.days, counted(report.outcomes)]).toEqual([
      [messageSidOf(295)],
      [dayAgo(29)],
      { deleted: 3 },
    ]);
    expect((await here.after(1)).asked.messages).toEqual([]);
  });

  test('is not kept by itself where nothing of it is left', async () => {
    const bare = { ...failed(20, { mediaCount: 0 }), media: [] };
    const here = living([...daily(20), bare, ...daily(40).slice(40)], PAGES);
    const { report } = await here.after(0);
    expect([report.messages, (await here.ledger.scanIndex('project-1'))?.messages]).toEqual([81, []]);
  });
});

test('what is dated in the future is looked at again when that is over', async () => {
  const odd = { ...sentAgo(35, 5), media: [aMedia({ sid: mediaSidOf(355), createdAt: days(3) })] };
  const here = living([...daily(34), odd, ...daily(40).slice(68)], PAGES);
  expect(counted((await here.after(0)).report.retained)).toMatchObject({ 'future-date': 1 });
  expect((await here.after(3 * 24)).asked.days).not.toContain(dayAgo(35)); // strictly after that instant
  const { asked, report } = await here.after(1);
  expect([asked.days, counted(report.retained)]).toEqual([[dayAgo(35)], { 'not-due': 55 }]);
});
