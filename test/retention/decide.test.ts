import { describe, expect, test } from 'vitest';
import { decide } from '../../src/retention/decide.ts';
import { FOREVER } from '../../src/retention/period.ts';
import type { Rule } from '../../src/retention/policy.ts';
import { IN_PROGRESS, TERMINAL, type Status } from '../../src/retention/resource.ts';
import {
  anItem,
  days,
  hold,
  inProgress,
  MEDIA_SID,
  MESSAGE_SID,
  NOW,
  policy,
  rule,
  span,
  terminal,
  utc,
} from '../support/items.ts';

const NO_DATE = new Date(Number.NaN);
const seconds = (count: number): Date => new Date(NOW.getTime() + count * 1000);
const after30d = policy(rule('30d'));

describe('an item is deleted', () => {
  test('once its period is over, with all that a DELETE needs and no more', () => {
    expect(decide(anItem({ createdAt: days(-31) }), after30d, [], NOW)).toEqual({
      kind: 'delete',
      messageSid: MESSAGE_SID,
      mediaSid: MEDIA_SID,
      rule: 'after-30d',
      expiredAt: days(-1),
    });
  });

  test('a millisecond after its period has ended, not at that instant (B10)', () => {
    const item = anItem({ createdAt: days(-30) });
    expect(decide(item, after30d, [], NOW)).toEqual(retained({ kind: 'not-due', rule: 'after-30d', dueAt: NOW }));
    expect(decide(item, after30d, [], new Date(NOW.getTime() + 1))).toMatchObject({ kind: 'delete', expiredAt: NOW });
  });

  test.each(TERMINAL)('in status %s (B4: outbound MMS stays sent for ever)', (name) => {
    expect(decide(anItem({ status: terminal(name) }), after30d, [], NOW)).toMatchObject({ kind: 'delete' });
  });

  test('by the default where no rule governs, and under its name', () => {
    const byDefault = { ...policy(rule('forever', { status: ['failed'] })), default: span('30d') };
    expect(decide(anItem(), byDefault, [], NOW)).toMatchObject({ kind: 'delete', rule: 'default' });
  });

  test('B27 once the hold that covered it is gone', () => {
    expect(decide(anItem(), after30d, [hold('case-7')], NOW)).toMatchObject({ kind: 'retain' });
    expect(decide(anItem(), after30d, [], NOW)).toMatchObject({ kind: 'delete' });
  });

  test('B3 in an unknown direction or with unreadable numbers and type, where nothing asks for them', () => {
    const item = anItem({ direction: 'unknown', from: null, to: null }, { contentType: null });
    expect(decide(item, after30d, [hold('case-7', { status: ['failed'] })], NOW)).toMatchObject({ kind: 'delete' });
  });
});

