import { decide } from './decide.ts';
import { DEFAULT_RULE, type Decision } from './decision.ts';
import { matches, type Verdict } from './match.ts';
import { formatPeriod } from './period.ts';
import { maskNumbersIn } from './words.ts';
import type { Hold, Policy } from './policy.ts';
import type { Item } from './resource.ts';

/** Everything that has a say in one item, and what it says. */
export interface Explanation {
  readonly decision: Decision;
  /** Every rule of the policy, and the default where no rule governs, or where it cannot be told whether one does. */
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
  return {
    decision: decide(item, policy, holds, now),
    rules: [...rules, ...fallback(policy, rules)],
    holds: holds
      .map(({ id, reason, match }) => ({ id, reason: maskNumbersIn(reason), verdict: matches(match, message, media) }))
      .filter(({ verdict }) => verdict !== 'no'),
    // Stryker disable next-line ArrayDeclaration: its text in place of a hold has no name, and so covers nothing.
    dueAt: dueAtOf(decide(item, policy, [], now)),
  };
}

/** The default governs where every rule says no; what is unknown of a rule is unknown of the default too. */
function fallback({ default: retain }: Policy, rules: readonly { readonly verdict: Verdict }[]): Explanation['rules'] {
  const verdicts = rules.map(({ verdict }) => verdict);
  if (verdicts.includes('yes')) return [];
  const doubt = verdicts.find((verdict) => verdict !== 'no');
  return [{ id: DEFAULT_RULE, verdict: doubt ?? 'yes', retain: formatPeriod(retain) }];
}

function dueAtOf(decision: Decision): Date | undefined {
  if (decision.kind === 'delete') return decision.expiredAt;
  const { dueAt }: { readonly kind: string; readonly dueAt?: Date } = decision.reason;
  return dueAt;
}
