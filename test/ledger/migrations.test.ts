import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { migrate, MIGRATIONS, valueOf } from '../../src/ledger/sqlite/migrations.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { sent, upTo } from './samples.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(dir, 'ledger.db');
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (mode: 'read' | 'write'): Promise<Ledger> => openLedger(`sqlite:${path}`, { clock, mode });

async function aLedger(): Promise<void> {
  await using ledger = await open('write');
  await sent(ledger, upTo(3));
}

describe('migrations', () => {
  const next = [...MIGRATIONS, 'create table later (n integer primary key) strict'];

  test('D24 bring an older ledger up to date and keep what is in it', async () => {
    await aLedger();
    const db = new DatabaseSync(path);
    migrate(db, path, next);
    expect(valueOf(db, 'pragma user_version')).toBe(String(next.length));
    expect(valueOf(db, 'select count(*) from sending')).toBe('3');
    expect(valueOf(db, 'select count(*) from later')).toBe('0');
    db.close();
  });

  test('D24 bring up a ledger of version 1, whose sweeps saw nothing coming', async () => {
    const db = new DatabaseSync(path);
    migrate(db, path, MIGRATIONS.slice(0, 1));
    db.exec(`insert into policy values ('h', '{}');
      insert into sweep values (1, 's', 'main', 'project-1', 'enforce', 'h', '0.0.9', 0, 0);
      insert into plan_seal values (1, 0);
      insert into sweep_end values (1, 'complete', 1, '{}')`);
    db.close();
    await using ledger = await open('write');
    expect(await ledger.history({ limit: 1 })).toMatchObject([
      {
        sweepId: 's',
        programVersion: '0.0.9',
        end: { result: 'complete', outlook: { nextDueAt: undefined, stuckInProgress: 0 } },
      },
    ]);
  });

  test('change nothing where one of them fails', async () => {
    await aLedger();
    const db = new DatabaseSync(path);
    expect(() => migrate(db, path, [...next, 'create table later (n)'])).toThrow(/already exists/);
    expect(valueOf(db, 'pragma user_version')).toBe(String(MIGRATIONS.length));
    expect(valueOf(db, "select count(*) from sqlite_schema where name = 'later'")).toBe('0');
    db.close();
  });

  test('are left to those who write: an older ledger is not changed by looking', async () => {
    await aLedger();
    const db = new DatabaseSync(path);
    db.exec('pragma user_version = 0');
    db.close();
    await expect(open('read')).rejects.toThrow(/schema version 0; this program reads version 3/);
  });
});