describe('an item is retained', () => {
  test.each(IN_PROGRESS)('while its message is %s, however old', (name) => {
    const item = anItem({ status: inProgress(name), createdAt: days(-900) });
    expect(decide(item, after30d, [], NOW)).toEqual(retained({ kind: 'in-progress' }));
  });

  test.each([
    ['B2 when its status is one nobody has described', anItem({ status: { kind: 'unknown' } }), 'unknown-status'],
    ['B2 when its status has no kind at all', anItem({ status: {} as Status }), 'unknown-status'],
    ['B5 when its message has no readable date', anItem({ createdAt: 'unreadable' }), 'unreadable-date'],
    ['B6 when the date of sending cannot be read', anItem({ sentAt: 'unreadable' }), 'unreadable-date'],
    ['B6 when its own date cannot be read', anItem({}, { createdAt: 'unreadable' }), 'unreadable-date'],
    ['B6 when the date of its message is no date', anItem({ createdAt: NO_DATE }), 'unreadable-date'],
    ['B6 when the date of sending is no date', anItem({ sentAt: NO_DATE }), 'unreadable-date'],
    ['B6 when its own date is no date', anItem({}, { createdAt: NO_DATE }), 'unreadable-date'],
    ['B7 when its message comes from the future', anItem({ createdAt: seconds(301) }), 'future-date'],
    ['B7 when it was sent in the future', anItem({ sentAt: seconds(301) }), 'future-date'],
    ['B7 when it will only be created', anItem({}, { createdAt: seconds(301) }), 'future-date'],
    ['B8 when its message is from 1970', anItem({ createdAt: new Date(0) }), 'implausible-date'],
    ['B8 when it was sent before 1970', anItem({ sentAt: new Date(-1) }), 'implausible-date'],
    ['B8 when it is older than the service', anItem({}, { createdAt: utc('2015-12-31T23:59:59') }), 'implausible-date'],
    ['B18 when the SID of its message is strange', anItem({ sid: null }), 'strange-sid'],
    ['B18 when its own SID is strange', anItem({}, { sid: null }), 'strange-sid'],
  ])('%s', (_, item, reason) => {
    expect(decide(item, after30d, [], NOW)).toEqual(retained({ kind: reason }));
  });

  test.each([
    ['exactly 5 minutes ahead', seconds(300), 'not-due'],
    ['on the first instant of 2016', utc('2016-01-01'), undefined],
  ])('B7 B8 not for its date %s: that is still a date', (_, createdAt, reason) => {
    const decision = decide(anItem({ createdAt }), after30d, [], NOW);
    expect(decision.kind === 'retain' ? decision.reason.kind : undefined).toBe(reason);
  });

  test('when nobody can say what time it is', () => {
    expect(decide(anItem(), after30d, [], NO_DATE)).toMatchObject({ kind: 'retain' });
  });

  test('for ever where a rule says so, or where none governs', () => {
    expect(decide(anItem(), policy(rule('forever')), [], NOW)).toEqual(
      retained({ kind: 'forever', rule: 'after-forever' }),
    );
    expect(decide(anItem(), policy(), [], NOW)).toEqual(retained({ kind: 'forever', rule: 'default' }));
    expect(decide(anItem(), { ...policy(), default: FOREVER, minimumAge: span('1h') }, [], NOW)).toMatchObject({
      reason: { kind: 'forever' },
    });
  });

  test('where a period reaches beyond the last day there is', () => {
    const endless: Rule = { id: 'endless', match: {}, retain: { kind: 'span', months: 0, hours: 1e13 } };
    expect(decide(anItem(), policy(endless), [], NOW)).toEqual(retained({ kind: 'forever', rule: 'endless' }));
  });

  test('until the minimum age, whatever the rules say', () => {
    const impatient = { ...policy(rule('1h')), minimumAge: span('7d') };
    expect(decide(anItem({ createdAt: days(-7) }), impatient, [], NOW)).toEqual(
      retained({ kind: 'not-due', rule: 'after-1h', dueAt: NOW }),
    );
    expect(decide(anItem({ createdAt: seconds(-7 * 86_400 - 1) }), impatient, [], NOW)).toMatchObject({
      kind: 'delete',
      expiredAt: seconds(-1),
    });
  });
});

