import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/open.ts';
import type { SweepEnd } from '../../src/serve/scheduler.ts';
import { fakedClock as clock, setTime, withFakedTime } from '../support/faked-time.ts';
import { passSlowly, serving, type Serving } from '../support/serving.ts';

withFakedTime();
const HOUR = 3_600_000;
const LOOK = 15_000;

let running: Serving | undefined;
beforeEach(() => setTime('2026-11-23T02:00:00Z'));
afterEach(async () => {
  running?.stop.abort();
  await running?.done.catch(() => {});
});

/** With a ledger in memory: none of this is about what is in it. */
const start = async (sweep: (signal: AbortSignal) => Promise<SweepEnd>): Promise<Serving> =>
  (running = await serving(() => openLedger('sqlite::memory:', { clock }), sweep));

describe('told to stop', () => {
  test('in the middle of a sweep, it says so, waits for the sweep, and closes', async () => {
    const released = Promise.withResolvers<void>();
    const here = await start(async (signal) => {
      await clock.sleep(10 * HOUR, signal).catch(() => {});
      await released.promise;
      return { kind: 'done' };
    });
    await passSlowly(1.1 * HOUR);
    expect(await here.ask('/')).toMatch(/Sweeping now[^]*for \d+ min/);
    here.stop.abort();
    await passSlowly(LOOK);
    expect([await here.ask('/readyz'), await here.ask('/healthz')]).toEqual(['503 stopping', '200 ok']);
    released.resolve();
    await here.done;
    expect(here.events.at(-1)).toEqual({ event: 'serve.stopped' });
    await expect(here.ask('/healthz')).rejects.toThrow('ECONNREFUSED');
  });

  test('by a bug in a sweep, it ends with it', async () => {
    const here = await start(() => Promise.reject(new Error('a bug')));
    here.done.catch(() => {}); // looked at below
    await passSlowly(1.1 * HOUR);
    await expect(here.done).rejects.toThrow('a bug');
    await expect(here.ask('/healthz')).rejects.toThrow('ECONNREFUSED');
  });
});

test('a bug in a look ends the sweep that runs, too', async () => {
  let wasTold = false;
  const here = await start(async (signal) => {
    await clock.sleep(10 * HOUR, signal).catch(() => (wasTold = true));
    return { kind: 'done' };
  });
  here.done.catch(() => {}); // looked at below
  await passSlowly(1.1 * HOUR);
  const bug = Promise.reject(new Error('a bug'));
  bug.catch(() => {}); // whoever looks hears of it
  here.policy = bug;
  await passSlowly(2 * LOOK);
  await expect(here.done).rejects.toThrow('a bug');
  expect(wasTold).toBe(true);
});
