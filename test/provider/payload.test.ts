import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { mediaPage, messagePage, oneMedia, oneMessage } from '../../src/provider/payload.ts';
import type { Body } from '../../src/provider/body.ts';
import { bodyOf, mediaRow, MEDIA, MESSAGE, messageRow, PROJECT } from './fakes.ts';

const SID = '5d2a8f4e-0001-4000-8000-00000000000a';

/** Of texts too. */
const json = (value: unknown): Body => [Buffer.from(JSON.stringify(value) ?? 'null')];

const readOne = (more: object): unknown => {
  const page = messagePage(PROJECT).end(bodyOf({ messages: [messageRow(SID, more)], next_page_uri: null }));
  return typeof page === 'string' ? page : page.rows[0];
};
const readMedia = (more: object): unknown => {
  const page = mediaPage(bodyOf({ media_list: [mediaRow(SID, more)], next_page_uri: null }), PROJECT, MESSAGE);
  return typeof page === 'string' ? page : page.rows[0];
};

test('B20 B22 a message keeps what the law knows of, and nothing else: no link of its own, no body of 1 MB', () => {
  const more = { uri: 'https://evil.example/x', subresource_uris: { media: '//evil' }, body: 'x'.repeat(1e6) };
  expect(readOne({ price: '0.01', error_message: 'x', ...more })).toEqual({
    sid: SID,
    status: { kind: 'terminal', name: 'delivered' },
    direction: 'inbound',
    from: '+15550001111',
    to: '+15550002222',
    createdAt: new Date('2026-11-16T03:00:00Z'),
    sentAt: null,
    mediaCount: 1,
    updatedAt: 'unreadable',
  });
});

const dates = (date_created: unknown, date_sent: unknown, date_updated: unknown): unknown =>
  readOne({ date_created, date_sent, date_updated });
const at = (text: string | undefined): Date => new Date(text ?? NaN);

test('the three dates of a message are read each by itself', () => {
  const [first, second, third] = [
    'Mon, 16 Nov 2026 03:00:00 +0000',
    'Mon, 16 Nov 2026 03:00:01 +0000',
    'Tue, 17 Nov 2026 03:00:00 +0000',
  ];
  expect(dates(first, second, third)).toMatchObject({ createdAt: at(first), sentAt: at(second), updatedAt: at(third) });
  expect(dates(first, first, third)).toMatchObject({ createdAt: at(first), sentAt: at(first), updatedAt: at(third) });
  expect(dates(first, second, second)).toMatchObject({
    createdAt: at(first),
    sentAt: at(second),
    updatedAt: at(second),
  });
  expect(dates(first, null, null)).toMatchObject({ sentAt: null, updatedAt: 'unreadable' });
});

test('a media item keeps what the law knows of, and nothing else', () => {
  expect(readMedia({ uri: '/x', date_updated: 'x', caption: 'x' })).toEqual({
    sid: SID,
    contentType: 'image/jpeg',
    createdAt: new Date('2026-11-16T03:00:00Z'),
  });
});

test('a link is passed on as it stands', () => {
  expect(messagePage(PROJECT).end(bodyOf({ messages: [], next_page_uri: '//evil?x' }))).toEqual({
    rows: [],
    next: '//evil?x',
  });
});

