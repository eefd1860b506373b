import { describe, expect, test } from 'vitest';
import { ANSWERS } from './answers.scenarios.ts';
import { READING } from './reading.scenarios.ts';
import type { Scenario } from './scenario.ts';
import { noFigures, survive } from './survive.ts';
import { SWEEPING } from './sweeping.scenarios.ts';

/** A share of `test/slow/every-await.test.ts`. */
const FEW = [
  'pages of two messages',
  'open: still listed, and applied 59 seconds after the lock',
  'applied, and the answer is lost with the connection',
];
const SCENARIOS: readonly Scenario[] = [...READING, ...SWEEPING, ...ANSWERS];

describe('D1 D10 A22 A27 a process that dies at any await, the unsynced tail lost, kept or torn, leaves only truth, and what two sweeps put right', () => {
  test.each(FEW)('%s', { timeout: 60_000 }, async (name) => {
    const scenario = SCENARIOS.find((each) => each.name === name) as Scenario;
    const figures = noFigures();
    const { ends, wrong } = await survive(scenario, 1, figures);
    expect([ends, wrong]).toEqual([scenario.whole, []]);
    expect(figures.points).toBeGreaterThan(140);
    expect(figures.runs).toBeGreaterThan(50);
  });
});
