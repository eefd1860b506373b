import type { Attention, Disposition, DispositionFilter, ItemId, KnownItem, OpenItem, Outcome } from '../entries.ts';
import type { MessageSid } from '../../retention/resource.ts';
import { blocks } from './blocks.ts';
import { openOf, slicesOf } from './counts.ts';
import type { Database } from './database.ts';
import {
  ANSWER,
  dateOf,
  ends,
  GONE,
  itemOf,
  knownItemOf,
  openItemOf,
  rangeOf,
  type AnswerRow,
  type KnownRow,
  type OpenRow,
  type PlanRow,
  type SweepRow,
} from './rows.ts';

/** Sweeps of a project in which something may be open: those whose figures are not final. */
const UNFINISHED = `select n, sweep_id from sweep where project_id = ? and mode = 'enforce'
  and not exists (select 1 from final_count where sweep = n) order by n`;

const OPEN_ITEMS = `select p.*, ? as sweep_id, s.at as sending_at, ${ANSWER}
  from sending as s cross join plan_item as p on p.id = s.item
    left join answer as a on a.item = s.item left join settlement as t on t.item = s.item
  where s.item > ? and s.item < ? and t.item is null order by s.item limit ?`;

/** @see Ledger.openItems */
export async function* openItems(db: Database, projectId: string): AsyncGenerator<readonly OpenItem[]> {
  for (const { n, sweep_id } of db.all<SweepRow>(UNFINISHED, [projectId])) {
    const { first, end } = rangeOf(n);
    const page = (after: ItemId, count: number): OpenRow[] => db.all(OPEN_ITEMS, [sweep_id, after, end, count]);
    for await (const rows of blocks(page, first - 1)) yield rows.map(openItemOf);
  }
}

/**
 * An item can only be sent or settled once its plan is sealed, and then it is in the index: nothing else has to be looked at.
 * `cross join` holds SQLite to the order written down.
 */
const GONE_COUNTS = `select p.message_sid, count(distinct p.media_sid) as gone
  from json_each(?) as j cross join sid_index as i on i.ends = ${ends('j.value')}
    cross join settlement as t on t.item = i.item and t.outcome in ${GONE}
    cross join plan_item as p on p.id = i.item and p.message_sid = j.value
    cross join sweep as w on w.n = i.item >> 30 and w.project_id = ?
  group by p.message_sid`;

/** @see Ledger.openCount */
export async function openCount(db: Database, projectId: string): Promise<number> {
  let count = 0;
  for (const { n } of db.all<SweepRow>(UNFINISHED, [projectId])) count += await openOf(db, n);
  return count;
}

/** @see Ledger.attention */
export async function attention(db: Database, projectId: string, limit: number): Promise<Attention> {
  const unfinished = db.all<{ n: number }>(UNFINISHED, [projectId]);
  const last = db.all<{ n: number }>(LAST_WITH_FAILURES, [projectId]);
  return {
    open: await knownItems(db, OPEN_KNOWN, unfinished, limit),
    failed: await knownItems(db, FAILED_KNOWN, last, limit),
  };
}

/** The first of these sweeps' items that `sql` finds, a slice at a time. */
async function knownItems(
  db: Database,
  sql: string,
  sweeps: readonly { readonly n: number }[],
  limit: number,
): Promise<KnownItem[]> {
  const found: KnownItem[] = [];
  for (const { n } of sweeps) {
    for await (const { first, end } of slicesOf(db, rangeOf(n))) {
      found.push(...db.all<KnownRow>(sql, [first, end, limit - found.length]).map(knownItemOf));
      if (found.length >= limit) return found;
    }
  }
  return found;
}

const KNOWN_COLUMNS = `p.*, w.sweep_id, w.mode, w.project, w.project_id, s.at as sending_at, t.outcome, t.at as settled_at, t.why`;

const OPEN_KNOWN = `select ${KNOWN_COLUMNS}
  from sending as s cross join plan_item as p on p.id = s.item cross join sweep as w on w.n = p.id >> 30
    left join settlement as t on t.item = s.item
  where s.item >= ? and s.item < ? and t.item is null order by s.item limit ?`;

const FAILED_KNOWN = `select ${KNOWN_COLUMNS}
  from settlement as t cross join plan_item as p on p.id = t.item cross join sweep as w on w.n = p.id >> 30
    left join sending as s on s.item = t.item
  where t.item >= ? and t.item < ? and t.outcome = 'failed' order by t.item limit ?`;

