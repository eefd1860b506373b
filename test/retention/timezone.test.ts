import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { decisionsTable } from './decisions-table.ts';

const TABLE = fileURLToPath(new URL('./decisions-table.ts', import.meta.url));

/** Behind and ahead of UTC, with and without summer time, with half an hour of it, and one whose summer time skips midnight. */
const ZONES = [
  'UTC',
  'America/Los_Angeles',
  'Europe/Berlin',
  'Pacific/Kiritimati',
  'Australia/Lord_Howe',
  'America/Santiago',
];

test.each(ZONES)('B10 a machine in %s decides as every other, down to the millisecond', async (zone) => {
  const { stdout } = await promisify(execFile)(process.execPath, [TABLE, '--print'], {
    env: { ...process.env, TZ: zone },
  });
  const said = JSON.parse(stdout) as { zone: string; table: unknown };
  expect(said).toEqual({ zone, table: JSON.parse(JSON.stringify(decisionsTable())) });
});
