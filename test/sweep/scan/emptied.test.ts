import { describe, expect, test } from 'vitest';
import type { ScanDay } from '../../../src/ledger/scan.ts';
import type { Message } from '../../../src/retention/resource.ts';
import { dayFor } from '../../../src/sweep/scan/days.ts';
import { digestOf, digestsOf } from '../../../src/sweep/scan/digest.ts';
import { Emptied } from '../../../src/sweep/scan/emptied.ts';
import { messageSidOf } from '../../support/fake-api.ts';
import { aMessage, DAY_MS, days, NOW } from '../../support/items.ts';
import { daily, living, sentAgo, type Living } from '../../support/living.ts';
import { only } from '../../support/room.ts';

const PAGES = { pageSize: 10 };
const WEEK = 7 * 24;

const knownFrom = (...messages: readonly Message[]): ScanDay[] =>
  messages.map((message) => ({
    day: dayFor(message),
    messages: 1,
    dueAt: undefined,
    retained: {},
    emptied: digestsOf([digestOf(message)]),
  }));
const MESSAGE = aMessage({ sentAt: days(-100) });
const OTHER = aMessage({ sid: messageSidOf(2), sentAt: days(-100) });

describe('of a message nothing is left', () => {
  test.each<[boolean, string, Partial<Message>]>([
    [true, 'where it is just as it was', {}],
    [false, 'where it says another number of media', { mediaCount: 2 }],
    [false, 'where it was updated since', { updatedAt: days(-99) }],
    [false, 'where it counts in another day', { sentAt: days(-99) }],
    [false, 'where its day cannot be read', { sentAt: 'unreadable' }],
  ])('%s: %s', (expected, _, own) => {
    expect(new Emptied(NOW, knownFrom(MESSAGE), false).has({ ...MESSAGE, ...own })).toBe(expected);
  });

  test.each([1, 7, 10, 14, 30])(
    'which is not believed about once in a hundred times where everything is read every %i days',
    (apart) => {
      const believed = Array.from({ length: 2000 }, (_, n) =>
        new Emptied(new Date(NOW.getTime() + n * apart * DAY_MS), knownFrom(MESSAGE), true).has(MESSAGE),
      );
      const not = believed.filter((each) => !each).length;
      expect(not).toBeGreaterThan(8);
      expect(not).toBeLessThan(40);
    },
  );

  test('which is remembered with what was known of its day, until all of that day is read', () => {
    const emptied = new Emptied(NOW, knownFrom(MESSAGE), true);
    const day = dayFor(MESSAGE);
    expect(emptied.of(day)).toEqual(digestsOf([digestOf(MESSAGE)]));
    emptied.add(OTHER);
    expect(emptied.of(day)).toEqual(digestsOf([digestOf(OTHER), digestOf(MESSAGE)]));
    emptied.forgetBefore(day);
    expect(emptied.of(day)).toEqual(digestsOf([digestOf(OTHER)]));
    expect([emptied.of(day + 1).length, emptied.has(MESSAGE)]).toEqual([
      0,
      new Emptied(NOW, knownFrom(MESSAGE), true).has(MESSAGE),
    ]);
  });
});

/** Ten days of messages are due and deleted, which is remembered: a week later they are not listed again. */
async function swept(): Promise<Living> {
  const here = living(daily(40), PAGES);
  await here.after(0);
  const { report, log } = await here.after(WEEK);
  expect([report.scan.kind, log.includes('LIST message-401')]).toEqual(['full', false]);
  return here;
}

describe('a message of which nothing was left', () => {
  test('that the sweep itself emptied is listed once more where the service does not go on to count what is gone', async () => {
    const account = daily(40);
    const here = living(account, PAGES);
    here.api.become({ ...PAGES, message: (message) => ({ ...message, mediaCount: 0 }) });
    await here.after(0);
    expect((await here.after(WEEK)).log).toContain('LIST message-401');
    expect((await here.after(WEEK)).log).not.toContain('LIST message-401');
  });

  test('is not waited for longer than what it can save is worth, and then nothing more is asked about it', async () => {
    const here = living(daily(40), PAGES);
    const late = Promise.withResolvers<void>();
    here.api.become({ ...PAGES, message: (message) => late.promise.then(() => message) });
    const { report } = await here.after(0);
    expect([report.result, report.requests.getMessage]).toEqual(['complete', 1]);
    late.resolve();
    await new Promise((done) => setImmediate(done));
    expect(only('LIST', here.api)).toHaveLength(report.requests.listMedia);
  });

  test('is not listed again while it is as it was, but for a sample', async () => {
    const here = await swept();
    const before = only('LIST', here.api).length;
    const { report, log } = await here.after(WEEK);
    const again = log.filter((line) => /^LIST message-(3[1-9]|40)/.test(line));
    expect([report.scan.kind, report.media, again.length]).toEqual(['full', 46, 0]);
    expect(only('LIST', here.api).length - before).toBe(2 * 14); // listed for the plan, and again to verify
  });

  test.each([
    ['it says another number of media', { mediaCount: 2 }],
    ['it was updated since', { updatedAt: days(1) }],
  ])('is listed again where %s, and what has come is deleted', async (_, own) => {
    const here = await swept();
    const { message, media } = sentAgo(40, 1, own);
    const come = { message, media: [{ ...media[0]!, sid: 'media-new' as never }] };
    here.account.splice(
      here.account.findIndex(({ message: { sid } }) => sid === message.sid),
      1,
      come,
    );
    expect((await here.after(WEEK)).log).toContain('LIST message-401');
    expect(here.left()).not.toContain('media-new');
  });

  test('is listed again where its list came in several answers: what was on none of them is deleted then', async () => {
    const account = daily(40);
    const at = account.findIndex(({ message: { sid } }) => sid === messageSidOf(401));
    const { message, media } = account[at]!;
    account[at] = { message, media: [...media, { ...media[0]!, sid: 'media-missed' as never }] };
    const here = living(account, {
      ...PAGES,
      list: (sid, nth) =>
        sid === message.sid && nth === 1 ? { kind: 'listed', media, isOneAnswer: false } : undefined,
    });
    await here.after(0);
    expect(here.left()).toContain('media-missed');
    await here.after(WEEK);
    expect(here.left()).not.toContain('media-missed');
  });

  test('and that is held now counts as nothing: that is known by its own data and the ledger', async () => {
    const here = await swept();
    const { report } = await here.after(WEEK, {
      holds: [{ id: 'case-7', reason: 'Audit', match: { messageSid: [messageSidOf(401)] } }],
    });
    expect([report.media, report.retained.hold]).toEqual([46, undefined]);
  });
});
