import { expect, test } from 'vitest';
import type { TrueMedia } from '../../src/emulator/truth.ts';
import { compare } from './comparison.ts';
import { spreadOf, table } from './figures.ts';
import { dueFrom, minimumOf, shippedPolicy } from './law.ts';
import type { ContenderName, Measurement } from './measure.ts';
import { readOptions } from './options.ts';

test.each([
  [[3], { median: 3, min: 3, max: 3 }],
  [[4, 1, 3], { median: 3, min: 1, max: 4 }],
  [[10, 4, 1, 3], { median: 3.5, min: 1, max: 10 }],
])('the spread of %j is %j', (values, expected) => {
  expect(spreadOf(values)).toEqual(expected);
});

test('a ratio is taken round by round: a machine that gets slower slows both sides of it', () => {
  const all = [1, 2, 10].flatMap((seconds, round) => [
    turn('worker', round, seconds * 2000),
    turn('floor', round, seconds * 1000),
  ]);
  const [worker, floor] = compare(all);
  expect(worker?.toFloor).toEqual({ median: 0.5, min: 0.5, max: 0.5 });
  expect(worker?.itemsPerSecond).toEqual({ median: 25, min: 5, max: 50 });
  expect([worker?.toSdk, floor?.toFloor]).toEqual([undefined, undefined]);
  expect(worker?.requestsPerItem).toBe(2);
});

function turn(name: ContenderName, round: number, windowMs: number): Measurement {
  const none = { getMessage: 0, deleteMessage: 0, getMedia: 0, mediaBytes: 0, other: 0 };
  const requests = { listMessages: 10, listMedia: 90, deleteMedia: 100, ...none };
  const same = { latencyMs: 0, lanes: 16, messages: 1000, verify: 'always', items: 100, startMs: 1 } as const;
  return { ...same, name, round, windowMs, wallMs: windowMs, requests, cpuUs: 1, peakBytes: 1, serviceCpuUs: 1 };
}

test('a table has its figures to the right', () => {
  expect(table(['who', 'n'], [['worker', '7'], ['sdk', '1,000']], 1)).toBe('who         n\nworker      7\nsdk     1,000'); // prettier-ignore
});

test('with latency there are no more messages than fill the seconds', () => {
  const options = readOptions('--latency 0,20 --lanes 1,64 --messages 10000 --seconds 5'.split(' '));
  expect(options === 'help' ? [] : options.settings.map(({ messages }) => messages)).toEqual([
    10_000, 10_000, 193, 10_000,
  ]);
});

const NOW = Date.parse('2026-06-01T00:00:00Z');
const DAY_MS = 86_400_000;

function media(agoDays: number, more: Partial<TrueMedia> = {}): TrueMedia {
  const date = new Date(NOW - agoDays * DAY_MS);
  const message = {
    messageSid: `of ${agoDays}`,
    status: 'delivered',
    direction: 'outbound-api',
    messageRemoved: false,
  };
  const dates = { dateCreated: date, dateSent: date, mediaDateCreated: date, deletedAt: undefined };
  return { ...message, ...dates, mediaSid: 'm', present: true, contentType: 'image/png', from: '', to: '', ...more };
}

test.each([
  ['pictures after 90 days', media(0), 90],
  ['documents after a year', media(0, { contentType: 'application/pdf' }), 365],
  ['what failed after 7 days, whatever it is', media(0, { status: 'failed', contentType: null }), 7],
  ['by the youngest of the dates', media(10, { mediaDateCreated: new Date(NOW) }), 90],
  ['never while in progress', media(0, { status: 'queued' }), Infinity],
  ['never without a date', media(0, { dateSent: 'unreadable' }), Infinity],
  ['never without a type', media(0, { contentType: null }), Infinity],
])('under the shipped policy an item is due %s', (_, item, days) => {
  expect(dueFrom(item)).toBe(NOW + days * DAY_MS);
  expect(shippedPolicy('maxDeletions: 1', 'concurrency: 1')).toContain('retain: 90d');
});

test('the fewest requests are those for what has come due, or may have', () => {
  const account = [
    media(200), // due, and was before
    media(90.5), // has come due since
    media(90.4, { contentType: 'application/pdf' }), // may have, as far as its message tells
    media(200.5, { contentType: 'application/pdf' }), // has been looked at before
    media(90.3, { present: false }),
    media(7.5, { status: 'failed', dateSent: null }),
  ];
  const sweep = { now: NOW, all: 10_001, fresh: 1001, perDay: 500 };
  expect(minimumOf(account, { ...sweep, since: undefined })).toEqual({ listMessages: 11, getMessage: 0, listMedia: 8, deleteMedia: 3 }); // prettier-ignore
  expect(minimumOf(account, { ...sweep, since: NOW - DAY_MS })).toEqual({ listMessages: 4, getMessage: 1, listMedia: 7, deleteMedia: 3 }); // prettier-ignore
});
