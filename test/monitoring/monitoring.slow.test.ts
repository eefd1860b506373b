import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { alerts, queries, RULE_FILES, UNIT_TESTS } from './files.ts';
import { promtool, startPrometheus, type Prometheus, type Rule } from './prometheus.ts';
import { startCluster, startWorker } from './targets.ts';

describe('promtool', () => {
  test('finds nothing wrong with the rules', async () => {
    expect(await promtool('check', 'rules', '--lint=all', '--lint-fatal', ...RULE_FILES)).toContain('SUCCESS');
  });

  // promtool takes one processor for each.
  test.concurrent.each(UNIT_TESTS.map((path) => [basename(path), path]))('passes %s', async (_, path) => {
    await expect(promtool('test', 'rules', path)).resolves.toContain('SUCCESS');
  });
});

/** What a healthy worker need not answer. */
const MAY_BE_EMPTY = new Set([
  'Alerts: {{alertname}} {{project}} ({{severity}})', // nothing has fired yet
  'Notices in 24 hours: {{kind}} {{result}}', // nobody is to be told
]);

/** The emulator's account has messages that want a person's look. */
const MAY_BE_ACTIVE = new Set(['MediaRetentionStuckMessages', 'MediaRetentionUnknownData']);

/** A first sweep begins within a minute. */
const PATIENCE_MS = 150_000;

describe('a real Prometheus that scrapes the worker', () => {
  const answers = new Map<string, number>();
  let rules: readonly Rule[] = [];
  let scrapeErrors: readonly string[] = [];

  beforeAll(async () => {
    await using worker = await startWorker();
    await using cluster = await startCluster();
    await using prometheus = await startPrometheus([worker, cluster], RULE_FILES);
    for (const start = Date.now(); Date.now() - start < PATIENCE_MS; await delay(1000)) {
      await ask(prometheus, answers);
      rules = await prometheus.rules();
      if (unanswered().length === 0 && rules.every(({ health }) => health !== 'unknown')) break;
    }
    scrapeErrors = await prometheus.targetErrors();
  }, PATIENCE_MS + 60_000);

  const unanswered = (): string[] =>
    queries
      .filter(({ where }) => !MAY_BE_EMPTY.has(where) && answers.get(where) === 0)
      .map(({ where, expr }) => `${where}: ${expr}`);

  test('can scrape it, with the token', () => {
    expect(scrapeErrors).toEqual(['', '']);
  });

  test('answers every query of the dashboard, with something', () => {
    expect([...answers.keys()].toSorted()).toEqual(queries.map(({ where }) => where).toSorted());
    expect(unanswered()).toEqual([]);
  });

  test('evaluates every rule', () => {
    expect(new Set(rules.map(({ name }) => name))).toEqual(new Set(alerts.map(({ alert }) => alert)));
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  test('has no alert for a worker that is well', () => {
    const active = rules.filter(({ state }) => state !== 'inactive').map(({ name }) => name);
    expect(active.filter((name) => !MAY_BE_ACTIVE.has(name))).toEqual([]);
  });
});

/** How many series each query of the dashboard has now. */
async function ask(prometheus: Prometheus, answers: Map<string, number>): Promise<void> {
  for (const { where, expr } of queries) answers.set(where, (await prometheus.query(expr)).length);
}
