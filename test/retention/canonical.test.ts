import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalPolicy } from '../../src/retention/canonical.ts';
import type { Hold, HoldMatch, Policy, Rule } from '../../src/retention/policy.ts';
import { hold, MESSAGE_SID, period, policy, rule, span, utc } from '../support/items.ts';
import { holds, policies } from './arbitrary.ts';

const WHOLE: HoldMatch = {
  status: ['delivered', 'failed'],
  direction: ['inbound', 'outbound-api'],
  contentType: ['image/*', 'video/mp4'],
  from: ['+15550001111', '+1555*'],
  to: ['+4930123456'],
  number: ['+15551112222'],
};
const PICTURES = rule('30d', WHOLE, 'pictures');
const LAW = { ...policy(PICTURES, rule('1y', {}, 'rest')), default: period('7y') };
const HELD = { ...WHOLE, messageSid: [MESSAGE_SID], since: utc('2026-01-01'), until: utc('2026-03-31') };
const HOLDS = [hold('case-7', HELD), hold('case-9')];
const textOf = (law: Policy, held: readonly Hold[] = HOLDS): string => canonicalPolicy(law, held, 'shown');

describe('the canonical text is the same', () => {
  test('in whatever order rules, holds, conditions and lists stand, and however often they say a thing', () => {
    const rules = LAW.rules.toReversed().map((each) => Object.assign({}, each, { match: backwards(each.match) }));
    const held = HOLDS.toReversed().map((each) => Object.assign({}, each, { match: backwards(each.match) }));
    expect(textOf({ ...LAW, rules }, held)).toBe(textOf(LAW));
  });

  test.each<[string, Policy, readonly Hold[]]>([
    ['the words for a rule are', withRule({ description: 'Old' }), HOLDS],
    ['the words for a hold are', LAW, [{ ...hold('case-7', HELD), reason: 'Audit' }, hold('case-9')]],
    ['way a period is written in', { ...LAW, default: period('84mo'), minimumAge: span('1d') }, HOLDS],
    ['case a held SID is in', LAW, withMatch({ ...HELD, messageSid: [upper(MESSAGE_SID)] })],
  ])('whatever %s', (_, law, held) => {
    expect(textOf(law, held)).toBe(textOf(LAW));
  });

  test('for every policy however it is shuffled', () => {
    fc.assert(
      fc.property(policies, holds, (law, held) => {
        const shuffled = { ...law, rules: law.rules.toReversed() };
        expect(textOf(shuffled, held.toReversed())).toBe(textOf(law, held));
      }),
    );
  });
});

test('the canonical text is this, to the letter: every hash in every ledger is made of it', () => {
  const conditions =
    '"status":["delivered","failed"],"direction":["inbound","outbound-api"],"contentType":["image/*","video/mp4"],' +
    '"from":["+1555*","+15550001111"],"to":["+4930123456"],"number":["+15551112222"]';
  const dates = '"since":"2026-01-01","until":"2026-03-31"';
  expect(textOf(LAW, [hold('case-7', { ...HELD, messageSid: [upper(MESSAGE_SID)] })])).toBe(
    `{"ageFrom":"sent","default":"7y","minimumAge":"1d",` +
      `"rules":[{"id":"pictures","match":{${conditions}},"retain":"30d"},{"id":"rest","match":{},"retain":"1y"}],` +
      `"holds":[{"id":"case-7","match":{${conditions},"messageSid":["${MESSAGE_SID}"],${dates}}}]}`,
  );
});

