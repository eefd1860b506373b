import {
  closeSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LedgerError, type Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { assertDurable } from '../../src/ledger/sqlite/database.ts';
import { assertLocal } from '../../src/ledger/sqlite/files.ts';
import { valueOf } from '../../src/ledger/sqlite/migrations.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { all, mediaOf, message, sent, settlement, upTo } from './samples.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(dir, 'ledger.db');
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = async (mode: 'read' | 'write' = 'write', at = path): Promise<Ledger> =>
  openLedger(`sqlite:${at}`, { clock, mode });

async function aLedger(): Promise<void> {
  const ledger = await open();
  await sent(ledger, upTo(3));
  await ledger.close();
}

/** Does something to the file that no ledger would do. */
function tamper(...sql: string[]): void {
  const db = new DatabaseSync(path);
  for (const each of sql) db.exec(each);
  db.close();
}

const mode = (at: string): string => (statSync(at).mode & 0o777).toString(8);

describe('a new ledger', () => {
  test('F24 is made with its folder, for its owner alone', async () => {
    path = join(dir, 'a', 'b', 'ledger.db');
    const ledger = await open();
    await using lock = await ledger.lock().then((got) => (got === 'busy' ? undefined : got));
    expect(lock).toBeDefined();
    expect([join(dir, 'a'), join(dir, 'a', 'b')].map(mode)).toEqual(['700', '700']);
    const files = readdirSync(join(dir, 'a', 'b'));
    expect(files).toEqual(expect.arrayContaining(['ledger.db', 'ledger.db-wal', 'ledger.db.lock']));
    expect(new Set(files.map((file) => mode(join(dir, 'a', 'b', file))))).toEqual(new Set(['600']));
    await ledger.close();
  });

  test('leaves one file and its lock when it is closed', async () => {
    await aLedger();
    expect(readdirSync(dir)).toEqual(['ledger.db']);
  });

  test.each([0x6969, 0xff534d42, -11317950])('D16 is refused on a network disk (%i)', (type) => {
    expect(() => assertLocal(path, type)).toThrow(/network disk/);
    expect(() => assertLocal(path, 0xef53)).not.toThrow();
  });

  test('is refused where its folder is a file', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(open('write', join(dir, 'file', 'ledger.db'))).rejects.toThrow(LedgerError);
  });

  // Found where a test process never ended: Node's recursive mkdir goes round in circles here.
  test.runIf(existsSync('/proc'))(
    'is refused where its folder cannot be made though the one above is there',
    async () => {
      await expect(open('write', '/proc/no-such-folder/ledger.db')).rejects.toThrow(LedgerError);
    },
  );
});

test.each([
  ['journal mode', 'pragma journal_mode = delete'],
  ['synchronous', 'pragma synchronous = normal'],
])('a ledger whose %s would lose commits is refused', (_, setting) => {
  const db = new DatabaseSync(path);
  db.exec('pragma journal_mode = wal');
  expect(() => assertDurable(db, path)).not.toThrow();
  db.exec(setting);
  expect(() => assertDurable(db, path)).toThrow(/would not be durable/);
  db.close();
});

describe('opened for looking', () => {
  test('a ledger that is not there reads as empty and is not made', async () => {
    const ledger = await open('read', join(dir, 'none', 'ledger.db'));
    expect(await ledger.history({ limit: 10 })).toEqual([]);
    expect(await all(ledger.openItems('project-1'))).toEqual([]);
    await expect(ledger.backup(join(dir, 'copy'))).rejects.toThrow(/nothing to back up/);
    await ledger.close();
    expect(readdirSync(dir)).toEqual([]);
  });

  test('an empty file reads as empty', async () => {
    writeFileSync(path, '');
    const ledger = await open('read');
    expect(await ledger.history({ limit: 10 })).toEqual([]);
    await ledger.close();
  });

  test('a ledger shows what is in it, also what another is writing, and can be copied', async () => {
    const writer = await open();
    const { record, ids } = await sent(writer, upTo(3));
    const ledger = await open('read');
    expect(await all(ledger.openItems('project-1'))).toHaveLength(3);
    record.settled(ids[0] ?? 0, settlement());
    await record.flush();
    expect(await all(ledger.openItems('project-1'))).toHaveLength(2);
    await ledger.backup(join(dir, 'copy.db'));
    await Promise.all([ledger.close(), writer.close()]);

    const copy = await open('read', join(dir, 'copy.db'));
    expect(await copy.goneCounts('project-1', [message(1)])).toEqual(new Map([[message(1), 1]]));
    expect(statSync(join(dir, 'copy.db')).mode & 0o777).toBe(0o600);
    await copy.close();
  });

  test('a ledger can be neither locked nor written', async () => {
    await aLedger();
    const ledger = await open('read');
    await expect(ledger.lock()).rejects.toThrow(/looking only/);
    await expect(sent(ledger, [])).rejects.toThrow(/looking only/);
    await ledger.close();
  });
});

