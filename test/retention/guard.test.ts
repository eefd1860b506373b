import { describe, expect, test } from 'vitest';
import { CLOCK_AHEAD_MAX_MS, guard, guardClock } from '../../src/retention/guard.ts';

describe('a plan', () => {
  test.each([
    ['up to its limit', 10, 10],
    ['with nothing in it', 0, 10],
    ['E7 with nothing in it, though everything is forbidden', 0, 0],
  ])('%s may be executed', (_, planned, maxDeletions) => {
    expect(guard(planned, { maxDeletions, onLimit: 'refuse' })).toBeUndefined();
  });

  test.each([
    ['E6 beyond its limit', 11, 10],
    ['E7 of one item where the limit is 0', 1, 0],
    ['against a limit that is no number', 1, Number.NaN],
  ])('%s is refused', (_, planned, maxDeletions) => {
    expect(guard(planned, { maxDeletions, onLimit: 'refuse' })).toEqual({ kind: 'limit', planned, maxDeletions });
  });

  test('beyond its limit may be executed up to it, where the policy says oldest first', () => {
    expect(guard(11, { maxDeletions: 10, onLimit: 'oldest-first' })).toBeUndefined();
  });
});

describe('a clock', () => {
  test.each([0, -1, -1e9, 119_999, CLOCK_AHEAD_MAX_MS])('C1 %d ms ahead is good enough', (ms) => {
    expect(guardClock({ ms })).toBeUndefined();
  });

  test.each([CLOCK_AHEAD_MAX_MS + 1, 3_600_000, Infinity])('C1 %d ms ahead refuses', (ms) => {
    expect(guardClock({ ms })).toEqual({ kind: 'clock', aheadMs: ms });
  });

  test('C1 that is ahead by what is no number refuses', () => {
    expect(guardClock({ ms: Number.NaN })).toMatchObject({ kind: 'clock' });
  });

  test('C1 that cannot be compared does not', () => {
    expect(guardClock('unknown')).toBeUndefined();
  });

  test('C1 may be two minutes ahead, no more', () => {
    expect(CLOCK_AHEAD_MAX_MS).toBe(120_000);
  });
});