/** The newest sweep that has ended, unless its final figures say that nothing failed. */
const LAST_WITH_FAILURES = `select n from (
    select w.n as n from sweep as w join sweep_end as e on e.sweep = w.n
    where w.project_id = ? and w.mode = 'enforce' order by w.n desc limit 1)
  where not exists (select 1 from final_count where sweep = n and failed = 0)`;

/** @see Ledger.goneCounts */
export function goneCounts(
  db: Database,
  projectId: string,
  messages: readonly MessageSid[],
): ReadonlyMap<MessageSid, number> {
  const rows = db.all<{ message_sid: MessageSid; gone: number }>(GONE_COUNTS, [JSON.stringify(messages), projectId]);
  return new Map(rows.map(({ message_sid, gone }) => [message_sid, gone]));
}

/** @see Ledger.findItems */
export function findItems(db: Database, sid: string): readonly KnownItem[] {
  const rows = db.all<KnownRow>(
    `with candidate (item) as (
       select item from sid_index where ends = ${ends('?1')}
       union
       select p.id from sweep as w cross join plan_item as p on p.id > w.n << 30 and p.id < (w.n + 1) << 30
       where not exists (select 1 from plan_seal where sweep = w.n) and ?1 in (p.message_sid, p.media_sid))
     select ${KNOWN_COLUMNS}
     from candidate as c cross join plan_item as p on p.id = c.item
       cross join sweep as w on w.n = p.id >> 30
       left join sending as s on s.item = p.id left join settlement as t on t.item = p.id
     where ?1 in (p.message_sid, p.media_sid) order by p.id`,
    [sid],
  );
  return rows.map(knownItemOf);
}

type DispositionRow = PlanRow &
  AnswerRow & {
    readonly outcome: Exclude<Outcome, 'not-sent'> | null;
    readonly verified: number | null;
    readonly settled_at: number | null;
    readonly attempts: number | null;
    readonly status: number | null;
    readonly code: number | null;
  };

/** Items marked as sending, but for those settled as never sent after all. */
const DISPOSITIONS = `select p.*, ${ANSWER}, t.outcome, t.verified, t.at as settled_at, t.attempts, t.status, t.code
  from sending as s cross join plan_item as p on p.id = s.item
    left join answer as a on a.item = s.item left join settlement as t on t.item = s.item
  where s.item > ? and s.item < ? and t.outcome is not 'not-sent' and coalesce(t.at, s.at) >= ?
    and coalesce(t.at, s.at) < ? order by s.item limit ?`;

/** @see Ledger.dispositions */
export async function* dispositions(db: Database, filter: DispositionFilter): AsyncGenerator<Disposition> {
  const { sweepId = null, project = null } = filter;
  const since = filter.since?.getTime() ?? Number.MIN_SAFE_INTEGER;
  const until = filter.until?.getTime() ?? Number.MAX_SAFE_INTEGER;
  const sweeps = db.all<SweepRow>(
    `select * from sweep where mode = 'enforce' and sweep_id = coalesce(?, sweep_id) and project = coalesce(?, project)
     order by n`,
    [sweepId, project],
  );
  for (const sweep of sweeps) {
    const { first, end } = rangeOf(sweep.n);
    const page = (after: ItemId, count: number): DispositionRow[] =>
      db.all(DISPOSITIONS, [after, end, since, until, count]);
    for await (const rows of blocks(page, first - 1)) {
      for (const row of rows) yield dispositionOf(row, sweep);
    }
  }
}

function dispositionOf(row: DispositionRow, sweep: SweepRow): Disposition {
  const { id: _, ...item } = itemOf(row);
  return {
    sweepId: sweep.sweep_id,
    project: sweep.project,
    projectId: sweep.project_id,
    ...item,
    outcome: row.outcome ?? 'uncertain',
    verified: row.verified === 1,
    settledAt: dateOf(row.settled_at),
    attempts: row.attempts ?? row.answer_attempts ?? 0,
    httpStatus: row.status ?? (row.outcome === null ? row.answer_status : null) ?? undefined,
    apiCode: row.code ?? (row.outcome === null ? row.answer_code : null) ?? undefined,
  };
}
