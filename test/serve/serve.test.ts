import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LedgerError, type Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import type { SweepEnd } from '../../src/serve/scheduler.ts';
import { anEnd, aSweep, upTo } from '../ledger/samples.ts';
import { fakedClock as clock, setTime, withFakedTime } from '../support/faked-time.ts';
import { aPolicy, passSlowly, serving, type Serving } from '../support/serving.ts';

withFakedTime();
const HOUR = 3_600_000;
const LOOK = 15_000;

let dir: string;
let running: Serving | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'serve-'));
  setTime('2026-11-23T02:00:00Z');
});
afterEach(async () => {
  running?.stop.abort();
  await running?.done.catch(() => {});
  rmSync(dir, { recursive: true });
});

const open = (mustExist = false): Promise<Ledger> =>
  openLedger(`sqlite:${join(dir, 'ledger.db')}`, { clock, mustExist });
const swept = async (): Promise<SweepEnd> => ({ kind: 'done' });
const start = async (sweep: (signal: AbortSignal) => Promise<SweepEnd> = swept, ledger = open): Promise<Serving> =>
  (running = await serving(ledger, sweep));

const seriesOf = async (here: Serving, name: string): Promise<string[]> =>
  (await here.ask('/metrics')).split('\n').filter((line) => line.startsWith(`media_retention_${name}`));

const full = (): never => {
  throw new LedgerError('The ledger cannot be written: the disk is full.');
};

describe('readiness', () => {
  test('is one word, and so is health', async () => {
    const here = await start();
    expect([await here.ask('/readyz'), await here.ask('/healthz')]).toEqual(['200 ready', '200 ok']);
  });

  test('goes with a policy file that cannot be read, and comes back with it', async () => {
    const here = await start();
    here.policy = { kind: 'unreadable', problems: ['retention.yaml:3:1 limts'] };
    await passSlowly(4 * LOOK);
    expect(await here.ask('/readyz')).toBe('503 policy');
    expect(await seriesOf(here, 'policy_readable')).toEqual(['media_retention_policy_readable 0']);
    expect(await here.ask('/')).toContain('retention.yaml:3:1 limts');
    here.policy = aPolicy();
    await passSlowly(2 * LOOK);
    expect(await here.ask('/readyz')).toBe('200 ready');
    expect(here.events.map(({ event }) => event)).toEqual(['serve.started', 'policy.unreadable', 'policy.read']);
  });

  test('goes with a ledger that cannot be written, and comes back when one can be opened again', async () => {
    let isFull = false;
    const here = await start(swept, async () => {
      const ledger = isFull ? full() : await open();
      const assertWritable = ledger.assertWritable.bind(ledger);
      return Object.assign(ledger, { assertWritable: async () => (isFull ? full() : assertWritable()) });
    });
    isFull = true;
    await passSlowly(3 * LOOK);
    expect([await here.ask('/readyz'), await here.ask('/healthz')]).toEqual(['503 ledger', '200 ok']);
    isFull = false;
    await passSlowly(2 * LOOK);
    expect(await here.ask('/readyz')).toBe('200 ready');
    expect(here.events.slice(1)).toMatchObject(
      [{ event: 'ledger.unwritable', why: /disk is full/ }, { event: 'ledger.writable' }].map((each) => ({
        event: each.event,
      })),
    );
  });

  test('D13 goes with a ledger that disappears, and no empty one takes its place', async () => {
    await using first = await open();
    const record = await first.begin(aSweep());
    await record.addPlanned(upTo(2));
    await record.sealPlan();
    const here = await start();
    await passSlowly(2 * LOOK);
    const path = join(dir, 'ledger.db');
    renameSync(path, `${path}.aside`);
    await passSlowly(10 * LOOK);
    expect([await here.ask('/readyz'), existsSync(path)]).toEqual(['503 ledger', false]);
    renameSync(`${path}.aside`, path);
    await passSlowly(2 * LOOK);
    expect(await here.ask('/readyz')).toBe('200 ready');
    await using again = await open();
    expect(await again.history({ limit: 9 })).toMatchObject([{ planned: 2 }]);
  });

  test('is looked at while a slot waits for its jitter', async () => {
    const policy = aPolicy({ timing: { ...aPolicy().timing, jitterMs: 20 * HOUR } });
    running = await serving(open, swept, policy, 0.9);
    await passSlowly(1.1 * HOUR);
    rmSync(join(dir, 'ledger.db'));
    await passSlowly(2 * LOOK);
    expect(await running.ask('/readyz')).toBe('503 ledger');
  });

  test('health goes where looking hangs', async () => {
    const here = await start();
    here.policy = new Promise<never>(() => {});
    await passSlowly(10 * LOOK);
    expect(await here.ask('/healthz')).toBe('503 stalled');
    here.stop.abort();
    await passSlowly(LOOK);
    await here.done; // and yet it ends when told to
  });
});

