import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ItemId, OutcomeCounts } from '../entries.ts';
import type { Database } from './database.ts';
import { GONE, rangeOf, type Range } from './rows.ts';

/** What became of a sweep's items. */
export interface SweepCount {
  readonly planned: number;
  readonly outcomes: OutcomeCounts;
  readonly unverified: number;
}

/** So many items are counted at a time, a few hundredths of a second: a server in the same process goes on answering. */
const SLICE = 100_000;

/** Numbers run from the first without a gap, so the last one tells how many there are. */
export function plannedCount(db: Database, { first, end }: Range): number {
  const sql = 'select max(id) as id from plan_item where id >= ? and id < ?';
  const last = db.all<{ id: ItemId | null }>(sql, [first, end])[0]?.id ?? first - 1;
  return last - first + 1;
}

/** The parts of a range in which something was planned. Each is complete in itself, whatever is written between them; between two of them others have their turn. */
export async function* slicesOf(db: Database, range: Range, size = SLICE): AsyncGenerator<Range> {
  const end = range.first + plannedCount(db, range);
  for (let first = range.first; first < end; first += size) {
    if (first > range.first) await nextTurn();
    yield { first, end: Math.min(first + size, end) };
  }
}

/** @returns the figures of a sweep: those that are final, or counted now */
export async function countOf(db: Database, n: number): Promise<SweepCount> {
  const final = db.all<FinalRow>('select * from final_count where sweep = ?', [n])[0];
  return final ? countOfFinal(final) : recount(db, n);
}

/** Counts a sweep's rows as they are now. What was settled as not sent and what was never marked is `not-sent`. */
export async function recount(db: Database, n: number): Promise<SweepCount> {
  let planned = 0;
  let unverified = 0;
  const outcomes = { deleted: 0, 'already-gone': 0, deferred: 0, failed: 0, uncertain: 0, 'not-sent': 0 };
  for await (const { first, end } of slicesOf(db, rangeOf(n))) {
    const row = db.all<SettledRow>(SETTLED, [first, end])[0] ?? NOTHING;
    const open = db.all<{ open: number }>(OPEN, [first, end])[0]?.open ?? 0;
    planned += end - first;
    unverified += row.unverified;
    outcomes.deleted += row.deleted;
    outcomes['already-gone'] += row.already_gone;
    outcomes.deferred += row.deferred;
    outcomes.failed += row.failed;
    outcomes.uncertain += open;
    outcomes['not-sent'] += end - first - row.deleted - row.already_gone - row.deferred - row.failed - open;
  }
  return { planned, outcomes, unverified };
}

/** How many of a sweep's items are open. */
export async function openOf(db: Database, n: number): Promise<number> {
  let open = 0;
  for await (const { first, end } of slicesOf(db, rangeOf(n)))
    open += db.all<{ open: number }>(OPEN, [first, end])[0]?.open ?? 0;
  return open;
}

export interface SettledRow {
  readonly deleted: number;
  readonly already_gone: number;
  readonly deferred: number;
  readonly failed: number;
  readonly not_sent: number;
  readonly unverified: number;
}

const NOTHING: SettledRow = { deleted: 0, already_gone: 0, deferred: 0, failed: 0, not_sent: 0, unverified: 0 };

const SUMS = `total(outcome = 'deleted') as deleted, total(outcome = 'already-gone') as already_gone,
  total(outcome = 'deferred') as deferred, total(outcome = 'failed') as failed, total(outcome = 'not-sent') as not_sent,
  total(outcome in ${GONE} and not verified) as unverified`;
const SETTLED = `select ${SUMS} from settlement where item >= ? and item < ?`;
const OPEN = `select count(*) as open from sending as s where s.item >= ? and s.item < ?
  and not exists (select 1 from settlement as t where t.item = s.item)`;

/** Items of earlier sweeps that sweep `n` settled. */
export function settledEarlierBy(db: Database, n: number): OutcomeCounts {
  const row =
    db.all<SettledRow>(`select ${SUMS} from settlement where sweep = ? and item >> 30 <> sweep`, [n])[0] ?? NOTHING;
  return countsOf(row);
}

export async function byRuleOf(db: Database, n: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const { first, end } of slicesOf(db, rangeOf(n))) {
    const sql = 'select rule, count(*) as items from plan_item where id >= ? and id < ? group by rule';
    for (const { rule, items } of db.all<{ rule: string; items: number }>(sql, [first, end])) {
      counts.set(rule, (counts.get(rule) ?? 0) + items);
    }
  }
  return counts;
}

interface FinalRow extends SettledRow {
  readonly planned: number;
}

const countOfFinal = (row: FinalRow): SweepCount => ({
  planned: row.planned,
  outcomes: countsOf(row),
  unverified: row.unverified,
});

/** Keeps the figures of a sweep of which nothing is open any more. */
export function keepFinal(db: Database, n: number, { planned, outcomes, unverified }: SweepCount): void {
  const { deleted, 'already-gone': alreadyGone, deferred, failed, 'not-sent': notSent } = outcomes;
  const values = [n, planned, deleted, alreadyGone, deferred, failed, notSent, unverified];
  db.run('insert into final_count values (?, ?, ?, ?, ?, ?, ?, ?)', values);
}

export const countsOf = (row: SettledRow): OutcomeCounts => ({
  deleted: row.deleted,
  'already-gone': row.already_gone,
  deferred: row.deferred,
  failed: row.failed,
  uncertain: 0,
  'not-sent': row.not_sent,
});
