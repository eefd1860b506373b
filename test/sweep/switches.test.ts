import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/server.ts';
import { SWITCH_POSITIONS, type Switches } from '../../src/emulator/switches.ts';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { totalOf } from '../../src/sweep/report.ts';
import { fastClock } from '../support/fast-clock.ts';
import { sweepEmulator } from '../support/sweeping.ts';
import { disagreements, MIXED } from '../support/oracle.ts';

const NOW = new Date('2026-11-23T03:00:00Z');
const clock = fastClock(NOW);
let ledger: Ledger;
beforeEach(async () => {
  ledger = await openLedger('sqlite::memory:', { clock });
});
afterEach(() => ledger.close());

/** Without its scope a token can do nothing at all, and a clock that runs ahead refuses: those have tests of their own. */
const SWEEPABLE = (Object.entries(SWITCH_POSITIONS) as [keyof Switches, readonly unknown[]][])
  .filter(([name]) => name !== 'missingScope')
  .flatMap(([name, positions]) => positions.map((position) => [name, position] as const));

describe('whatever the API turns out to do, what is due goes and what is retained stays', () => {
  test.each(SWEEPABLE)('%s: %j', async (name, position) => {
    await using emulator = await startEmulator({
      messages: 200,
      now: () => clock.now(),
      switches: { dateHeader: 'missing', [name]: position }, // on so fast a clock a slow answer makes it look ahead
    });
    const first = await sweepEmulator(emulator, ledger, clock, MIXED);
    const second = await sweepEmulator(emulator, ledger, clock, MIXED);

    expect(await disagreements(emulator.truth, ledger, NOW)).toEqual([]);
    expect(emulator.violations).toEqual([]);
    expect(first.report.outcomes.deleted).toBeGreaterThan(70);
    expect(second.report.outcomes.deleted).toBe(0);
    for (const { report } of [first, second]) {
      expect(report.media).toBe(report.planned + Object.values(report.retained).reduce((a, b) => a + b, 0));
      expect(report.planned).toBe(totalOf(report.outcomes));
    }
  });
});
