import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FAULTS, NOTHING_LEFT_OUT, type Fault } from './dimensions.ts';
import { runHistory } from './history.ts';
import { patched } from './patch.ts';
import { PLANTED, TOGETHER } from './planted.ts';
import { REGRESSIONS } from './regressions.ts';

const SEEDS = 400;

const without = (...faults: readonly Fault[]) => ({ ...NOTHING_LEFT_OUT, faults: new Set(faults) });

describe('simulated histories', () => {
  test(`of ${SEEDS} seeds break no promise, and whatever may go wrong does so in some of them`, async () => {
    const fired = new Set<Fault>();
    const violated: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const end = await runHistory(seed);
      for (const fault of end.fired.keys()) fired.add(fault);
      for (const violation of end.violations) violated.push(`seed ${seed}: ${violation}`);
    }
    expect(violated).toEqual([]);
    expect(FAULTS.filter((fault) => !fired.has(fault))).toEqual([]);
  });

  test('are the same for the same seed, to the last event, and others for others', async () => {
    const hashes: string[] = [];
    for (const seed of [7, 8, 9, 7, 8, 9]) hashes.push((await runHistory(seed)).hash);
    expect(hashes.slice(3)).toEqual(hashes.slice(0, 3));
    expect(new Set(hashes).size).toBe(3);
  });

  test('do without a fault that is left out, and nothing else of them changes before it', async () => {
    const { fired } = await runHistory(2, without('crash'));
    expect(fired.has('crash')).toBe(false);
    const calm = await runHistory(2, without(...FAULTS));
    expect([calm.violations, calm.fired.size]).toEqual([[], 0]);
  });
});

test.each(PLANTED)('the place where “$name” is planted is there, and once', (bug) => {
  const source = readFileSync(new URL(`../../${bug.file}`, import.meta.url), 'utf8');
  expect(patched(source, bug)).not.toBe(source);
});

describe('a history that once broke a promise keeps it', () => {
  test.each(REGRESSIONS)('$what (seed $seed)', async ({ seed, bug }) => {
    const only = TOGETHER.get(bug);
    expect((await runHistory(seed, { ...NOTHING_LEFT_OUT, ...(only && { only }) })).violations).toEqual([]);
    expect(
      PLANTED.map(({ name }) => name),
      'what brings it back is searched for by `npm run sim -- --planted`',
    ).toContain(bug);
  });
});
