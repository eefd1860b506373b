import { describe, expect, test } from 'vitest';
import { matches, type Verdict } from '../../src/retention/match.ts';
import type { HoldMatch } from '../../src/retention/policy.ts';
import type { Message } from '../../src/retention/resource.ts';
import { aMedia, aMessage, inProgress, MESSAGE_SID, NOW, utc } from '../support/items.ts';

const picture = aMedia();

describe('a match holds', () => {
  test.each<[string, HoldMatch, Partial<Message>, Verdict]>([
    ['without any condition', {}, {}, 'yes'],
    ['for a status in its list', { status: ['failed', 'delivered'] }, {}, 'yes'],
    ['for a status in progress too', { status: ['queued'] }, { status: inProgress('queued') }, 'yes'],
    ['not for another status', { status: ['failed'] }, {}, 'no'],
    ['not for a status nobody has described', { status: ['failed'] }, { status: { kind: 'unknown' } }, 'no'],
    ['for a direction in its list', { direction: ['inbound', 'outbound-api'] }, {}, 'yes'],
    ['not for another direction', { direction: ['outbound-call'] }, {}, 'no'],
    ['B3 perhaps, for an unknown direction', { direction: ['inbound'] }, { direction: 'unknown' }, 'unknown-direction'],
    ['for the very number', { from: ['+15550001111'] }, {}, 'yes'],
    ['for the beginning of a number', { to: ['+49*', '+1555*'] }, {}, 'yes'],
    ['not for a longer number without the star', { to: ['+1555'] }, {}, 'no'],
    ['not for the other end', { from: ['+15550002222'] }, {}, 'no'],
    ['for either end', { number: ['+15550002222'] }, {}, 'yes'],
    ['for a star alone', { number: ['*'] }, {}, 'yes'],
    ['B23 perhaps, for a number that is not E.164', { from: ['+49*'] }, { from: null }, 'unknown-number'],
    ['B23 perhaps, for an end that is not E.164', { number: ['+49*'] }, { to: null }, 'unknown-number'],
    ['B23 surely, where the other end decides', { number: ['+1555*'] }, { to: null }, 'yes'],
    ['for its message', { messageSid: [MESSAGE_SID] }, {}, 'yes'],
    ['not for a strange SID', { messageSid: [MESSAGE_SID] }, { sid: null }, 'no'],
    ['for a type in its list', { contentType: ['text/vcard', 'image/jpeg'] }, {}, 'yes'],
    ['for every subtype', { contentType: ['image/*'] }, {}, 'yes'],
    ['not for a type that only ends like it', { contentType: ['mage/*', 'jpeg', 'image/jpe'] }, {}, 'no'],
    ['not for another type', { contentType: ['image/png', 'video/*'] }, {}, 'no'],
    ['when all conditions do', { status: ['delivered'], from: ['+1*'], contentType: ['image/*'] }, {}, 'yes'],
    ['not when one does not', { status: ['delivered'], from: ['+1*'], contentType: ['video/*'] }, {}, 'no'],
    ['not when one does not, whatever is unknown', { from: ['+49*'], contentType: ['video/*'] }, { from: null }, 'no'],
    ['on its first day', { since: utc('2026-08-15') }, { createdAt: utc('2026-08-15') }, 'yes'],
    ['on its last day', { until: utc('2026-08-15') }, { createdAt: utc('2026-08-15T23:59:59.999') }, 'yes'],
    ['on the day of sending', { since: utc('2026-11-23') }, { sentAt: NOW }, 'yes'],
    ['on no day of an unreadable date', { since: utc('2026-11-23') }, { sentAt: 'unreadable' }, 'no'],
    ['before its first day no more', { since: utc('2026-08-16') }, {}, 'no'],
    ['after its last day no more', { until: utc('2026-08-14') }, {}, 'no'],
  ])('%s', (_, match, message, verdict) => {
    expect(matches(match, aMessage(message), picture)).toBe(verdict);
  });

  test('perhaps, for a type that is missing', () => {
    expect(matches({ contentType: ['image/*'] }, aMessage(), aMedia({ contentType: null }))).toBe('unknown-type');
  });
});

test('a match without bounds asks for no date', () => {
  const undated = { createdAt: 'unreadable', sentAt: null } as const;
  expect(matches({ status: ['delivered'] }, aMessage(undated), aMedia({ createdAt: 'unreadable' }))).toBe('yes');
});

test('a bound that is no date holds rather than releases', () => {
  const noDate = new Date(Number.NaN);
  expect(matches({ since: noDate }, aMessage(), picture)).toBe('yes');
  expect(matches({ until: noDate }, aMessage(), picture)).toBe('yes');
});

describe('without the media a match', () => {
  test.each<[string, HoldMatch, Partial<Message>, Verdict]>([
    ['depends on their type', { contentType: ['image/*'] }, {}, 'depends'],
    ['depends on their date, where the message has none on a held day', { since: utc('2026-08-16') }, {}, 'depends'],
    ['holds, where the message has', { since: utc('2026-08-15') }, {}, 'yes'],
    ['holds, where it asks for nothing of theirs', { status: ['delivered'] }, {}, 'yes'],
    ['fails, where the message does', { status: ['failed'], contentType: ['image/*'] }, {}, 'no'],
    ['fails, where the message does after it', { contentType: ['image/*'], messageSid: [] }, {}, 'no'],
    ['depends, before anything is unknown', { from: ['+49*'], contentType: ['image/*'] }, { from: null }, 'depends'],
    ['is unknown, where it asks for nothing of theirs', { from: ['+49*'] }, { from: null }, 'unknown-number'],
  ])('%s', (_, match, message, verdict) => {
    expect(matches(match, aMessage(message))).toBe(verdict);
  });
});
