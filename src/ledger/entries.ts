import type { MediaSid, MessageSid } from '../retention/resource.ts';

/** What is written into the ledger, and what it tells of that. All of it plain data. */

export type SweepMode = 'enforce' | 'dry-run' | 'plan';
export type PlanOrder = 'as-planned' | 'oldest-first';
export type ItemId = number;

export interface SweepStart {
  readonly sweepId: string;
  readonly project: string;
  readonly projectId: string;
  readonly mode: SweepMode;
  readonly policyHash: string;
  /** Canonical form without any number; kept once per hash. */
  readonly policyText: string;
  readonly programVersion: string;
  /** The `now` that every decision of this sweep is made with. */
  readonly asOf: Date;
  readonly startedAt: Date;
}

export interface SweepEnd {
  readonly result: SweepResult;
  readonly endedAt: Date;
  readonly report: string;
  readonly outlook: Outlook;
}

/** What a sweep saw coming: not in its report, and still true when the next one is late. */
export interface Outlook {
  /** The earliest instant at which something that the sweep retained comes due, or may; `undefined`: never, as far as is known. */
  readonly nextDueAt: Date | undefined;
  /** Messages in progress for more than 48 hours, which the API's own validity period rules out. */
  readonly stuckInProgress: number;
}

export type SweepResult = 'complete' | 'refused' | 'partial' | 'dry-run' | 'failed';

export interface PlannedItem {
  readonly messageSid: MessageSid;
  readonly mediaSid: MediaSid;
  readonly contentType: string | null;
  readonly rule: string;
  readonly expiredAt: Date;
  readonly plannedAt: Date;
}

export interface NumberedItem extends PlannedItem {
  readonly id: ItemId;
}

/** An item of a plan that is not shown to be gone, sent or not. */
export interface RemainingItem {
  /** In the order of being planned, from 0. */
  readonly place: number;
  readonly expiredAt: Date;
}

/** An item whose DELETE was or may have been sent, and of which nothing final is known. */
export interface OpenItem extends NumberedItem {
  /** The sweep that planned and sent it. */
  readonly sweepId: string;
  readonly sendingAt: Date;
  /** What is on record of the answer; `undefined`: nothing, the process died first. */
  readonly answer: RecordedAnswer | undefined;
}

export interface RecordedAnswer {
  /** `accepted` is the 204 that, together with later absence, makes `deleted`. */
  readonly kind: 'accepted' | 'absent' | 'lost';
  readonly at: Date;
  readonly attempts: number;
  readonly status: number | undefined;
  readonly code: number | undefined;
}

export const OUTCOMES = ['deleted', 'already-gone', 'deferred', 'failed', 'uncertain', 'not-sent'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** The last word on one item. There is one per item, or none while it is open (`uncertain`). */
export interface Settlement {
  readonly outcome: Exclude<Outcome, 'uncertain'>;
  /** A valid list without the item was seen. */
  readonly verified: boolean;
  readonly at: Date;
  readonly attempts: number;
  readonly status: number | undefined;
  readonly code: number | undefined;
  readonly why: Why | undefined;
}

/** Why an item failed. `still-listed`: the waiting time is over and the list has it. `no-such-message`: its message is gone, so no list can tell. */
export type Why = 'refused' | 'still-listed' | 'no-such-message';

export interface Tally {
  readonly planned: number;
  /** Of this sweep's items: `uncertain` are those marked as sending and not settled, `not-sent` the rest of the plan as well. */
  readonly outcomes: OutcomeCounts;
  /** Of those deleted or already gone, how many without a list to show it. */
  readonly unverified: number;
  /** Items of earlier sweeps that this one settled. */
  readonly settledEarlier: OutcomeCounts;
  readonly byRule: ReadonlyMap<string, number>;
}

export interface SweepSummary {
  readonly sweepId: string;
  readonly project: string;
  readonly projectId: string;
  readonly mode: SweepMode;
  readonly policyHash: string;
  readonly programVersion: string;
  readonly asOf: Date;
  readonly startedAt: Date;
  /** Without one the sweep was killed, or is running. */
  readonly end: SweepEnd | undefined;
  readonly planned: number;
  /** What is on record now: better than in its report where a later sweep settled what it had left open. */
  readonly outcomes: OutcomeCounts;
}

export interface HistoryFilter {
  readonly sweepId?: string;
  readonly project?: string;
  readonly projectId?: string;
  readonly modes?: readonly SweepMode[];
  /** With an end of this kind. */
  readonly results?: readonly SweepResult[];
  /** Begun at or after. */
  readonly since?: Date;
  readonly limit: number;
}

/** What the sweeps that began on one UTC day came to, of all projects. */
export interface Day {
  /** YYYY-MM-DD */
  readonly day: string;
  /** Without those that were only to look (`plan`). */
  readonly sweeps: number;
  /** As they are now. Of sweeps that were to delete. */
  readonly outcomes: OutcomeCounts;
}

/** Items that a person may want to look at, in the order of being planned. */
export interface Attention {
  readonly open: readonly KnownItem[];
  /** Those that failed in the newest sweep that deleted and has ended. */
  readonly failed: readonly KnownItem[];
}

export interface DispositionFilter {
  /** Settled (or, where open, marked as sending) at or after. */
  readonly since?: Date;
  /** Before. */
  readonly until?: Date;
  readonly sweepId?: string;
  readonly project?: string;
}

/** What the ledger proves of one item. */
export interface Disposition {
  readonly sweepId: string;
  readonly project: string;
  readonly projectId: string;
  readonly messageSid: MessageSid;
  readonly mediaSid: MediaSid;
  readonly contentType: string | null;
  readonly rule: string;
  readonly expiredAt: Date;
  readonly plannedAt: Date;
  /** `uncertain` while open. */
  readonly outcome: Exclude<Outcome, 'not-sent'>;
  readonly verified: boolean;
  readonly settledAt: Date | undefined;
  /** 0 where nothing is on record of an answer. While open, this and what follows is of the answer. */
  readonly attempts: number;
  readonly httpStatus: number | undefined;
  readonly apiCode: number | undefined;
}

/** One item of one sweep, whatever came of it; `planned` where it was never marked as being sent. */
export interface KnownItem {
  readonly sweepId: string;
  readonly mode: SweepMode;
  readonly project: string;
  readonly projectId: string;
  readonly messageSid: MessageSid;
  readonly mediaSid: MediaSid;
  readonly rule: string;
  readonly expiredAt: Date;
  readonly plannedAt: Date;
  readonly outcome: Outcome | 'planned';
  readonly settledAt: Date | undefined;
  readonly why: Why | undefined;
}
