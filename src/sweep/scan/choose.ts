import type { ScanIndex } from '../../ledger/scan.ts';
import { endOf, type Span } from '../../retention/period.ts';
import { SLACK_MS } from './days.ts';

/**
 * How an account is read, after the young ones. `incremental`: by what earlier sweeps remembered, the days in which
 * something is due or that have not been read yet. `walk`: one chain through everything, without a filter, relying on
 * nothing. `by-day`: everything, a day at a time. `anew`: whichever of these two is sooner done.
 */
export type Way = 'incremental' | 'walk' | 'by-day' | 'anew';

export interface Situation {
  readonly index: ScanIndex | undefined;
  /** Nothing can have come due sooner than the index says. */
  readonly isIndexValid: boolean;
  readonly asOf: Date;
  readonly fullScanEvery: Span;
}

export function wayFor({ index, isIndexValid, asOf, fullScanEvery }: Situation): Way {
  if (!index || !isIndexValid || isOfLater(index, asOf)) return 'anew';
  if (index.state.headFrom === undefined) return 'by-day'; // there was no time for a walk
  if (index.state.unreadFrom !== undefined) return 'incremental';
  return isWalkDue(index, asOf, fullScanEvery) || !isCheaper(index, asOf) ? 'walk' : 'incremental';
}

/**
 * The clock that an earlier sweep went by was ahead, or this one only looks at what was due before: what has come since is
 * nowhere in the index, and its next walk may be far off.
 */
function isOfLater({ state: { walkFrom, headFrom }, messages }: ScanIndex, asOf: Date): boolean {
  return [walkFrom, headFrom, ...messages.map(({ seenAt }) => seenAt)].some((at) => at !== undefined && at >= asOf);
}

function isWalkDue({ state: { walkFrom, isNewestFirst } }: ScanIndex, asOf: Date, every: Span): boolean {
  const nextAt = walkFrom && endOf(every, walkFrom);
  return !isNewestFirst || nextAt === undefined || asOf.getTime() + SLACK_MS >= nextAt.getTime(); // no daily sweep begins to the second
}

/**
 * Fewer pages than a walk has. Single messages are asked for in as many sweeps as it takes, and a walk has to be made in one:
 * where it is long, they are no reason for it. It would be given up, and everything read by days again, time after time.
 */
function isCheaper({ state, days, messages }: ScanIndex, asOf: Date): boolean {
  const pagesOf = (count: number): number => Math.max(1, Math.ceil(count / state.pageRows));
  const isDue = ({ dueAt }: { readonly dueAt: Date | undefined }): boolean => dueAt !== undefined && dueAt < asOf;
  const due = days.filter(isDue).reduce((sum, day) => sum + pagesOf(day.messages), 0);
  const walk = pagesOf(days.reduce((sum, day) => sum + day.messages, messages.length));
  const single = walk <= SHORT_WALK ? messages.filter(isDue).length : 0;
  return due + single + 1 < walk;
}

/** Pages: a walk of a few seconds. */
const SHORT_WALK = 20;

/** With fewer side by side there is no time to be won by more requests. */
const CHAINS_MIN = 4;

/**
 * Whether so many messages are sent that reading by days is worth its requests: a chain a day costs at most twice those of
 * one chain through everything, and takes at most half the time; one at a time, at most twice.
 * @param perDay messages sent on a day, as far as the last ones tell
 */
export function isDense(perDay: number, pageRows: number, chains: number): boolean {
  const pagesADay = perDay / Math.max(1, pageRows);
  return pagesADay >= (chains >= CHAINS_MIN ? 0.5 : 1);
}
