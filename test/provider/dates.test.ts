import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import { apiDate, dayMs, httpDateMs, rememberingLast } from '../../src/provider/dates.ts';

const weeksOff = (date: Date | 'unreadable'): number =>
  date === 'unreadable' ? 0 : (date.getTime() - Date.UTC(2026, 10, 16, 3)) / (7 * 86_400_000);

describe('a date of the API', () => {
  test.each([
    ['Mon, 16 Nov 2026 03:00:00 +0000', '2026-11-16T03:00:00.000Z'],
    ['Mon, 16 Nov 2026 03:00:00 -0000', '2026-11-16T03:00:00.000Z'],
    ['Sun, 1 Nov 2026 00:00:00 +0000', '2026-11-01T00:00:00.000Z'],
    ['Sun, 01 Nov 2026 23:59:59 +0000', '2026-11-01T23:59:59.000Z'],
    ['Sat, 29 Feb 2020 12:00:00 +0000', '2020-02-29T12:00:00.000Z'],
    ['Thu, 01 Jan 1970 00:00:00 +0000', '1970-01-01T00:00:00.000Z'], // which is for the law to find implausible
  ])('%s is read', (text, iso) => {
    const date = apiDate(text);
    expect(date === 'unreadable' ? date : date.toISOString()).toBe(iso);
  });

  test.each([
    ['Mon, 16 Nov 2026 03:00:00 +0530', '2026-11-15T21:30:00.000Z'],
    ['Mon, 16 Nov 2026 03:00:00 -0800', '2026-11-16T11:00:00.000Z'],
    ['Mon, 16 Nov 2026 00:00:00 +1400', '2026-11-15T10:00:00.000Z'],
    ['Tue, 01 Dec 2026 00:30:00 +0545', '2026-11-30T18:45:00.000Z'],
  ])('B11 %s is read with its offset', (text, iso) => {
    expect(apiDate(text)).toEqual(new Date(iso));
  });

  test.each([
    ['', 'nothing'],
    ['Tue, 16 Nov 2026 03:00:00 +0000', 'the wrong weekday'],
    ['16 Nov 2026 03:00:00 +0000', 'no weekday'],
    ['Sat, 15 Sept 2018 03:00:00 +0000', 'a month of four letters, as in the documents’ own samples'],
    ['Wed, 31 Feb 2026 03:00:00 +0000', 'a 31st of February'],
    ['Tue, 31 Nov 2026 03:00:00 +0000', 'a 31st of November'],
    ['Sun, 29 Feb 2026 03:00:00 +0000', 'a leap day in a year without'],
    ['Mon, 0 Nov 2026 03:00:00 +0000', 'day 0'],
    ['Sat, 0 Nov 2026 03:00:00 +0000', 'day 0 with the weekday of the day before'],
    ['Mon, 16 Nov 26 03:00:00 +0000', 'a year of two digits'],
    ['Mon, 16 Nov 2026 24:00:00 +0000', '24:00'],
    ['Tue, 16 Nov 2026 24:00:00 +0000', '24:00 with the weekday of the day after'],
    ['Mon, 16 Nov 2026 03:60:00 +0000', 'minute 60'],
    ['Mon, 16 Nov 2026 03:00:60 +0000', 'a leap second'],
    ['Mon, 16 Nov 2026 03:00:00', 'no zone'],
    ['Mon, 16 Nov 2026 03:00:00 GMT', 'a zone by name'],
    ['Mon, 16 Nov 2026 03:00:00 PST', 'a zone by name'],
    ['Mon, 16 Nov 2026 03:00:00 Z', 'Z'],
    ['Mon, 16 Nov 2026 03:00:00 +1500', 'an offset that no zone has'],
    ['Mon, 16 Nov 2026 03:00:00 +0060', 'an offset of 60 minutes'],
    ['Mon, 16 Nov 2026 03:00 +0000', 'no seconds'],
    ['Mon, 16 Nov 2026 03:00:00 +0000 ', 'a space at the end'],
    ['Mon, 16 Nov 2026 03:00:00 +0000\n', 'a line break at the end'],
    ['mon, 16 nov 2026 03:00:00 +0000', 'lower case'],
    ['2026-11-16T03:00:00Z', 'an ISO date'],
    ['message 7', 'what Date.parse reads as 2001'],
    ['Wed, 31 Dec 1969 23:59:59 +0000', 'before the days that are counted'],
    ['Mon, 16 Nov 2026 03:00:00 +0000'.repeat(10_000), 'very long'],
  ])('B6 %j is unreadable: %s', (text) => {
    expect(apiDate(text)).toBe('unreadable');
  });

  test('is the same to whoever remembers the day of the one before', () => {
    const days = rememberingLast(dayMs);
    const dates = ['Mon, 16 Nov 2026', 'Mon, 16 Nov 2026', 'Sat, 16 Nov 2024', 'Tue, 16 Nov 2026', 'Sat, 16 Nov 2024'];
    for (const date of dates) {
      for (const time of ['03:00:00 +0000', '23:59:59 -0800']) {
        expect(apiDate(`${date} ${time}`, days)).toEqual(apiDate(`${date} ${time}`));
      }
    }
  });

  test('whoever remembers the last answer does not ask again for it', () => {
    const read = vi.fn<(text: string) => number>(Number);
    const remembering = rememberingLast(read);
    expect(['1', '1', '2', '1'].map(remembering)).toEqual([1, 1, 2, 1]);
    expect(read.mock.calls.map(([text]) => text)).toEqual(['1', '2', '1']);
  });

  const instants = fc.date({ min: new Date('2010-04-02'), max: new Date('2099-12-31'), noInvalidDate: true });

  test('B11 comes back as the instant it was written for, at any offset', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, minutes) => {
        const ms = Math.floor(date.getTime() / 1000) * 1000;
        const local = new Date(ms + minutes * 60_000).toUTCString();
        const offset = Math.abs(minutes);
        const zone = String(Math.floor(offset / 60)).padStart(2, '0') + String(offset % 60).padStart(2, '0');
        const text = local.replace('GMT', (minutes < 0 ? '-' : '+') + zone);
        expect(apiDate(text)).toEqual(new Date(ms));
      }),
    );
  });

  test('with one letter changed is never another day', () => {
    // The weekday is a check digit: only a change by whole weeks, as from 2026 to 2020, can pass it.
    const text = 'Mon, 16 Nov 2026 03:00:00 +0000';
    fc.assert(
      fc.property(fc.nat({ max: 15 }), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        expect(weeksOff(apiDate(text.slice(0, at) + letter + text.slice(at + 1))) % 1).toBeCloseTo(0, 10);
      }),
    );
  });

  test('B6 is nothing else, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(apiDate(text)).toBe('unreadable');
      }),
    );
  });
});

describe('a date in a header', () => {
  test('is an IMF-fixdate', () => {
    expect(httpDateMs('Mon, 16 Nov 2026 03:00:00 GMT')).toBe(Date.UTC(2026, 10, 16, 3));
  });

  test.each([
    'Mon, 16 Nov 2026 03:00:00 +0000',
    'Mon, 6 Nov 2026 03:00:00 GMT',
    'Monday, 16-Nov-26 03:00:00 GMT',
    'Mon Nov 16 03:00:00 2026',
    'Tue, 16 Nov 2026 03:00:00 GMT',
    'Mon, 16 Nov 2026 03:00:60 GMT',
    '0',
    '',
  ])('and nothing else: %s', (text) => {
    expect(httpDateMs(text)).toBeUndefined();
  });
});
