import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FAULT_KINDS, type Faults } from '../../src/emulator/faults.ts';
import { startEmulator } from '../../src/emulator/server.ts';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import type { SweepDone } from '../../src/sweep/order.ts';
import { totalOf } from '../../src/sweep/report.ts';
import { fastClock } from '../support/fast-clock.ts';
import { disagreements, MIXED } from '../support/oracle.ts';
import { sweepEmulator } from '../support/sweeping.ts';

const NOW = new Date('2026-11-23T03:00:00Z');
/** A hung or slow answer costs a test real time, so these come less often than the rest. */
const SLOW_KINDS: readonly string[] = ['hang', 'slow'];
const clock = fastClock(NOW, 2000);
let ledger: Ledger;
beforeEach(async () => {
  ledger = await openLedger('sqlite::memory:', { clock });
});
afterEach(() => ledger.close());

describe('under faults nothing retained goes, and once they end everything due is gone', () => {
  test.each(FAULT_KINDS)('%s, one request in ten', async (kind) => {
    await settlesUnder({ [kind]: SLOW_KINDS.includes(kind) ? 0.01 : 0.1 }, 300);
  });

  test.each([1, 2, 3])('all of them together, one request in ten (seed %i)', async (seed) => {
    const rate = 0.1 / FAULT_KINDS.length;
    await settlesUnder(Object.fromEntries(FAULT_KINDS.map((kind) => [kind, rate])), 1500, seed);
  });
});

async function settlesUnder(rates: Partial<Faults>, messages: number, seed = 1): Promise<void> {
  await using emulator = await startEmulator({
    messages,
    seed,
    now: () => clock.now(),
    faults: { ...rates, retryAfterSeconds: 5, slowForMs: 20 },
  });
  const once = (): Promise<SweepDone> => sweepEmulator(emulator, ledger, clock, { ...MIXED, asOf: NOW });
  const faulty = [await once(), await once()];
  emulator.faults.clear();
  const sweeps = [...faulty, await once(), await once()];

  expect(await disagreements(emulator.truth, ledger, NOW)).toEqual([]);
  expect(sweeps.at(-1)?.report.result).toBe('complete');
  for (const { report } of sweeps) expect(report.planned).toBe(totalOf(report.outcomes));
}
