import { afterAll, describe, expect, test } from 'vitest';
import { ANSWERS } from '../crash/answers.scenarios.ts';
import { READING } from '../crash/reading.scenarios.ts';
import type { Scenario } from '../crash/scenario.ts';
import { noFigures, survive, surviveTwice, type Tried } from '../crash/survive.ts';
import { SWEEPING } from '../crash/sweeping.scenarios.ts';

const SEED = Number(process.env['CRASH_SEED'] ?? 1);

/** A process that dies at any await, with each tail, and what two more sweeps make of what it left. */
async function dies(scenario: Scenario): Promise<Tried> {
  scenarios++;
  return survive(scenario, SEED, once);
}

let scenarios = 0;
const once = noFigures();
const twice = noFigures();
const startedMs = performance.now();
const { user, system } = process.cpuUsage();

const named = (table: readonly Scenario[]): (readonly [string, Scenario])[] =>
  table.map((scenario) => [scenario.name, scenario] as const);

describe('D1 D10 a process that dies at any await, the unsynced tail lost, kept or torn, leaves only truth, and what two sweeps put right', () => {
  test.each(named(READING))('A7 A31 A36 B6 B16 C1 C2 while it reads: %s', async (_, scenario) => {
    expect(await dies(scenario)).toEqual({ ends: scenario.whole, wrong: [] });
  });

  test.each(named(SWEEPING))('B26 however it is to sweep, and whatever is open: %s', async (_, scenario) => {
    expect(await dies(scenario)).toEqual({ ends: scenario.whole, wrong: [] });
  });

  test.each(named(ANSWERS))(
    'A2 A4 A8 A16 A18 A19 A20 A22 A23 A26 A27 C12 whatever a DELETE is answered with: %s',
    async (_, scenario) => {
      expect(await dies(scenario)).toEqual({ ends: scenario.whole, wrong: [] });
    },
  );

  test('also where the process that puts it right dies as well', async () => {
    const wrong: string[] = [];
    for (const [at, scenario] of [...READING, ...SWEEPING, ...ANSWERS].entries()) {
      if (scenario.pointsMax !== undefined) continue;
      const found = await surviveTwice(scenario, SEED * 1000 + at, twice);
      wrong.push(...found.map((each) => `${scenario.name}: ${each}`));
    }
    expect(wrong).toEqual([]);
  });
});

afterAll(() => {
  const spent = process.cpuUsage({ user, system });
  process.stdout.write(
    `every await: ${scenarios} scenarios, ${once.points} points, ${once.deaths} deaths with the tails, ${once.runs} of them different; ` +
      `${twice.deaths} second deaths, ${twice.runs} different; seed ${SEED}; ` +
      `${Math.round((performance.now() - startedMs) / 1000)} s, ${Math.round((spent.user + spent.system) / 1e6)} s of processor\n`,
  );
});
