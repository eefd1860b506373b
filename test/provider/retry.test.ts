import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { backoffMs, retryAfterMs, throttlePauseMs } from '../../src/provider/retry.ts';

const NOW = 'Mon, 16 Nov 2026 03:00:00 GMT';
const nowMs = Date.UTC(2026, 10, 16, 3);

describe('A12 Retry-After', () => {
  test.each([
    ['1', 1000],
    ['120', 120_000],
    ['3600', 3_600_000],
    ['0.5', 500],
    ['1.0001', 1001],
    [' 7 ', 7000],
    ['999999999999', 999_999_999_999_000],
    ['Mon, 16 Nov 2026 03:00:30 GMT', 30_000],
    ['Tue, 17 Nov 2026 03:00:00 GMT', 86_400_000],
  ])('%s is %i ms', (value, ms) => {
    expect(retryAfterMs(value, undefined, nowMs)).toBe(ms);
  });

  test.each([
    ['nothing', undefined],
    ['an empty one', ''],
    ['zero', '0'],
    ['a negative one', '-5'],
    ['a signed one', '+5'],
    ['an exponent', '1e9'],
    ['hexadecimal', '0x10'],
    ['no fraction after the dot', '5.'],
    ['two in one', '5, 7'],
    ['words', 'soon'],
    ['a date that has passed', 'Mon, 16 Nov 2026 02:59:59 GMT'],
    ['this very moment', NOW],
    ['a date with the wrong weekday', 'Tue, 16 Nov 2026 03:01:00 GMT'],
    ['a date in another format', '2026-11-16T03:01:00Z'],
    ['100 kB of digits', '9'.repeat(100_000)],
  ])('%s asks for nothing', (_, value) => {
    expect(retryAfterMs(value, undefined, nowMs)).toBeUndefined();
  });

  test('a date is counted from the answer’s own clock: ours may run ahead', () => {
    expect(retryAfterMs('Mon, 16 Nov 2026 03:01:00 GMT', NOW, nowMs + 300_000)).toBe(60_000);
    expect(retryAfterMs('Mon, 16 Nov 2026 03:01:00 GMT', 'whenever', nowMs)).toBe(60_000);
  });

  test('is never negative, never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (value, date) => {
        expect(retryAfterMs(value, date, nowMs) ?? 1).toBeGreaterThan(0);
      }),
    );
  });
});

describe('a pause for a 429', () => {
  test('is lengthened by half a second at most', () => {
    expect(throttlePauseMs(1, 7_000, () => 1)).toBe(7_500);
    expect(throttlePauseMs(1, 7_000, () => 0)).toBe(7_000);
  });

  test('is never shorter than what was asked for, and hardly longer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.nat(),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (nth, ms, chance) => {
          const pause = throttlePauseMs(nth, ms, () => chance);
          expect(pause).toBeGreaterThanOrEqual(ms);
          expect(pause).toBeLessThanOrEqual(ms + 500);
        },
      ),
    );
  });

  test.each([
    [1, 1000],
    [2, 2000],
    [5, 16_000],
    [9, 256_000],
    [10, 300_000],
    [1000, 300_000],
  ])('the %i. in a row without a header is at most %i ms', (nth, ms) => {
    expect(throttlePauseMs(nth, undefined, () => 1)).toBe(ms);
    expect(throttlePauseMs(nth, undefined, () => 0.25)).toBe(ms / 4);
  });
});

test.each([
  [1, 500],
  [2, 1000],
  [4, 4000],
  [7, 30_000],
  [500, 30_000],
])('the backoff after failure %i is at most %i ms', (failures, ms) => {
  expect(backoffMs(failures, () => 1)).toBe(ms);
  expect(backoffMs(failures, () => 0)).toBe(0);
});
