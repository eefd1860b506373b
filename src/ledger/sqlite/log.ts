import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LedgerError } from '../contract.ts';
import { codeOf, statusOf } from './files.ts';

/**
 * The write-ahead log, read the way SQLite does (https://sqlite.org/fileformat2.html#walformat), because of what SQLite
 * says nothing about: at the first frame whose checksum is wrong it takes the log to end, and with it goes everything
 * that was said to be durable behind it. That is right for the last commit, which a power cut may have torn, and wrong
 * for any other: a commit is on disk before the next one begins, so a commit behind a broken frame shows damage.
 */
const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;
const CHUNK_FRAMES = 256;

type Sums = readonly [number, number];

interface Log {
  readonly size: number;
  readonly isBigEndian: boolean;
  readonly frameSize: number;
}

/** @throws {LedgerError} where commits that were said to be durable would be left out without a word */
export function assertLogWhole(path: string): void {
  const log = `${path}-wal`;
  let last: number | undefined;
  for (;;) {
    const brokenAt = withFile(log, (file) => damageIn(file));
    if (brokenAt === undefined) return;
    // A frame that another process was just writing is whole when it is looked at again.
    if (brokenAt === last) throw new LedgerError(damaged(log));
    last = brokenAt;
  }
}

const damaged = (log: string): string =>
  `The ledger's log ${log} is damaged: what was written after the damage would be lost. Keep it and its ledger for inspection and restore a backup.`;

/** @returns `undefined` where there is no such file, or none any more */
function withFile<T>(path: string, look: (file: number) => T | undefined): T | undefined {
  let file: number | undefined;
  try {
    if (statusOf(path) === undefined) return undefined;
    file = openSync(path, 'r');
    return look(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (error instanceof LedgerError) throw error;
    throw new LedgerError(`The ledger's log ${path} cannot be read (${codeOf(error)}). Look at its rights.`, {
      cause: error,
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Where a frame is broken, or the header is (0), with whole commits behind it. */
function damageIn(file: number): number | undefined {
  const header = readAt(file, 0, HEADER);
  const { size } = fstatSync(file);
  if (header.length < HEADER || size < HEADER + FRAME_HEADER) return undefined;
  const log = logOf(header, size);
  if (log === undefined) return 0; // it is written, and on disk, before any frame is
  let sums: Sums = [header.readUInt32BE(24), header.readUInt32BE(28)];
  let brokenAt: number | undefined;
  let isCommitted = false;
  for (const [at, frame] of frames(file, log)) {
    const isOfThisLog = frame.compare(header, 16, 24, 8, 16) === 0;
    const isWhole = isOfThisLog && isSummed(frame, sums, log.isBigEndian);
    if (isCommitted && isWhole) return brokenAt; // it was begun when that commit was on disk
    if (!isWhole) brokenAt ??= at;
    isCommitted ||= brokenAt !== undefined && isOfThisLog && frame.readUInt32BE(4) !== 0;
    sums = [frame.readUInt32BE(16), frame.readUInt32BE(20)];
  }
  return undefined;
}

/** `undefined` where the header is none. */
function logOf(header: Buffer, size: number): Log | undefined {
  const magic = header.readUInt32BE(0);
  const isBigEndian = magic === MAGIC + 1;
  if (!isBigEndian && magic !== MAGIC) return undefined;
  const [one, two] = summed(header.subarray(0, 24), [0, 0], isBigEndian);
  if (one !== header.readUInt32BE(24) || two !== header.readUInt32BE(28)) return undefined;
  return { size, isBigEndian, frameSize: FRAME_HEADER + header.readUInt32BE(8) };
}

function* frames(file: number, { size, frameSize }: Log): Generator<readonly [number, Buffer]> {
  for (let at = HEADER; at + frameSize <= size;) {
    const chunk = readAt(file, at, Math.min(CHUNK_FRAMES, Math.floor((size - at) / frameSize)) * frameSize);
    for (let from = 0; from + frameSize <= chunk.length; from += frameSize) {
      yield [at + from, chunk.subarray(from, from + frameSize)];
    }
    if (chunk.length < frameSize) return; // cut short by another process
    at += chunk.length;
  }
}

const isSummed = (frame: Buffer, before: Sums, isBigEndian: boolean): boolean => {
  const [one, two] = summed(
    frame.subarray(FRAME_HEADER),
    summed(frame.subarray(0, 8), before, isBigEndian),
    isBigEndian,
  );
  return one === frame.readUInt32BE(16) && two === frame.readUInt32BE(20);
};

/** A kind of Fibonacci sum over pairs of words, each frame's from that of the one before. */
function summed(bytes: Buffer, [one, two]: Sums, isBigEndian: boolean): Sums {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    one = (one + view.getUint32(at, !isBigEndian) + two) >>> 0;
    two = (two + view.getUint32(at + 4, !isBigEndian) + one) >>> 0;
  }
  return [one, two];
}

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}
