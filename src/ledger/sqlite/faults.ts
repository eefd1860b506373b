import { LedgerError } from '../contract.ts';

/** SQLite's result codes that can happen to anyone; the low byte of an extended code is one of these. */
const CODE = {
  busy: 5,
  readonly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  constraint: 19,
  notADatabase: 26,
} as const;

/** SQLite's faults as `LedgerError`s; anything else is a bug and stays what it is. */
export function faultOf(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  return new LedgerError(`The ledger ${path} ${saying(code)} (SQLite ${code}: ${(error as Error).message}).`, {
    cause: error,
  });
}

export const isBusy = (error: unknown): boolean => codeOf(error) === CODE.busy;
/** Something beside the ledger could not be made: SQLite says the one or the other. */
export const lacksRights = (error: unknown): boolean =>
  [CODE.cannotOpen, CODE.readonly].some((code) => code === codeOf(error));

function codeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 255 : undefined;
}

function saying(code: number): string {
  switch (code) {
    case CODE.busy:
      return 'is in use: another process did not let go of it within the waiting time. End that process, or try again';
    case CODE.readonly:
      return 'cannot be written. Give this user the right to write the file and its folder, on a disk that is not read-only';
    case CODE.ioError:
      return 'cannot be read or written: the disk reports an error. Look at the disk; restore a backup if the file is damaged';
    case CODE.corrupt:
      return 'is damaged. Keep the file for inspection and restore a backup';
    case CODE.full:
      return 'cannot be written: the disk is full. Make room on it';
    case CODE.cannotOpen:
      return 'cannot be opened. Give this user the right to read and write the file and its folder, and the process enough open files';
    case CODE.constraint:
      return 'refused a row that contradicts what is on record, a fault of this program. Please report it';
    case CODE.notADatabase:
      return 'is not a ledger: the file is no SQLite database. Name another file, or restore a backup';
    default:
      return 'failed. Keep the file for inspection; restore a backup if this stays';
  }
}
