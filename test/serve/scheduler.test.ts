import { describe, expect, test } from 'vitest';
import type { ServeEvent } from '../../src/serve/events.ts';
import { Scheduler, type SweepEnd, type Timing } from '../../src/serve/scheduler.ts';
import { fakedClock as clock, pass, setTime, withFakedTime } from '../support/faked-time.ts';

withFakedTime();

const HOUR = 3_600_000;
const LOOK = 15_000;
const utc = (text: string): Date => new Date(`${text}Z`);

const NIGHTLY: Timing = { schedule: '0 3 * * *', timezone: 'UTC', catchUp: true, jitterMs: 0 };

interface Given {
  readonly timing?: Partial<Timing>;
  /** When the process starts. */
  readonly now?: string;
  readonly lastSweepAt?: string;
  /** How long a sweep takes, and how it ends. */
  readonly takesMs?: number;
  readonly sweep?: () => Promise<SweepEnd>;
  readonly random?: number;
}

/** A scheduler on faked time, whose sweeps are only noted, and who looks every 15 seconds as `serve` does. */
function start(given: Given = {}) {
  setTime(utc(given.now ?? '2026-11-23T00:00'));
  const begun: string[] = [];
  const ended: string[] = [];
  const events: ServeEvent[] = [];
  const running = { count: 0, most: 0 };
  const stop = new AbortController();
  const crashes: unknown[] = [];
  const sweep = async (signal: AbortSignal): Promise<SweepEnd> => {
    begun.push(clock.now().toISOString().slice(5, 16));
    running.most = Math.max(running.most, ++running.count);
    try {
      if (given.sweep) return await given.sweep();
      await clock.sleep(given.takesMs ?? 1000, signal).catch(() => {}); // ends early when told to stop
      return { kind: 'done' };
    } finally {
      running.count--;
    }
  };
  const tell = (event: ServeEvent): void => {
    events.push(event);
    if (event.event === 'slot.ended') ended.push(`${event.slotAt.toISOString().slice(5, 16)} ${event.slot}`);
  };
  const scheduler = new Scheduler(
    { ...NIGHTLY, ...given.timing },
    given.lastSweepAt === undefined ? undefined : utc(given.lastSweepAt),
    { clock, random: () => given.random ?? 0, sweep, tell },
    stop.signal,
    (error) => crashes.push(error),
  );
  const looking = async (): Promise<void> => {
    for (scheduler.look(); ; scheduler.look()) await clock.sleep(LOOK, stop.signal);
  };
  looking().catch(() => {}); // told to stop
  return { scheduler, begun, ended, events, running, crashes, stop };
}

describe('a slot is swept', () => {
  test('on time, night after night', async () => {
    const { ended, begun, scheduler } = start();
    await pass(3 * 24 * HOUR);
    expect(begun).toEqual(['11-23T03:00', '11-24T03:00', '11-25T03:00']);
    expect(ended).toEqual(['11-23T03:00 swept', '11-24T03:00 swept', '11-25T03:00 swept']);
    expect(scheduler.nextAt()).toEqual(utc('2026-11-26T03:00'));
  });

  test('to the second by node-cron, without waiting for the next look', async () => {
    const { events } = start({ now: '2026-11-23T02:59:53' });
    await pass(10_000);
    expect(events).toMatchObject([
      { event: 'slot.begun', late: false },
      { event: 'slot.ended', slot: 'swept' },
    ]);
    expect(clock.now()).toEqual(utc('2026-11-23T03:00:03'));
  });

  test('up to the jitter later', async () => {
    const { begun, ended } = start({ timing: { jitterMs: HOUR }, random: 0.5 });
    await pass(4 * HOUR);
    expect([begun, ended]).toEqual([['11-23T03:30'], ['11-23T03:00 swept']]);
  });

  test('C7 once, in a night that leaves its time out, and once in one that has it twice', async () => {
    const timing = { schedule: '30 2 * * *', timezone: 'Europe/Berlin' };
    const spring = start({ timing, now: '2026-03-28T12:00' });
    await pass(48 * HOUR);
    spring.stop.abort();
    expect(spring.ended).toEqual(['03-29T01:30 swept', '03-30T00:30 swept']);

    const autumn = start({ timing, now: '2026-10-24T12:00' });
    await pass(48 * HOUR);
    expect(autumn.ended).toEqual(['10-25T00:30 swept', '10-26T01:30 swept']);
  });
});

describe('D21 a slot that comes while a sweep runs', () => {
  test('is skipped and told, and nothing is swept twice at once', async () => {
    const { ended, running } = start({ timing: { schedule: '0 * * * *' }, takesMs: 2.5 * HOUR });
    await pass(6 * HOUR);
    expect(ended).toEqual([
      '11-23T02:00 skipped',
      '11-23T03:00 skipped',
      '11-23T01:00 swept',
      '11-23T05:00 skipped',
      '11-23T06:00 skipped',
    ]);
    expect(running.most).toBe(1);
  });

  test('or waits for its jitter, likewise', async () => {
    const { ended } = start({ timing: { schedule: '0 * * * *', jitterMs: 2 * HOUR }, random: 0.75 });
    await pass(3 * HOUR);
    expect(ended).toEqual(['11-23T02:00 skipped', '11-23T01:00 swept']);
  });
});

