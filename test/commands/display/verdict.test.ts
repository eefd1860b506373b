import { describe, expect, test } from 'vitest';
import { verdict } from '../../../src/commands/display/verdict.ts';
import { Unreachable } from '../../../src/provider/contract.ts';
import type { SweepDone } from '../../../src/sweep/order.ts';
import { conversation, type Script } from '../../support/fake-api.ts';
import { days } from '../../support/items.ts';
import { daily, living } from '../../support/living.ts';
import { room } from '../../support/room.ts';
import type { Sweeping } from '../../support/sweeping.ts';

/** Two messages a day, read by days, one after the other; twenty of them are due. */
const DENSE = { pageSize: 2 };
const limits = (maxDeletions: number, onLimit: 'refuse' | 'oldest-first'): Partial<Sweeping> => ({
  limits: { maxDeletions, onLimit },
});

async function said(script: Script, asked: Partial<Sweeping>, most = 1_000_000): Promise<string> {
  const here = living(daily(40), script);
  return verdict(await here.sweep({ concurrency: 1, ...asked }), asked.limits?.maxDeletions ?? most);
}

describe('the verdict on a plan that was cut says why, and that there may be more', () => {
  test.each<[string, Partial<Sweeping>, RegExp]>([
    [
      'by time',
      { planMs: 0 },
      /^Partial: half of limits\.maxDuration did not suffice to read all of it; the next sweep goes on from there\. Nothing was deleted\.$/,
    ],
    [
      'by having the longest overdue',
      limits(5, 'oldest-first'),
      /^Partial: the limit was reached, and the rest was not read\. Deleted 5 of at least 6 expired media in .+\. 1 not sent\.$/,
    ],
    [
      'by a refusal that is certain',
      limits(5, 'refuse'),
      /^Refused: at least 6 items are due, and limits\.maxDeletions allows 5 a sweep\. .* Nothing was deleted\.$/,
    ],
    [
      'by a refusal where nothing may be deleted',
      limits(0, 'refuse'),
      /^Refused: at least 2 items are due, and limits\.maxDeletions is 0, which forbids deleting\. Nothing was deleted\.$/,
    ],
  ])('%s', async (_, asked, words) => {
    expect(await said(DENSE, asked)).toMatch(words);
  });

  test('by time after something was deleted', async () => {
    const here = living(daily(40), DENSE);
    await here.after(0, { concurrency: 1, planMs: 0 });
    const done = await here.sweep({ concurrency: 1, planMs: 0, asOf: days(1) });
    expect(verdict(done, 1_000)).toMatch(
      /^Partial: half of limits\.maxDuration .* Deleted 2 of at least 2 expired media in /,
    );
  });
});

describe('the verdict on a plan that is whole says what is so, and not at least', () => {
  test.each<[string, Partial<Sweeping>, RegExp]>([
    ['complete', {}, /^Deleted 20 of 20 expired media in [^.]+\.$/],
    ['refused', { ...limits(19, 'refuse') }, /^Refused: at least 20 items are due/],
    [
      'refused, and only looked at',
      { ...limits(5, 'refuse'), mode: 'plan' },
      /^Refused: 20 items are due, and limits\.maxDeletions allows 5 a sweep\. Raise /,
    ],
    [
      'only looked at, of which a sweep takes some',
      { ...limits(5, 'oldest-first'), mode: 'dry-run' },
      /^Dry run: 20 media items are due, 60 retained\. A sweep takes the longest overdue 5 of them/,
    ],
  ])('%s', async (_, asked, words) => {
    expect(await said(DENSE, asked)).toMatch(words);
  });

  test('with the limit reached after a walk, how many more are due', async () => {
    expect(await said({ pageSize: 10 }, limits(5, 'oldest-first'))).toMatch(
      /^Partial: the limit was reached; 15 more are due\. Deleted 5 of 20 expired media in .+\. 15 not sent\.$/,
    );
  });

  test('with nothing due', async () => {
    const here = living(daily(20), DENSE);
    expect(verdict(await here.sweep(), 10)).toMatch(/^Nothing was due; nothing was deleted \(.+\)\.$/);
  });
});

const list = (): never => {
  throw new Unreachable('away');
};

test('a message that could not be listed is named before anything else', async () => {
  const done: SweepDone = await (await room([conversation(1)], { list })).sweep();
  expect(verdict(done, 10)).toBe('Partial: not every message could be listed. Nothing was deleted.');
});
