import { expect, test } from 'vitest';
import { digestOf } from '../../../src/sweep/scan/digest.ts';
import { newDay } from '../../../src/sweep/scan/entries.ts';
import { Places } from '../../../src/sweep/scan/places.ts';
import type { Seen } from '../../../src/sweep/plan-page.ts';
import { messageSid } from '../../../src/retention/resource.ts';
import { aMessage } from '../../support/items.ts';

/** Its media came in several answers, and there may be one that was on none of them. */
const isInSeveral = (n: number): boolean => n % 11 === 2;

const seen = (n: number, place: number, planned: number, stays: boolean): Seen => ({
  message: aMessage({ sid: messageSid(`message-${n}`) }),
  retained: stays ? { hold: 1 } : {},
  dueAt: undefined,
  expiredAt: undefined,
  planned,
  place,
  isListedAtOnce: !isInSeveral(n),
  isEmptied: false,
});

const isLeft = (n: number): boolean => n % 5 === 1 || (n >= 16_380 && n < 16_390);

test('of tens of thousands of messages each knows its own places, and only those with nothing left are emptied', async () => {
  const days = [newDay(1), newDay(2)];
  const places = new Places();
  const all: Seen[] = [];
  for (let n = 0, place = 0; n < 40_000; n++) {
    const each = seen(n, place, 1 + (n % 3), n % 7 === 0);
    place += each.planned;
    all.push(each);
  }
  for (const [n, each] of all.toReversed().entries()) places.add(each, days[n % 2] ?? newDay(0)); // pages end in any order
  const expiredAt = new Date('2026-11-01T00:00:00Z');
  async function* remaining() {
    for (const [n, { place, planned }] of all.entries())
      if (isLeft(n)) yield [{ place: place + planned - 1, expiredAt }];
  }

  const { settled, sample } = await places.settle(remaining());
  const emptied = [...settled].map((each) => each.emptied?.digest);
  const expected = all.map((each, n) =>
    isLeft(n) || n % 7 === 0 || isInSeveral(n) ? undefined : digestOf(each.message),
  );
  expect(emptied.toReversed()).toEqual(expected);
  expect(sample).toEqual({ sid: 'message-39999', digest: digestOf((all.at(-1) as Seen).message) });
  expect(days.map((day) => day.expiredAt)).toEqual([expiredAt, expiredAt]);
});
