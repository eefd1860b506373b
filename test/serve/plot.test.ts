import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Day } from '../../src/ledger/entries.ts';
import { plot } from '../../src/serve/page/plot.ts';
import { partsOf, type Tag } from './html.ts';
import { A_MONTH, lastDays, outcomes } from './page-samples.ts';

/** From the bottom of a bar upwards. */
const SHOWN = ['deleted', 'already-gone', 'deferred', 'failed', 'uncertain'] as const;
/** Coordinates have one digit after the point. */
const ROUNDING = 0.11;

interface Bar {
  readonly outcome: string;
  readonly x: number;
  readonly bottom: number;
  readonly top: number;
}

interface Drawn {
  readonly tags: readonly Tag[];
  readonly text: string;
  readonly bars: readonly Bar[];
  readonly height: number;
  readonly width: number;
}

async function draw(days: readonly Day[]): Promise<Drawn> {
  const { tags, text } = partsOf(String(await plot(days)));
  const [, , width = 0, height = 0] = (tags.find(({ name }) => name === 'svg')?.attributes['viewBox'] ?? '')
    .split(' ')
    .map(Number);
  const bars = tags
    .filter(({ name, attributes }) => name === 'rect' && 'x' in attributes)
    .map(({ attributes: { class: outcome = '', x, y, height: tall } }) => ({
      outcome,
      x: Number(x),
      bottom: Number(y) + Number(tall),
      top: Number(y),
    }));
  return { tags, text, bars, width, height };
}

/** The lines of the grid from below: where each is, and the figure beside it. */
function grid({ tags, text }: Drawn): { readonly y: number; readonly value: number }[] {
  const ys = tags.filter(({ name }) => name === 'line').map(({ attributes }) => Number(attributes['y1']));
  const values = text.split(' ').slice(0, ys.length);
  return ys.map((y, at) => ({ y, value: Number(values[at]?.replaceAll(',', '')) }));
}

const total = ({ outcomes: counts }: Day): number => SHOWN.reduce((sum, each) => sum + counts[each], 0);

/** Checks a drawing against the figures that it is of. @returns how many parts of bars it has */
function expectTrue(drawn: Drawn, days: readonly Day[]): number {
  const lines = grid(drawn);
  const [zero, highest] = [lines[0], lines.at(-1)];
  if (!zero || !highest) throw new Error('There is no grid.');
  expect(zero.value).toBe(0);
  const perItem = (zero.y - highest.y) / highest.value;
  for (const { y, value } of lines) expect(Math.abs(zero.y - y - value * perItem)).toBeLessThan(ROUNDING);

  const wanted = days.flatMap((day) => SHOWN.map((outcome) => ({ outcome, count: day.outcomes[outcome], day })));
  const shown = wanted.filter(({ count }) => count > 0);
  expect(drawn.bars.map(({ outcome }) => outcome)).toEqual(shown.map(({ outcome }) => outcome));
  for (const [at, bar] of drawn.bars.entries()) {
    const { count, day } = shown[at] ?? { count: 0, day: undefined };
    expect(Math.abs(bar.bottom - bar.top - count * perItem)).toBeLessThan(ROUNDING);
    const below = shown[at - 1]?.day === day ? drawn.bars[at - 1] : undefined;
    expect(Math.abs(bar.bottom - (below?.top ?? zero.y))).toBeLessThan(ROUNDING);
    expect(below === undefined || below.x === bar.x).toBe(true);
    expect(bar.top).toBeGreaterThanOrEqual(0);
  }
  return drawn.bars.length;
}

test('each part of a bar is as high as its figure says, and they stand on each other', async () => {
  const drawn = await draw(A_MONTH);
  expectTrue(drawn, A_MONTH);
  expect(new Set(drawn.bars.map(({ x }) => x)).size).toBe(A_MONTH.filter((day) => total(day) > 0).length);
});

test('so it is whatever the figures are', async () => {
  const figure = fc.oneof(fc.constant(0), fc.nat(9), fc.nat(20_000_000));
  const counts = fc.record({
    deleted: figure,
    'already-gone': figure,
    deferred: figure,
    failed: figure,
    uncertain: figure,
  });
  const someDays = fc
    .array(counts, { minLength: 30, maxLength: 30 })
    .map((each) => lastDays(30, (at) => each[at] ?? {}))
    .filter((days) => days.some((day) => total(day) > 0));
  await fc.assert(
    fc.asyncProperty(someDays, async (days) => {
      expect(expectTrue(await draw(days), days)).toBeGreaterThan(0);
    }),
    { numRuns: 30 },
  );
});

test('later days stand to the right, all within the drawing, and the newest has its date', async () => {
  const { bars, width, text } = await draw(A_MONTH);
  const xs = bars.map(({ x }) => x);
  expect(xs).toEqual(xs.toSorted((a, b) => a - b));
  expect(xs.every((x) => x > 0 && x < width)).toBe(true);
  expect(text).toMatch(/10-29 11-03 11-08 11-13 11-18 11-23/);
});

test('what was not sent is not drawn, so a refused day does not dwarf the others', async () => {
  const days = lastDays(30, (at) => (at === 3 ? { 'not-sent': 90_000 } : { deleted: 10 }));
  const drawn = await draw(days);
  expect(drawn.bars).toHaveLength(29);
  expect(grid(drawn).at(-1)?.value).toBe(10);
  expectTrue(drawn, days);
});

test('a month in which nothing was sent is a sentence, not an empty drawing', async () => {
  const { tags, text } = await draw(lastDays(30));
  expect(tags.filter(({ name }) => name === 'svg')).toEqual([]);
  expect(text).toContain('Nothing was sent for deletion in the last 30 days.');
});

test('the same figures stand in a table, the newest day first', async () => {
  const days = lastDays(3, (at) => ({ deleted: 1_000 * (at + 1), failed: at }));
  const { text } = await draw(days);
  expect(text).toMatch(
    /day \(UTC\) sweeps deleted already-gone deferred failed uncertain 2026-11-23 1 3,000 0 0 2 0 2026-11-22 1 2,000 0 0 1 0 2026-11-21 1 1,000 0 0 0 0$/,
  );
});

test('who cannot see the drawing is told what it is, and the swatches say nothing', async () => {
  const { tags } = await draw([{ day: '2026-11-23', sweeps: 1, outcomes: outcomes({ deleted: 4_182 }) }]);
  const [drawing, ...swatches] = tags.filter(({ name }) => name === 'svg').map(({ attributes }) => attributes);
  expect(drawing).toMatchObject({ role: 'img', 'aria-label': expect.stringContaining('4,182 deleted in all') });
  expect(swatches).toHaveLength(SHOWN.length);
  for (const swatch of swatches) expect(swatch['aria-hidden']).toBe('true');
});
