import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { all, answer, sent, upTo } from './samples.ts';

const ITEMS = 12;
const HEADER = 32;
const FRAME = 24 + 4096;

let dir: string;
let path: string;
/** The log as a kill leaves it, and how many answers were on disk at each of its lengths. */
let log: Buffer;
let answeredAt: Map<number, number>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(dir, 'ledger.db');
  const ledger = await open(join(dir, 'first.db'));
  const { record, ids } = await sent(ledger, upTo(ITEMS));
  answeredAt = new Map();
  const inLog = (): Buffer => readFileSync(join(dir, 'first.db-wal'));
  answeredAt.set(inLog().length, 0);
  for (const [at, id] of ids.entries()) {
    record.answered(id, answer());
    await record.flush();
    answeredAt.set(inLog().length, at + 1);
  }
  log = inLog();
  copyFileSync(join(dir, 'first.db'), path);
  writeFileSync(`${path}-wal`, log);
  await ledger.close();
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (at = path, mode: 'read' | 'write' = 'write'): Promise<Ledger> =>
  openLedger(`sqlite:${at}`, { clock, mode });

/** How many answers are on record, when the log is this one. */
async function answered(changed: Buffer): Promise<number> {
  copyFileSync(path, join(dir, 'copy.db'));
  writeFileSync(join(dir, 'copy.db-wal'), changed);
  rmSync(join(dir, 'copy.db-shm'), { force: true });
  await using ledger = await open(join(dir, 'copy.db'));
  return (await all(ledger.openItems('project-1'))).filter((item) => item.answer !== undefined).length;
}

function flipped(at: number): Buffer {
  const changed = Buffer.from(log);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

const lastCommitAt = (): number => [...answeredAt.keys()].at(-2) ?? 0;

describe('D10 a torn end of the log', () => {
  test('as it is without damage has every answer', async () => {
    expect(await answered(log)).toBe(ITEMS);
  });

  test('at any byte of the last commit loses that commit and nothing else', async () => {
    for (const at of [1, FRAME / 2, FRAME - 1].map((byte) => lastCommitAt() + byte)) {
      expect(await answered(log.subarray(0, at))).toBe(ITEMS - 1);
      expect(await answered(flipped(at))).toBe(ITEMS - 1);
    }
  });

  test('with what a killed process had written and not committed loses that alone', async () => {
    const half = Buffer.from(log.subarray(lastCommitAt(), lastCommitAt() + FRAME));
    half.writeUInt32BE(0, 4); // of a commit that was never ended
    expect(await answered(Buffer.concat([log, half]))).toBe(ITEMS);
  });
});

/** What opening says where the log is this one. */
const refusal = async (changed: Buffer, mode: 'read' | 'write'): Promise<string> => {
  writeFileSync(`${path}-wal`, changed);
  return open(path, mode).then(
    () => 'opened',
    (error: unknown) => String(error),
  );
};

describe('D11 a flipped bit in the log', () => {
  test.each(['read', 'write'] as const)('before the last commit is refused, opened to %s', async (mode) => {
    const frames = Math.floor((lastCommitAt() - HEADER) / FRAME);
    for (const byte of [0, 5, 9, 17, 24, 2000]) {
      const at = HEADER + (byte % frames) * FRAME + byte;
      expect(await refusal(flipped(at), mode)).toMatch(/^LedgerError: .*-wal is damaged: /);
    }
  });

  test.each([0, 5, 9, 13, 17, 25, 31])('at byte %i of its header is refused', async (at) => {
    expect(await refusal(flipped(at), 'write')).toMatch(/^LedgerError: .*-wal is damaged: /);
  });

  test('is nobody’s harm in what an older log has left behind a newer one', async () => {
    const older = Buffer.from(log);
    for (let at = lastCommitAt(); at < older.length; at += FRAME) older[at + 8] = (older[at + 8] ?? 0) ^ 1;
    expect(await answered(older)).toBe(ITEMS - 1);
  });
});

test('a log of a few bytes, as a kill may leave it, is none', async () => {
  truncateSync(`${path}-wal`, 10);
  await using ledger = await open();
  expect(ledger).toBeDefined();
});
