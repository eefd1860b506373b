import { describe, expect, test } from 'vitest';
import { PauseOutlasts, Unavailable, Unreachable } from '../../../src/provider/contract.ts';
import type { Message } from '../../../src/retention/resource.ts';
import { messageSidOf, type Script } from '../../support/fake-api.ts';
import { days, inProgress, terminal } from '../../support/items.ts';
import { daily, dayAgo, living, sentAgo, type Living, type Swept } from '../../support/living.ts';
import { counted } from '../../support/room.ts';

/** Two messages a day, and two days a page: dense enough to be read by days from the first sweep on. */
const DENSE = { pageSize: 4 };
/** Sparse enough to be walked through at first. */
const SPARSE = { pageSize: 10 };
type Filter = Required<Script>['day'];

const toldOf = (here: Living): number => here.events.filter(({ event }) => event === 'scan.distrusted').length;

/** How often each of the messages that were due was listed: once for the plan, once to verify. */
const timesListed = ({ log }: Swept, ...of: readonly number[]): number[] =>
  of.map(messageSidOf).map(
    (sid) => log.filter((line, at) => line === `LIST ${sid}` && log[at - 1] !== `MESSAGE ${sid}`).length, // the one it learns from
  );

describe('an account that has never been read, whose filter by day', () => {
  test('is right, is read by days', async () => {
    const here = living(daily(40), DENSE);
    const { report, asked } = await here.after(0);
    expect([report.scan.kind, report.messages, counted(report.outcomes), toldOf(here)]).toEqual([
      'by-day',
      80,
      { deleted: 20 },
      0,
    ]);
    expect([asked.pages, asked.days.at(0), asked.days.at(-1), report.scan.days]).toEqual([
      3,
      dayAgo(41),
      dayAgo(0),
      42,
    ]);
    expect(report.scan.lastFullAt).toBe(null);
  });

  test('is right, is read by days with what was never sent and stands far from the newest, though it is as young', async () => {
    const unsent = sentAgo(1, 5, { status: terminal('failed'), sentAt: null });
    const here = living([...daily(40), unsent], DENSE);
    const first = await here.after(0);
    expect([first.report.scan.kind, first.report.messages, first.report.media]).toEqual(['by-day', 81, 81]);
    expect((await here.after(24)).report.scan.kind).toBe('full'); // a list in that order hides what is new
    await here.after(32 * 24);
    expect(here.left()).toEqual([]);
  });

  test.each<[string, Filter]>([
    ['gives the day before', (day, _, all) => all.filter(({ sentAt }) => isOn(sentAt, day, -1))],
    ['gives the day before too', (day, sent, all) => [...sent, ...all.filter(({ sentAt }) => isOn(sentAt, day, -1))]],
    ['is ignored', (_, __, all) => all],
    ['is ignored for one day', (day, sent, all) => (day === dayAgo(35) ? all : sent)],
    ['is right but for the oldest that is due', (day, sent, all) => (day === dayAgo(40) ? all.slice(0, 1) : sent)],
    ['finds nothing, although the newest pages have shown more', () => []],
    [
      'leaves out one of those that the newest pages have shown',
      (_, sent) => sent.filter(({ sid }) => sid !== messageSidOf(41)),
    ],
  ])('%s, is walked through, and each message counts once', async (_, day) => {
    const here = living(daily(40), { ...DENSE, day });
    const swept = await here.after(0);
    const { report, asked } = swept;
    expect([toldOf(here), report.scan.kind, report.messages, report.media, asked.pages]).toEqual([
      1,
      'full',
      80,
      80,
      20,
    ]);
    expect([report.result, counted(report.outcomes)]).toEqual(['complete', { deleted: 20 }]);
    expect(report.scan.lastFullAt).toBe(report.asOf);
    expect(new Set(timesListed(swept, 311, 312, 351, 352, 401, 402))).toEqual(new Set([2]));
    expect((await here.after(1)).log).toEqual(['PAGE 1']);
  });
});

const failing = (of: string, error: () => Error = () => new Unavailable('away')): Script => ({
  filter: (line) => {
    if (line.startsWith(of)) throw error();
  },
});

/** Nothing but the newest page. */
const firstPageOnly: Script = {
  page: (n) => {
    if (n > 1) throw new Unavailable('away');
  },
};

