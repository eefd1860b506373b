import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { decisionsTable } from './decisions-table.ts';

const TABLE = fileURLToPath(new URL('./decisions-table.ts', import.meta.url));

/**
 * Behind and ahead of UTC, with and without summer time, with half an hour of it, off by a quarter of an hour, one
 * whose summer time skips midnight, and one that left a whole day out. */
const ZONES = [
  'UTC',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Los_Angeles',
  'Europe/Berlin',
  'Pacific/Kiritimati',
  'Australia/Lord_Howe',
  'America/Santiago',
];

test.each(ZONES)('C6 B10 a machine in %s decides as every other, down to the millisecond', async (zone) => {
  const { stdout } = await promisify(execFile)(process.execPath, [TABLE, '--print'], {
    env: { ...process.env, TZ: zone },
  });
  const said = JSON.parse(stdout) as { zone: string; table: unknown };
  const spelt = zone.replace('Kathmandu', 'Kath?mandu'); // with or without an h, as the tables of the machine have it
  expect(said).toEqual({
    zone: expect.stringMatching(`^${spelt}$`),
    table: JSON.parse(JSON.stringify(decisionsTable())),
  });
});
