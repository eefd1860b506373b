import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ledger-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const OPEN = import.meta.resolve('../../src/ledger/open.ts');
const CLOCK = import.meta.resolve('../../src/lib/clock.ts');

/** Opens a ledger in a process of its own, in which the system says of every disk that it is of this type. */
function opened(path: string, type: number): { readonly status: number | null; readonly stderr: string } {
  const script = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    fs.statfsSync = () => ({ type: ${type} });
    syncBuiltinESMExports();
    const { openLedger } = await import(${JSON.stringify(OPEN)});
    const { systemClock: clock } = await import(${JSON.stringify(CLOCK)});
    await (await openLedger(${JSON.stringify(`sqlite:${path}`)}, { clock })).close();`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

test.each([
  ['NFS', 0x6969],
  ['CIFS', 0xff534d42],
])('D16 a ledger is not opened where the system says that the disk is %s, and no database is made', (name, type) => {
  const path = join(dir, 'ledger.db');
  const { status, stderr } = opened(path, type);
  expect(stderr).toContain(`LedgerError: The ledger ${path} is on a network disk (${name})`);
  expect([status, readdirSync(dir), statSync(path).size]).toEqual([1, ['ledger.db'], 0]);
});

test('and on any other disk that process opens it', () => {
  const path = join(dir, 'ledger.db');
  expect(opened(path, 0xef53)).toMatchObject({ status: 0, stderr: '' });
  expect(statSync(path).size).toBeGreaterThan(0);
});
