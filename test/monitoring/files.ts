import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The files of `config/monitoring/` and the promtool tests of this folder, as data. */

const FOLDER = fileURLToPath(new URL('../../config/monitoring/', import.meta.url));
const HERE = fileURLToPath(new URL('./', import.meta.url));

export const RULE_FILES = ['alerts.yaml', 'alerts-cronjob.yaml'].map((name) => join(FOLDER, name));
export const UNIT_TESTS = globSync('*.test.yaml', { cwd: HERE }).map((name) => join(HERE, name));

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook: string };
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[];
}

export const alerts: readonly Alert[] = RULE_FILES.flatMap((path) => (read(path) as RuleFile).groups).flatMap(
  ({ rules }) => rules,
);

/** One question of a promtool test: does this alert fire at this time? */
export interface Case {
  /** `file: name of the test` */
  readonly where: string;
  readonly alertname: string;
  readonly fires: boolean;
  /** The series that the test has, as they are written. */
  readonly series: readonly string[];
}

interface UnitTest {
  readonly name: string;
  readonly input_series: readonly { readonly series: string }[];
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts?: readonly unknown[] }[];
}

export const cases: readonly Case[] = UNIT_TESTS.flatMap((path) =>
  (read(path) as { readonly tests: readonly UnitTest[] }).tests.flatMap((test) =>
    test.alert_rule_test.map(({ alertname, exp_alerts: expected = [] }) => ({
      where: `${basename(path)}: ${test.name}`,
      alertname,
      fires: expected.length > 0,
      series: test.input_series.map(({ series }) => series),
    })),
  ),
);

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: { readonly uid: string };
}

export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { readonly query: string } }[];
  };
}

export const dashboard = read(join(FOLDER, 'grafana-dashboard.json')) as Dashboard;

export interface Query {
  /** `panel: legend` */
  readonly where: string;
  readonly expr: string;
  readonly legend: string;
}

/** What the dashboard asks, with what Grafana puts in for its variables. */
export const queries: readonly Query[] = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({
    where: `${title}: ${legendFormat}`,
    expr: expr.replaceAll('$project', '.*').replaceAll('$__rate_interval', '1m'),
    legend: legendFormat,
  })),
);

/** JSON is YAML. */
function read(path: string): unknown {
  return parse(readFileSync(path, 'utf8'));
}
