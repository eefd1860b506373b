import type { Clock } from '../../lib/clock.ts';
import type { Database, Values } from './database.ts';

/** A commit of 500 rows holds the event loop for about a millisecond. */
const ROWS_MAX = 500;
const WAIT_MS = 50;

export interface JournalDeps {
  readonly clock: Clock;
  readonly soon: (run: () => void) => void;
}

interface Waiting {
  readonly write: () => void;
  readonly reject: (error: unknown) => void;
  readonly done: () => void;
}

/**
 * Group commit: the one way in which anything is written. A commit costs a wait for the disk, so rows that nobody waits for
 * are gathered, and the next write that is waited for takes them along.
 * After a commit that failed nothing is written any more: whether a failed fsync left the rows on disk cannot be known, and
 * a second try may report success for rows that are lost.
 */
export class Journal {
  readonly #db: Database;
  readonly #deps: JournalDeps;
  readonly #lost = new AbortController();
  readonly #closed = new AbortController();
  #rows: { readonly sql: string; readonly values: Values }[] = [];
  #waiting: Waiting[] = [];
  #timed = false;
  #asked = false;

  constructor(db: Database, deps: JournalDeps) {
    this.#db = db;
    this.#deps = deps;
  }

  /** Aborted with the `LedgerError` of the first write that failed. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** A row that nobody waits for: on disk within 50 ms, 500 rows, or with whatever is written later. */
  append(sql: string, values: Values): void {
    this.#assertWritable();
    this.#rows.push({ sql, values });
    if (this.#rows.length >= ROWS_MAX) this.#commit();
    else this.#commitLater();
    this.#lost.signal.throwIfAborted();
  }

  /** Runs `write` in a transaction that everything appended before is part of; on disk when this resolves. */
  async durable<T>(write: () => T): Promise<T> {
    this.#assertWritable();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let value: T;
    this.#waiting.push({ write: () => (value = write()), done: () => resolve(value), reject });
    if (!this.#asked) {
      this.#asked = true;
      this.#deps.soon(() => this.#commit());
    }
    return promise;
  }

  /** Before reading: brings what was appended so far to disk. Where writing has failed, reading goes on without. */
  catchUp(): void {
    if (!this.#lost.signal.aborted) this.#commit();
  }

  close(): void {
    if (this.#closed.signal.aborted) return;
    this.catchUp();
    this.#closed.abort();
  }

  #commit(): void {
    const rows = this.#rows;
    const waiting = this.#waiting;
    this.#rows = [];
    this.#waiting = [];
    this.#asked = false;
    if (rows.length === 0 && waiting.length === 0) return;
    try {
      this.#db.transaction(() => {
        for (const { sql, values } of rows) this.#db.run(sql, values);
        for (const { write } of waiting) write();
      });
    } catch (error) {
      this.#lost.abort(error);
      for (const { reject } of waiting) reject(error);
      return;
    }
    for (const { done } of waiting) done();
  }

  /** The timer is left running when a full group is committed before it: what came since then waits the less. */
  #commitLater(): void {
    if (this.#timed) return;
    this.#timed = true;
    const due = (): void => {
      this.#timed = false;
      this.#commit();
    };
    this.#deps.clock.sleep(WAIT_MS, this.#closed.signal).then(due, () => {}); // or closed, and committed by that
  }

  #assertWritable(): void {
    this.#lost.signal.throwIfAborted();
    if (this.#closed.signal.aborted) throw new Error('The ledger is closed');
  }
}
