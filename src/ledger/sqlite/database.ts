import { existsSync, realpathSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { LedgerError } from '../contract.ts';
import { faultOf, lacksRights } from './faults.ts';
import { assertLocal, assertWhole, makePrivate, statusOf } from './files.ts';
import { assertLogWhole } from './log.ts';
import { APPLICATION_ID, checkSchema, migrate, MIGRATIONS, valueOf, versionOf } from './migrations.ts';

/** Longer than any commit of ours holds the file, that of thirty thousand items in the index included. */
const BUSY_MS = 10_000;
/** Up to this size a file is read whole and checked when it is opened to write: a tenth of a second. */
const CHECKED_BYTES = 32 * 1024 * 1024;

export type Values = readonly SQLInputValue[];

/** One connection to one ledger: statements are prepared once, and SQLite's faults come out as `LedgerError`s. */
export class Database {
  /** Absolute and without symbolic links, or `:memory:`. */
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #inode: number | undefined;

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.path = path;
    this.#inode = inodeOf(path);
  }

  all<Row>(sql: string, values: Values = []): Row[] {
    return this.#try(() => this.#prepared(sql).all(...values) as Row[]);
  }

  /** @returns the number of the row that was inserted last */
  run(sql: string, values: Values): number {
    return this.#try(() => Number(this.#prepared(sql).run(...values).lastInsertRowid));
  }

  exec(sql: string): void {
    this.#try(() => this.#db.exec(sql));
  }

  /** All of `work` or nothing, on disk on return. */
  transaction(work: () => void): void {
    this.#assertInPlace();
    this.exec('begin immediate'); // a deferred transaction would meet a second writer half-way and fail at once
    try {
      work();
      this.exec('commit');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw error;
    }
  }

  /** Brings what is in the log into the file itself, as far as nobody reads it: who copies or moves the file alone loses the less. */
  checkpoint(): void {
    try {
      this.#db.exec('pragma wal_checkpoint(passive)');
    } catch {
      // it is in the log, which is as durable
    }
  }

  close(): void {
    if (!this.#db.isOpen) return;
    this.#statements.clear();
    this.#try(() => this.#db.close());
  }

  /** SQLite would go on writing into a file that no path leads to any more, and all of it would be lost. */
  #assertInPlace(): void {
    if (inodeOf(this.path) === this.#inode) return;
    throw new LedgerError(
      `The ledger ${this.path} was removed or replaced while it was in use. Put it back, or restore a backup.`,
    );
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw faultOf(error, this.path);
    }
  }
}

const inodeOf = (path: string): number | undefined => (path === ':memory:' ? undefined : statusOf(path)?.ino);

/** A ledger that is gone when it is closed, with nothing to be durable on. */
export function openMemory(): Database {
  const db = new DatabaseSync(':memory:');
  db.exec('pragma foreign_keys = on; pragma temp_store = memory');
  migrate(db, ':memory:');
  return new Database(db, ':memory:');
}

/** @throws {LedgerError} where the file cannot be opened, is no ledger, or would not keep what is written */
export function openFile(path: string, mode: 'write' | 'read'): Database {
  if (mode === 'write') {
    assertWhole(path);
    makePrivate(path);
    assertLocal(path);
  }
  assertLogWhole(path); // before SQLite sees it, and makes its own end of it
  let db: DatabaseSync | undefined;
  try {
    db = mode === 'write' ? new DatabaseSync(path, { timeout: BUSY_MS }) : openToRead(path);
    db.exec('pragma foreign_keys = on; pragma cell_size_check = on');
    db.exec('pragma cache_size = -2048'); // KiB; a sweep writes at the ends of tables, and a larger cache only takes room
    db.exec('pragma temp_store = memory'); // a container with a read-only root may have no folder for temporary files
    if (mode === 'write') prepareToWrite(db, path);
    else checkVersion(db, path);
    checkSchema(db, path);
    return new Database(db, realpathSync(path));
  } catch (error) {
    db?.close();
    throw faultOf(error, path);
  }
}

/**
 * SQLite reads a ledger with two files beside it. Where they cannot be made (a read-only disk) and there is no log, nobody
 * has the ledger open to write, and SQLite is told that the file does not change.
 */
function openToRead(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
  try {
    db.prepare('select count(*) from sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    if (!lacksRights(error) || existsSync(`${path}-wal`)) throw error;
    const url = pathToFileURL(path);
    url.searchParams.set('immutable', '1');
    return new DatabaseSync(url, { readOnly: true });
  }
}

function checkVersion(db: DatabaseSync, path: string): void {
  const version = versionOf(db, path);
  if (version === MIGRATIONS.length) return;
  throw new LedgerError(
    `The ledger ${path} has schema version ${version}; this program reads version ${MIGRATIONS.length}. The next sweep or plan brings it up to date.`,
  );
}

function prepareToWrite(db: DatabaseSync, path: string): void {
  versionOf(db, path); // before anything is changed in a file that may be somebody else's
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 10000');
  db.exec('pragma fullfsync = on; pragma checkpoint_fullfsync = on'); // macOS: fsync alone leaves data in the drive's cache
  assertDurable(db, path);
  if (statSync(path).size <= CHECKED_BYTES) assertSound(db, path);
  migrate(db, path);
  // One real commit: SQLite opens a read-only file without a word and lets `begin immediate` succeed on it.
  db.exec(`begin immediate; pragma application_id = ${APPLICATION_ID}; commit`);
}

/** A setting that SQLite does not know or cannot have is ignored without a word, so each is read back. */
export function assertDurable(db: DatabaseSync, path: string): void {
  const journal = valueOf(db, 'pragma journal_mode');
  const synchronous = valueOf(db, 'pragma synchronous');
  if (journal === 'wal' && synchronous === SYNCHRONOUS_FULL) return;
  throw new LedgerError(
    `The ledger ${path} would not be durable: journal mode ${journal} and synchronous ${synchronous}, where wal and ${SYNCHRONOUS_FULL} are needed. Use a local disk.`,
  );
}

const SYNCHRONOUS_FULL = '2';

function assertSound(db: DatabaseSync, path: string): void {
  const finding = valueOf(db, 'pragma quick_check(1)');
  if (finding === 'ok') return;
  throw new LedgerError(
    `The ledger ${path} is damaged (${finding}). Keep the file for inspection and restore a backup.`,
  );
}
