import type { SweepRecord } from '../contract.ts';
import type {
  ItemId,
  NumberedItem,
  PlanOrder,
  PlannedItem,
  RecordedAnswer,
  RemainingItem,
  Settlement,
  SweepEnd,
  SweepMode,
  SweepStart,
  Tally,
} from '../entries.ts';
import { plannedBlocks } from './blocks.ts';
import { byRuleOf, keepFinal, plannedCount, recount, settledEarlierBy, slicesOf, type SweepCount } from './counts.ts';
import type { Database } from './database.ts';
import type { Journal } from './journal.ts';
import { writeIndex } from './scan.ts';
import type { ScanChange } from '../scan.ts';
import { dateOf, ends, GONE, ITEMS_MAX, rangeOf, SWEEPS_MAX, type Range } from './rows.ts';

/** So many planned items are written at once; nobody waits for them until the plan is sealed. */
const PLANNED_ROWS = 1_000;

/** So many items are sorted at once for the index, in some 5 MiB: the more, the fewer times every page of it is written. */
const INDEXED_ROWS = 30_000;

/** @see Ledger.begin */
export async function beginSweep(db: Database, journal: Journal, start: SweepStart): Promise<SweepRecord> {
  const { sweepId, project, projectId, mode, policyHash, policyText, programVersion, asOf, startedAt } = start;
  const n = await journal.durable(() => {
    db.run('insert or ignore into policy values (?, ?)', [policyHash, policyText]);
    return db.run(
      `insert into sweep (sweep_id, project, project_id, mode, policy_hash, program_version, as_of, started_at)
       values (?, ?, ?, ?, ?, ?, ?, ?)`,
      [sweepId, project, projectId, mode, policyHash, programVersion, asOf.getTime(), startedAt.getTime()],
    );
  });
  if (n >= SWEEPS_MAX) throw new Error(`The ledger has room for ${SWEEPS_MAX} sweeps, and all are used up`);
  return new SqliteSweep(db, journal, start, n);
}

type Stage = 'planning' | 'sealing' | 'sealed' | 'ended';

class SqliteSweep implements SweepRecord {
  readonly sweepId: string;
  readonly #projectId: string;
  readonly #mode: SweepMode;
  readonly #db: Database;
  readonly #journal: Journal;
  readonly #n: number;
  readonly #range: Range;
  #stage: Stage = 'planning';
  #nextId: ItemId;
  #planned: PlannedItem[] = [];

  constructor(db: Database, journal: Journal, { sweepId, projectId, mode }: SweepStart, n: number) {
    this.sweepId = sweepId;
    this.#projectId = projectId;
    this.#mode = mode;
    this.#db = db;
    this.#journal = journal;
    this.#n = n;
    this.#range = rangeOf(n);
    this.#nextId = this.#range.first;
  }

  get lost(): AbortSignal {
    return this.#journal.lost;
  }

