import { describe, expect, test } from 'vitest';
import { dashboard, type Panel } from './files.ts';

/** Every Grafana has these; others would have to be installed. */
const CORE = ['bargauge', 'row', 'stat', 'state-timeline', 'timeseries'];

const charts = dashboard.panels.filter(({ type }) => type !== 'row');

describe.each(charts)('the panel "$title"', (panel) => {
  test('says what it shows, in which unit, and from the chosen data source', () => {
    expect(CORE).toContain(panel.type);
    expect(panel.description).toMatch(/^[A-Z].+\.$/);
    expect(panel.fieldConfig?.defaults.unit).toBeTruthy();
    const sources = [panel.datasource, ...(panel.targets ?? []).map(({ datasource }) => datasource)];
    expect(new Set(sources.map((source) => source?.uid))).toEqual(new Set(['${datasource}']));
    expect(panel.targets).not.toHaveLength(0);
  });

  test('asks for the chosen projects wherever projects are told apart', () => {
    const expressions = (panel.targets ?? []).map(({ expr }) => expr);
    const ofProjects = expressions.filter((expr) => /\bproject\b/.test(expr) && !expr.includes('ALERTS')); // some alerts are of none
    expect(ofProjects.filter((expr) => !expr.includes('project=~"$project"'))).toEqual([]);
  });
});

test('the panels lie side by side, within the width, and none is over another', () => {
  const taken = new Map<string, string>();
  for (const { title, gridPos } of dashboard.panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (const cell of cellsOf(gridPos)) {
      expect(taken.get(cell), `${title} at ${cell}`).toBeUndefined();
      taken.set(cell, title);
    }
  }
});

test('every panel has a number and a title of its own', () => {
  const ids = new Set(dashboard.panels.map(({ id }) => id));
  const titles = new Set(charts.map(({ title }) => title));
  expect([ids.size, titles.size]).toEqual([dashboard.panels.length, charts.length]);
});

function* cellsOf({ x, y, w, h }: Panel['gridPos']): Generator<string> {
  for (let column = x; column < x + w; column++) for (let line = y; line < y + h; line++) yield `${column},${line}`;
}
