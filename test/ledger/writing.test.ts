import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LedgerError, type Ledger } from '../../src/ledger/contract.ts';
import { openFile, type Database } from '../../src/ledger/sqlite/database.ts';
import { faultOf } from '../../src/ledger/sqlite/faults.ts';
import { sqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { all, anEnd, answer, aSweep, NOON, planned, sealed, sent, settlement, upTo } from './samples.ts';

let dir: string;
let path: string;
let db: Database;
let ledger: Ledger;
let timers: { ms: number; fire: () => void }[];
let turns: (() => void)[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(dir, 'ledger.db');
  db = openFile(path, 'write');
  timers = [];
  turns = [];
  ledger = sqliteLedger(db, 'write', { clock: handClock(), soon: setImmediate });
});
afterEach(async () => {
  await ledger.close();
  rmSync(dir, { recursive: true });
});

/** Time passes when the test says so. */
function handClock(): Clock {
  return {
    now: () => NOON,
    monotonicMs: () => 0,
    sleep: async (ms, signal) =>
      new Promise((resolve, reject) => {
        timers.push({ ms, fire: resolve });
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  };
}

/** What another process would see now. */
function onDisk(table: string): number {
  const other = new DatabaseSync(path, { readOnly: true });
  const row = other.prepare(`select count(*) as n from ${table}`).get();
  other.close();
  return Number(row?.['n']);
}

describe('a group commit', () => {
  test('comes 50 ms after its first row, with all that came meanwhile', async () => {
    const { record, ids } = await sent(ledger, upTo(3));
    for (const id of ids) record.answered(id, answer());
    expect(onDisk('answer')).toBe(0);
    expect(timers.map(({ ms }) => ms)).toEqual([50]);
    timers[0]?.fire();
    await turn();
    expect(onDisk('answer')).toBe(3);
  });

  test('comes at once when 500 rows are there', async () => {
    const { record, ids } = await sent(ledger, upTo(600));
    for (const id of ids) record.answered(id, answer());
    expect(onDisk('answer')).toBe(500);
    await record.flush();
    expect(onDisk('answer')).toBe(600);
  });

  test('comes with whatever is waited for next', async () => {
    const { record, ids } = await sealed(ledger, upTo(2));
    await record.markSending([ids[0] ?? 0], NOON);
    record.answered(ids[0] ?? 0, answer());
    await record.markSending([ids[1] ?? 0], NOON);
    expect(onDisk('answer')).toBe(1);
  });

  test('is shared by all that is waited for at the same time', async () => {
    let commits = 0;
    const soon = (run: () => void): void => {
      commits += 1;
      turns.push(run);
    };
    const shared = sqliteLedger(db, 'write', { clock: handClock(), soon });
    const sweeps = [1, 2, 3].map(async (n) => shared.begin(aSweep({ sweepId: `sweep-${n}` })));
    expect([commits, onDisk('sweep')]).toEqual([1, 0]);
    for (const run of turns) run();
    await Promise.all(sweeps);
    expect([commits, onDisk('sweep')]).toEqual([1, 3]);
  });

  test('comes when the ledger is closed', async () => {
    const { record, ids } = await sent(ledger, upTo(1));
    record.answered(ids[0] ?? 0, answer());
    await ledger.close();
    expect(onDisk('answer')).toBe(1);
    expect(() => record.answered(ids[0] ?? 0, answer())).toThrow(/closed/);
  });
});

/** No page more than there are: what SQLite then says is what it says of a full disk. */
const fill = (): unknown => db.all('pragma max_page_count = 1');
const makeRoom = (): unknown => db.all('pragma max_page_count = 1000000');

test('D9 a commit that fails once, as where fsync reports an error, is never tried again, and nothing is written after it', async () => {
  const { record, ids } = await sent(ledger, upTo(3));
  const transaction = db.transaction.bind(db);
  const failed = Object.assign(new Error('disk I/O error'), { errcode: 10 + (4 << 8) }); // SQLITE_IOERR_FSYNC
  let commits = 0;
  db.transaction = (work) => {
    if (++commits > 1) return transaction(work);
    throw faultOf(failed, path) as Error;
  };
  record.settled(ids[0] ?? 0, settlement());
  await expect(record.flush()).rejects.toThrow(/the disk reports an error/);
  expect(() => record.settled(ids[1] ?? 0, settlement())).toThrow(LedgerError);
  await expect(record.markSending(ids, NOON)).rejects.toThrow(LedgerError);
  await ledger.close();
  expect([commits, onDisk('settlement')]).toEqual([1, 0]);
});

describe('D7 a disk that is full', () => {
  test('loses the record in the middle of group commits, and nothing is written after it', async () => {
    const { record, ids } = await sent(ledger, upTo(3000));
    fill();
    expect(() => {
      for (const id of ids) record.settled(id, settlement());
    }).toThrow(LedgerError);
    expect(record.lost.aborted).toBe(true);
    expect(record.lost.reason).toBeInstanceOf(LedgerError);
    expect(String(record.lost.reason)).toMatch(/disk is full/);

    makeRoom();
    const before = onDisk('settlement');
    expect(() => record.answered(ids[0] ?? 0, answer())).toThrow(/disk is full/);
    await expect(record.markSending(ids, NOON)).rejects.toThrow(/disk is full/);
    await expect(record.end(anEnd({ result: 'failed', endedAt: NOON }))).rejects.toThrow(/disk is full/);
    await expect(ledger.begin(aSweep({ sweepId: 'sweep-2' }))).rejects.toThrow(/disk is full/);
    await ledger.close();
    expect(onDisk('settlement')).toBe(before);
  });

  test('loses it also where nobody waits, and what is on disk can still be read', async () => {
    const { record, ids } = await sent(ledger, upTo(3000));
    fill();
    for (const id of ids.slice(0, 400)) record.settled(id, settlement());
    timers.at(-1)?.fire();
    await turn();
    expect(record.lost.aborted).toBe(true);
    expect(await all(ledger.openItems('project-1'))).toHaveLength(3000);
    expect((await record.tally()).outcomes.uncertain).toBe(3000);
  });

  test('keeps a plan from being sealed', async () => {
    const record = await ledger.begin(aSweep());
    fill();
    await expect(record.addPlanned(upTo(5000))).rejects.toThrow(LedgerError);
    await expect(record.sealPlan()).rejects.toThrow(LedgerError);
    expect(onDisk('plan_seal')).toBe(0);
  });
});

test('D13 a ledger that is moved away or replaced while it is in use loses the record', async () => {
  const { record, ids } = await sealed(ledger, upTo(1));
  renameSync(path, join(dir, 'elsewhere.db'));
  await expect(record.markSending(ids, NOON)).rejects.toThrow(/removed or replaced/);
  expect(record.lost.reason).toBeInstanceOf(LedgerError);
});

test('a second answer or settlement of one item is no second word: it loses the record', async () => {
  const { record, ids } = await sent(ledger, upTo(1));
  record.settled(ids[0] ?? 0, settlement());
  record.settled(ids[0] ?? 0, settlement({ outcome: 'failed' }));
  await expect(record.flush()).rejects.toThrow(/contradicts what is on record/);
  expect(onDisk('settlement')).toBe(0);
});

test('an answer to what was never marked as being sent is refused', async () => {
  const { record, ids } = await sealed(ledger, upTo(1));
  record.answered(ids[0] ?? 0, answer());
  await expect(record.flush()).rejects.toThrow(LedgerError);
});

test('the file itself refuses to be rewritten', async () => {
  const { record, ids } = await sent(ledger, upTo(1));
  record.answered(ids[0] ?? 0, answer());
  record.settled(ids[0] ?? 0, settlement());
  await record.end(anEnd({ result: 'complete', endedAt: NOON }));
  const tables = db.all<{ name: string }>(
    "select name from sqlite_schema where type = 'table' and name <> 'sid_index' and name not like 'scan!_%' escape '!'",
  );
  expect(tables).toHaveLength(10);
  for (const { name } of tables) {
    expect(onDisk(name)).toBe(1);
    expect(() => db.exec(`delete from ${name}`)).toThrow(/never rewritten/);
    expect(() => db.exec(`update ${name} set rowid = 7`)).toThrow(/never rewritten/);
  }
});

test(
  'a plan of a hundred thousand is read in blocks, in either order, each item once',
  { timeout: 60_000 },
  async () => {
    const record = await ledger.begin(aSweep());
    for (let first = 0; first < 100_000; first += 1000) {
      await record.addPlanned(Array.from({ length: 1000 }, (_, at) => planned(first + at)));
    }
    await record.sealPlan();
    for (const order of ['as-planned', 'oldest-first'] as const) {
      let count = 0;
      let last = order === 'as-planned' ? -Infinity : Infinity; // the later planned, the longer overdue
      for await (const block of record.plan(order, Infinity)) {
        expect(block.length).toBeLessThanOrEqual(500);
        expect(block.every(({ id }) => (order === 'as-planned' ? id > last : id < last))).toBe(true);
        last = block.at(-1)?.id ?? last;
        count += block.length;
      }
      expect(count).toBe(100_000);
    }
  },
);
