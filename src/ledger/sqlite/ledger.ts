import type { MessageSid } from '../../retention/resource.ts';
import { LedgerError, type Ledger, type Lock, type SweepRecord } from '../contract.ts';
import type {
  Attention,
  Day,
  Disposition,
  DispositionFilter,
  HistoryFilter,
  KnownItem,
  OpenItem,
  PlannedItem,
  PlanOrder,
  SweepStart,
  SweepSummary,
} from '../entries.ts';
import type { ScanIndex } from '../scan.ts';
import { backUp } from './backup.ts';
import { plannedBlocks } from './blocks.ts';
import { countOf } from './counts.ts';
import { daysSince } from './days.ts';
import type { Database } from './database.ts';
import { Journal, type JournalDeps } from './journal.ts';
import { lockBeside, memoryLock } from './lock.ts';
import { sizeOf } from './files.ts';
import { attention, dispositions, findItems, goneCounts, openCount, openItems } from './lookups.ts';
import { APPLICATION_ID } from './migrations.ts';
import { beginSweep } from './record.ts';
import { dateOf, rangeOf, type SweepRow } from './rows.ts';
import { readIndex } from './scan.ts';

/** `nothing-to-read`: opened for looking where no ledger is. */
export type Access = 'write' | 'read' | 'nothing-to-read';

export function sqliteLedger(db: Database, access: Access, deps: JournalDeps): Ledger {
  return new SqliteLedger(db, access, deps);
}

class SqliteLedger implements Ledger {
  readonly #db: Database;
  readonly #access: Access;
  readonly #journal: Journal;
  readonly #lock: () => Lock | 'busy';

  constructor(db: Database, access: Access, deps: JournalDeps) {
    this.#db = db;
    this.#access = access;
    this.#journal = new Journal(db, deps);
    this.#lock = db.path === ':memory:' ? memoryLock() : () => lockBeside(db.path);
  }

  async lock(): Promise<Lock | 'busy'> {
    this.#assertForWriting();
    return this.#lock();
  }

  async begin(sweep: SweepStart): Promise<SweepRecord> {
    this.#assertForWriting();
    return beginSweep(this.#db, this.#journal, sweep);
  }

  openItems(projectId: string): AsyncIterable<readonly OpenItem[]> {
    return openItems(this.#caughtUp(), projectId);
  }

  async goneCounts(projectId: string, messages: readonly MessageSid[]): Promise<ReadonlyMap<MessageSid, number>> {
    return goneCounts(this.#caughtUp(), projectId, messages);
  }

  async scanIndex(projectId: string): Promise<ScanIndex | undefined> {
    return readIndex(this.#caughtUp(), projectId);
  }

  async revision(): Promise<string> {
    const [row] = this.#caughtUp().all<{ begun: number | null; ended: number | null; ends: number }>(
      'select (select max(n) from sweep) as begun, max(sweep) as ended, count(*) as ends from sweep_end',
    );
    return `${row?.begun} ${row?.ended} ${row?.ends}`;
  }

  days(since: Date): Promise<readonly Day[]> {
    return daysSince(this.#caughtUp(), since);
  }

  async history({ sweepId, project, projectId, since, modes, results, limit }: HistoryFilter): Promise<SweepSummary[]> {
    const db = this.#caughtUp();
    const sweeps = db.all<SweepRow>(
      `select w.*, e.result, e.ended_at, e.report, o.next_due_at, o.stuck_in_progress from sweep as w
         left join sweep_end as e on e.sweep = w.n left join sweep_outlook as o on o.sweep = w.n
       where project = coalesce(?, project) and project_id = coalesce(?, project_id) and started_at >= ?
         and (?4 is null or mode in (select value from json_each(?4)))
         and (?5 is null or e.result in (select value from json_each(?5)))
         and (?6 is null or w.sweep_id = ?6)
       order by n desc limit ?7`,
      [
        project ?? null,
        projectId ?? null,
        since?.getTime() ?? Number.MIN_SAFE_INTEGER,
        modes ? JSON.stringify(modes) : null,
        results ? JSON.stringify(results) : null,
        sweepId ?? null,
        limit,
      ],
    );
    const summaries: SweepSummary[] = [];
    for (const sweep of sweeps) summaries.push(await summaryOf(db, sweep));
    return summaries;
  }

  async openCount(projectId: string): Promise<number> {
    return openCount(this.#caughtUp(), projectId);
  }

  async attention(projectId: string, limit: number): Promise<Attention> {
    return attention(this.#caughtUp(), projectId, limit);
  }

  async *plannedItems(sweepId: string, order: PlanOrder): AsyncGenerator<readonly PlannedItem[]> {
    const db = this.#caughtUp();
    const sweep = db.all<SweepRow>('select * from sweep where sweep_id = ?', [sweepId])[0];
    if (sweep) yield* plannedBlocks(db, rangeOf(sweep.n), order, Infinity);
  }

  dispositions(filter: DispositionFilter): AsyncIterable<Disposition> {
    return dispositions(this.#caughtUp(), filter);
  }

  async findItems(sid: string): Promise<readonly KnownItem[]> {
    return findItems(this.#caughtUp(), sid);
  }

  async policyText(hash: string): Promise<string | undefined> {
    return this.#db.all<{ text: string }>('select text from policy where hash = ?', [hash])[0]?.text;
  }

  async assertWritable(): Promise<void> {
    this.#assertForWriting();
    await this.#journal.durable(() => this.#db.exec(`pragma application_id = ${APPLICATION_ID}`)); // a commit that changes nothing
  }

  async size(): Promise<number> {
    return sizeOf(this.#db.path);
  }

  async backup(path: string): Promise<void> {
    if (this.#access === 'nothing-to-read') {
      throw new LedgerError('There is no ledger yet, so nothing to back up. The first sweep or plan makes one.');
    }
    backUp(this.#caughtUp(), path);
  }

  async close(): Promise<void> {
    const { lost } = this.#journal;
    const wasLost = lost.aborted; // and told when it was
    this.#journal.close();
    if (this.#access === 'write') this.#db.checkpoint();
    this.#db.close();
    if (!wasLost) lost.throwIfAborted();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What was written through this ledger is seen when it is read, whether its commit was due or not. */
  #caughtUp(): Database {
    this.#journal.catchUp();
    return this.#db;
  }

  #assertForWriting(): void {
    if (this.#access !== 'write') throw new Error('This ledger was opened for looking only');
  }
}

async function summaryOf(db: Database, row: SweepRow): Promise<SweepSummary> {
  const { planned, outcomes } = await countOf(db, row.n);
  const { result, ended_at: endedAt, report, next_due_at, stuck_in_progress } = row;
  const outlook = { nextDueAt: dateOf(next_due_at), stuckInProgress: stuck_in_progress ?? 0 };
  return {
    sweepId: row.sweep_id,
    project: row.project,
    projectId: row.project_id,
    mode: row.mode,
    policyHash: row.policy_hash,
    programVersion: row.program_version,
    asOf: new Date(row.as_of),
    startedAt: new Date(row.started_at),
    end:
      result !== null && endedAt !== null && report !== null
        ? { result, endedAt: new Date(endedAt), report, outlook }
        : undefined,
    planned,
    outcomes,
  };
}
