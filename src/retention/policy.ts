import type { Period, Span } from './period.ts';
import type { Direction, InProgressStatus, MessageSid, TerminalStatus } from './resource.ts';

/** The rules of one policy file, as data. Their order never matters. */
export interface Policy {
  /** `sent`: an item is as old as the youngest of its dates; `created`: the date it was sent is left out. */
  readonly ageFrom: 'sent' | 'created';
  /** How long media stay that no rule governs. */
  readonly default: Period;
  /** Nothing younger is ever deleted, whatever the rules say. */
  readonly minimumAge: Span;
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly id: string;
  readonly description?: string;
  readonly match: Match;
  readonly retain: Period;
}

/** What must stay whatever the rules say. */
export interface Hold {
  readonly id: string;
  readonly reason: string;
  readonly match: HoldMatch;
}

/** Every condition that is given has to hold; within a list one entry suffices. Without any condition it matches everything. */
export interface Match {
  readonly status?: readonly (InProgressStatus | TerminalStatus)[];
  readonly direction?: readonly Direction[];
  /** `image/png`, or `image/*` for every subtype. Lower case. */
  readonly contentType?: readonly string[];
  /** E.164, or its beginning and a `*`. */
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  /** Either end of the message. */
  readonly number?: readonly string[];
}

export interface HoldMatch extends Match {
  readonly messageSid?: readonly MessageSid[];
  /** 00:00 UTC of the first held day: any date of the item on a held day puts it under the hold. */
  readonly since?: Date;
  /** 00:00 UTC of the last held day. */
  readonly until?: Date;
}

export interface Limits {
  /** Per sweep and project; 0 forbids. */
  readonly maxDeletions: number;
  readonly onLimit: 'refuse' | 'oldest-first';
}