  async addPlanned(items: readonly PlannedItem[]): Promise<void> {
    this.#assertStage('planning');
    this.lost.throwIfAborted();
    for (const item of items) this.#planned.push(item);
    if (this.#planned.length >= PLANNED_ROWS) await this.#writePlanned();
  }

  async #writePlanned(): Promise<void> {
    const items = this.#planned;
    this.#planned = [];
    const first = this.#nextId;
    this.#nextId += items.length;
    if (this.#nextId > this.#range.end) throw new Error(`A plan has room for ${ITEMS_MAX} items`);
    await this.#journal.durable(() => {
      for (const [at, item] of items.entries()) {
        const { messageSid, mediaSid, contentType, rule, expiredAt, plannedAt } = item;
        const values = [messageSid, mediaSid, contentType, rule, expiredAt.getTime(), plannedAt.getTime()];
        this.#db.run('insert into plan_item values (?, ?, ?, ?, ?, ?, ?)', [first + at, ...values]);
      }
    });
  }

  /** The index is made here, sorted: kept up row by row it would take ten times as long, SIDs being random. */
  async sealPlan(): Promise<void> {
    this.#assertStage('planning');
    this.#stage = 'sealing';
    await this.#writePlanned();
    this.#db.exec(SORTED_ENDS);
    for await (const { first, end } of slicesOf(this.#db, this.#range, INDEXED_ROWS)) {
      await this.#journal.durable(() => {
        this.#db.run(SORT_ENDS, [first, end]);
        this.#db.run(INDEX_ENDS, []);
        this.#db.run('delete from sorted_ends', []);
      });
    }
    const items = plannedCount(this.#db, this.#range);
    await this.#journal.durable(() => this.#db.run('insert into plan_seal values (?, ?)', [this.#n, items]));
    this.#stage = 'sealed';
  }

  plan(order: PlanOrder, limit: number): AsyncIterable<readonly NumberedItem[]> {
    this.#assertStage('sealed', 'ended');
    return plannedBlocks(this.#db, this.#range, order, limit);
  }

  async markSending(items: readonly ItemId[], at: Date): Promise<void> {
    this.#assertStage('sealed');
    if (this.#mode !== 'enforce') throw new Error(`A ${this.#mode} sends nothing`);
    const { first, end } = this.#range;
    if (items.some((id) => id < first || id >= end)) throw new Error('A sweep sends only what it planned itself');
    await this.#journal.durable(() => {
      for (const id of items) this.#db.run('insert into sending values (?, ?)', [id, at.getTime()]);
    });
  }

  answered(item: ItemId, { kind, at, attempts, status, code }: RecordedAnswer): void {
    this.#assertStage('sealed');
    const values = [item, kind, at.getTime(), attempts, status ?? null, code ?? null];
    this.#journal.append('insert into answer values (?, ?, ?, ?, ?, ?)', values);
  }

  /** An answer in the same commit is kept as well: whether it is on record must not depend on how commits fell. */
  settled(item: ItemId, { outcome, verified, at, attempts, status, code, why }: Settlement): void {
    if (item >= this.#range.first) this.#assertStage('sealed');
    else this.#assertStage('planning', 'sealing', 'sealed');
    const answer = [attempts, status ?? null, code ?? null];
    const values = [item, this.#n, outcome, Number(verified), at.getTime(), ...answer, why ?? null];
    this.#journal.append('insert into settlement values (?, ?, ?, ?, ?, ?, ?, ?, ?)', values);
  }

  async flush(): Promise<void> {
    if (this.#planned.length > 0) await this.#writePlanned();
    else await this.#journal.durable(() => {});
  }

  async tally(): Promise<Tally> {
    await this.#catchUp();
    return {
      ...(await recount(this.#db, this.#n)),
      settledEarlier: settledEarlierBy(this.#db, this.#n),
      byRule: await byRuleOf(this.#db, this.#n),
    };
  }

  async oldestRemaining(): Promise<Date | undefined> {
    await this.#catchUp();
    let oldest: number | null = null;
    for await (const { first, end } of slicesOf(this.#db, this.#range)) {
      const at = this.#db.all<{ at: number | null }>(OLDEST_REMAINING, [first, end])[0]?.at ?? null;
      if (at !== null && (oldest === null || at < oldest)) oldest = at;
    }
    return dateOf(oldest);
  }

  async remember(change: ScanChange): Promise<void> {
    this.#assertStage('planning', 'sealed');
    if (this.#mode === 'plan') throw new Error('A plan for looking is not remembered');
    await this.#journal.durable(() => writeIndex(this.#db, this.#projectId, change));
  }

  async *remaining(): AsyncGenerator<readonly RemainingItem[]> {
    await this.#catchUp();
    for await (const { first, end } of slicesOf(this.#db, this.#range)) {
      const rows = this.#db.all<{ id: ItemId; expired_at: number }>(REMAINING, [first, end]);
      yield rows.map(({ id, expired_at }) => ({ place: id - this.#range.first, expiredAt: new Date(expired_at) }));
    }
  }

  async end({ result, endedAt, report, outlook }: SweepEnd): Promise<void> {
    this.#assertStage('planning', 'sealed');
    await this.flush();
    this.#stage = 'ended';
    const finals = await this.#finalCounts();
    await this.#journal.durable(() => {
      this.#db.run('insert into sweep_end values (?, ?, ?, ?)', [this.#n, result, endedAt.getTime(), report]);
      const coming = [outlook.nextDueAt?.getTime() ?? null, outlook.stuckInProgress];
      this.#db.run('insert into sweep_outlook values (?, ?, ?)', [this.#n, ...coming]);
      for (const [n, count] of finals) keepFinal(this.#db, n, count);
    });
  }

  /** Of this sweep, and of those before it, killed ones included, whose last open item was settled. */
  async #finalCounts(): Promise<ReadonlyMap<number, SweepCount>> {
    const finals = new Map<number, SweepCount>();
    const earlierToo = Number(this.#mode === 'enforce');
    for (const { n } of this.#db.all<{ n: number }>(WITHOUT_FINAL_COUNT, [this.#n, earlierToo, this.#projectId])) {
      const count = await recount(this.#db, n);
      if (count.outcomes.uncertain === 0) finals.set(n, count);
    }
    return finals;
  }

  /** What was written is counted as well. Where writing has failed, what is on disk still can be. */
  async #catchUp(): Promise<void> {
    if (!this.lost.aborted) await this.flush();
  }

  #assertStage(...allowed: readonly Stage[]): void {
    if (allowed.includes(this.#stage)) return;
    throw new Error(`Sweep ${this.sweepId} is ${this.#stage}: this belongs where it is ${allowed.join(' or ')}`);
  }
}

/**
 * In memory, and by a statement of its own: one that inserts many rows and calls functions, which may fail, keeps all pages
 * as they were, to be able to undo itself; of the index that is nearly every one.
 */
const SORTED_ENDS = `create temp table if not exists sorted_ends
  (ends text not null, item integer not null, primary key (ends, item)) strict, without rowid`;
const SORT_ENDS = `insert or ignore into sorted_ends
  select ${ends('message_sid')} as ends, id from plan_item where id >= ?1 and id < ?2
  union all select ${ends('media_sid')}, id from plan_item where id >= ?1 and id < ?2 order by ends, id`;
const INDEX_ENDS = 'insert or ignore into sid_index select ends, item from sorted_ends order by ends, item';

/**
 * Only a sweep that deletes holds the lock, so that the others before it must be over. A plan for looking is neither kept
 * from running beside a sweep nor may it call one that runs over, or be called so.
 */
const WITHOUT_FINAL_COUNT = `select n from sweep
  where (n = ?1 or (?2 and n < ?1 and project_id = ?3 and mode <> 'plan'))
    and not exists (select 1 from final_count where sweep = n) order by n`;

const NOT_GONE = `from plan_item as p left join settlement as t on t.item = p.id
  where p.id >= ? and p.id < ? and (t.outcome is null or t.outcome not in ${GONE})`;
const OLDEST_REMAINING = `select min(p.expired_at) as at ${NOT_GONE}`;
const REMAINING = `select p.id, p.expired_at ${NOT_GONE} order by p.id`;
