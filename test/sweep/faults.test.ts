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
const SLOW_KINDS: ReadonlySet<string> = new Set(['hang', 'slow']);
const clock = fastClock(NOW, 2000);
let ledger: Ledger;
beforeEach(async () => {
  ledger = await openLedger('sqlite::memory:', { clock });
});
afterEach(() => ledger.close());

describe('under faults nothing retained goes, and once they end everything due is gone', () => {
  test.each(FAULT_KINDS)('%s, some requests in a hundred', async (kind) => {
    const { wrong, sweeps } = await sweptUnder({ [kind]: SLOW_KINDS.has(kind) ? 0.03 : 0.1 }, 150);
    expect([wrong, sweeps.at(-1)?.report.result]).toEqual([[], 'complete']);
  });

  test.each([1, 2, 3])('all of them together, one request in ten (seed %i)', async (seed) => {
    const rate = 0.1 / FAULT_KINDS.length;
    const rates = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, rate]));
    const { wrong, sweeps } = await sweptUnder(rates, 500, seed);
    expect([wrong, sweeps.at(-1)?.report.result]).toEqual([[], 'complete']);
  });
});

/** Two sweeps under faults and two without: what is wrong then, and what each of them came to. */
async function sweptUnder(
  rates: Partial<Faults>,
  messages: number,
  seed = 1,
): Promise<{ readonly wrong: string[]; readonly sweeps: readonly SweepDone[] }> {
  await using emulator = await startEmulator({
    messages,
    seed,
    now: () => clock.now(),
    switches: { dateHeader: 'missing' }, // on so fast a clock a slow answer looks like a clock that is ahead
    faults: { ...rates, retryAfterSeconds: 5, slowForMs: 20 },
  });
  const once = (): Promise<SweepDone> => sweepEmulator(emulator, ledger, clock, { ...MIXED, asOf: NOW });
  const faulty = [await once(), await once()];
  emulator.faults.clear();
  const sweeps = [...faulty, await once(), await once()];

  const unequal = sweeps.filter(({ report }) => report.planned !== totalOf(report.outcomes));
  const wrong = [
    ...(await disagreements(emulator.truth, ledger, NOW)),
    ...unequal.map(({ report }) => `${report.sweepId} does not add up`),
  ];
  return { wrong, sweeps };
}
