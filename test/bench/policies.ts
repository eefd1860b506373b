import type { TrueMedia } from '../../src/emulator/truth.ts';

export interface Pace {
  readonly lanes: number;
  readonly verify: 'always' | 'never';
}

export const DAY_MS = 86_400_000;
/** Statuses in which a message has ended. What is in none of these is deleted by nobody. */
const ENDED = 'delivered undelivered failed received sent read canceled partially_delivered'.split(' ');

/** The youngest of an item's dates in ms since 1970; `Infinity` where one cannot be read or the message has not ended. */
export function ageFrom({ status, dateCreated, dateSent, mediaDateCreated }: TrueMedia): number {
  const dates = [dateCreated, dateSent ?? dateCreated, mediaDateCreated];
  if (!ENDED.includes(status) || dates.includes('unreadable')) return Infinity;
  return Math.max(...dates.map((date) => (date as Date).getTime()));
}

const RETAIN_DAYS = 200;

/** Everything older than this is due, when the account has been seeded at that instant. */
export const cutoffAt = (seededAt: Date): number =>
  Math.floor((seededAt.getTime() - RETAIN_DAYS * DAY_MS) / DAY_MS) * DAY_MS;

/**
 * One rule for everything. The day on which the period ends now, and the one after it, are held: so nothing comes due
 * while contenders take their turns, and what is due is what has no date at or after the midnight before.
 */
export function plainPolicy(seededAt: Date, { lanes, verify }: Pace): string {
  const held = [0, 1].map((days) => new Date(cutoffAt(seededAt) + days * DAY_MS).toISOString().slice(0, 10));
  return policyFile(
    `  rules: [{ id: old, match: all, retain: ${RETAIN_DAYS}d }]
holds: [{ id: still, reason: Nothing comes due while it is measured, match: { since: ${held[0]}, until: ${held[1]} } }]`,
    { lanes, verify },
  );
}

/** @param rules the lines under `policy`, and further keys */
const policyFile = (rules: string, { lanes, verify }: Pace, limits = 'maxDeletions: 100000000'): string => `version: 1
mode: enforce
policy:
${rules}
limits: { ${limits} }
requests: { concurrency: ${lanes}, perSecond: 100000, verify: ${verify} }
`;
