import type { MediaSid, MessageSid } from '../retention/resource.ts';

/**
 * What the worker remembers, and its proof. What happened is appended and never rewritten.
 * Nothing here is particular to one database: every method may wait, every value is plain.
 * Any method throws `LedgerError` when the ledger cannot be read or written.
 */
export interface Ledger {
  /** The right to sweep with this ledger. It dies with the process, however that ends. */
  lock(): Promise<Lock | 'busy'>;

  /** Opens the record of one sweep of one project; durable on return. */
  begin(sweep: SweepStart): Promise<SweepRecord>;

  /** Items of the project that any sweep, this one included, marked and nobody settled: in blocks of up to 500, a message's together. */
  openItems(projectId: string): AsyncIterable<readonly OpenItem[]>;

  /** How many different media of each message, up to 1000 messages, the ledger proves gone. Those without any are left out. */
  goneCounts(projectId: string, messages: readonly MessageSid[]): Promise<ReadonlyMap<MessageSid, number>>;

  /** Sweeps, newest first. One without an end was killed or is still running. */
  history(filter: { readonly project?: string; readonly limit: number }): Promise<readonly SweepSummary[]>;

  /** The plan of a sweep in blocks, in the order asked for. Empty where there is no such sweep. */
  plannedItems(sweepId: string, order: PlanOrder): AsyncIterable<readonly PlannedItem[]>;

  /** Every item that was or may have been sent, in the order of being planned. Bounded memory. */
  dispositions(filter: DispositionFilter): AsyncIterable<Disposition>;

  /** All that is known of a message's media, or of one media item, oldest first. */
  findItems(sid: string): Promise<readonly KnownItem[]>;

  /** The canonical form of a policy by its hash. */
  policyText(hash: string): Promise<string | undefined>;

  /** A consistent, durable copy at `path`, also while a sweep runs. Refuses to overwrite, and where there is no ledger yet. */
  backup(path: string): Promise<void>;

  /** Brings to disk what is not there yet. Locks are given back before it. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Lock {
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The record of the sweep that runs now. */
export interface SweepRecord {
  readonly sweepId: string;

  /**
   * Aborted, with a `LedgerError` as its reason, once a write has failed, through whichever record of this ledger: nothing
   * may be deleted from then on, and every later write throws. Reading goes on, over what is on disk.
   */
  readonly lost: AbortSignal;

  /** Adds decisions to the plan, the media of one message in one call; durable with `sealPlan`. */
  addPlanned(items: readonly PlannedItem[]): Promise<void>;

  /** The plan is whole: durable on return. No `addPlanned` after it. */
  sealPlan(): Promise<void>;

  /**
   * The sealed plan in blocks of up to 500: as planned, where a message's media are never divided between blocks unless they
   * alone are more than one, or the longest overdue first (of equals the first planned).
   * `limit` ends it after that many items. Bounded memory; items may be marked and settled meanwhile.
   */
  plan(order: PlanOrder, limit: number): AsyncIterable<readonly NumberedItem[]>;

  /** Marks up to 500 items of this sweep as being sent, each once: durable on return. Before it, no DELETE of theirs. Only in `enforce`. */
  markSending(items: readonly ItemId[], at: Date): Promise<void>;

  /**
   * Writes down an answer or a settlement. Returns at once; durable with the next group commit (within 50 ms or 500 rows),
   * with `flush`, and before anything written later is. Of one item there is at most one answer, only after it was marked,
   * and at most one settlement, by whichever sweep; a second one contradicts the record and loses it.
   * @throws {LedgerError} once a write has failed
   */
  answered(item: ItemId, answer: RecordedAnswer): void;
  settled(item: ItemId, settlement: Settlement): void;

  /** All that was written is durable on return. */
  flush(): Promise<void>;

  /** What the ledger itself counts for this sweep. */
  tally(): Promise<Tally>;

  /** The earliest expiry among the items that this sweep planned and that are not shown to be gone, sent or not. */
  oldestRemaining(): Promise<Date | undefined>;

  /** The end of the sweep; durable on return. `report` is the whole report as JSON. */
  end(end: SweepEnd): Promise<void>;
}

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

/** The ledger cannot be opened, read or written, or is not what it should be. The message is for people and says what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}
