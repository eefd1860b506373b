import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Database } from '../../src/ledger/sqlite/database.ts';
import { migrate } from '../../src/ledger/sqlite/migrations.ts';

/** Told of what is written, and of what of it is on disk. */
export interface DiskWatch {
  wrote(table: string, values: readonly SQLInputValue[], rowId: number): void;
  committed(): void;
  rolledBack(): void;
}

/** What may go wrong with a commit. `lost`: it fails, and nothing of it is kept; `kept`: it fails, and all of it is. */
export type CommitFault = 'lost' | 'kept' | undefined;

const INSERT = /^insert (?:or ignore )?into (\w+)/;

/**
 * The one disk of a history: what is committed outlives every process, what is not is lost with its process. SQLite itself
 * works on it, in memory. One history after the other has it, since making the tables takes as long as many histories do.
 */
export class Disk {
  readonly #db = new DatabaseSync(':memory:');
  readonly #statements = new Map<string, StatementSync>();
  readonly #tables: readonly string[];

  constructor() {
    this.#db.exec('pragma temp_store = memory');
    migrate(this.#db, ':memory:');
    this.#tables = this.#namesOf("type = 'table'").toReversed(); // what refers to others was made after them
    // Nothing but `erase` may ever delete: the ledger's own tests hold that these refuse it.
    for (const trigger of this.#namesOf("type = 'trigger' and name like '%\\_no\\_delete' escape '\\'")) {
      this.#db.exec(`drop trigger ${trigger}`);
    }
    this.#db.exec('pragma foreign_keys = on');
  }

  /** A new disk. */
  erase(): void {
    if (this.#db.isTransaction) this.#db.exec('rollback');
    for (const table of this.#tables) this.#prepared(`delete from ${table}`).run();
  }

  /** A process's way to the disk, closed to it when it is dead. */
  connect(isDead: () => boolean, commitFault: () => CommitFault, watch: DiskWatch): Database {
    const alive = (): void => {
      if (isDead()) throw new Error('Nobody writes any more.');
    };
    const facade = {
      isOpen: true,
      isTransaction: false,
      exec: (sql: string): void => {
        alive();
        if (sql === 'commit') return this.#commit(commitFault(), watch);
        this.#db.exec(sql);
        if (sql === 'rollback') watch.rolledBack();
      },
      prepare: (sql: string) => {
        const statement = this.#prepared(sql);
        const table = INSERT.exec(sql)?.[1];
        return {
          all: (...values: SQLInputValue[]) => {
            alive();
            return statement.all(...values);
          },
          run: (...values: SQLInputValue[]) => {
            alive();
            const result = statement.run(...values);
            if (table !== undefined) watch.wrote(table, values, Number(result.lastInsertRowid));
            return result;
          },
        };
      },
      close: () => {},
    };
    Object.defineProperty(facade, 'isTransaction', { get: () => this.#db.isTransaction });
    return new Database(facade as unknown as DatabaseSync, ':memory:');
  }

  /** Every byte of it. */
  bytes(): Buffer {
    return Buffer.from(this.#db.serialize());
  }

  #namesOf(condition: string): string[] {
    const rows = this.#db.prepare(`select name from sqlite_schema where ${condition}`).all();
    return rows.map(({ name }) => String(name)).filter((name) => !name.startsWith('sqlite_'));
  }

  #commit(fault: CommitFault, watch: DiskWatch): void {
    if (fault !== 'lost') {
      this.#db.exec('commit');
      watch.committed();
    }
    if (fault !== undefined) throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
