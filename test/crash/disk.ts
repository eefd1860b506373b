import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is in a ledger's two files. The third one, shared memory, is gone with its processes. */
export interface Image {
  /** The same number: the same bytes. */
  readonly id: number;
  readonly db: Buffer | undefined;
  readonly wal: Buffer | undefined;
}

/** Which part of what was written and not yet promised is still there after a crash. */
export const TAILS = ['lost', 'kept', 'torn'] as const;
export type Tail = (typeof TAILS)[number];

/** Where there is memory for files: what is tested is what SQLite does with what it finds, not how fast a disk is. */
const HERE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

let images = 0;

/** A folder in which ledgers are made, one at a time. All is gone at its end. */
export class Disk {
  readonly #root = mkdtempSync(join(HERE, 'crash-'));
  #folders = 0;

  /** A new folder with a ledger of these bytes, as a process finds it that begins. */
  place(image: Image | undefined): Files {
    const folder = join(this.#root, String(this.#folders++));
    mkdirSync(folder);
    const files = new Files(folder);
    if (image?.db) writeFileSync(files.path, image.db, { mode: 0o600 });
    if (image?.wal) writeFileSync(`${files.path}-wal`, image.wal, { mode: 0o600 });
    return files;
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** The files of one ledger, which are looked at while a process writes them. */
export class Files {
  readonly path: string;
  readonly #folder: string;
  #last: Image | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'ledger.db');
  }

  /** What is in them now. */
  look(): Image {
    const db = bytesOf(this.path);
    const wal = bytesOf(`${this.path}-wal`);
    if (this.#last && isSame(this.#last.db, db) && isSame(this.#last.wal, wal)) return this.#last;
    return (this.#last = { id: images++, db, wal });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function bytesOf(path: string): Buffer | undefined {
  return statSync(path, { throwIfNoEntry: false }) && readFileSync(path);
}

const isSame = (a: Buffer | undefined, b: Buffer | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.equals(b);

/**
 * What is on the disk after the crash.
 * @param promised as it was when a durable write last returned: never less than this
 * @param written as it was at the crash
 * @param chance from 0 to below 1: where it is torn
 */
export function afterCrash(tail: Tail, promised: Image, written: Image, chance: number): Image {
  if (promised === written) return written;
  switch (tail) {
    case 'lost':
      return promised;
    case 'kept':
      return written;
    case 'torn':
      return torn(promised, written, chance);
    default:
      return tail;
  }
}

/** The log up to a byte within what was added to it. Where it is the file that is being written, that, and the log is whole. */
function torn(promised: Image, written: Image, chance: number): Image {
  const from = promised.wal?.length ?? 0;
  const to = written.wal?.length ?? 0;
  const isFileWritten = promised.db !== undefined && !isSame(promised.db, written.db);
  if (isFileWritten || to <= from) return partlyWritten(promised, written, chance);
  const end = from + 1 + Math.floor(chance * (to - from - 1));
  return { id: images++, db: written.db, wal: written.wal?.subarray(0, end) };
}

/** A checkpoint writes the file only when the log is on disk, and takes the log away only when the file is. */
function partlyWritten(promised: Image, written: Image, chance: number): Image {
  if (!promised.db || !promised.wal || !written.db) return written;
  const end = Math.floor(chance * written.db.length);
  const db = Buffer.concat([written.db.subarray(0, end), promised.db.subarray(end)]);
  return { id: images++, db, wal: promised.wal };
}

/** For showing that a test can fail: less than was promised. */
export function cutShort({ db, wal }: Image, bytes: number): Image {
  return { id: images++, db, wal: wal?.subarray(0, Math.max(0, wal.length - bytes)) };
}
