import { formatPeriod } from './period.ts';
import type { Hold, HoldMatch, Policy } from './policy.ts';

/** How phone numbers go into the canonical form: as they are for the hash, as a placeholder for everything that is kept. */
export type Numbers = 'shown' | 'withheld';

/**
 * The law of one policy file as one text: rules, default, holds, minimum age and what age is counted from.
 * Two files that decide alike for this reason have the same text: order, defaults spelled out, `24h` for `1d` and
 * descriptions make no difference.
 */
export function canonicalPolicy(policy: Policy, holds: readonly Hold[], numbers: Numbers): string {
  return JSON.stringify({
    ageFrom: policy.ageFrom,
    default: formatPeriod(policy.default),
    minimumAge: formatPeriod(policy.minimumAge),
    rules: policy.rules
      .map(({ id, match, retain }) => ({ id, match: canonicalMatch(match, numbers), retain: formatPeriod(retain) }))
      .toSorted(byId),
    holds: holds.map(({ id, match }) => ({ id, match: canonicalMatch(match, numbers) })).toSorted(byId),
  });
}

/**
 * What decides which rule governs an item, and from which dates its age is counted: a policy without its periods. Texts of
 * the two kinds are for hashing: they have numbers in them.
 */
export const canonicalRules = ({ ageFrom, rules }: Policy): string =>
  JSON.stringify({
    ageFrom,
    rules: rules.map(({ id, match }) => ({ id, match: canonicalMatch(match, 'shown') })).toSorted(byId),
  });

/** What the holds among these say that have one of the names. */
export const canonicalHolds = (holds: readonly Hold[], names: readonly string[]): string =>
  JSON.stringify(
    holds
      .filter(({ id }) => names.includes(id))
      .map(({ id, match }) => ({ id, match: canonicalMatch(match, 'shown') }))
      .toSorted(byId),
  );

// Stryker disable next-line EqualityOperator: no two rules, and no two holds, have the same name.
const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

function canonicalMatch(match: HoldMatch, numbers: Numbers): Record<string, unknown> {
  const phones = (values: readonly string[] | undefined): readonly string[] | number | undefined =>
    values && (numbers === 'shown' ? list(values) : [`${new Set(values).size} withheld`]);
  return {
    status: list(match.status),
    direction: list(match.direction),
    contentType: list(match.contentType),
    from: phones(match.from),
    to: phones(match.to),
    number: phones(match.number),
    messageSid: list(match.messageSid?.map((sid) => sid.toLowerCase())),
    since: day(match.since),
    until: day(match.until),
  };
}

const list = (values: readonly string[] | undefined): readonly string[] | undefined =>
  values && [...new Set(values)].toSorted();

const day = (date: Date | undefined): string | undefined => date?.toISOString().slice(0, 10);
