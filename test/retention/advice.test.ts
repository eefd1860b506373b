import { describe, expect, test } from 'vitest';
import { adviceOn } from '../../src/retention/advice.ts';
import type { Match } from '../../src/retention/policy.ts';
import { IN_PROGRESS } from '../../src/retention/resource.ts';
import { policy, rule, span } from '../support/items.ts';

const OUTBOUND = expect.stringMatching(/^No rule ever deletes the media of outbound MMS: .* "sent"/);

describe('B4 a policy that never deletes outbound MMS is advised against', () => {
  test.each([
    ['when its rules ask for other statuses', [rule('30d', { status: ['delivered', 'failed'] })]],
    ['when they ask for inbound messages', [rule('30d', { direction: ['inbound'] })]],
    ['when the one that asks for it keeps for ever', [rule('forever', { status: ['sent'] })]],
    ['when it has none', []],
  ])('%s', (_, rules) => {
    expect(adviceOn(policy(...rules))).toEqual([OUTBOUND]);
  });

  test.each<[string, Match]>([
    ['leaves status and direction out', {}],
    ['asks for it among others', { status: ['delivered', 'sent'], direction: ['inbound', 'outbound-api'] }],
  ])('not when a rule %s', (_, match) => {
    expect(adviceOn(policy(rule('30d', match)))).toEqual([]);
  });

  test('not when the default deletes what no rule governs', () => {
    expect(adviceOn({ ...policy(rule('30d', { status: ['failed'] })), default: span('1y') })).toEqual([]);
  });
});

test('B4 and told why, and what to do', () => {
  expect(adviceOn(policy())).toEqual([
    'No rule ever deletes the media of outbound MMS: they stay in status "sent" for ever, because carriers give no ' +
      'delivery receipt for MMS. Add "sent" to the statuses of a rule, or leave its status out.',
  ]);
});

describe('a rule is advised against', () => {
  test('when it asks for nothing but messages in progress', () => {
    const idle = rule('30d', { status: IN_PROGRESS }, 'idle');
    expect(adviceOn(policy(idle, rule('30d')))).toEqual([expect.stringMatching(/^Rule idle never deletes anything: /)]);
    expect(adviceOn(policy(rule('30d', { status: ['queued', 'sent'] })))).toEqual([]);
  });

  test('when it is shorter than the minimum age', () => {
    expect(adviceOn({ ...policy(rule('7d'), rule('30d'), rule('forever')), minimumAge: span('720h') })).toEqual([
      'Rule after-7d says 7d, but limits.minimumAge keeps everything for 30d.',
    ]);
  });
});
