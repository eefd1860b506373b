import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, digestOfText, digestsOf, includes } from '../../../src/sweep/scan/digest.ts';
import { messageSidOf } from '../../support/fake-api.ts';
import { aMessage, days } from '../../support/items.ts';

const digests = fc.array(fc.oneof(fc.nat(20), fc.maxSafeNat()), { maxLength: 40 });

test('digests stand in their order, each once, and are found, and no others', () => {
  fc.assert(
    fc.property(digests, fc.oneof(fc.nat(20), fc.maxSafeNat()), (all, other) => {
      const kept = digestsOf(all);
      expect([...kept]).toEqual([...new Set(all)].toSorted((a, b) => a - b));
      for (const each of all) expect(includes(kept, each)).toBe(true);
      expect(includes(kept, other)).toBe(all.includes(other));
    }),
    { seed: 1 },
  );
});

test('a digest is a whole number that a double holds, and a hundred thousand of them differ', () => {
  const all = Array.from({ length: 100_000 }, (_, n) => digestOfText(messageSidOf(n)));
  expect(all.every((each) => Number.isSafeInteger(each) && each >= 0)).toBe(true);
  expect(new Set(all).size).toBe(100_000);
});

describe('a message has another digest', () => {
  const MESSAGE = aMessage();
  test.each([
    ['with another SID', { sid: messageSidOf(1) }],
    ['with none that can be read', { sid: null }],
    ['with another number of media', { mediaCount: 2 }],
    ['with no number of media', { mediaCount: 'unknown' as const }],
    ['updated a millisecond later', { updatedAt: new Date(days(-100).getTime() + 1) }],
    ['updated at a time that cannot be read', { updatedAt: 'unreadable' as const }],
  ])('%s', (_, own) => {
    expect(digestOf({ ...MESSAGE, ...own })).not.toBe(digestOf(MESSAGE));
  });

  test('and the same one whatever else is said of it', () => {
    expect(digestOf({ ...MESSAGE, from: '+15550009999', createdAt: days(-1) })).toBe(digestOf(MESSAGE));
  });
});
