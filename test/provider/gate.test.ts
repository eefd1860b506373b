import { describe, expect, test } from 'vitest';

import { newGate } from '../../src/provider/gate.ts';
import { faster, slower, type Pace } from '../../src/provider/pace.ts';
import { fakeClock, never, type FakeClock } from './fakes.ts';

const FULL = { concurrency: 16, perSecond: 100 };

describe('the pace', () => {
  test('is halved, down to one at a time and one a second', () => {
    expect(slower(FULL)).toEqual({ concurrency: 8, perSecond: 50 });
    expect(slower({ concurrency: 1, perSecond: 1.5 })).toEqual({ concurrency: 1, perSecond: 1 });
  });

  test('comes back step by step, and never beyond what was set', () => {
    let pace: Pace = { concurrency: 1, perSecond: 1 };
    let steps = 0;
    for (; pace.concurrency < 16 || pace.perSecond < 100; steps++) {
      const next = faster(pace, FULL);
      expect(next.concurrency).toBeLessThanOrEqual(Math.min(16, pace.concurrency + 1));
      expect(next.perSecond).toBeLessThanOrEqual(Math.min(100, pace.perSecond + 5));
      pace = next;
    }
    expect(steps).toBeGreaterThan(100);
    expect(steps).toBeLessThan(2000);
    expect(faster(pace, FULL)).toEqual(FULL);
  });
});

/** Sends `count` requests through a gate, each taking `ms`; says when each began and how many there were at once. */
async function load(
  full: Pace,
  count: number,
  ms: number,
  clock: FakeClock = fakeClock(),
): Promise<{ begun: number[]; atOnce: number }> {
  const gate = newGate(full, { clock, random: () => 1 });
  const begun: number[] = [];
  let now = 0;
  let atOnce = 0;
  const work = async (): Promise<void> => {
    begun.push(clock.monotonicMs());
    atOnce = Math.max(atOnce, ++now);
    await clock.sleep(ms);
    now--;
  };
  await Promise.all(Array.from({ length: count }, () => gate.pass(work, never)));
  return { begun, atOnce };
}

describe('the gate', () => {
  test.each([
    [1, 1000],
    [5, 1000],
    [16, 100_000],
  ])('lets never more than %i through at once', async (concurrency, perSecond) => {
    expect((await load({ concurrency, perSecond }, 60, 10)).atOnce).toBe(concurrency);
  });

  test.each([1, 7, 50, 333, 5000])('lets never more than %i through in any second', async (perSecond) => {
    const { begun } = await load({ concurrency: 16, perSecond }, Math.min(perSecond * 3, 2000), 1);
    const tolerated = perSecond + Math.ceil(perSecond * 0.02) + 1;
    for (let first = 0, last = 0; last < begun.length; last++) {
      while ((begun[last] ?? 0) - (begun[first] ?? 0) >= 1000) first++;
      expect(last - first + 1).toBeLessThanOrEqual(tolerated);
    }
  });

  test('loses no throughput to the granularity of timers', async () => {
    const { begun } = await load({ concurrency: 64, perSecond: 500 }, 2000, 1);
    expect((begun.at(-1) ?? 0) - (begun[0] ?? 0)).toBeLessThan(4000);
  });

  test('A11 opens for nobody in a pause, and then one by one', async () => {
    const clock = fakeClock();
    const gate = newGate(FULL, { clock, random: () => 0 });
    const startedMs = clock.monotonicMs();
    gate.throttled(startedMs, 60_000);
    const begun: number[] = [];
    const work = async (): Promise<void> => void begun.push(clock.monotonicMs() - startedMs);
    await Promise.all(Array.from({ length: 10 }, () => gate.pass(work, never)));
    expect(begun[0]).toBeGreaterThanOrEqual(60_000);
    expect((begun.at(-1) ?? 0) - (begun[0] ?? 0)).toBeGreaterThanOrEqual(9 * 20 - 1); // half the pace: 20 ms apart
  });

  test('makes those wait longer who already wait, and never shorter', async () => {
    const clock = fakeClock();
    const gate = newGate(FULL, { clock, random: () => 0 });
    const startedMs = clock.monotonicMs();
    gate.throttled(startedMs, 5000);
    const waiting = gate.pass(async () => clock.monotonicMs() - startedMs, never);
    await clock.sleep(1000);
    gate.throttled(startedMs, 9000);
    gate.throttled(startedMs, 1);
    expect(await waiting).toBeGreaterThanOrEqual(10_000);
  });

  test('takes the complaints of all requests in flight for one', async () => {
    const clock = fakeClock();
    const gate = newGate({ concurrency: 16, perSecond: 1000 }, { clock, random: () => 1 });
    const startedMs = clock.monotonicMs();
    await clock.sleep(100);
    for (let i = 0; i < 16; i++) gate.throttled(startedMs, undefined);
    const began = await gate.pass(async () => clock.monotonicMs(), never);
    expect(began - startedMs).toBeLessThanOrEqual(100 + 1000 + 1); // the first of a row: one second, not sixteen doublings
  });

  test('A13 waits longer with every 429 in a row', async () => {
    const clock = fakeClock();
    const gate = newGate(FULL, { clock, random: () => 1 });
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) {
      const before = clock.monotonicMs();
      gate.throttled(before, undefined);
      await gate.pass(async () => waits.push(Math.round(clock.monotonicMs() - before)), never);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
  });

  test('ends a wait as soon as it is told to', async () => {
    const clock = fakeClock();
    const gate = newGate({ concurrency: 1, perSecond: 1 }, { clock, random: () => 0 });
    const stop = new AbortController();
    gate.throttled(clock.monotonicMs(), 3_600_000);
    const [turn, lane] = [gate.pass(async () => 1, stop.signal), gate.pass(async () => 2, stop.signal)];
    stop.abort(new Error('enough'));
    await expect(turn).rejects.toThrow('enough');
    await expect(lane).rejects.toThrow('enough');
  });

  test('does not even queue what is stopped already', async () => {
    const gate = newGate({ concurrency: 1, perSecond: 1 }, { clock: fakeClock(), random: () => 0 });
    const held = Promise.withResolvers<void>();
    const holding = gate.pass(() => held.promise, never);
    await expect(gate.pass(async () => 1, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    held.resolve();
    await holding;
  });

  test('A13 goes down to one at a time under fire, and comes back', async () => {
    const clock = fakeClock();
    const gate = newGate({ concurrency: 8, perSecond: 100_000 }, { clock, random: () => 0 });
    for (let i = 0; i < 5; i++) {
      gate.strained(clock.monotonicMs());
      await clock.sleep(1);
    }
    let now = 0;
    let atOnce = 0;
    const work = async (): Promise<void> => {
      const startedMs = clock.monotonicMs();
      atOnce = Math.max(atOnce, ++now);
      await clock.sleep(1);
      now--;
      gate.succeeded(startedMs);
    };
    await Promise.all(Array.from({ length: 2 }, () => gate.pass(work, never)));
    expect(atOnce).toBe(1);
    await Promise.all(Array.from({ length: 300 }, () => gate.pass(work, never)));
    expect(atOnce).toBe(8);
  });
});