describe('the canonical text is another', () => {
  const OTHERS: readonly [string, Policy, readonly Hold[]][] = [
    ['what age is counted from', { ...LAW, ageFrom: 'created' }, HOLDS],
    ['the default', { ...LAW, default: period('forever') }, HOLDS],
    ['the minimum age', { ...LAW, minimumAge: span('25h') }, HOLDS],
    ['the period of a rule', withRule({ retain: period('31d') }), HOLDS],
    ['the name of a rule, which decisions give', withRule({ id: 'pics' }), HOLDS],
    ['one rule less', { ...LAW, rules: LAW.rules.slice(1) }, HOLDS],
    ['one rule more', { ...LAW, rules: [...LAW.rules, rule('forever')] }, HOLDS],
    [
      'which end of the message a number is',
      withRule({ match: { ...WHOLE, from: WHOLE.to ?? [], to: ['+1555*', '+15550001111'] } }),
      HOLDS,
    ],
    ...variants(WHOLE).map(([key, match]) => [`${key}, of a rule`, withRule({ match }), HOLDS] as const),
    ['the name of a hold', LAW, [hold('case-8', HELD), ...HOLDS.slice(1)]],
    ['one hold less', LAW, HOLDS.slice(1)],
    ['one hold more', LAW, [...HOLDS, hold('case-10')]],
    ...variants(HELD).map(([key, match]) => [`${key}, of a hold`, LAW, withMatch(match)] as const),
  ] as [string, Policy, readonly Hold[]][];

  test.each(OTHERS)('when another is %s', (_, law, held) => {
    expect(textOf(law, held)).not.toBe(textOf(LAW));
  });

  test('for each of these', () => {
    const texts = OTHERS.map(([, law, held]) => textOf(law, held));
    expect(new Set(texts).size).toBe(OTHERS.length);
  });

  test('for a list that is empty and one that is left out, for what is a number and what a type', () => {
    const texts = [{}, { from: [] }, { from: ['+1*'] }, { to: ['+1*'] }, { number: ['+1*'] }, { contentType: ['+1*'] }];
    expect(new Set(texts.map((match) => textOf(policy(rule('1d', match)), []))).size).toBe(texts.length);
  });
});

describe('with numbers withheld the canonical text', () => {
  const withheld = canonicalPolicy(LAW, HOLDS, 'withheld');

  test('tells how many there are, each once, and none of their digits', () => {
    expect(JSON.parse(withheld)).toMatchObject({
      rules: [
        { id: 'pictures', match: { from: ['2 withheld'], to: ['1 withheld'], number: ['1 withheld'] } },
        { id: 'rest' },
      ],
    });
    expect(canonicalPolicy(policy(rule('1d', { to: ['+1*', '+1*'] })), [], 'withheld')).toContain('["1 withheld"]');
  });

  test('P1 has no three digits in a row that a number has', () => {
    const number = fc.stringMatching(/^\+[1-9][0-9]{6,14}$/);
    const lists = fc.array(number, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lists, lists, lists, fc.boolean(), (from, to, both, star) => {
        const match = { from: star ? from.map((each) => `${each.slice(0, -2)}*`) : from, to, number: both };
        const text = canonicalPolicy(policy(rule('1d', match)), [hold('case-a', match)], 'withheld');
        expect(text).not.toMatch(/[0-9]{3}/);
      }),
    );
  });

  test('is otherwise what it is with them', () => {
    const bare = policy(rule('30d', { status: ['failed'] }));
    expect(canonicalPolicy(bare, [hold('case-7')], 'withheld')).toBe(textOf(bare, [hold('case-7')]));
  });
});

/** The same conditions and lists, the other way round and everything twice. */
const backwards = (match: HoldMatch): HoldMatch =>
  Object.fromEntries(
    Object.entries(match)
      .toReversed()
      .map(([key, value]) => [key, Array.isArray(value) ? [...value.toReversed(), ...value] : value]),
  );

/** The holds, but the first one's conditions. */
const withMatch = (match: HoldMatch): Hold[] => [hold('case-7', match), ...HOLDS.slice(1)];

/** The policy, but its first rule. */
function withRule(own: Partial<Rule>): Policy {
  return { ...LAW, rules: [{ ...PICTURES, ...own }, ...LAW.rules.slice(1)] };
}

/** `match` without each of its conditions, and each of its lists cut by one. */
function variants(match: HoldMatch): [string, HoldMatch][] {
  return Object.entries(match).flatMap(([key, value]) => {
    const { [key as keyof HoldMatch]: _, ...rest } = match;
    const less: [string, HoldMatch] = [`no ${key}`, rest];
    if (value instanceof Date)
      return [less, [`${key} a day later`, { ...match, [key]: new Date(value.getTime() + 86_400_000) }]];
    return [less, [`${key} with one entry less`, { ...match, [key]: (value as string[]).slice(1) }]];
  });
}

function upper(sid: typeof MESSAGE_SID): typeof MESSAGE_SID {
  return sid.toUpperCase() as typeof MESSAGE_SID;
}