describe('B14 B18 B23 an oddity of a row never fails its page', () => {
  test.each([
    ['a path for a SID', { sid: '../../Messages/x' }, { sid: null }],
    ['a SID of another alphabet', { sid: 'ünïcödé-0001' }, { sid: null }],
    ['a SID of 10 kB', { sid: 'a'.repeat(10_240) }, { sid: null }],
    ['a SID with a line break', { sid: `${SID}\n` }, { sid: null }],
    ['a number for a SID', { sid: 12_345_678 }, { sid: null }],
    ['a status nobody has described', { status: 'teleported' }, { status: { kind: 'unknown' } }],
    ['a status in capitals', { status: 'Delivered' }, { status: { kind: 'unknown' } }],
    ['no status', { status: null }, { status: { kind: 'unknown' } }],
    ['a status from the prototype', { status: 'constructor' }, { status: { kind: 'unknown' } }],
    ['a direction nobody has described', { direction: 'sideways' }, { direction: 'unknown' }],
    ['a short code', { from: '12345' }, { from: null }],
    ['a number with spaces', { to: '+1 555 000' }, { to: null }],
    ['a number with a scheme', { to: 'whatsapp:+15550001111' }, { to: null }],
    ['a number of 16 digits', { to: '+1234567890123456' }, { to: null }],
    ['a number with an emoji', { to: '+1555000111😀' }, { to: null }],
    ['a number within a list', { from: ['+15550001111'] }, { from: null }],
    ['a count within a list', { num_media: ['3'] }, { mediaCount: 'unknown' }],
    ['a count of twelve as text', { num_media: '12' }, { mediaCount: 12 }],
    ['a count of a thousand', { num_media: 1000 }, { mediaCount: 1000 }],
    ['a count as text', { num_media: '3' }, { mediaCount: 3 }],
    ['a count of zero', { num_media: 0 }, { mediaCount: 0 }],
    ['a count of zero as text', { num_media: '0' }, { mediaCount: 0 }],
    ['a negative count', { num_media: -1 }, { mediaCount: 'unknown' }],
    ['half a picture', { num_media: 1.5 }, { mediaCount: 'unknown' }],
    ['a thousand million', { num_media: 1e9 }, { mediaCount: 'unknown' }],
    ['1001', { num_media: '1001' }, { mediaCount: 'unknown' }],
    ['an exponent', { num_media: '1e1' }, { mediaCount: 'unknown' }],
    ['an empty count', { num_media: '' }, { mediaCount: 'unknown' }],
    ['no count', { num_media: null }, { mediaCount: 'unknown' }],
    ['no date of creation', { date_created: null }, { createdAt: 'unreadable' }],
    ['an empty date of creation', { date_created: '' }, { createdAt: 'unreadable' }],
    ['a date within a list', { date_created: ['Mon, 16 Nov 2026 03:00:00 +0000'] }, { createdAt: 'unreadable' }],
    ['a timestamp', { date_created: 1_700_000_000 }, { createdAt: 'unreadable' }],
    ['a date that is sent and empty', { date_sent: '' }, { sentAt: 'unreadable' }],
    ['a date that is sent and missing', { date_sent: undefined }, { sentAt: 'unreadable' }],
    ['never sent', { date_sent: null }, { sentAt: null }],
    ['sent', { date_sent: 'Tue, 17 Nov 2026 04:05:06 +0000' }, { sentAt: new Date('2026-11-17T04:05:06Z') }],
  ])('%s', (_, more, expected) => {
    expect(readOne(more)).toMatchObject(expected);
  });

  test.each([
    ['image/JPEG', 'image/jpeg'],
    ['image/png; name="x.png"', 'image/png'],
    [' audio/amr ', 'audio/amr'],
    ['application/vnd.ms-excel', 'application/vnd.ms-excel'],
    ['image', null],
    ['image/', null],
    ['image/png/x', null],
    ['*/*', null],
    ['', null],
    [null, null],
    [7, null],
    ['a/'.repeat(2000), null],
  ])('content type %j reads as %j', (value, expected) => {
    expect(readMedia({ content_type: value })).toMatchObject({ contentType: expected });
  });
});

