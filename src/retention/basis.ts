import { canonicalHolds, canonicalRules } from './canonical.ts';
import { formatPeriod, isNoShorter, parsePeriod, type Period } from './period.ts';
import type { Hold, Policy } from './policy.ts';

/** Raised with every change of `decide` or `earliestDue` by which something may come due sooner than the version before said. */
const LAW_VERSION = 1;

/** What due dates were reckoned by. Of numbers it has a digest only. */
export interface Basis {
  readonly law: number;
  /** Digest of everything but the periods and the holds. */
  readonly rules: string;
  /** As in a policy file. `default` and `minimumAge` by names that no rule has. */
  readonly periods: Readonly<Record<string, string>>;
  readonly holds: readonly string[];
  /** Digest of these holds. */
  readonly held: string;
  /** The sweep's `now`, ISO 8601. What every later sweep has to look at again was made due at this instant. */
  readonly asOf: string;
}

export type Digest = (text: string) => string;

export function basisOf(policy: Policy, holds: readonly Hold[], asOf: Date, digest: Digest): Basis {
  const names = holds.map(({ id }) => id).toSorted();
  return {
    law: LAW_VERSION,
    rules: digest(canonicalRules(policy)),
    periods: Object.fromEntries(periodsOf(policy).map(([name, period]) => [name, formatPeriod(period)])),
    holds: names,
    held: digest(canonicalHolds(holds, names)),
    asOf: asOf.toISOString(),
  };
}

const periodsOf = (policy: Policy): (readonly [string, Period])[] => [
  ['default', policy.default],
  ['minimum age', policy.minimumAge],
  ...policy.rules.map(({ id, retain }) => [id, retain] as const),
];

/**
 * Whether nothing comes due sooner by this policy than was reckoned: the same rules, no period shorter, every hold still
 * there, and no clock set back. Then what was reckoned is early at worst, and what it names is judged again when it is
 * looked at.
 */
export function keepsWhat(before: Basis, policy: Policy, holds: readonly Hold[], asOf: Date, digest: Digest): boolean {
  const now = basisOf(policy, holds, asOf, digest);
  if (!(before.asOf < now.asOf)) return false; // also where it does not say
  if (now.law !== before.law || now.rules !== before.rules) return false;
  if (digest(canonicalHolds(holds, before.holds)) !== before.held) return false;
  return periodsOf(policy).every(([name, period]) => {
    // Stryker disable next-line StringLiteral: any text that is no period does.
    const was = parsePeriod(before.periods[name] ?? '');
    return was !== undefined && isNoShorter(period, was);
  });
}
