import type { MessageSid } from '../retention/resource.ts';
import type { ScanChange, ScanIndex } from './scan.ts';
import type {
  PlanOrder,
  ItemId,
  SweepStart,
  SweepEnd,
  PlannedItem,
  NumberedItem,
  OpenItem,
  RemainingItem,
  RecordedAnswer,
  Settlement,
  Tally,
  SweepSummary,
  DispositionFilter,
  Disposition,
  KnownItem,
  Attention,
  Day,
  HistoryFilter,
} from './entries.ts';

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

  /** What is remembered of a project's account so that not all of it has to be read; `undefined`: nothing. */
  scanIndex(projectId: string): Promise<ScanIndex | undefined>;

  /** Sweeps, newest first. One without an end was killed or is still running. */
  history(filter: HistoryFilter): Promise<readonly SweepSummary[]>;

  /** Changes with every sweep that begins or ends: for telling whether what was counted still stands. */
  revision(): Promise<string>;

  /** What sweeps that began at or after an instant came to, by UTC day; days without one are left out. */
  days(since: Date): Promise<readonly Day[]>;

  /** How many items of a project are open: marked as being sent, and settled by nobody. */
  openCount(projectId: string): Promise<number>;

  /** Items that a person may want to look at, up to `limit` of each kind. */
  attention(projectId: string, limit: number): Promise<Attention>;

  /** The plan of a sweep in blocks, in the order asked for. Empty where there is no such sweep. */
  plannedItems(sweepId: string, order: PlanOrder): AsyncIterable<readonly PlannedItem[]>;

  /** Every item that was or may have been sent, in the order of being planned. Bounded memory. */
  dispositions(filter: DispositionFilter): AsyncIterable<Disposition>;

  /** All that is known of a message's media, or of one media item, oldest first. */
  findItems(sid: string): Promise<readonly KnownItem[]>;

  /** The canonical form of a policy by its hash. */
  policyText(hash: string): Promise<string | undefined>;

  /** Commits once and changes nothing: @throws {LedgerError} where nothing could be written now. */
  assertWritable(): Promise<void>;

  /** Bytes on disk, those of its log included; 0 for one in memory. */
  size(): Promise<number>;

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

  /** Adds decisions to the plan, all media of a message in one call; durable with `sealPlan`. */
  addPlanned(items: readonly PlannedItem[]): Promise<void>;

  /** Remembers what was seen of the account; durable on return. Not in a `plan`, beside which others may sweep. */
  remember(change: ScanChange): Promise<void>;

  /** Places and expiries of the items that this sweep planned and that are not shown to be gone, in blocks. */
  remaining(): AsyncIterable<readonly RemainingItem[]>;

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

/** The ledger cannot be opened, read or written, or is not what it should be. The message is for people and says what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}
