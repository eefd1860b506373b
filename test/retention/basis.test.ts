import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { basisOf, keepsWhat, type Basis } from '../../src/retention/basis.ts';
import { decide } from '../../src/retention/decide.ts';
import type { Hold, Policy } from '../../src/retention/policy.ts';
import { hold, period, policy, rule, span } from '../support/items.ts';
import { holds, instants, items, policies } from './arbitrary.ts';

/** Of texts that are short enough to read. */
const digest = (text: string): string => `#${text}`;
const [THEN, NOW] = [new Date('2026-11-25T03:00:00.000Z'), new Date('2026-11-25T03:00:00.001Z')] as const;
const keeps = (before: Policy, after: Policy, held: readonly Hold[] = [], heldNow = held): boolean =>
  keepsWhat(basisOf(before, held, THEN, digest), after, heldNow, NOW, digest);

const LAW = { ...policy(rule('30d', { contentType: ['image/*'] }, 'pictures')), default: period('2y') };
const CASE = hold('case-7', { number: ['+15550001111'] });
const withRule = (own: Partial<Policy['rules'][number]>): Policy => ({
  ...LAW,
  rules: LAW.rules.map((each) => ({ ...each, ...own })),
});

describe('nothing comes due sooner', () => {
  test.each<[string, Policy, readonly Hold[]]>([
    ['by the same policy', LAW, [CASE]],
    ['by a rule with a longer period', withRule({ retain: period('31d') }), [CASE]],
    ['by a rule for ever', withRule({ retain: period('forever') }), [CASE]],
    ['by a longer default', { ...LAW, default: period('3y') }, [CASE]],
    ['by a higher minimum age', { ...LAW, minimumAge: span('2d') }, [CASE]],
    ['by another hold', LAW, [hold('case-8'), CASE]],
    ['by other words for a hold', LAW, [{ ...CASE, reason: 'Audit' }]],
  ])('%s', (_, after, heldNow) => {
    expect(keeps(LAW, after, [CASE], heldNow)).toBe(true);
  });

  test('E11 for every policy that is said to be no shorter', () => {
    const longer = fc.func(fc.constantFrom('', '1d', '30d', '3mo', '2y', 'forever'));
    fc.assert(
      fc.property(items, policies, policies, longer, holds, holds, instants, (item, law, other, more, h1, h2, now) => {
        const longerFor = <P extends Policy['default']>(of: string, was: P): P =>
          more(of) === '' ? was : (period(more(of)) as P);
        const lengthened: Policy = {
          ...law,
          default: longerFor('default', law.default),
          rules: law.rules.map((each) => ({ ...each, retain: longerFor(each.id, each.retain) })),
        };
        const heldNow = [...h1, ...h2.filter(({ id }) => !h1.some((each) => each.id === id))];
        for (const after of [lengthened, other]) {
          if (!keeps(law, after, h1, heldNow)) continue;
          const [isDue, wasDue] = [decide(item, after, heldNow, now), decide(item, law, h1, now)];
          expect([isDue.kind, wasDue.kind]).not.toEqual(['delete', 'retain']);
        }
      }),
      { numRuns: 3_000, seed: 1 },
    );
  });
});

describe('something may come due sooner', () => {
  test.each<[string, Policy, readonly Hold[], Policy?]>([
    ['by a rule with a shorter period', withRule({ retain: period('29d') }), [CASE]],
    ['by a period in other units', withRule({ retain: period('2mo') }), [CASE]],
    ['by a shorter default', { ...LAW, default: period('1y') }, [CASE]],
    ['by a lower minimum age', { ...LAW, minimumAge: span('12h') }, [CASE]],
    ['by a rule that says something else', withRule({ match: { contentType: ['video/*'] } }), [CASE]],
    ['by a rule that is gone', { ...LAW, rules: [] }, [CASE]],
    ['by one rule more', { ...LAW, rules: [...LAW.rules, rule('forever', {}, 'rest')] }, [CASE]],
    ['by counting from something else', { ...LAW, ageFrom: 'created' }, [CASE]],
    [
      'by a rule for another number',
      withRule({ match: { from: ['+15550002222'] } }),
      [CASE],
      withRule({ match: { from: ['+15550001111'] } }),
    ],
    ['by a hold that is gone', LAW, []],
    ['by a hold that says something else', LAW, [hold('case-7', { number: ['+15550002222'] })]],
  ])('%s', (_, after, heldNow, before = LAW) => {
    expect(keeps(before, after, [CASE], heldNow)).toBe(false);
  });

  test('by a law of another version', () => {
    const before = basisOf(LAW, [], THEN, digest);
    expect(keepsWhat({ ...before, law: before.law - 1 }, LAW, [], NOW, digest)).toBe(false);
  });

  test.each([THEN, new Date(THEN.getTime() - 1)])(
    'by a clock that does not go on, or has been set back (%s)',
    (now) => {
      expect(keepsWhat(basisOf(LAW, [], THEN, digest), LAW, [], now, digest)).toBe(false);
    },
  );

  test('by a clock of which nothing is known', () => {
    const { asOf: _, ...before } = basisOf(LAW, [], THEN, digest);
    expect(keepsWhat(before as Basis, LAW, [], NOW, digest)).toBe(false);
  });

  test('by what is not known of a period', () => {
    const before = basisOf(LAW, [], THEN, digest);
    for (const periods of [{}, { ...before.periods, default: 'long' }]) {
      expect(keepsWhat({ ...before, periods }, LAW, [], NOW, digest)).toBe(false);
    }
  });
});

test('what is kept of the holds and of the rules names no number', () => {
  const { rules, held, ...rest } = basisOf(LAW, [CASE, hold('a-case')], THEN, (text) => `${text.length}`);
  expect(rest).toEqual({
    law: 1,
    periods: { default: '2y', 'minimum age': '1d', pictures: '30d' },
    holds: ['a-case', 'case-7'],
    asOf: '2026-11-25T03:00:00.000Z',
  });
  expect([rules, held].every((each) => /^\d+$/.test(each))).toBe(true);
});
