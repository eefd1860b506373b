import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../src/retention/decide.ts';
import { explain, type Explanation } from '../../src/retention/explain.ts';
import { anItem, days, hold, inProgress, NOW, policy, rule, span } from '../support/items.ts';
import { holds, instants, items, policies } from './arbitrary.ts';

describe('an explanation', () => {
  test('names every rule with what it says of the item, and the decision', () => {
    const two = policy(rule('30d', {}, 'all'), rule('7d', { status: ['failed'] }, 'failed-soon'));
    expect(explain(anItem(), two, [], NOW)).toEqual({
      decision: decide(anItem(), two, [], NOW),
      rules: [
        { id: 'all', verdict: 'yes', retain: '30d' },
        { id: 'failed-soon', verdict: 'no', retain: '7d' },
      ],
      holds: [],
      dueAt: days(-70),
    });
  });

  test('names the default where no rule governs', () => {
    const failed = { ...policy(rule('7d', { status: ['failed'] })), default: span('200d') };
    expect(explain(anItem(), failed, [], NOW)).toMatchObject({
      rules: [{ verdict: 'no' }, { id: 'default', verdict: 'yes', retain: '200d' }],
      dueAt: days(100),
    });
  });

  test('does not say that the default governs where a rule may', () => {
    const asking = policy(rule('7d', { status: ['failed'] }, 'a'), rule('7d', { from: ['+49*'] }, 'b'));
    expect(explain(anItem({ from: null }), asking, [], NOW)).toMatchObject({
      decision: { reason: { kind: 'unknown-number' } },
      rules: [{ verdict: 'no' }, { verdict: 'unknown-number' }, { id: 'default', verdict: 'unknown-number' }],
      dueAt: undefined,
    });
  });

  test('names the holds that cover the item or may, and when it would be due without them', () => {
    const held = [hold('case-7'), hold('case-8', { from: ['+49*'] }), hold('case-9', { status: ['failed'] })];
    expect(explain(anItem({ from: null }), policy(rule('30d')), held, NOW)).toMatchObject({
      decision: { kind: 'retain', reason: { kind: 'hold', hold: 'case-7' } },
      holds: [
        { id: 'case-7', reason: 'Litigation', verdict: 'yes' },
        { id: 'case-8', verdict: 'unknown-number' },
      ],
      dueAt: days(-70),
    });
  });

  test.each([
    ['that never comes due', anItem(), policy()],
    ['of a message in progress', anItem({ status: inProgress('queued') }), policy(rule('30d'))],
    ['without a readable date', anItem({ createdAt: 'unreadable' }), policy(rule('30d'))],
  ])('gives no due date of an item %s', (_, item, by) => {
    expect(explain(item, by, [], NOW).dueAt).toBeUndefined();
  });

  test('never contradicts the decision', () => {
    fc.assert(
      fc.property(items, policies, holds, instants, (item, policy_, held, now) => {
        const explanation = explain(item, policy_, held, now);
        expect(explanation.decision).toEqual(decide(item, policy_, held, now));
        expect({ ...explanation, bearsOut: bearsOut(explanation, now) }).toMatchObject({ bearsOut: true });
      }),
      { numRuns: 3_000 },
    );
  });
});

/** Whether what an explanation names leads to the decision that it gives. */
function bearsOut({ decision, rules, holds: covering, dueAt }: Explanation, now: Date): boolean {
  const says = (name: string): boolean => rules.some(({ id, verdict }) => id === name && verdict === 'yes');
  if (decision.kind === 'delete')
    return says(decision.rule) && covering.length === 0 && dueAt !== undefined && dueAt < now;
  const { reason } = decision;
  switch (reason.kind) {
    case 'hold':
      return covering.some(({ id, verdict }) => id === reason.hold && verdict === 'yes');
    case 'not-due':
      return says(reason.rule) && dueAt?.getTime() === reason.dueAt.getTime();
    case 'forever':
      return says(reason.rule) && dueAt === undefined;
    case 'unknown-direction':
    case 'unknown-number':
    case 'unknown-type':
      return [...rules, ...covering].some(({ verdict }) => verdict === reason.kind);
    default:
      return dueAt === undefined;
  }
}
