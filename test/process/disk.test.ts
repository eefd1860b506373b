import { rmSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { beforeEach, describe, expect, test } from 'vitest';
import { openFile } from '../../src/ledger/sqlite/database.ts';
import { faultOf } from '../../src/ledger/sqlite/faults.ts';
import { sqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Report } from '../../src/sweep/report.ts';
import type { Ended } from '../support/cli.ts';
import { MIXED } from '../support/oracle.ts';
import { sweepEmulator } from '../support/sweeping.ts';
import { Account, AGREED, falseClaims, POLICY } from './account.ts';
import { SEED } from './rounds.ts';
import { canMount, SmallDisk } from './small-disk.ts';

const MOUNTS = canMount();
const DISK_KIB = 4096;
/** What was on its way when a write failed arrives within this time, and what this process sees late. */
const ON_ITS_WAY_MS = 100;
const loop = monitorEventLoopDelay({ resolution: 5 });
loop.enable();

beforeEach(() => loop.reset());
if (!MOUNTS) process.stdout.write('disk: no disk can be mounted here; a full one is injected, in one process\n');

/** An account whose ledger is on a disk of its own. */
async function onSmallDisk(number: number): Promise<{ account: Account; disk: SmallDisk } & AsyncDisposable> {
  const account = await Account.start({ seed: SEED * 4000 + number, messages: 600, latencyMs: 5 });
  const disk = new SmallDisk(account.place.folder, DISK_KIB);
  account.place.write('retention.yaml', POLICY); // the one written before is under the disk
  const dispose = async (): Promise<void> => {
    disk[Symbol.dispose]();
    await account[Symbol.asyncDispose]();
  };
  return { account, disk, [Symbol.asyncDispose]: dispose };
}

/** The exit code is 8, the reason is said, no DELETE came after the failed write, and nothing untrue is on disk. */
async function endsAsLost(account: Account, { code, stdout, stderr }: Ended): Promise<void> {
  const stopping = stderr.split('\n').find((line) => line.includes('"sweep.stopping"'));
  // Where there is no sweep yet, no DELETE may have come at all.
  const lostAt = stopping === undefined ? -Infinity : Date.parse((JSON.parse(stopping) as { time: string }).time);
  const late = account.deletes.filter(({ at }) => at > lostAt + ON_ITS_WAY_MS + loop.max / 1e6);
  const { result, outcomes } = stdout === '' ? NOTHING_SAID : (JSON.parse(stdout) as Report);
  expect({ code, late, result }).toEqual({ code: 8, late: [], result: 'failed' });
  expect(outcomes.deleted).toBeLessThanOrEqual(account.emulator.truth.count().deleted);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    /disk is full|Give this user the right|the disk reports an error|cannot be made \(ENOSPC\)/,
  );
}
const NOTHING_SAID = { result: 'failed', outcomes: { deleted: 0 } };

async function settlesTruly(account: Account): Promise<void> {
  const { untrue, outcome } = await account.settle();
  expect({ untrue, outcome }).toEqual({ untrue: [], outcome: AGREED });
}

describe.skipIf(!MOUNTS)('a real disk', () => {
  test.each([
    [0, 'nothing'],
    [40, 'nothing'],
    [150, 'listed'],
    [220, 'listed'],
  ] as const)('D7 with %i KiB left holds no ledger, or no plan: nothing is deleted', async (leftKib, gets) => {
    await using here = await onSmallDisk(leftKib);
    const { account, disk } = here;
    disk.fill(leftKib);
    await endsAsLost(account, await account.place.run('sweep --json'));
    expect([account.asked.request > 0 ? 'listed' : 'nothing', account.deletes.length]).toEqual([gets, 0]);
    disk.makeRoom();
    await settlesTruly(account);
  });

  test.each([1, 30, 200, 400])('D7 D8 that is full when DELETE %i is on its way ends all deleting', async (nth) => {
    await using here = await onSmallDisk(nth);
    const { account, disk } = here;
    const running = account.place.start('sweep --json');
    await account.reached('delete', nth);
    disk.fill(0);
    await endsAsLost(account, await running.ended);
    expect(account.deletes.length).toBeGreaterThanOrEqual(nth);
    disk.makeRoom();
    await settlesTruly(account);
  });

  test('D15 that may only be read is refused before the API is asked, also with open items; afterwards all settles', async () => {
    await using here = await onSmallDisk(1);
    const { account, disk } = here;
    disk.remount('ro');
    const none = await account.place.run('sweep --json');
    expect([none.code, none.stdout, account.asked.request]).toEqual([8, '', 0]);
    expect(none.stderr).toMatch(/cannot be made \(EROFS\)/);

    disk.remount('rw');
    const killed = account.place.start('sweep --json');
    await account.reached('delete', 40);
    killed.process.kill('SIGKILL');
    await killed.ended;
    account.forget();
    disk.remount('ro');
    const refused = await account.place.run('sweep --json');
    expect([refused.code, refused.stdout, account.asked.request]).toEqual([8, '', 0]);
    expect(refused.stderr).toMatch(/The ledger .* cannot be (opened|written)/);
    disk.remount('rw');
    await settlesTruly(account);
  });
});

test.skipIf(MOUNTS).each([1, 30, 200])(
  'D7 D8 a full disk, injected when DELETE %i is on its way, ends all deleting',
  async (nth) => {
    await using account = await Account.start({ seed: SEED, messages: 600, latencyMs: 5 });
    const { ledgerPath } = account.place;
    const db = openFile(ledgerPath, 'write');
    const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
    const fills = async (): Promise<void> => {
      await account.reached('delete', nth);
      db.transaction = () => {
        throw faultOf(full, ledgerPath) as Error;
      };
    };
    void fills();
    const ledger = sqliteLedger(db, 'write', { clock: systemClock, soon: setImmediate });
    const { report, stop } = await sweepEmulator(account.emulator, ledger, systemClock, MIXED);
    expect([report.result, stop?.kind]).toEqual(['failed', 'ledger']);
    await ledger.close().catch(() => {}); // what could not be written is said once more
    await settlesTruly(account);
  },
);

test('D13 on an empty volume a new ledger is made, which claims nothing that it has not seen', async () => {
  await using account = await Account.start({ seed: SEED, latencyMs: 5 });
  const killed = account.place.start('sweep --json');
  await account.reached('delete', 40);
  killed.process.kill('SIGKILL');
  await killed.ended;
  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(account.place.ledgerPath + suffix, { force: true });
  const before = account.emulator.truth.count().deleted;

  const next = await account.place.run('sweep --json');
  const { outcomes } = JSON.parse(next.stdout) as Report;
  const goneSince = account.emulator.truth.count().deleted - before;
  expect([next.code, outcomes.deleted + outcomes['already-gone']]).toEqual([0, goneSince]);
  await using ledger = await account.ledger();
  expect(await falseClaims(account, ledger)).toEqual([]);
});