describe('a ledger’s history', () => {
  const old = new Date('2026-11-20T03:00:00Z');

  test('in which the last slot is missing, is made up for at once', async () => {
    await using ledger = await open();
    await (await ledger.begin(aSweep({ startedAt: old }))).end(anEnd());
    const here = await start();
    await passSlowly(LOOK);
    expect(here.events).toMatchObject([
      { event: 'serve.started' },
      { event: 'slot.begun', late: true },
      { event: 'slot.ended', slot: 'made-up' },
    ]);
    expect(await seriesOf(here, 'slots_total{result="made-up"}')).toEqual([
      'media_retention_slots_total{result="made-up"} 1',
    ]);
  });

  test('that is empty has missed nothing', async () => {
    const here = await start();
    await passSlowly(4 * LOOK);
    expect(here.events.map(({ event }) => event)).toEqual(['serve.started']);
  });

  test('is what the figures are made of, whoever swept', async () => {
    const here = await start();
    await using beside = await open();
    const record = await beside.begin(aSweep({ startedAt: clock.now() }));
    await record.addPlanned(upTo(7));
    await record.sealPlan();
    const report = JSON.stringify({ planComplete: true, retained: { 'not-due': 3 }, oldestOverdueAt: null });
    await record.end(
      anEnd({
        endedAt: clock.now(),
        report,
        outlook: { nextDueAt: new Date('2026-11-23T02:30:00Z'), stuckInProgress: 2 },
      }),
    );
    await passSlowly(2 * LOOK);
    expect(await seriesOf(here, 'planned')).toEqual(['media_retention_planned{project="main"} 7']);
    expect(await seriesOf(here, 'stuck')).toEqual(['media_retention_stuck_messages{project="main"} 2']);
    expect(await seriesOf(here, 'oldest_overdue')).toEqual([
      'media_retention_oldest_overdue_seconds{project="main"} 0',
    ]);
    setTime('2026-11-23T02:40:00Z');
    expect(await seriesOf(here, 'oldest_overdue')).toEqual([
      'media_retention_oldest_overdue_seconds{project="main"} 600',
    ]);
  });
});

test('a slot is counted by what became of it, and a refused one is no sweep', async () => {
  const here = await start(async () => ({ kind: 'refused', why: 'because.' }));
  await passSlowly(1.1 * HOUR);
  expect(await seriesOf(here, 'slots_total{result="refused"}')).toEqual([
    'media_retention_slots_total{result="refused"} 1',
  ]);
  expect(await seriesOf(here, 'next_slot')).toEqual([
    `media_retention_next_slot_timestamp_seconds ${Date.parse('2026-11-24T03:00:00Z') / 1000}`,
  ]);
});

test('a schedule that is edited counts without a restart', async () => {
  const here = await start();
  here.policy = aPolicy({ timing: { ...aPolicy().timing, schedule: '30 2 * * *' } });
  await passSlowly(HOUR);
  expect(here.events.filter(({ event }) => event === 'slot.ended')).toMatchObject([
    { slotAt: new Date('2026-11-23T02:30:00Z') },
  ]);
});

test('a digest is sent with every new day of the schedule’s time zone, and not at the start', async () => {
  const policy = aPolicy();
  running = await serving(open, swept, { ...policy, view: { ...policy.view, timezone: 'Asia/Tokyo' } });
  await passSlowly(4 * LOOK);
  for (const [noon, count] of [
    ['2026-11-23T14:59:00Z', 0], // 23:59 in Tokyo
    ['2026-11-24T14:59:00Z', 1],
  ] as const) {
    setTime(noon);
    await passSlowly(2 * LOOK);
    expect(running.digests).toHaveLength(count);
    await passSlowly(4 * LOOK);
  }
  expect(running.digests.map(({ now }) => now.toISOString().slice(0, 15))).toEqual([
    '2026-11-23T15:0',
    '2026-11-24T15:0',
  ]);
});

test('arming is told, though the policy stays the same', async () => {
  const here = await start();
  here.policy = aPolicy({ view: { ...aPolicy().view, mode: 'dry-run' } });
  await passSlowly(2 * LOOK);
  expect(here.events.slice(1)).toEqual([{ event: 'policy.read', policyHash: 'a'.repeat(64), mode: 'dry-run' }]);
});

test('a ledger that cannot be opened at the start is no state but the end', async () => {
  await expect(serving(async () => full(), swept)).rejects.toThrow(LedgerError);
});
