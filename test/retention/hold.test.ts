import { describe, expect, test } from 'vitest';
import { decide } from '../../src/retention/decide.ts';
import type { HoldMatch } from '../../src/retention/policy.ts';
import { DIRECTIONS, messageSid } from '../../src/retention/resource.ts';
import { anItem, DAY_MS, hold, MESSAGE_SID, NOW, policy, rule, utc } from '../support/items.ts';

const after30d = policy(rule('30d'));

describe('a hold', () => {
  test('beats every rule', () => {
    expect(decide(anItem(), after30d, [hold('case-7')], NOW)).toEqual(retained({ kind: 'hold', hold: 'case-7' }));
  });

  test('is named before what is unknown of another, the first by name where several cover', () => {
    const holds = [hold('case-9'), hold('case-7'), hold('case-1', { number: ['+49*'] })];
    for (const order of [holds, holds.toReversed()])
      expect(decide(anItem({ to: null }), after30d, order, NOW)).toEqual(retained({ kind: 'hold', hold: 'case-7' }));
  });

  test('names the same doubt of several in whatever order they stand', () => {
    const holds = [hold('case-7', { direction: ['inbound'] }), hold('case-8', { to: ['+49*'] })];
    for (const order of [holds, holds.toReversed()])
      expect(decide(anItem({ to: null, direction: 'unknown' }), after30d, order, NOW)).toEqual(
        retained({ kind: 'unknown-direction' }),
      );
  });

  test.each([
    ['B3 direction', anItem({ direction: 'unknown' }), hold('case-7', { direction: DIRECTIONS }), 'unknown-direction'],
    ['B23 number', anItem({ from: null }), hold('case-7', { from: ['+49*'] }), 'unknown-number'],
    ['type', anItem({}, { contentType: null }), hold('case-7', { contentType: ['video/*'] }), 'unknown-type'],
  ])('that asks for an unknown %s retains', (_, item, held, reason) => {
    expect(decide(item, after30d, [held, hold('case-8', { status: ['failed'] })], NOW)).toEqual(
      retained({ kind: reason }),
    );
  });

  test('covers an item of which any date is on a held day', () => {
    const january = hold('case-7', { since: utc('2026-01-01'), until: utc('2026-01-31') });
    const lastHeld = new Date(utc('2026-01-31').getTime() + DAY_MS - 1);
    const outside = { createdAt: utc('2025-12-31T23:59:59'), sentAt: utc('2026-02-01') };
    expect(decide(anItem(outside), after30d, [january], NOW)).toMatchObject({ kind: 'delete' });
    for (const item of [
      anItem({ ...outside, createdAt: utc('2026-01-01') }),
      anItem({ ...outside, sentAt: lastHeld }),
      anItem(outside, { createdAt: utc('2026-01-15') }),
    ])
      expect(decide(item, { ...after30d, ageFrom: 'created' }, [january], NOW)).toMatchObject({
        reason: { hold: 'case-7' },
      });
  });

  test.each<[string, HoldMatch]>([
    ['its SID, in whichever case', { messageSid: [MESSAGE_SID.toUpperCase() as typeof MESSAGE_SID] }],
    ['either of its numbers', { number: ['+15550002222'] }],
    ['the first digits of its number', { from: ['+1555*'] }],
    ['its type', { contentType: ['image/*'] }],
    ['a day that cannot be read: rather too much than too little', { since: new Date(Number.NaN) }],
    ['a last day that cannot be read', { until: new Date(Number.NaN) }],
  ])('covers an item by %s', (_, match) => {
    expect(decide(anItem(), after30d, [hold('case-7', match)], NOW)).toEqual(
      retained({ kind: 'hold', hold: 'case-7' }),
    );
  });

  test.each<[string, HoldMatch]>([
    ['another SID', { messageSid: [messageSid('another-message')].filter((sid) => sid !== null) }],
    ['a number it only begins like', { number: ['+1555000'] }],
    ['a first day after its last date', { since: utc('2026-08-16') }],
    ['a last day before its first date', { until: utc('2026-08-14') }],
    ['one condition of two', { direction: ['inbound'], number: ['+15550001111'] }],
    ['an empty list, which no value is in', { status: [] }],
  ])('does not cover an item by %s', (_, match) => {
    expect(decide(anItem(), after30d, [hold('case-7', match)], NOW)).toMatchObject({ kind: 'delete' });
  });
});

const retained = (reason: object): object => ({ kind: 'retain', reason });