describe('a slot missed while down', () => {
  const down = { now: '2026-11-23T09:00', lastSweepAt: '2026-11-20T03:00' };

  test('C7 is made up for once at the start, however many there were', async () => {
    const { begun, ended } = start(down);
    await pass(24 * HOUR);
    expect(begun).toEqual(['11-23T09:00', '11-24T03:00']);
    expect(ended).toEqual(['11-23T03:00 made-up', '11-24T03:00 swept']);
  });

  test('is only told where it is not to be made up for', async () => {
    const { ended } = start({ ...down, timing: { catchUp: false } });
    await pass(HOUR);
    expect(ended).toEqual(['11-23T03:00 missed']);
  });

  test('is none where the last slot was swept, by whomever', async () => {
    const { ended } = start({ now: '2026-11-23T09:00', lastSweepAt: '2026-11-23T03:00:07' });
    await pass(HOUR);
    expect(ended).toEqual([]);
  });

  test('is none for a ledger without history', async () => {
    const { ended } = start({ now: '2026-11-23T09:00' });
    await pass(HOUR);
    expect(ended).toEqual([]);
  });

  test('C4 D6 by a process that was suspended, is made up for when it wakes', async () => {
    const { ended } = start();
    await pass(HOUR);
    setTime(utc('2026-11-25T12:00')); // two nights later
    await pass(2 * LOOK);
    expect(ended).toEqual(['11-25T03:00 made-up']);
  });
});

test('C4 a clock that is set back sweeps nothing twice', async () => {
  const { begun } = start({ now: '2026-11-23T02:30' });
  await pass(HOUR);
  setTime(utc('2026-11-23T02:00'));
  await pass(3 * HOUR);
  expect(begun).toEqual(['11-23T03:00']);
});

test('C4 a clock that was a month ahead at the start, and is set right, uses up no slot', async () => {
  const { ended } = start({ now: '2026-12-23T12:00' });
  await pass(HOUR);
  setTime(utc('2026-11-23T12:00'));
  await pass(24 * HOUR);
  expect(ended).toEqual(['11-24T03:00 swept']);
});

test.each(['busy', 'refused', 'failed'] as const)(
  'a slot whose sweep says %s is dealt with, and the next one comes',
  async (kind) => {
    const { ended, events } = start({ sweep: async () => ({ kind, why: 'because.' }) });
    await pass(28 * HOUR);
    expect(ended).toEqual([`11-23T03:00 ${kind}`, `11-24T03:00 ${kind}`]);
    expect(events.at(-1)).toMatchObject({ why: 'because.', nextAt: utc('2026-11-25T03:00') });
  },
);

describe('told to stop', () => {
  test('it begins nothing any more', async () => {
    const { scheduler, begun, stop } = start();
    stop.abort();
    await scheduler.end();
    await pass(48 * HOUR);
    expect(begun).toEqual([]);
  });

  test('it waits for the sweep that runs, which is told too', async () => {
    const { scheduler, ended, stop } = start({ takesMs: 10 * HOUR });
    await pass(4 * HOUR);
    expect([scheduler.isSweeping, scheduler.sweepingSince]).toEqual([true, utc('2026-11-23T03:00')]);
    stop.abort();
    await scheduler.end();
    expect([ended, scheduler.isSweeping]).toEqual([['11-23T03:00 swept'], false]);
  });

  test('it ends the wait for the jitter at once', async () => {
    const { scheduler, ended, begun, stop } = start({ timing: { jitterMs: HOUR }, random: 0.9 });
    await pass(3.5 * HOUR);
    stop.abort();
    await scheduler.end();
    expect([ended, begun]).toEqual([['11-23T03:00 stopped'], []]);
  });
});

test('D5 what a sweep throws is a bug, and told at once', async () => {
  const bug = new Error('a bug');
  const { crashes, scheduler } = start({ sweep: () => Promise.reject(bug) });
  await pass(4 * HOUR);
  expect(crashes).toEqual([bug]);
  await scheduler.end();
});

describe('a schedule that is edited', () => {
  test('counts from then on, and its slots of the past are nobody’s', async () => {
    const { scheduler, ended } = start({ now: '2026-11-23T02:00' });
    scheduler.follow({ ...NIGHTLY, schedule: '0 1,4 * * *' });
    await pass(24 * HOUR);
    expect(ended).toEqual(['11-23T04:00 swept', '11-24T01:00 swept']);
  });

  test('and one that stays the same loses no slot', async () => {
    const { scheduler, ended } = start({ now: '2026-11-23T02:59:59' });
    await pass(900);
    scheduler.follow({ ...NIGHTLY, jitterMs: 0 });
    await pass(LOOK);
    expect(ended).toEqual(['11-23T03:00 swept']);
  });

  test('in the time zone alone, too', async () => {
    const { scheduler, events } = start();
    scheduler.follow({ ...NIGHTLY, timezone: 'Asia/Kathmandu' });
    expect(scheduler.nextAt()).toEqual(utc('2026-11-23T21:15'));
    expect(events).toEqual([{ event: 'schedule.changed', nextAt: utc('2026-11-23T21:15') }]);
  });
});
