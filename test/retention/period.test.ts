import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutOff, endOf, FOREVER, formatPeriod, parsePeriod, parseSpan } from '../../src/retention/period.ts';
import { period, span, utc } from '../support/items.ts';
import { endMs } from './model.ts';

const NO_PERIODS = [
  '|0d|0h|-1d|+1d|30|30m|30 d| 30d|30d |30d\n|30D|30M|1.5d|1e3d|01d|٣٠d|d|P30D|NaNd|Infinityd|Forever|never|1w|1d12h',
  '876001h|36501d|1201mo|101y|9999999y|10000000h|99999999999999999999h',
].flatMap((line) => line.split('|'));

describe('a period', () => {
  test.each([
    ['1h', 0, 1],
    ['36h', 0, 36],
    ['30d', 0, 720],
    ['3mo', 3, 0],
    ['7y', 84, 0],
    ['876000h', 0, 876_000],
    ['36500d', 0, 876_000],
    ['1200mo', 1200, 0],
    ['100y', 1200, 0],
  ])('%s is read', (text, months, hours) => {
    expect(parsePeriod(text)).toEqual({ kind: 'span', months, hours });
    expect(parseSpan(text)).toEqual(parsePeriod(text));
  });

  test('is for ever only where that is asked for', () => {
    expect(parsePeriod('forever')).toBe(FOREVER);
    expect(parseSpan('forever')).toBeUndefined();
  });

  test.each(NO_PERIODS)('E2 is not made of %j', (text) => {
    expect(parsePeriod(text)).toBeUndefined();
    expect(parseSpan(text)).toBeUndefined();
  });

  test('F14 is refused in no time, however long or strange the text', () => {
    const began = performance.now();
    for (const text of ['9'.repeat(1e6), `${'1'.repeat(1e6)}d`, `${' '.repeat(1e6)}1d`, 'd'.repeat(1e6)])
      expect(parsePeriod(text)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(1_000);
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 40 }), (text) => {
        expect(() => parsePeriod(text)).not.toThrow();
      }),
    );
  });

  test.each([
    ['24h', '1d'],
    ['36h', '36h'],
    ['720h', '30d'],
    ['12mo', '1y'],
    ['18mo', '18mo'],
    ['84mo', '7y'],
    ['forever', 'forever'],
  ])('%s is written %s, which reads back as the same', (text, short) => {
    expect(formatPeriod(period(text))).toBe(short);
    expect(parsePeriod(short)).toEqual(parsePeriod(text));
  });
});

describe('a period ends', () => {
  test.each([
    ['1h', '2026-01-31T23:30:00', '2026-02-01T00:30:00'],
    ['30d', '2026-01-31T12:00:00', '2026-03-02T12:00:00'],
    ['1mo', '2026-01-31T12:00:00', '2026-02-28T12:00:00'],
    ['1mo', '2024-01-31T12:00:00', '2024-02-29T12:00:00'],
    ['1mo', '2026-02-28T12:00:00', '2026-03-28T12:00:00'],
    ['1mo', '2026-12-31T23:59:59.999', '2027-01-31T23:59:59.999'],
    ['3mo', '2026-11-30T00:00:00', '2027-02-28T00:00:00'],
    ['6mo', '2026-08-31T00:00:00', '2027-02-28T00:00:00'],
    ['1y', '2024-02-29T06:00:00', '2025-02-28T06:00:00'],
    ['4y', '2024-02-29T06:00:00', '2028-02-29T06:00:00'],
    ['100y', '2000-02-29T00:00:00', '2100-02-28T00:00:00'],
  ])('B10 %s from %s at %s', (text, start, end) => {
    expect(endOf(period(text), utc(start))).toEqual(utc(end));
  });

  test('never, where it is for ever or reaches beyond the last instant there is', () => {
    expect(endOf(FOREVER, utc('2026-01-01'))).toBeUndefined();
    expect(endOf(period('1h'), new Date(8.64e15))).toBeUndefined();
    expect(endOf(period('1mo'), new Date(8.64e15))).toBeUndefined();
    expect(endOf(period('1h'), new Date(8.64e15 - 3_600_000))).toEqual(new Date(8.64e15));
    expect(endOf({ kind: 'span', months: 1e300, hours: 0 }, utc('2026-01-01'))).toBeUndefined();
    expect(endOf(period('1d'), new Date(Number.NaN))).toBeUndefined();
  });

  test('where Temporal says that it does', () => {
    const starts = fc.date({ min: utc('1971-01-01'), max: utc('2400-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 1200 }), fc.boolean(), (start, count, byMonth) => {
        const length = byMonth ? { months: count, hours: 0 } : { months: 0, hours: count * 7 };
        expect(endOf({ kind: 'span', ...length }, start)?.getTime()).toBe(endMs(length, start));
      }),
      { numRuns: 5_000 },
    );
  });

  test('without touching the date it starts from', () => {
    const start = utc('2026-01-31');
    endOf(period('1mo'), start);
    expect(start).toEqual(utc('2026-01-31'));
  });
});

describe('the day shown to people', () => {
  test.each([
    ['7d', '2026-11-23T03:00:00', '2026-11-16T03:00:00'],
    ['3mo', '2026-11-23T03:00:00', '2026-08-23T03:00:00'],
    ['1mo', '2026-03-31T03:00:00', '2026-02-28T03:00:00'],
    ['1y', '2024-02-29T03:00:00', '2023-02-28T03:00:00'],
    ['14mo', '2026-01-15T03:00:00', '2024-11-15T03:00:00'],
  ])('is %s before %s: %s', (text, now, day) => {
    expect(cutOff(span(text), utc(now))).toEqual(utc(day));
  });
});
