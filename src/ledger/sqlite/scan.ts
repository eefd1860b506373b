import type { MessageSid } from '../../retention/resource.ts';
import type { ReasonCounts, ScanChange, ScanDay, ScanIndex, ScanMessage, ScanState } from '../scan.ts';
import type { Database } from './database.ts';
import { dateOf } from './rows.ts';

interface StateRow {
  readonly basis: string;
  readonly walk_from: number | null;
  readonly last_full_at: number | null;
  readonly head_from: number | null;
  readonly is_newest_first: number;
  readonly is_count_kept: number;
  readonly page_rows: number;
  readonly unread_from: number | null;
}

interface DayRow {
  readonly day: number;
  readonly messages: number;
  readonly due_at: number | null;
  readonly retained: string;
  readonly emptied: Uint8Array;
}

interface MessageRow {
  readonly sid: MessageSid;
  readonly day: number | null;
  readonly created_at: number | null;
  readonly is_in_progress: number;
  readonly due_at: number | null;
  readonly retained: string;
  readonly seen_at: number;
}

/** @see Ledger.scanIndex */
export function readIndex(db: Database, projectId: string): ScanIndex | undefined {
  const state = db.all<StateRow>('select * from scan_state where project_id = ?', [projectId])[0];
  if (!state) return undefined;
  const days = db.all<DayRow>('select * from scan_day where project_id = ? order by day', [projectId]);
  const messages = db.all<MessageRow>('select * from scan_message where project_id = ?', [projectId]);
  return { state: stateOf(state), days: days.map(scanDayOf), messages: messages.map(scanMessageOf) };
}

/** Within a transaction of the caller's. */
export function writeIndex(db: Database, projectId: string, change: ScanChange): void {
  if (change.isWhole) {
    forgetOthers(db, 'scan_day', 'day', projectId, () => change.days.map(({ day }) => day));
    forgetOthers(db, 'scan_message', 'sid', projectId, () => change.messages.map(({ sid }) => sid));
  }
  const { basis, walkFrom, lastFullAt, headFrom, isNewestFirst, isCountKept, pageRows, unreadFrom } = change.state;
  db.run('insert or replace into scan_state values (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
    projectId,
    basis,
    msOf(walkFrom),
    msOf(lastFullAt),
    msOf(headFrom),
    Number(isNewestFirst),
    Number(isCountKept),
    pageRows,
    unreadFrom ?? null,
  ]);
  for (const sid of change.forgotten)
    db.run('delete from scan_message where project_id = ? and sid = ?', [projectId, sid]);
  for (const { day, messages, dueAt, retained, emptied } of change.days) {
    const bytes = new Uint8Array(emptied.buffer, emptied.byteOffset, emptied.byteLength);
    const values = [projectId, day, messages, msOf(dueAt), JSON.stringify(retained), bytes];
    db.run(REPLACE_DAY, values);
  }
  for (const { sid, day, createdAt, isInProgress, dueAt, retained, seenAt } of change.messages) {
    const seen = [Number(isInProgress), msOf(dueAt), JSON.stringify(retained), seenAt.getTime()];
    const values = [projectId, sid, day ?? null, msOf(createdAt), ...seen];
    db.run(REPLACE_MESSAGE, values);
  }
}

function forgetOthers(
  db: Database,
  table: string,
  key: string,
  projectId: string,
  kept: () => readonly (number | string)[],
): void {
  if (db.all(`select 1 from ${table} where project_id = ? limit 1`, [projectId]).length === 0) return;
  const others = `not in (select value from json_each(?))`;
  db.run(`delete from ${table} where project_id = ? and ${key} ${others}`, [projectId, JSON.stringify(kept())]);
}

// What is as it was is not written again: a ledger grows with what is sent.
const REPLACE_DAY = `insert into scan_day values (?, ?, ?, ?, ?, ?) on conflict do update
  set messages = excluded.messages, due_at = excluded.due_at, retained = excluded.retained, emptied = excluded.emptied
  where (messages, due_at, retained, emptied)
    is not (excluded.messages, excluded.due_at, excluded.retained, excluded.emptied)`;

const REPLACE_MESSAGE = `insert into scan_message values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do update
  set day = excluded.day, created_at = excluded.created_at, is_in_progress = excluded.is_in_progress,
    due_at = excluded.due_at, retained = excluded.retained, seen_at = excluded.seen_at
  where excluded.is_in_progress or (day, created_at, is_in_progress, due_at, retained)
    is not (excluded.day, excluded.created_at, excluded.is_in_progress, excluded.due_at, excluded.retained)`;

const msOf = (date: Date | undefined): number | null => date?.getTime() ?? null;

const stateOf = (row: StateRow): ScanState => ({
  basis: row.basis,
  walkFrom: dateOf(row.walk_from),
  lastFullAt: dateOf(row.last_full_at),
  headFrom: dateOf(row.head_from),
  isNewestFirst: row.is_newest_first === 1,
  isCountKept: row.is_count_kept === 1,
  pageRows: row.page_rows,
  unreadFrom: row.unread_from ?? undefined,
});

const scanDayOf = ({ day, messages, due_at, retained, emptied }: DayRow): ScanDay => ({
  day,
  messages,
  dueAt: dateOf(due_at),
  retained: JSON.parse(retained) as ReasonCounts,
  emptied: new Float64Array(emptied.slice().buffer),
});

const scanMessageOf = (row: MessageRow): ScanMessage => ({
  sid: row.sid,
  day: row.day ?? undefined,
  createdAt: dateOf(row.created_at),
  isInProgress: row.is_in_progress === 1,
  dueAt: dateOf(row.due_at),
  retained: JSON.parse(row.retained) as ReasonCounts,
  seenAt: new Date(row.seen_at),
});
