import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/retention/decide.ts';
import type { Policy } from '../../src/retention/policy.ts';
import type { Item } from '../../src/retention/resource.ts';
import { span } from '../support/items.ts';
import {
  anyDate,
  holds,
  holdsWith,
  instants,
  items,
  matchesOfMedia,
  mediaWith,
  messagesWith,
  policies,
} from './arbitrary.ts';
import { mayDelete } from './model.ts';

const RUNS = { seed: 20_161_123, numRuns: 3_000 };
const isDeleted = (...question: Parameters<typeof decide>): boolean => decide(...question).kind === 'delete';

describe('whatever comes in', () => {
  const broken = fc.record({ message: messagesWith(anyDate as never), media: mediaWith(anyDate as never) });

  test('there is a decision, and none to delete where a date is no date', () => {
    fc.assert(
      fc.property(broken, policies, holds, fc.date({ noInvalidDate: false }), (item, policy, held, now) => {
        const decision = decide(item, policy, held, now);
        const isReadable = [now, item.message.createdAt, item.message.sentAt ?? now, item.media.createdAt].every(
          (date) => date instanceof Date && !Number.isNaN(date.getTime()),
        );
        expect(isReadable || decision.kind === 'retain').toBe(true);
      }),
      RUNS,
    );
  });

  test('what is deleted is what the law says in other words', () => {
    let deleted = 0;
    fc.assert(
      fc.property(items, policies, holds, instants, (item, policy, held, now) => {
        const may = mayDelete(item, policy, held, now);
        deleted += Number(may);
        expect(isDeleted(item, policy, held, now)).toBe(may);
      }),
      RUNS,
    );
    expect(deleted, 'deletions among the random cases').toBeGreaterThan(100);
  });
});

describe('order never matters', () => {
  test('E12 of the rules: not for what happens, nor for the reason that is given', () => {
    fc.assert(
      fc.property(items, policies, holds, instants, fc.infiniteStream(fc.nat()), (item, policy, held, now, dice) => {
        const shuffled = { ...policy, rules: shuffle(policy.rules, dice) };
        expect(decide(item, shuffled, held, now)).toEqual(decide(item, policy, held, now));
      }),
      RUNS,
    );
  });

  test('E12 of the holds', () => {
    fc.assert(
      fc.property(items, policies, holds, instants, (item, policy, held, now) => {
        expect(decide(item, policy, held.toReversed(), now)).toEqual(decide(item, policy, held, now));
      }),
      RUNS,
    );
  });
});

test('B10 the instant at which it ends is kept, and the millisecond after it is not', () => {
  let ends = 0;
  fc.assert(
    fc.property(items, policies, holds, instants, (item, policy, held, now) => {
      const decision = decide(item, policy, held, now);
      const dueAt =
        decision.kind === 'delete' ? decision.expiredAt : 'dueAt' in decision.reason && decision.reason.dueAt;
      if (!dueAt) return;
      ends++;
      expect(decide(item, policy, held, dueAt)).toMatchObject({ kind: 'retain', reason: { kind: 'not-due', dueAt } });
      const after = new Date(dueAt.getTime() + 1);
      expect(decide(item, policy, held, after)).toMatchObject({ kind: 'delete', expiredAt: dueAt });
    }),
    RUNS,
  );
  expect(ends, 'ends among the random cases').toBeGreaterThan(300);
});

describe('C5 a clock that is far off', () => {
  test('in 1970, as a machine without a battery wakes up, deletes nothing: everything comes from the future', () => {
    fc.assert(
      fc.property(items, policies, holds, fc.nat(365 * 86_400), (item, policy, held, second) => {
        const decision = decide(item, policy, held, new Date(second * 1000));
        const kinds = ['future-date', 'unreadable-date', 'in-progress', 'unknown-status'];
        expect(kinds).toContain(decision.kind === 'retain' ? decision.reason.kind : decision.kind);
      }),
      RUNS,
    );
  });

  test('finds no date plausible outside 2016 to five minutes from now, and deletes by none', () => {
    const outside = fc.oneof(
      fc.date({ max: new Date('2015-12-31T23:59:59.999Z'), noInvalidDate: true }),
      fc.date({ min: new Date('2027-01-01T00:05:00.001Z'), noInvalidDate: true }),
    );
    fc.assert(
      fc.property(items, policies, outside, fc.nat(2), (item, policy, date, which) => {
        const now = new Date('2027-01-01T00:00:00Z');
        const odd = [{ ...item.message, createdAt: date }, { ...item.message, sentAt: date }, item.message][which];
        const media = which === 2 ? { ...item.media, createdAt: date } : item.media;
        expect(isDeleted({ message: odd ?? item.message, media }, policy, [], now)).toBe(false);
      }),
      RUNS,
    );
  });
});

