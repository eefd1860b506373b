import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { LedgerError, type Lock } from '../contract.ts';
import { faultOf, isBusy } from './faults.ts';
import { makePrivate } from './files.ts';

/**
 * The right to sweep with the ledger at `path`: an exclusive transaction, never committed, on a small database beside it.
 * The operating system ends it with its process, so nothing has to be cleaned up or timed out after a crash.
 *
 * While it is held nothing in this process may open, copy or remove that file by other ways: POSIX drops all locks of a
 * process on a file with the first handle that it closes. It does not work on NFS.
 *
 * @param path without symbolic links, or two names of one ledger would have two locks
 */
export function lockBeside(path: string): Lock | 'busy' {
  if (statSync(path).nlink > 1) {
    throw new LedgerError(
      `${path} has a second name (a hard link), under which another sweep would not see its lock. Remove that name.`,
    );
  }
  const lockPath = `${path}.lock`;
  makePrivate(lockPath);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(lockPath, { timeout: 0 });
    db.exec('begin exclusive; create table if not exists held (since integer)');
    db.exec('insert into held values (0)'); // on a read-only file `begin exclusive` alone succeeds and locks nothing
    return holding(db);
  } catch (error) {
    db?.close();
    if (isBusy(error)) return 'busy';
    throw faultOf(error, lockPath);
  }
}

/** The handle lives as long as what is returned: one that nothing refers to is collected, and the lock with it. */
function holding(db: DatabaseSync): Lock {
  const release = async (): Promise<void> => {
    if (db.isOpen) db.close();
  };
  return { release, [Symbol.asyncDispose]: release };
}

/** The same within one process, for a ledger that no other process can see. */
export function memoryLock(): () => Lock | 'busy' {
  let held = false;
  return () => {
    if (held) return 'busy';
    held = true;
    let released = false;
    const release = async (): Promise<void> => {
      if (!released) held = false;
      released = true;
    };
    return { release, [Symbol.asyncDispose]: release };
  };
}
