import { decide } from './decide.ts';
import { DEFAULT_RULE, type Decision } from './decision.ts';
import { matches, type Verdict } from './match.ts';
import { formatPeriod } from './period.ts';
import type { Hold, Policy } from './policy.ts';
import type { Item } from './resource.ts';

/** Everything that has a say in one item, and what it says. */
export interface Explanation {
  readonly decision: Decision;
  /** Every rule of the policy, and the default where no rule governs. */
  readonly rules: readonly { readonly id: string; readonly verdict: Verdict; readonly retain: string }[];
  /** The holds that cover the item, or may. */
  readonly holds: readonly { readonly id: string; readonly reason: string; readonly verdict: Verdict }[];
  /** When the item would come due were it not for what stands in the way; `undefined`: never, or not to be told. */
  readonly dueAt: Date | undefined;
}

/** Why `decide` decides as it does. */
export function explain(item: Item, policy: Policy, holds: readonly Hold[], now: Date): Explanation {
  const { message, media } = item;
  const rules = policy.rules.map(({ id, match, retain }) => ({
    id,
    verdict: matches(match, message, media),
    retain: formatPeriod(retain),
  }));
  const governed = rules.some(({ verdict }) => verdict === 'yes');
  return {
    decision: decide(item, policy, holds, now),
    rules: governed ? rules : [...rules, { id: DEFAULT_RULE, verdict: 'yes', retain: formatPeriod(policy.default) }],
    holds: holds
      .map(({ id, reason, match }) => ({ id, reason, verdict: matches(match, message, media) }))
      .filter(({ verdict }) => verdict !== 'no'),
    dueAt: dueAtOf(decide(item, policy, [], now)),
  };
}

function dueAtOf(decision: Decision): Date | undefined {
  if (decision.kind === 'delete') return decision.expiredAt;
  return decision.reason.kind === 'not-due' ? decision.reason.dueAt : undefined;
}
