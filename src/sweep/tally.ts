import type { Reason } from '../retention/decision.ts';

/** Why media stay: the law's reasons, and what the sweep itself could not find out. */
export type RetainedReason =
  | Reason
  /**
   * `unsettled`: sent by an earlier sweep and not settled yet. `unlisted`: the message could not be listed, so nothing is
   * known of its media. `no-such-message`: it went while it was being looked at.
   */
  | { readonly kind: 'unsettled' | 'unlisted' | 'no-such-message' };

/** As a report counts them. */
export type RetainedKind = RetainedReason['kind'];
export type RetainedCounts = Readonly<Partial<Record<RetainedKind, number>>>;

/** What planning has found so far. */
export interface PlanTally {
  messages: number;
  media: number;
  planned: number;
  /** Every message was looked at, as far as it may have something due. */
  complete: boolean;
  readonly retained: Partial<Record<RetainedKind, number>>;
  /** The earliest instant at which something retained comes due, or may. */
  nextDueAt: Date | undefined;
  /** Messages in progress for longer than a message can be: the API's validity period is 48 hours at most. */
  stuckInProgress: number;
}

export const emptyTally = (): PlanTally => ({
  messages: 0,
  media: 0,
  planned: 0,
  complete: false,
  retained: {},
  nextDueAt: undefined,
  stuckInProgress: 0,
});

export function addCount(to: Partial<Record<RetainedKind, number>>, kind: RetainedKind, media: number): void {
  to[kind] = (to[kind] ?? 0) + media;
}

/** Adds counts of media that stay to others. @returns how many were added */
export function addCounts(to: Partial<Record<RetainedKind, number>>, counts: RetainedCounts): number {
  let added = 0;
  for (const kind in counts) {
    const media = counts[kind as RetainedKind] ?? 0;
    addCount(to, kind as RetainedKind, media);
    added += media;
  }
  return added;
}

/** Adds media that stay to what has been counted. */
export function addRetained(tally: Pick<PlanTally, 'media' | 'retained'>, counts: RetainedCounts): void {
  tally.media += addCounts(tally.retained, counts);
}

/** Adds what is known of messages that were not read. */
export function addUnread(
  tally: Pick<PlanTally, 'media' | 'messages' | 'retained'>,
  { messages = 1, retained }: { readonly messages?: number; readonly retained: RetainedCounts },
): void {
  tally.messages += messages;
  addRetained(tally, retained);
}