describe('A34 an envelope is right or malformed', () => {
  test.each([
    ['null', null],
    ['an array', []],
    ['a text', 'messages'],
    ['no list', { next_page_uri: null }],
    ['null for a list', { messages: null, next_page_uri: null }],
    ['an object for a list', { messages: {}, next_page_uri: null }],
    ['a list of texts', { messages: ['x'], next_page_uri: null }],
    ['a list of lists', { messages: [[]], next_page_uri: null }],
    ['a list with a null', { messages: [messageRow(SID), null], next_page_uri: null }],
    ['no link', { messages: [] }],
    ['a number for a link', { messages: [], next_page_uri: 7 }],
    ['an error', { code: 20001, message: 'x', status: 500 }],
  ])('%s', (_, value) => {
    expect(messagePage(PROJECT).end(json(value))).toBe('malformed');
  });

  test('A32 F13 nothing in it reaches a prototype', () => {
    const text = `{"__proto__": {"messages": []}, "messages": [{"__proto__": {"sid": "${SID}"}}], "next_page_uri": null}`;
    expect(messagePage(PROJECT).end([Buffer.from(text)])).toMatchObject({ rows: [{ sid: null }] });
    expect(Object.prototype).not.toHaveProperty('sid');
  });
});

describe('data of somebody else are foreign', () => {
  const other = 'ffffffff-d6b3-407c-9536-9fad8a929a6a';
  test('another project', () => {
    const page = { messages: [messageRow(SID), messageRow(SID, { account_sid: other })], next_page_uri: null };
    expect(messagePage(PROJECT).end(bodyOf(page))).toBe('foreign');
    expect(oneMessage(messageRow(SID, { account_sid: other }), PROJECT, SID)).toBe('foreign');
    expect(readOne({ account_sid: other })).toBe('foreign');
    expect(readOne({ account_sid: 7 })).toBe('foreign');
    expect(readMedia({ account_sid: other })).toBe('foreign');
  });
  test('another message', () => expect(readMedia({ parent_sid: other })).toBe('foreign'));
  test('unless they only spell it differently, or do not say', () => {
    expect(readOne({ account_sid: PROJECT.toUpperCase() })).toMatchObject({ sid: SID });
    expect(readMedia({ account_sid: undefined, parent_sid: null })).toMatchObject({ sid: SID });
  });
  test('another one than was asked for', () => {
    expect(oneMessage(messageRow(SID), PROJECT, MESSAGE)).toBe('foreign');
    expect(oneMedia(mediaRow(SID), PROJECT, MESSAGE, MEDIA)).toBe('foreign');
    expect(oneMedia(mediaRow(MEDIA, { parent_sid: other }), PROJECT, MESSAGE, MEDIA)).toBe('foreign');
    expect(oneMessage(messageRow('../x'), PROJECT, MESSAGE)).toBe('malformed');
    expect(oneMedia(mediaRow('../x'), PROJECT, MESSAGE, MEDIA)).toBe('malformed');
    expect(oneMedia(mediaRow(MEDIA.toUpperCase()), PROJECT, MESSAGE, MEDIA)).toMatchObject({
      contentType: 'image/jpeg',
    });
    expect(oneMessage(messageRow(MESSAGE), PROJECT, MESSAGE)).toMatchObject({ sid: MESSAGE });
  });
});

test('A32 B21 any JSON at all is read or refused, never thrown at', () => {
  const row = fc.record(
    {
      sid: fc.anything(),
      account_sid: fc.constantFrom(PROJECT, undefined, null, 7),
      status: fc.anything(),
      direction: fc.anything(),
      from: fc.anything(),
      num_media: fc.anything(),
      date_created: fc.oneof(fc.string(), fc.anything()),
      content_type: fc.oneof(fc.string(), fc.anything()),
    },
    { requiredKeys: [] },
  );
  const page = fc.record(
    {
      messages: fc.oneof(fc.array(row), fc.anything()),
      media_list: fc.array(fc.oneof(row, fc.anything())),
      next_page_uri: fc.anything(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(page, row, fc.jsonValue(), fc.anything()), (value) => {
      for (const read of [
        messagePage(PROJECT).end(json(value)),
        mediaPage(json(value), PROJECT, MESSAGE),
        oneMessage(value, PROJECT, MESSAGE),
        oneMedia(value, PROJECT, MESSAGE, MEDIA),
      ]) {
        expect(['malformed', 'foreign', 'object']).toContain(typeof read === 'object' ? 'object' : read);
      }
    }),
  );
});
