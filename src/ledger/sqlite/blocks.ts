import type { ItemId, NumberedItem, PlanOrder } from '../entries.ts';
import type { Database } from './database.ts';
import { itemOf, type PlanRow, type Range } from './rows.ts';

/** So many rows are in memory at a time. */
const BLOCK = 500;

interface Numbered {
  readonly id: ItemId;
  readonly message_sid: string;
}

/**
 * Pages through rows by their number, one statement a block: nothing stays open while the caller does something else, so
 * writes in between disturb nothing, and no reader keeps the log from being emptied.
 * @param page up to `count` rows with numbers beyond `after`, in their order
 * @param start the number beyond which to begin
 */
export async function* blocks<Row extends Numbered>(
  page: (after: ItemId, count: number) => readonly Row[],
  start: ItemId,
  limit = Infinity,
): AsyncGenerator<readonly Row[]> {
  let after = start;
  for (let left = limit; left > 0;) {
    const rows = page(after, Math.min(left, BLOCK + 1));
    const block = wholeMessages(rows);
    const last = block.at(-1);
    if (last === undefined) return;
    yield block;
    after = last.id;
    left -= block.length;
  }
}

/** One row more than a block has was asked for: it shows whether the last message goes on. One that fills a block is cut. */
function wholeMessages<Row extends Numbered>(rows: readonly Row[]): readonly Row[] {
  const next = rows[BLOCK];
  if (next === undefined) return rows;
  const before = rows.findLastIndex(({ message_sid }) => message_sid !== next.message_sid);
  return rows.slice(0, before === -1 ? BLOCK : before + 1);
}

/** @see SweepRecord.plan */
export async function* plannedBlocks(
  db: Database,
  range: Range,
  order: PlanOrder,
  limit: number,
): AsyncGenerator<readonly NumberedItem[]> {
  const sql = 'select * from plan_item where id > ? and id < ? order by id limit ?';
  const page = (after: ItemId, count: number): PlanRow[] => db.all(sql, [after, range.end, count]);
  const rows = order === 'as-planned' ? blocks(page, range.first - 1, limit) : oldestFirst(db, range, limit);
  for await (const block of rows) yield block.map(itemOf);
}

/** So many numbers of items are held at a time; each time costs one pass over the plan. */
const PASS = 50_000;

/**
 * An index on expiry would cost every planned row something and serve only plans beyond their limit. Instead each pass picks
 * the next items in order: a default limit takes one pass.
 */
async function* oldestFirst(db: Database, range: Range, limit: number): AsyncGenerator<readonly PlanRow[]> {
  let last = { expired_at: Number.MIN_SAFE_INTEGER, id: 0 };
  for (let left = limit; left > 0;) {
    const pass = db.all<typeof last>(
      `select id, expired_at from plan_item where id >= ? and id < ? and (expired_at, id) > (?, ?)
       order by expired_at, id limit ?`,
      [range.first, range.end, last.expired_at, last.id, Math.min(left, PASS)],
    );
    if (pass.length === 0) return;
    yield* inOrder(db, pass);
    last = pass.at(-1) ?? last;
    left -= pass.length;
  }
}

async function* inOrder(db: Database, pass: readonly { readonly id: ItemId }[]): AsyncGenerator<readonly PlanRow[]> {
  const sql = 'select p.* from json_each(?) as j cross join plan_item as p on p.id = j.value order by j.key';
  for (let at = 0; at < pass.length;) {
    const ids = pass.slice(at, at + BLOCK + 1).map(({ id }) => id);
    const block = wholeMessages(db.all<PlanRow>(sql, [JSON.stringify(ids)]));
    yield block;
    at += block.length;
  }
}
