import type { MessageSid } from '../retention/resource.ts';

/**
 * What a ledger remembers of an account, so that a sweep need not read all of it. A speed-up only: without it everything is
 * read, and nothing that it says is ever the reason for a deletion.
 */
export interface ScanIndex {
  readonly state: ScanState;
  readonly days: readonly ScanDay[];
  readonly messages: readonly ScanMessage[];
}

export interface ScanState {
  /** By what due dates were reckoned. */
  readonly basis: string;
  /** From when on the time to the next walk through everything counts: one began then, was given up, or was made up for. */
  readonly walkFrom: Date | undefined;
  /** When the last walk through everything, without any filter, began that came to its end. */
  readonly lastFullAt: Date | undefined;
  /** Messages created since then are read anew by every sweep. `undefined`: not everything has been read yet. */
  readonly headFrom: Date | undefined;
  /** The list was seen to be in the order of being created, newest first. */
  readonly isNewestFirst: boolean;
  /** The service was seen to go on counting media that are gone. */
  readonly isCountKept: boolean;
  /** Rows of a full page. */
  readonly pageRows: number;
  /** The first UTC day that has not been read yet, where reading by days was cut short. */
  readonly unreadFrom: number | undefined;
}

/** Of media that stay, how many for which reason. */
export type ReasonCounts = Readonly<Partial<Record<string, number>>>;

/** The messages sent on one UTC day, but for those kept by themselves. */
export interface ScanDay {
  /** Days since 1 January 1970; -1 for messages without a date of being sent. */
  readonly day: number;
  readonly messages: number;
  /** The earliest instant at which something there comes due, or may. */
  readonly dueAt: Date | undefined;
  readonly retained: ReasonCounts;
  /** Digests of messages of which nothing is left, as they were when that was seen; in their order. */
  readonly emptied: Float64Array;
}

/** A message kept by itself: in progress, of no day, or of no readable age. */
export interface ScanMessage {
  readonly sid: MessageSid;
  readonly day: number | undefined;
  readonly createdAt: Date | undefined;
  readonly isInProgress: boolean;
  readonly dueAt: Date | undefined;
  readonly retained: ReasonCounts;
  /** When it was seen last, where it is in progress; of others, when it was seen to have changed. */
  readonly seenAt: Date;
}

export interface ScanChange {
  readonly state: ScanState;
  /** These replace all that is known of them; `isWhole`: and all others are forgotten. */
  readonly days: readonly ScanDay[];
  readonly messages: readonly ScanMessage[];
  readonly forgotten: readonly MessageSid[];
  readonly isWhole: boolean;
}