describe('an account whose filter cannot be had', () => {
  test.each(['BEFORE', `DAY ${dayAgo(41)}`, `DAY ${dayAgo(7)}`, 'STATUS failed'])(
    'at "%s" is walked through when it has never been read, and each message counts once',
    async (of) => {
      const here = living(daily(40), { ...DENSE, ...failing(of) });
      const swept = await here.after(0);
      const { report, asked } = swept;
      expect([toldOf(here), report.scan.kind, report.messages, report.media, asked.pages]).toEqual([1, 'full', 80, 80, 20]); // prettier-ignore
      expect([report.result, counted(report.outcomes)]).toEqual(['complete', { deleted: 20 }]);
      expect(new Set(timesListed(swept, 311, 312, 351, 352, 401, 402))).toEqual(new Set([2]));
    },
  );

  test('any more is walked through when it is known', async () => {
    const here = living(daily(40), SPARSE);
    await here.after(0);
    here.api.become({ ...SPARSE, ...failing('DAY') });
    const { report } = await here.after(10);
    expect([toldOf(here), report.scan.kind, report.result]).toEqual([1, 'full', 'complete']);
    expect([report.messages, counted(report.outcomes)]).toEqual([80, { deleted: 2 }]);
  });

  test('nor anything else, since the service is away, stops the sweep', async () => {
    const here = living(daily(40), SPARSE);
    await here.after(0);
    here.api.become({ ...SPARSE, ...failing('DAY'), ...firstPageOnly });
    const { report } = await here.after(10);
    expect([report.result, report.planComplete, report.planned]).toEqual(['partial', false, 0]);
    here.api.become(SPARSE);
    expect(counted((await here.after(1)).report.outcomes)).toEqual({ deleted: 2 });
  });

  test.each([new PauseOutlasts('a pause'), new Unreachable('astray')])(
    'since of %s is not walked through',
    async (error) => {
      const here = living(daily(40), SPARSE);
      await here.after(0);
      here.api.become({ ...SPARSE, ...failing('DAY', () => error) });
      const { report, asked } = await here.after(10);
      expect([toldOf(here), report.result, report.planned, asked.pages]).toEqual([0, 'partial', 0, 1]);
    },
  );
});

const isOn = (sentAt: Message['sentAt'], day: string, offset: number): boolean =>
  sentAt instanceof Date && days(-offset, sentAt).toISOString().startsWith(day);

const misses =
  (n: number): Filter =>
  (_, sent) =>
    sent.filter(({ sid }) => sid !== messageSidOf(n));
const missesOne: Filter = (day, sent) => (day === dayAgo(28) ? sent.slice(1) : sent);

describe('an account that is known, whose filter by day', () => {
  test.each<[string, Filter]>([
    ['gives fewer messages than there were', misses(302)],
    ['gives none', () => []],
    ['gives another day', (_, __, all) => all.slice(0, 2)],
    ['is ignored', (_, __, all) => all],
  ])('%s, is walked through, and each message counts once', async (_, day) => {
    const here = living(daily(40), SPARSE);
    await here.after(0);
    here.api.become({ ...SPARSE, day });
    const swept = await here.after(10);
    expect([toldOf(here), swept.report.scan.kind, swept.asked.pages]).toEqual([1, 'full', 8]);
    expect(swept.report).toMatchObject({
      result: 'complete',
      messages: 80,
      retained: { 'not-due': 58 },
      planComplete: true,
    });
    expect([counted(swept.report.outcomes), timesListed(swept, 301, 302)]).toEqual([{ deleted: 2 }, [2, 2]]);
    here.api.become(SPARSE);
    expect((await here.after(1)).log).toEqual(['PAGE 1']);
  });

  test('gives fewer because one is not there any more, is walked through once', async () => {
    const here = living(daily(40), SPARSE);
    await here.after(0);
    here.account.splice(
      here.account.findIndex(({ message: { sid } }) => sid === messageSidOf(302)),
      1,
    );
    const { report } = await here.after(10);
    expect([toldOf(here), report.messages, counted(report.outcomes)]).toEqual([1, 79, { deleted: 1 }]);
    await here.after(24);
    expect(toldOf(here)).toBe(1);
  });

  test('gives fewer because some are gone, with them what is known of days of which nothing is left', async () => {
    const here = living(daily(40), SPARSE);
    await here.after(0);
    const gone = new Set([302, 201, 202].map((n) => messageSidOf(n)));
    here.account.splice(0, Infinity, ...here.account.filter(({ message: { sid } }) => sid === null || !gone.has(sid)));
    const { report } = await here.after(10);
    expect([toldOf(here), report.messages, report.media]).toEqual([1, 77, 57]);
    expect((await here.after(1)).report).toMatchObject({ scan: { kind: 'incremental' }, messages: 77, media: 56 });
  });

  test('gives messages in progress, or created lately, which count elsewhere: there are fewer than seen of no day', async () => {
    const stuck = sentAgo(30, 5, { status: inProgress('sending') });
    const here = living([...daily(30), stuck, ...daily(40).slice(60)], SPARSE);
    await here.after(0);
    const { report, asked } = await here.after(10);
    expect([toldOf(here), asked.days, report.messages, report.retained]).toEqual([
      0,
      [dayAgo(30)],
      81,
      { 'not-due': 58, 'in-progress': 1 },
    ]);
  });

  test('turns out to be wrong after some days were read, reads nothing of them twice', async () => {
    const here = living(daily(40), SPARSE);
    await here.after(0);
    here.api.become({ ...SPARSE, day: missesOne });
    const swept = await here.after(58, { concurrency: 1 });
    expect([toldOf(here), swept.asked.days]).toEqual([1, [dayAgo(30), dayAgo(29), dayAgo(28)]]);
    expect([swept.report.messages, counted(swept.report.outcomes)]).toEqual([80, { deleted: 6 }]);
    expect(timesListed(swept, 301, 302, 291, 292, 281, 282)).toEqual([2, 2, 2, 2, 2, 2]);
  });
});
