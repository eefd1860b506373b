import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, earliestDue } from '../../src/retention/decide.ts';
import type { Message } from '../../src/retention/resource.ts';
import { aMedia, aMessage, days, hold, inProgress, MEDIA_SID, NOW, policy, rule, span, utc } from '../support/items.ts';
import { holds, holdsWith, instants, items, matchesOfMessage, policies, policiesWith } from './arbitrary.ts';

const RUNS = { numRuns: 5_000 };
const after30d = policy(rule('30d'));
const images = { contentType: ['image/*'] };

describe('a message retains all of its media unseen', () => {
  test.each<[string, Message, string]>([
    ['while it is in progress', aMessage({ status: inProgress('queued') }), 'in-progress'],
    ['B2 in a status nobody has described', aMessage({ status: { kind: 'unknown' } }), 'unknown-status'],
    ['B5 without a readable date', aMessage({ createdAt: 'unreadable' }), 'unreadable-date'],
    ['B6 with an unreadable date of sending', aMessage({ sentAt: 'unreadable' }), 'unreadable-date'],
    ['B7 from the future', aMessage({ createdAt: days(1) }), 'future-date'],
    ['B8 from 1970', aMessage({ sentAt: new Date(0) }), 'implausible-date'],
    ['B18 with a strange SID', aMessage({ sid: null }), 'strange-sid'],
    ['up to and including the instant its period ends', aMessage({ createdAt: days(-30) }), 'not-due'],
  ])('%s', (_, message, reason) => {
    expect(earliestDue(message, after30d, [], NOW)).toMatchObject({ kind: 'retain', reason: { kind: reason } });
  });

  test.each([
    ['under a hold on it', after30d, hold('case-7', { number: ['+1555*'] }), { kind: 'hold', hold: 'case-7' }],
    ['under a hold on its day', after30d, hold('case-7', { since: days(-101) }), { kind: 'hold', hold: 'case-7' }],
    ['when a hold may cover it', after30d, hold('case-7', { from: ['+49*'] }), { kind: 'unknown-number' }],
    [
      'when a rule may govern it',
      policy(rule('30d', { to: ['+1*'], from: ['+49*'] })),
      undefined,
      { kind: 'unknown-number' },
    ],
    ['when nothing ever deletes them', policy(), undefined, { kind: 'forever', rule: 'default' }],
    [
      'when a rule keeps them whatever they are',
      policy(rule('forever'), rule('7d', images)),
      undefined,
      { kind: 'forever', rule: 'after-forever' },
    ],
  ])('%s', (_, by, held, reason) => {
    expect(earliestDue(aMessage({ from: null }), by, held ? [held] : [], NOW)).toEqual({ kind: 'retain', reason });
  });

  test('until the first instant at which one of them could be due', () => {
    const byType = policy(rule('200d', images, 'a'), rule('120d', { contentType: ['video/*'] }, 'b'));
    expect(earliestDue(aMessage(), byType, [], NOW)).toEqual({
      kind: 'retain',
      reason: { kind: 'not-due', rule: 'b', dueAt: days(20) },
    });
    expect(earliestDue(aMessage(), { ...byType, default: span('110d') }, [], NOW)).toEqual({
      kind: 'retain',
      reason: { kind: 'not-due', rule: 'default', dueAt: days(10) },
    });
  });
});

test('E12 the first by name is named where several could end at once, in whatever order they stand', () => {
  const rules = [
    rule('120d', images, 'b'),
    rule('2880h', { contentType: ['video/*'] }, 'a'),
    rule('120d', images, 'c'),
  ];
  for (const order of [rules, rules.toReversed()])
    expect(earliestDue(aMessage(), policy(...order), [], NOW)).toMatchObject({
      reason: { rule: 'a', dueAt: days(20) },
    });
});

describe('the media have to be looked at', () => {
  test.each([
    ['when the period is over', after30d, []],
    ['when the only hold is on a type', after30d, [hold('case-7', images)]],
    ['when the only hold is on other days', after30d, [hold('case-7', { until: days(-200) })]],
    ['when a rule on their type would be over', policy(rule('30d', images)), []],
    ['when only the default would be over', { ...policy(rule('forever', images)), default: span('30d') }, []],
    ['when a type decides before an unknown number does', policy(rule('30d', { from: ['+49*'], ...images })), []],
  ])('%s', (_, by, held) => {
    expect(earliestDue(aMessage({ from: null }), by, held, NOW)).toEqual({ kind: 'may-be-due' });
  });
});

test('what a message retains unseen is retained whatever its media are, and not due before it said', () => {
  let retained = 0;
  fc.assert(
    fc.property(items, policies, holds, instants, ({ message, media }, policy_, held, now) => {
      const outlook = earliestDue(message, policy_, held, now);
      if (outlook.kind !== 'retain') return;
      retained++;
      const decision = decide({ message, media }, policy_, held, now);
      expect(decision.kind).toBe('retain');
      if (outlook.reason.kind !== 'not-due') return;
      const later = decide({ message, media }, policy_, held, outlook.reason.dueAt);
      expect(later.kind, 'at the instant it named').toBe('retain');
    }),
    RUNS,
  );
  expect(retained, 'messages that retain').toBeGreaterThan(1_000);
});

test('where only the date of its media is open, a message that may be due has media that are', () => {
  let due = 0;
  fc.assert(
    fc.property(
      items,
      policiesWith(matchesOfMessage),
      holdsWith(matchesOfMessage),
      instants,
      ({ message }, policy_, held, now) => {
        if (earliestDue(message, policy_, held, now).kind === 'retain') return;
        due++;
        const media = aMedia({ createdAt: message.createdAt });
        expect(decide({ message, media }, policy_, held, now)).toMatchObject({ kind: 'delete', mediaSid: MEDIA_SID });
      },
    ),
    RUNS,
  );
  expect(due, 'messages that may be due').toBeGreaterThan(100);
});

test('media younger than their message never come due before it says, not even where months end', () => {
  const message = aMessage({ createdAt: utc('2026-01-30T23:00:00') });
  const media = aMedia({ createdAt: utc('2026-01-31T01:00:00') });
  const between = utc('2026-02-28T12:00:00');
  expect(earliestDue(message, policy(rule('1mo')), [], between)).toMatchObject({ reason: { kind: 'not-due' } });
  expect(decide({ message, media }, policy(rule('1mo')), [], between)).toMatchObject({ kind: 'retain' });
});
