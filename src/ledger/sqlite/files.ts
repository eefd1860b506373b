import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statfsSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { LedgerError } from '../contract.ts';

/**
 * The folder and what is missing above it. One at a time: where a parent exists and yet refuses with "no such file"
 * (as /proc does), Node's own recursive way goes round in circles for ever.
 */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error; // made by another process just now
  }
  syncFolder(parent);
}

/**
 * Makes an empty file that only its owner may read, and the folders above it, so that SQLite finds both. An existing file
 * is not even opened: closing any handle on a database drops the locks that this process holds on it (POSIX).
 */
export function makePrivate(path: string): void {
  try {
    makeFolder(dirname(path));
    closeSync(openSync(path, 'wx', 0o600));
    syncFolder(dirname(path));
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && existsSync(path)) return;
    const code = codeOf(error);
    throw new LedgerError(`${path} cannot be made (${code}). ${REMEDY[code] ?? REMEDY['EACCES']}`, { cause: error });
  }
}

const TOO_FEW_FILES = 'Raise the limit of open files (ulimit -n) to 256.';
const REMEDY: Readonly<Record<string, string>> = {
  EACCES: 'Name a folder that this user may write to.',
  ENOSPC: 'The disk is full: make room on it.',
  EDQUOT: 'The quota is used up: make room on the disk.',
  EROFS: 'The disk may only be read: name a folder on another one.',
  EMFILE: TOO_FEW_FILES,
  ENFILE: TOO_FEW_FILES,
};

/** A log without its file belongs to a ledger that was moved or removed: a new one under its name would destroy what is in it. */
export function assertWhole(path: string): void {
  if (statusOf(path) !== undefined || (statusOf(`${path}-wal`)?.size ?? 0) === 0) return;
  throw new LedgerError(
    `The ledger ${path} is not there, but its log ${path}-wal is: the file was moved or removed without it. Put the file back, or restore a backup and remove ${path}-wal and ${path}-shm.`,
  );
}

/** Whether there is something to look at. An empty file is what is left where making a ledger was cut short. */
export const existsToRead = (path: string): boolean => statusOf(path) !== undefined && sizeOf(path) > 0;

/** Of the file and its log, in bytes; 0 where there is no file. */
export const sizeOf = (path: string): number => (statusOf(path)?.size ?? 0) + (statusOf(`${path}-wal`)?.size ?? 0);

/** `undefined` where there is no such file. @throws {LedgerError} where that cannot be told */
export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new LedgerError(`The ledger ${path} cannot be read (${codeOf(error)}). Look at its folder and its rights.`, {
      cause: error,
    });
  }
}

/**
 * On a network disk locks may not outlive a pause or reach another machine, and the shared memory of the write-ahead log
 * reaches none: two sweeps could run at once, and the file be damaged.
 * @param type of the file system, as `statfs` has it
 */
export function assertLocal(path: string, type = statfsSync(dirname(path)).type): void {
  const name = NETWORK_DISKS.get(type >>> 0);
  if (name === undefined) return;
  throw new LedgerError(
    `The ledger ${path} is on a network disk (${name}), where its lock does not hold. Use a local disk.`,
  );
}

/** From Linux' `magic.h`; other systems number theirs from 0 or not at all. */
const NETWORK_DISKS = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
]);

/** Puts a file that was written by others, and its name in its folder, really on disk. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A name is on disk when its folder is. Windows has no such thing and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
