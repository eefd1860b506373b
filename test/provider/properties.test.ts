import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { errorCode } from '../../src/provider/answers.ts';
import { apiDate, httpDateMs } from '../../src/provider/dates.ts';
import { nextQuery } from '../../src/provider/links.ts';
import { mediaPage, messagePage, oneMedia, oneMessage } from '../../src/provider/payload.ts';
import { Unauthorized, Unreachable } from '../../src/provider/contract.ts';
import { retryAfterMs } from '../../src/provider/retry.ts';
import { decide } from '../../src/retention/decide.ts';
import { parsePeriod } from '../../src/retention/period.ts';
import { NOW, policy, rule } from '../support/items.ts';
import {
  bodyOf,
  collect,
  inTurn,
  MEDIA,
  mediaRow,
  MESSAGE,
  messageRow,
  never,
  ORIGIN,
  PROJECT,
  provider,
  reply,
} from './fakes.ts';

const SEEDED = { seed: 20_161_123, numRuns: 500 };
const PATH = `/2010-04-01/Accounts/${PROJECT}/Messages`;

/** Everything that reads text of others. */
const readers: readonly (readonly [string, (text: string) => unknown])[] = [
  ['a date of the API', apiDate],
  ['a date in a header', httpDateMs],
  ['Retry-After', (text) => retryAfterMs(text, text, NOW.getTime())],
  ['a period', parsePeriod],
  ['a link', (text) => nextQuery(text, { origin: ORIGIN, path: PATH })],
  ['an error code', (text) => errorCode([Buffer.from(text)])],
  ['every field of a message', (text) => oneMessage(whole(messageRow(MESSAGE), text), PROJECT, MESSAGE)],
  ['every field of a media item', (text) => oneMedia(whole(mediaRow(MEDIA), text), PROJECT, MESSAGE, MEDIA)],
];

/** The row with this text wherever it has anything. */
function whole(row: object, text: string): Record<string, unknown> {
  return Object.fromEntries(Object.keys(row).map((key) => [key, key.endsWith('sid') ? undefined : text]));
}

const LONG = 100_000;
const repeated = (unit: string): string => unit.repeat(Math.ceil(LONG / unit.length)).slice(0, LONG);
const UNITS = [
  'a',
  '0',
  ' ',
  '\0',
  '+',
  '/',
  '.',
  '%2e',
  '?',
  '@',
  ':',
  '\ud800',
  '\u2028',
  '\u202e',
  '{"code":',
  '[',
  '{"a":',
];
const TEXTS = UNITS.flatMap((unit) => [
  repeated(unit),
  `Mon, 16 Nov 2026 03:00:00 +0000${repeated(unit)}`,
  `image/${repeated(unit)};`,
  `https://${repeated(unit)}${PATH}?a`,
  `${PATH}?${repeated(unit)}`,
]);

describe('what reads text of others', () => {
  test.each(readers)('F14 takes 100 kB of anything in no time, and throws at none of it: %s', (_, read) => {
    const slow = TEXTS.filter((text) => spentMs(() => read(text)) > 1_000);
    expect(slow.map((text) => text.slice(0, 40))).toEqual([]);
  });

  test.each(readers)('throws at no text: %s', (_, read) => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }), // lone surrogates too
      fc.constantFrom('__proto__', 'constructor', 'toString', '\0', '1e999', '-0', '9'.repeat(400), '\ufeff'),
      fc.json(),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(() => read(each)).not.toThrow();
      }),
      SEEDED,
    );
  });
});

/** Of this thread’s own time: what else the machine does has no say. */
function spentMs(work: () => unknown): number {
  const began = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1000;
}

const nested = (open: string, close: string): string => `${open.repeat(10_000)}1${close.repeat(10_000)}`;

/** Bodies of an answer that says 200. */
const BODIES: readonly (readonly [string, string | undefined])[] = [
  ['nothing', ''],
  ['what is no UTF-8', undefined],
  ['a byte order mark before it', `\ufeff${page()}`],
  ['something behind it', `${page()}x`],
  ['a second one behind it', page() + page()],
  ['half of it', page().slice(0, 100)],
  ['NUL behind it', `${page()}\0`],
  ['lists 10,000 deep', nested('[', ']')],
  ['objects 10,000 deep', nested('{"messages":', '}')],
  ['lists that are never closed', '['.repeat(100_000)],
  ['a link given twice, the last a number', page().replace(/\}$/, ',"next_page_uri":7}')],
  ['a list given twice, the last no list', page().replace(/\}$/, ',"messages":{}}')],
];

function page(more: object = {}): string {
  return JSON.stringify({ messages: [messageRow(MESSAGE, more)], next_page_uri: null });
}

