import { describe, expect, test } from 'vitest';
import { exposed, exposition } from './exposition.ts';
import { alerts, cases, dashboard, queries } from './files.ts';
import { asked, type Asked, type Matcher } from './promql.ts';

/** What others expose, with its labels, and where that is written down. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  // Prometheus itself.
  up: [],
  ALERTS: ['alertname', 'alertstate', 'severity', 'project'],
  // kube-state-metrics, docs/metrics/workload/cronjob-metrics.md and job-metrics.md.
  kube_cronjob_created: ['namespace', 'cronjob'],
  kube_cronjob_spec_suspend: ['namespace', 'cronjob'],
  kube_cronjob_status_last_successful_time: ['namespace', 'cronjob'],
  kube_job_failed: ['namespace', 'job_name', 'condition'],
  kube_job_owner: ['namespace', 'job_name', 'owner_kind', 'owner_name', 'owner_is_controller'],
  kube_job_status_active: ['namespace', 'job_name'],
  kube_job_status_start_time: ['namespace', 'job_name'],
  // node_exporter, collector/textfile.go.
  node_textfile_mtime_seconds: ['file'],
};

/** What Prometheus adds to every series of a target; in Kubernetes the namespace too. */
const OF_TARGETS = ['job', 'instance', 'namespace'];

/** Labels whose values are the user's, or differ from one run to the next. */
const FREE = new Set(['project', 'version']);

const program = exposed(await exposition());

/** Whatever is wrong with what an expression asks for. */
function wrong(expression: string): string[] {
  const read = asked(expression);
  return [...read.selectors.flatMap((selector) => wrongSelector(selector)), ...wrongGrouping(read)];
}

function wrongSelector({ metric, matchers }: Asked['selectors'][number]): string[] {
  const labels = labelsOf(metric);
  if (!labels) return [`nobody exposes ${metric}`];
  return matchers.flatMap((matcher) => {
    if (OF_TARGETS.includes(matcher.label)) return [];
    if (!labels.has(matcher.label)) return [`${metric} has no label ${matcher.label}`];
    return metric.startsWith('media_retention_') ? wrongValues(metric, matcher, labels.get(matcher.label)) : [];
  });
}

/** Each alternative has to be a value that is really there. */
function wrongValues(metric: string, { label, operator, value }: Matcher, known: ReadonlySet<string> = new Set()) {
  if (FREE.has(label)) return [];
  const values = operator.includes('~') ? value.split('|') : [value];
  return values.filter((each) => !known.has(each)).map((each) => `${metric} has no ${label} ${each}`);
}

function wrongGrouping({ selectors, grouping }: Asked): string[] {
  const known = knownTo(selectors);
  return grouping.filter((label) => !known.has(label)).map((label) => `nothing here has a label ${label}`);
}

/** The labels that any of these have. */
const knownTo = (selectors: Asked['selectors']): ReadonlySet<string> =>
  new Set([...OF_TARGETS, ...selectors.flatMap(({ metric }) => [...(labelsOf(metric)?.keys() ?? [])])]);

function labelsOf(metric: string): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const others = Object.hasOwn(OTHERS, metric) ? OTHERS[metric] : undefined;
  return others ? new Map(others.map((label) => [label, new Set()])) : program.get(metric);
}

describe('what is asked for is exposed, by its name, its labels and their values', () => {
  test.each(alerts.map(({ alert, expr }) => [alert, expr]))('in the alert %s', (_, expr) => {
    expect(wrong(expr)).toEqual([]);
  });

  test.each(queries.map(({ where, expr }) => [where, expr]))('on the dashboard in %s', (_, expr) => {
    expect(wrong(expr)).toEqual([]);
  });

  test("in the dashboard's variables", () => {
    const asks = dashboard.templating.list.map(({ query }) => (typeof query === 'string' ? query : query.query));
    const read = asks.map((ask) => /^label_values\((\w+), (\w+)\)$/.exec(ask)).filter((each) => each !== null);
    expect(asks).toEqual(['prometheus', 'label_values(media_retention_open_items, project)']);
    for (const [, metric = '', label = ''] of read) expect(labelsOf(metric)?.has(label)).toBe(true);
  });

  test('in the series of the unit tests', () => {
    const series = new Set(cases.flatMap((each) => each.series));
    expect(series.size).toBeGreaterThan(50);
    expect([...series].flatMap((each) => wrong(each))).toEqual([]);
  });

  test('and a name in a legend is that of a label', () => {
    const unknown = queries.flatMap(({ where, expr, legend }) => {
      const labels = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
      const known = knownTo(asked(expr).selectors);
      return labels.filter((label) => !known.has(label)).map((label) => `${where}: ${label}`);
    });
    expect(unknown).toEqual([]);
  });
});

test('every metric of the program is on the dashboard or in an alert', () => {
  const expressions = [...alerts.map(({ expr }) => expr), ...queries.map(({ expr }) => expr)];
  const used = new Set(expressions.flatMap((expr) => asked(expr).selectors.map(({ metric }) => metric)));
  const own = [...program.keys()].filter((name) => name.startsWith('media_retention_'));
  expect(own.length).toBeGreaterThan(20);
  expect(own.filter((name) => !used.has(name))).toEqual([]);
});

describe('what is wrong is found', () => {
  test.each([
    ['media_retention_outcome > 0', 'nobody exposes media_retention_outcome'],
    ['kube_job_status_failed > 0', 'nobody exposes kube_job_status_failed'],
    ['media_retention_armed{project="main"}', 'media_retention_armed has no label project'],
    ['media_retention_outcomes{outcome="faild"} > 0', 'media_retention_outcomes has no outcome faild'],
    ['media_retention_retained{reason=~"hold|holds"}', 'media_retention_retained has no reason holds'],
    ['sum by (projekt) (media_retention_planned)', 'nothing here has a label projekt'],
    ['up == 0 and on (job, pod) media_retention_info', 'nothing here has a label pod'],
    ['rate(\n  media_retention_x[5m] # why\n)', 'nobody exposes media_retention_x'],
  ])('%j', (expression, problem) => {
    expect(wrong(expression)).toEqual([problem]);
  });

  test.each([
    'avg(up)',
    '{__name__="up"}',
    'up{job=media}',
    "up{job='media'}",
    'up{job="a" instance="b"}',
    'up @ 5',
    'sum by (a b) (up)',
    'up{job="a"',
  ])('by refusing what is not understood: %j', (expression) => {
    expect(() => asked(expression)).toThrow(SyntaxError);
  });
});

test('an expression is read to its end', () => {
  const text = 'sum by (a, b) (rate(x{l="1",m=~"2|3"}[5m])) / on () group_left (c) y offset 1h30m > 2.5 or max(z)';
  expect(asked(text)).toEqual({
    selectors: [
      {
        metric: 'x',
        matchers: [
          { label: 'l', operator: '=', value: '1' },
          { label: 'm', operator: '=~', value: '2|3' },
        ],
      },
      { metric: 'y', matchers: [] },
      { metric: 'z', matchers: [] },
    ],
    grouping: ['a', 'b', 'c'],
  });
});