describe.each(['write', 'read'] as const)('opened to %s, refused is', (purpose) => {
  /** How opening fails, as a person reads it. */
  const refusal = async (): Promise<string> => {
    const error: unknown = await open(purpose).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LedgerError);
    expect(String(error)).toContain(path);
    return String(error);
  };

  test('D25 a ledger of a newer program', async () => {
    await aLedger();
    tamper('pragma user_version = 99');
    expect(await refusal()).toMatch(/schema version 99; this program knows versions up to 3/);
  });

  test('a database of another program, which stays as it is', async () => {
    tamper('create table theirs (a)', 'pragma application_id = 7');
    expect(await refusal()).toMatch(/another program/);
    tamper('insert into theirs values (1)');
    expect(readdirSync(dir)).toEqual(['ledger.db']);
  });

  test('a database without any sign of whose it is', async () => {
    tamper('create table theirs (a)');
    expect(await refusal()).toMatch(/another program/);
  });

  test('a file that is no database', async () => {
    writeFileSync(path, 'messages, media, and more of both\n'.repeat(500));
    expect(await refusal()).toMatch(/no SQLite database/);
  });

  test('a folder', async () => {
    mkdirSync(path);
    expect(await refusal()).toMatch(/cannot be/);
  });

  test('D11 a ledger that was cut short', async () => {
    await aLedger();
    truncateSync(path, statSync(path).size / 2);
    expect(await refusal()).toMatch(/damaged/);
  });

  test('a ledger that has lost a table, or the triggers that keep it from being rewritten', async () => {
    await aLedger();
    tamper('drop trigger settlement_no_delete');
    expect(await refusal()).toMatch(/damaged or was changed by hand/);
  });
});

test('D11 damage inside a small ledger is found when it is opened to write', async () => {
  await aLedger();
  const db = new DatabaseSync(path);
  const page = Number(valueOf(db, "select rootpage from sqlite_schema where name = 'sending'"));
  db.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(512), 0, 512, (page - 1) * 4096);
  closeSync(file);
  await expect(open()).rejects.toThrow(/damaged/);
});

test('what is written is there when the ledger is opened again', async () => {
  await aLedger();
  const ledger = await open();
  expect(mediaOf(await all(ledger.openItems('project-1')))).toEqual(mediaOf(upTo(3)));
  await ledger.close();
});

test('a ledger with a second name, under which its lock would not be seen, cannot be swept with', async () => {
  await using ledger = await open('write');
  linkSync(path, join(dir, 'other.db'));
  await expect(ledger.lock()).rejects.toThrow(/second name/);
});

test('a path that leads nowhere is a fault of the ledger, when it is opened and while it is written', async () => {
  const loop = join(dir, 'loop.db');
  symlinkSync(loop, loop);
  await expect(open('read', loop)).rejects.toThrow(LedgerError);
  await using ledger = await open('write');
  renameSync(path, `${path}.aside`);
  symlinkSync(path, path);
  await expect(ledger.assertWritable()).rejects.toThrow(LedgerError);
});

test('D13 a ledger that must be there is not made where it is missing', async () => {
  await expect(openLedger(`sqlite:${path}`, { clock, mustExist: true })).rejects.toThrow(/not there any more/);
  expect(readdirSync(dir)).toEqual([]);
});

test('D13 a log whose ledger was taken away is not written over by a new ledger', async () => {
  const before = await open('write');
  await sent(before, upTo(3));
  copyFileSync(`${path}-wal`, `${path}.kept`); // as a kill leaves it
  await before.close();
  rmSync(path);
  copyFileSync(`${path}.kept`, `${path}-wal`);
  await expect(open('write')).rejects.toThrow(/moved or removed without it/);
  expect(existsSync(path)).toBe(false);
});
