import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/cli.ts';
import { alerts, cases } from './files.ts';
import { asked } from './promql.ts';

const names = alerts.map(({ alert }) => alert);

/** The alert's own metrics are there, so that its silence says something. */
function isAbout(series: readonly string[], expr: string): boolean {
  const metrics = new Set(asked(expr).selectors.map(({ metric }) => metric));
  return series.some((each) => asked(each).selectors.some(({ metric }) => metrics.has(metric)));
}

describe.each(alerts)('$alert', ({ alert, expr, labels, annotations, ...rule }) => {
  const own = cases.filter(({ alertname }) => alertname === alert);

  test('has a unit test in which it fires', () => {
    expect(own.filter(({ fires }) => fires)).not.toEqual([]);
  });

  test('has a unit test of its own in which it is silent, besides that of the healthy worker', () => {
    const silent = own.filter(({ fires, series }) => !fires && isAbout(series, expr));
    expect(silent.filter(({ where }) => where.startsWith('healthy'))).not.toEqual([]);
    expect(silent.filter(({ where }) => !where.startsWith('healthy'))).not.toEqual([]);
  });

  test('says how urgent it is, what it means, and where to read on', () => {
    expect(Object.keys(labels)).toEqual(['severity']);
    expect(['page', 'ticket']).toContain(labels.severity);
    expect(annotations).toEqual({
      summary: expect.not.stringMatching(/\.$/),
      description: expect.stringMatching(/^[A-Z](?:[^.]|\.\w)+\.$/),
      runbook: `README.md#${alert.toLowerCase()}`,
    });
    expect(Object.keys(rule)).toEqual('for' in rule ? ['for'] : []);
  });
});

test('every alert has a name of its own, and every unit test asks for one that there is', () => {
  expect(names.length).toBeGreaterThan(20);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^MediaRetention[A-Z]\w+$/.test(name))).toEqual([]);
  expect(cases.filter(({ alertname }) => !names.includes(alertname))).toEqual([]);
});

const README = readFileSync(`${ROOT}README.md`, 'utf8');

test('every alert has a heading in the runbook of the README, and no other has', () => {
  const headings = [...README.matchAll(/^#+ (MediaRetention\w+)$/gm)].map(([, name]) => name);
  expect(new Set(headings)).toEqual(new Set(names));
});
