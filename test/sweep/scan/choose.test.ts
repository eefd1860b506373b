import { describe, expect, test } from 'vitest';
import type { ScanDay, ScanIndex, ScanMessage, ScanState } from '../../../src/ledger/scan.ts';
import { isDense, wayFor, type Situation, type Way } from '../../../src/sweep/scan/choose.ts';
import { messageSidOf } from '../../support/fake-api.ts';
import { days, NOW, span } from '../../support/items.ts';

const day = (n: number, messages: number, dueAt?: Date): ScanDay => ({
  day: n,
  messages,
  dueAt,
  retained: {},
  emptied: new Float64Array(),
});
const one = (n: number, dueAt?: Date): ScanMessage => ({
  sid: messageSidOf(n),
  day: undefined,
  createdAt: days(-9),
  isInProgress: false,
  dueAt,
  retained: {},
  seenAt: days(-1),
});

/** Ten pages in ten days, seen by a walk six days ago. */
const TEN = Array.from({ length: 10 }, (_, n) => day(n, 100));
const STATE: ScanState = {
  basis: '{}',
  walkFrom: days(-6),
  lastFullAt: days(-6),
  headFrom: days(-1),
  isNewestFirst: true,
  isCountKept: false,
  pageRows: 100,
  unreadFrom: undefined,
};
const way = (state: Partial<ScanState>, known: Partial<ScanIndex> = {}, given: Partial<Situation> = {}): Way =>
  wayFor({
    index: { state: { ...STATE, ...state }, days: TEN, messages: [], ...known },
    isIndexValid: true,
    asOf: NOW,
    fullScanEvery: span('7d'),
    ...given,
  });

const due = (count: number, at = days(-1)): ScanDay[] =>
  TEN.map((each, n) => (n < count ? { ...each, dueAt: at } : each));
const justNow = new Date(NOW.getTime() - 1);

describe('an account is read', () => {
  test.each<[Way, string, Way]>([
    ['anew', 'where nothing is known of it', way({}, {}, { index: undefined })],
    ['anew', 'where something may come due sooner than the index says', way({}, {}, { isIndexValid: false })],
    ['anew', 'where the newest that is known is of later than now', way({ headFrom: NOW })],
    ['incremental', 'where it is of just before', way({ headFrom: justNow })],
    ['anew', 'where the last walk is of later than now', way({ walkFrom: NOW })],
    ['anew', 'where a message was seen later than now', way({}, { messages: [{ ...one(1), seenAt: NOW }] })],
    ['incremental', 'where it was seen just before', way({}, { messages: [{ ...one(1), seenAt: justNow }] })],
    ['by-day', 'where a walk was given up', way({ headFrom: undefined })],
    [
      'by-day',
      'where a walk was given up, whatever else is said',
      way({ headFrom: undefined, walkFrom: undefined, isNewestFirst: false }),
    ],
    ['incremental', 'where some days have never been read', way({ unreadFrom: 5, walkFrom: undefined })],
    [
      'incremental',
      'where some days have never been read, although a walk is due',
      way({ unreadFrom: 5, walkFrom: days(-8) }),
    ],
    [
      'incremental',
      'until fullScanEvery is over but for an hour',
      way({ walkFrom: new Date(days(-7).getTime() + 3_600_001) }),
    ],
    ['walk', 'an hour before fullScanEvery is over', way({ walkFrom: new Date(days(-7).getTime() + 3_600_000) })],
    [
      'incremental',
      'until a month is over that goes by the calendar',
      way({ walkFrom: days(-30) }, {}, { fullScanEvery: span('1mo') }),
    ],
    ['walk', 'as soon as that month is over', way({ walkFrom: days(-31) }, {}, { fullScanEvery: span('1mo') })],
    ['walk', 'where it has never been walked through', way({ walkFrom: undefined })],
    ['walk', 'where its list is not newest first', way({ isNewestFirst: false })],
  ])('%s %s', (expected, _, chosen) => {
    expect(chosen).toBe(expected);
  });
});

describe('of two ways the one with fewer requests is taken:', () => {
  test.each<[Way, string, Partial<ScanIndex>]>([
    ['incremental', 'eight days and the newest page against ten pages', { days: due(8) }],
    ['walk', 'nine days and the newest page against ten pages', { days: due(9) }],
    ['incremental', 'days of which nothing is due yet', { days: due(10, NOW) }],
    ['walk', 'days of which something came due a moment ago', { days: due(10, justNow) }],
    [
      'walk',
      'six days of two pages each against ten pages',
      { days: [1, 2, 3, 4, 5, 6].map((n) => day(n, 166, days(-1))) },
    ],
    [
      'incremental',
      'six days of a page each against six pages, where four of them are due',
      { days: due(10).slice(0, 4).concat(TEN.slice(4, 6)) },
    ],
    [
      'incremental',
      'eight single messages against eleven pages',
      { messages: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => one(n, days(-1))) },
    ],
    [
      'walk',
      'ten single messages against eleven pages',
      { messages: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => one(n, days(-1))) },
    ],
    [
      'walk',
      'twenty single messages against twenty pages',
      { days: [day(1, 1980)], messages: Array.from({ length: 20 }, (_, n) => one(n, days(-1))) },
    ],
    [
      'incremental',
      'any number of single messages against more pages than that',
      { days: [day(1, 1981)], messages: Array.from({ length: 20 }, (_, n) => one(n, days(-1))) },
    ],
    ['walk', 'an account of one page', { days: [day(1, 100)] }],
    ['walk', 'an empty account', { days: [] }],
    ['incremental', 'an account of two pages', { days: [day(1, 100), day(2, 1)] }],
    ['incremental', 'a day that is due although it has no messages', { days: [day(0, 0, days(-1)), ...TEN] }],
  ])('%s: %s', (expected, _, known) => {
    expect(way({}, known)).toBe(expected);
  });
});

describe('reading by days is worth its requests', () => {
  test.each([
    [true, 'with half a page a day, and four side by side', 500, 4],
    [false, 'not with a message less', 499, 4],
    [true, 'with a page a day, and fewer side by side', 1000, 3],
    [false, 'not with a message less', 999, 3],
    [true, 'one by one too', 1000, 1],
    [false, 'not where nothing was sent lately', 0, 4],
  ])('%s: %s', (expected, _, perDay, chains) => {
    expect(isDense(perDay, 1000, chains)).toBe(expected);
  });

  test('and a page of no rows is one of one', () => {
    expect([isDense(1, 0, 1), isDense(0, 0, 1)]).toEqual([true, false]);
  });
});