describe('a page that is no page', () => {
  test.each(BODIES)('A31 A32 is asked for again three times at most, and then said to be none: %s', async (_, body) => {
    const transport = inTurn(reply(200, '', { body: body === undefined ? undefined : [Buffer.from(body)] }));
    const pages = collect(provider(transport, { attemptsMax: 20 }).provider.messagePages(never));
    await expect(pages).rejects.toThrow(Unreachable);
    expect(transport.sent).toHaveLength(3);
  });

  test('A31 ends in a named error or is read, whatever it is', async () => {
    const cut = fc.tuple(fc.nat(page().length), fc.string()).map(([at, text]) => page().slice(0, at) + text);
    const body = fc.oneof(cut, fc.json(), fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(200, 204, 404, 500), async (text, status) => {
        const read = await collect(provider(inTurn(reply(status, text))).provider.messagePages(never)).catch(
          (error: unknown) => error,
        );
        expect(Array.isArray(read) || read instanceof Unreachable || read instanceof Unauthorized).toBe(true);
      }),
      SEEDED,
    );
  });

  test('A32 F13 does not take what is named like a part of every object for its own', () => {
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
      const text = page().replace('"messages"', JSON.stringify(name));
      expect(messagePage(PROJECT).end([Buffer.from(text)])).toBe('malformed');
    }
    const row = `{"__proto__": ${JSON.stringify(messageRow(MESSAGE))}, "account_sid": "${PROJECT}"}`;
    expect(oneMessage(JSON.parse(row), PROJECT, MESSAGE)).toBe('malformed');
    expect({}).not.toHaveProperty('account_sid');
  });

  test('A32 with 10,000 levels or a number without end in any field is read as one with oddities', () => {
    for (const odd of [nested('[', ']'), nested('{"a":', '}'), '1e999', '-1e999', '1'.repeat(400)]) {
      for (const field of ['sid', 'status', 'from', 'num_media', 'date_created', 'date_sent', 'body']) {
        const text = page({ [field]: 'HERE' }).replace('"HERE"', odd);
        expect(messagePage(PROJECT).end([Buffer.from(text)])).toMatchObject({ rows: [{}], next: null });
      }
    }
  });

  test('A34 is not one that is empty and has a next: that is followed', () => {
    expect(messagePage(PROJECT).end(bodyOf({ messages: [], next_page_uri: `${PATH}?a` }))).toEqual({
      rows: [],
      next: `${PATH}?a`,
    });
    expect(mediaPage(bodyOf({ media_list: [], next_page_uri: null }), PROJECT, MESSAGE)).toEqual({
      rows: [],
      next: null,
    });
  });
});

describe('whatever stands in the fields of a message and its media', () => {
  const dates = [
    'Mon, 16 Nov 2020 03:00:00 +0000',
    'Mon, 23 Nov 2026 02:00:00 +0000',
    'Thu, 01 Jan 1970 00:00:00 +0000',
  ];
  const value = fc.oneof(
    fc.anything(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...dates, 'sent', '+15550001111'),
  );
  const odd = (row: object): fc.Arbitrary<object> =>
    fc.record(Object.fromEntries(Object.keys(row).map((key) => [key, value])), { requiredKeys: [] });
  const asks = { status: ['delivered', 'sent'], direction: ['inbound'], number: ['+1555*'] } as const;
  const law = policy(rule('30d', { ...asks, contentType: ['image/*'] }), rule('7d'));

  test('B2 B5 B6 B7 B8 B14 B18 B23 it is decided, and deleted only under SIDs that can stand in a URL', () => {
    let deleted = 0;
    const old = { date_created: dates[0], date_sent: dates[0], account_sid: undefined, parent_sid: undefined };
    fc.assert(
      fc.property(odd(messageRow(MESSAGE)), odd(mediaRow(MEDIA)), fc.boolean(), (message, media, isPartly) => {
        // One field at a time is odd in half of them, or nothing would ever be due.
        const part = (own: object): object => (isPartly ? Object.fromEntries(Object.entries(own).slice(-1)) : own);
        const messages = messagePage(PROJECT).end(
          bodyOf({
            messages: [{ ...messageRow(MESSAGE), ...old, ...part(message), account_sid: PROJECT }],
            next_page_uri: null,
          }),
        );
        const list = mediaPage(
          bodyOf({
            media_list: [{ ...mediaRow(MEDIA), ...old, ...part(media), account_sid: PROJECT, parent_sid: MESSAGE }],
            next_page_uri: null,
          }),
          PROJECT,
          MESSAGE,
        );
        if (typeof messages === 'string' || typeof list === 'string') throw new Error('A row failed its page.');
        const [first, second] = [messages.rows[0], list.rows[0]];
        if (!first || !second) throw new Error('A row is missing.');
        const decision = decide({ message: first, media: second }, law, [], NOW);
        if (decision.kind !== 'delete') return;
        deleted++;
        expect(`${decision.messageSid} ${decision.mediaSid}`).toMatch(/^[A-Za-z0-9-]{8,64} [A-Za-z0-9-]{8,64}$/);
        expect(decision.expiredAt.getTime()).toBeLessThan(NOW.getTime());
      }),
      { ...SEEDED, numRuns: 2_000 },
    );
    expect(deleted, 'deletions among them').toBeGreaterThan(50);
  });

  test('B21 text of others that steers terminals or turns lines round gets no further than its row', () => {
    const canary = '\u202e\u2028\ud83d\ude00\ud800\u001b[31mc4n4ry\r\n';
    const all = Object.fromEntries(Object.keys(messageRow(MESSAGE)).map((key) => [key, canary]));
    const row = { ...messageRow(MESSAGE), ...all, sid: MESSAGE, account_sid: PROJECT };
    expect(JSON.stringify(oneMessage(row, PROJECT, MESSAGE))).not.toContain('c4n4ry');
    expect(
      JSON.stringify(
        mediaPage(
          bodyOf({ media_list: [{ ...mediaRow(MEDIA), sid: canary, content_type: canary }], next_page_uri: null }),
          PROJECT,
          MESSAGE,
        ),
      ),
    ).not.toContain('c4n4ry');
  });
});