describe('of the rules that govern an item', () => {
  const both = policy(rule('7d', {}, 'soon'), rule('200d', {}, 'late'));

  test('E11 the longest retention wins over the shorter', () => {
    expect(decide(anItem(), both, [], NOW)).toMatchObject({
      reason: { kind: 'not-due', rule: 'late', dueAt: days(100) },
    });
  });

  test('E11 for ever wins over everything', () => {
    const three = policy(...both.rules, rule('forever', {}, 'never'), rule('forever', {}, 'not-ever'));
    expect(decide(anItem(), three, [], NOW)).toEqual(retained({ kind: 'forever', rule: 'never' }));
  });

  test('the default has no say, be it longer or shorter', () => {
    for (const period of [FOREVER, span('1h')])
      expect(decide(anItem(), { ...policy(rule('30d')), default: period }, [], NOW)).toMatchObject({
        kind: 'delete',
        rule: 'after-30d',
      });
  });

  test('those that do not match have none', () => {
    const other = policy(rule('30d'), rule('forever', { direction: ['inbound'] }));
    expect(decide(anItem(), other, [], NOW)).toMatchObject({ kind: 'delete', rule: 'after-30d' });
  });

  test.each([
    ['B3 direction', anItem({ direction: 'unknown' }), rule('30d', { direction: ['inbound'] }), 'unknown-direction'],
    ['B23 number', anItem({ to: null }), rule('30d', { number: ['+49*'] }), 'unknown-number'],
    ['type', anItem({}, { contentType: null }), rule('30d', { contentType: ['video/*'] }), 'unknown-type'],
  ])('one that asks for an unknown %s retains, whatever the others say', (_, item, asking, reason) => {
    expect(decide(item, policy(asking, rule('30d', {}, 'all')), [], NOW)).toEqual(retained({ kind: reason }));
  });

  test('E12 the first by name is named where several end at once, in whatever order they stand', () => {
    const rules = [rule('30d', {}, 'b'), rule('720h', {}, 'a'), rule('30d', {}, 'c')];
    for (const order of [rules, rules.toReversed()])
      expect(decide(anItem(), policy(...order), [], NOW)).toMatchObject({ kind: 'delete', rule: 'a' });
  });

  test('E12 the same doubt is named in whatever order they stand', () => {
    const rules = [rule('30d', { number: ['+49*'] }, 'a'), rule('30d', { direction: ['inbound'] }, 'b')];
    for (const order of [rules, rules.toReversed()])
      expect(decide(anItem({ from: null, direction: 'unknown' }), policy(...order), [], NOW)).toEqual(
        retained({ kind: 'unknown-direction' }),
      );
  });
});

describe('age', () => {
  const sent = after30d;
  const created = { ...after30d, ageFrom: 'created' as const };
  const [old, young] = [days(-60), days(-10)];

  test.each([
    [
      'B9 counts from creation where that is youngest',
      anItem({ createdAt: young, sentAt: old }, { createdAt: old }),
      sent,
      'retain',
    ],
    ['B9 counts from sending where that is youngest', anItem({ createdAt: old, sentAt: young }), sent, 'retain'],
    [
      'B9 leaves sending out where the policy says created',
      anItem({ createdAt: old, sentAt: young }),
      created,
      'delete',
    ],
    [
      'but never for the minimum age: nothing younger goes, whatever age is counted from',
      anItem({ createdAt: old, sentAt: days(-0.5) }),
      created,
      'retain',
    ],
    [
      'B25 counts from the media where they are youngest',
      anItem({ createdAt: old }, { createdAt: young }),
      sent,
      'retain',
    ],
    [
      'B25 counts from the media also where the policy says created',
      anItem({ createdAt: old }, { createdAt: young }),
      created,
      'retain',
    ],
    ['needs no date of sending', anItem({ createdAt: old, sentAt: null }), sent, 'delete'],
  ])('%s', (_, item, by, kind) => {
    expect(decide(item, by, [], NOW)).toMatchObject({ kind });
  });

  test('B9 at a month end the date whose month ends later counts, though it is the older', () => {
    const item = anItem({ createdAt: utc('2026-01-30T23:00:00') }, { createdAt: utc('2026-01-31T01:00:00') });
    const afterAMonth = policy(rule('1mo'));
    expect(decide(item, afterAMonth, [], utc('2026-02-28T23:00:00'))).toMatchObject({ kind: 'retain' });
    expect(decide(item, afterAMonth, [], utc('2026-02-28T23:00:01'))).toMatchObject({
      kind: 'delete',
      expiredAt: utc('2026-02-28T23:00:00'),
    });
  });

  test('B10 a year from 29 February ends on the 28th, and a day across a change of clocks has 24 hours', () => {
    const leap = anItem({ createdAt: utc('2024-02-29T12:00:00') });
    expect(decide(leap, policy(rule('1y')), [], NOW)).toMatchObject({ expiredAt: utc('2025-02-28T12:00:00') });
    const night = anItem({ createdAt: utc('2026-03-28T12:00:00') });
    expect(decide(night, policy(rule('1d')), [], NOW)).toMatchObject({ expiredAt: utc('2026-03-29T12:00:00') });
  });
});

const retained = (reason: object): object => ({ kind: 'retain', reason });