describe('nothing more is deleted', () => {
  const LONGER = ['1h', '24h', '7d', '28d', '31d', '2mo', '90d', '4mo', '1y', '400d', '2y', 'forever'] as const;
  const twoLengths = fc
    .subarray([...LONGER], { minLength: 2, maxLength: 2 })
    .map(([short = '1h', long = 'forever']) => ({ short: spanOrForever(short), long: spanOrForever(long) }));

  test('B26 by one more hold', () => {
    const more = holdsWith(matchesOfMedia);
    fc.assert(
      fc.property(items, policies, holds, more, instants, (item, policy, held, added, now) => {
        expect(deletesMore([item, policy, held, now], [item, policy, [...held, ...added], now])).toBe(false);
      }),
      RUNS,
    );
  });

  test('E11 by a longer period of any rule, or of the default', () => {
    fc.assert(
      fc.property(items, policies, twoLengths, fc.nat(4), instants, (item, policy, { short, long }, which, now) => {
        const lasting = (retain: Policy['default']): Policy => ({
          ...policy,
          default: which === policy.rules.length ? retain : policy.default,
          rules: policy.rules.map((rule, index) => (index === which ? { ...rule, retain } : rule)),
        });
        expect(deletesMore([item, lasting(short), [], now], [item, lasting(long), [], now])).toBe(false);
      }),
      RUNS,
    );
  });

  test('by a higher minimum age', () => {
    const ages = twoLengths.filter(({ long }) => long.kind === 'span');
    fc.assert(
      fc.property(items, policies, ages, instants, (item, policy, { short, long }, now) => {
        const atLeast = (age: Policy['default']): Policy => ({ ...policy, minimumAge: age as Policy['minimumAge'] });
        expect(deletesMore([item, atLeast(short), [], now], [item, atLeast(long), [], now])).toBe(false);
      }),
      RUNS,
    );
  });

  test('by counting from sending too', () => {
    fc.assert(
      fc.property(items, policies, holds, instants, (item, policy, held, now) => {
        const from = (ageFrom: Policy['ageFrom']): Policy => ({ ...policy, ageFrom });
        expect(deletesMore([item, from('created'), held, now], [item, from('sent'), held, now])).toBe(false);
      }),
      RUNS,
    );
  });

  test('B9 by a younger date, also at the ends of months', () => {
    fc.assert(
      fc.property(items, policies, instants, fc.nat(200_000), (item, policy, now, seconds) => {
        for (const younger of withYoungerDates(item, seconds))
          expect(deletesMore([item, policy, [], now], [younger, policy, [], now])).toBe(false);
      }),
      RUNS,
    );
  });

  test('B29 earlier: what is due stays due, and nothing else in the account has a say', () => {
    fc.assert(
      fc.property(items, policies, holds, instants, instants, (item, policy, held, a, b) => {
        const [sooner, later] = a < b ? [a, b] : [b, a];
        expect(deletesMore([item, policy, held, later], [item, policy, held, sooner])).toBe(false);
      }),
      RUNS,
    );
  });
});

/** Whether `after` deletes what `before` keeps. */
const deletesMore = (before: Parameters<typeof decide>, after: Parameters<typeof decide>): boolean =>
  isDeleted(...after) && !isDeleted(...before);

const spanOrForever = (text: string): Policy['default'] => (text === 'forever' ? { kind: 'forever' } : span(text));

function withYoungerDates({ message, media }: Item, seconds: number): Item[] {
  const plus = <T>(date: T): T | Date => (date instanceof Date ? new Date(date.getTime() + seconds * 1000) : date);
  return [
    { message: { ...message, createdAt: plus(message.createdAt) }, media },
    { message: { ...message, sentAt: plus(message.sentAt) }, media },
    { message, media: { ...media, createdAt: plus(media.createdAt) } },
  ];
}

function shuffle<T>(values: readonly T[], dice: fc.Stream<number>): T[] {
  const keyed = values.map((value) => ({ value, key: dice.next().value }));
  return keyed.toSorted((a, b) => a.key - b.key).map(({ value }) => value);
}
