import { DatabaseSync } from 'node:sqlite';
import { LedgerError } from '../contract.ts';

/** In the file's header, so that no other program's database is taken for a ledger: `MRWL`. */
export const APPLICATION_ID = 0x4d52574c;

/**
 * The schema, version by version: entry n brings a ledger from version n to n + 1. Released entries never change.
 *
 * What happened is appended and never rewritten: every table but the derived ones (`sid_index`, `scan_…`) refuses UPDATE and
 * DELETE by trigger.
 * Instants are milliseconds since 1970. An item's number is its sweep's times 2^30 plus its place in the plan from 1, so a
 * sweep's rows lie next to each other in every table and need no index to be found.
 */
export const MIGRATIONS: readonly string[] = [
  `
  create table policy (hash text primary key, text text not null) strict;

  create table sweep (
    n integer primary key, sweep_id text not null unique, project text not null, project_id text not null,
    mode text not null check (mode in ('enforce', 'dry-run', 'plan')), policy_hash text not null references policy,
    program_version text not null, as_of integer not null, started_at integer not null
  ) strict;

  create table plan_item (
    id integer primary key, message_sid text not null, media_sid text not null, content_type text, rule text not null,
    expired_at integer not null, planned_at integer not null
  ) strict;

  -- The plan is whole, and in sid_index.
  create table plan_seal (sweep integer primary key references sweep, items integer not null) strict;

  create table sending (item integer primary key references plan_item, at integer not null) strict;

  create table answer (
    item integer primary key references sending, kind text not null check (kind in ('accepted', 'absent', 'lost')),
    at integer not null, attempts integer not null, status integer, code integer
  ) strict;

  create table settlement (
    item integer primary key references plan_item, sweep integer not null references sweep,
    outcome text not null check (outcome in ('deleted', 'already-gone', 'deferred', 'failed', 'not-sent')),
    verified integer not null, at integer not null, attempts integer not null, status integer, code integer, why text
  ) strict;
  create index settled_later on settlement (sweep) where item >> 30 <> sweep;

  create table sweep_end (
    sweep integer primary key references sweep,
    result text not null check (result in ('complete', 'refused', 'partial', 'dry-run', 'failed')),
    ended_at integer not null, report text not null
  ) strict;

  -- The figures of a sweep that is over and of which nothing is open: they can change no more.
  create table final_count (
    sweep integer primary key references sweep, planned integer not null, deleted integer not null,
    already_gone integer not null, deferred integer not null, failed integer not null, not_sent integer not null,
    unverified integer not null
  ) strict;

  create trigger sending_before_final_count before insert on sending
    when exists (select 1 from final_count where sweep = new.item >> 30) begin
    select raise(abort, 'Nothing is sent in a sweep whose figures are final');
  end;

  -- Derived: finds the items of sealed plans by either SID. Six characters from each end keep it small and tell SIDs
  -- apart enough, wherever their random part is; plan_item says which is meant.
  create table sid_index (ends text not null, item integer not null, primary key (ends, item)) strict, without rowid;
` +
    ['policy', 'sweep', 'plan_item', 'plan_seal', 'sending', 'answer', 'settlement', 'sweep_end', 'final_count']
      .flatMap((table) => [appendOnly(table, 'update'), appendOnly(table, 'delete')])
      .join('\n'),
  `
  -- What a sweep saw coming. Sweeps of older programs have none.
  create table sweep_outlook (
    sweep integer primary key references sweep_end, next_due_at integer, stuck_in_progress integer not null
  ) strict;
` + ['update', 'delete'].map((verb) => appendOnly('sweep_outlook', verb)).join('\n'),
  `
  -- Derived: what need not be read again yet. It proves nothing, and may be emptied at any time.
  create table scan_state (
    project_id text primary key, basis text not null, walk_from integer, last_full_at integer, head_from integer,
    is_newest_first integer not null, is_count_kept integer not null, page_rows integer not null, unread_from integer
  ) strict, without rowid;
  create table scan_day (
    project_id text not null, day integer not null, messages integer not null, due_at integer, retained text not null,
    emptied blob not null, primary key (project_id, day)
  ) strict, without rowid;
  create table scan_message (
    project_id text not null, sid text not null, day integer, created_at integer, is_in_progress integer not null,
    due_at integer, retained text not null, seen_at integer not null, primary key (project_id, sid)
  ) strict, without rowid;
`,
];

function appendOnly(table: string, verb: string): string {
  return `create trigger ${table}_no_${verb} before ${verb} on ${table} begin
    select raise(abort, 'What happened is never rewritten: no ${verb} on ${table}');
  end;`;
}

/** Brings a new or older ledger to the newest version, or changes nothing. Several processes may try at once. */
export function migrate(db: DatabaseSync, path: string, migrations = MIGRATIONS): void {
  if (versionOf(db, path, migrations) === migrations.length) return;
  db.exec('begin immediate');
  try {
    for (const step of migrations.slice(versionOf(db, path, migrations))) db.exec(step);
    db.exec(`pragma application_id = ${APPLICATION_ID}; pragma user_version = ${migrations.length}; commit`);
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

/** @returns 0 for a database without anything in it @throws {LedgerError} where it is no ledger, or a newer one */
export function versionOf(db: DatabaseSync, path: string, migrations = MIGRATIONS): number {
  const id = numberOf(db, 'pragma application_id');
  const version = numberOf(db, 'pragma user_version');
  if (id !== APPLICATION_ID) {
    if (id === 0 && version === 0 && numberOf(db, 'select count(*) from sqlite_schema') === 0) return 0;
    throw new LedgerError(
      `${path} is a database of another program (application id ${id}, a ledger has ${APPLICATION_ID}). Name another file; nothing in this one was changed.`,
    );
  }
  if (version > migrations.length) {
    throw new LedgerError(
      `The ledger ${path} has schema version ${version}; this program knows versions up to ${migrations.length}. Use the newer program that wrote it, or a backup made before.`,
    );
  }
  return version;
}

/**
 * Whether the schema is what the migrations make: a table that is missing is damage, and without its triggers a ledger
 * would let itself be rewritten.
 */
export function checkSchema(db: DatabaseSync, path: string, migrations = MIGRATIONS): void {
  const expected = new DatabaseSync(':memory:');
  try {
    for (const step of migrations) expected.exec(step);
    if (schemaOf(db) === schemaOf(expected)) return;
  } finally {
    expected.close();
  }
  throw new LedgerError(
    `The ledger ${path} has tables or triggers that are not those of schema version ${migrations.length}: it is damaged or was changed by hand. Keep the file for inspection and restore a backup.`,
  );
}

/** SQLite's own tables are left out: `analyze` adds some, which does no harm. */
const schemaOf = (db: DatabaseSync): string =>
  JSON.stringify(
    db.prepare("select type, name, sql from sqlite_schema where name not like 'sqlite_%' order by type, name").all(),
  );

const numberOf = (db: DatabaseSync, sql: string): number => Number(valueOf(db, sql));

/** The answer to a question that has one, as text. */
export const valueOf = (db: DatabaseSync, sql: string): string => String(Object.values(db.prepare(sql).get() ?? {})[0]);
