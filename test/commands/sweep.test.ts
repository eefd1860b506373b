import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import { OUTCOMES } from '../../src/ledger/entries.ts';
import type { Report } from '../../src/sweep/report.ts';
import { mixedPolicy, Place, ROOT, type Ended } from '../support/cli.ts';
import { disagreements } from '../support/oracle.ts';

/** Every field that is promised, in the order in which it is. */
const FIELDS =
  'version sweepId project projectId mode policyHash asOf result messages media retained planned planComplete outcomes ' +
  'unverified settledEarlier requests scan oldestOverdueAt startedAt endedAt';
const REQUESTS = 'listMessages getMessage listMedia getMedia deleteMedia retries throttled';

const account = (own = {}): Promise<Emulator> => startEmulator({ messages: 150, ...own });

/** The one document on the one line. */
function document({ stdout }: Ended): unknown {
  expect(stdout).toMatch(/^\{.*\}\n$/);
  expect(stdout.indexOf('\n')).toBe(stdout.length - 1);
  return JSON.parse(stdout) as unknown;
}

const sum = (counts: object): number => Object.values(counts).reduce((a: number, b: number) => a + b, 0);

function isWhole(report: Report): void {
  expect(Object.keys(report).join(' ')).toBe(FIELDS);
  expect(Object.keys(report.requests).join(' ')).toBe(REQUESTS);
  for (const counts of [report.outcomes, report.settledEarlier]) expect(Object.keys(counts)).toEqual(OUTCOMES);
  expect(report.media).toBe(sum(report.retained) + report.planned);
  expect(report.planned).toBe(sum(report.outcomes));
}

test.concurrent('sweep --json, from any folder, deletes what is due and prints one whole report on one line', async () => {
  await using emulator = await account();
  await using place = new Place(emulator, mixedPolicy(), { LEDGER_URL: undefined });
  const elsewhere = join(place.folder, 'else', 'where');
  mkdirSync(elsewhere, { recursive: true });
  const env = { RETENTION_CONFIG: 'not-this-one.yaml', LEDGER_URL: 'sqlite:../../ledger.db' };
  const ended = await place.run('sweep --json --config ../../retention.yaml', env, elsewhere);

  expect(ended.code).toBe(0);
  const report = document(ended) as Report;
  isWhole(report);
  expect(report).toMatchObject({ project: 'main', projectId: emulator.project, mode: 'enforce', result: 'complete' });
  expect(report.outcomes.deleted).toBeGreaterThan(50);
  expect(report.outcomes.deleted).toBe(emulator.truth.count().deleted);
  expect(report.oldestOverdueAt).toBeNull();
  await using ledger = await place.ledger();
  expect(await disagreements(emulator.truth, ledger, new Date(report.asOf))).toEqual([]);
});

test.concurrent('npm run cli means paths from where the person stands', async () => {
  await using emulator = await account({ messages: 10 });
  await using place = new Place(emulator, mixedPolicy(), { LEDGER_URL: 'sqlite:ledger.db' });
  const command = ['run', '--silent', '--prefix', ROOT, 'cli', '--', 'plan', '--json', '--config', 'retention.yaml'];
  const ended = await place.startProgram('npm', command).ended;

  expect(ended).toMatchObject({ code: 0 });
  const { items, ...report } = document(ended) as Report & { items: unknown[] };
  isWhole(report);
  expect(items).toHaveLength(report.planned);
  await using ledger = await place.ledger();
  expect(await ledger.history({ limit: 5 })).toHaveLength(1);
});

describe.concurrent('E21 a sweep deletes nothing, and says what it would have', () => {
  test.concurrent.each([
    ['with --dry-run', 'sweep --json --dry-run', {}, mixedPolicy()],
    ['with RETENTION_MODE=dry-run', 'sweep --json', { RETENTION_MODE: 'dry-run' }, mixedPolicy()],
    ['with a policy that is not armed', 'sweep --json', {}, mixedPolicy().replace('mode: enforce', '')],
  ])('%s', async (_, args, env, policy) => {
    await using emulator = await account();
    await using place = new Place(emulator, policy);
    const ended = await place.run(args, env);

    expect(ended.code).toBe(0);
    const report = document(ended) as Report;
    isWhole(report);
    expect(report).toMatchObject({ mode: 'dry-run', result: 'dry-run', planComplete: true });
    expect(report.outcomes['not-sent']).toBe(report.planned);
    expect(report.planned).toBeGreaterThan(50);
    expect(report.oldestOverdueAt).not.toBeNull();
    expect(emulator.requests.deleteMedia).toBe(0);
  });
});

describe.concurrent('limits', () => {
  test.concurrent('E6 E24 a plan beyond the limit is refused: exit 4, nothing is deleted, the remedy is said', async () => {
    await using emulator = await account();
    await using place = new Place(emulator, mixedPolicy('limits: { maxDeletions: 10 }'));
    const [swept, dry] = [await place.run('sweep --json'), await place.run('sweep --dry-run')];

    expect([swept.code, dry.code]).toEqual([4, 4]);
    expect(document(swept) as Report).toMatchObject({ result: 'refused', outcomes: { deleted: 0 } });
    expect(swept.stderr).toMatch(
      /\nRefused: \d+ items are due, and limits\.maxDeletions allows 10 .*Nothing was deleted\.\n$/,
    );
    expect(dry.stdout).toMatch(/Refused: .*raise limits\.maxDeletions.*\n$/);
    expect(emulator.requests.deleteMedia).toBe(0);
  });

  test.concurrent('E24 with oldest-first the longest overdue go, the rest is not sent, and the exit code is 5', async () => {
    await using emulator = await account();
    await using place = new Place(emulator, mixedPolicy('limits: { maxDeletions: 10, onLimit: oldest-first }'));
    const ended = await place.run('sweep --json');

    expect(ended.code).toBe(5);
    const report = document(ended) as Report;
    isWhole(report);
    expect(report.outcomes.deleted).toBe(10);
    expect(report).toMatchObject({ result: 'partial' });
    expect(ended.stderr).toContain('the limit was reached');
    expect(emulator.truth.count().deleted).toBe(10);
  });

  test.concurrent('D21 a sweep that has taken as long as it may stops in order, and says so', async () => {
    await using emulator = await account({ latencyMs: 300 });
    await using place = new Place(emulator, mixedPolicy('limits: { maxDuration: 1s }'));
    const ended = await place.run('sweep --json');

    expect(ended.code).toBe(5);
    expect(document(ended) as Report).toMatchObject({ result: 'partial' });
    expect(ended.stderr).toContain('limits.maxDuration (1 s) is over');
  });
});

const listed = (first: Emulator, second: Emulator): string =>
  mixedPolicy(`projects:
  - { name: first, baseUrl: "${first.url}", id: ${first.project} }
  - { name: second, baseUrl: "${second.url}", id: ${second.project}, tokenEnv: SECOND_TOKEN }`);
const environment = (second: string): Record<string, string | undefined> => ({
  SIGNALWIRE_BASE_URL: undefined,
  SIGNALWIRE_PROJECT_ID: undefined,
  SECOND_TOKEN: second,
});

describe.concurrent('several projects', () => {
  const other = { messages: 60, seed: 2, project: '0c1d7b52-8c1f-4b7e-9d60-2f1c7a94b3e8', token: 'PTsecond' };

  test.concurrent('are swept one after the other, each with its own report; --project takes one', async () => {
    await using first = await account({ messages: 60 });
    await using second = await startEmulator(other);
    await using place = new Place(first, listed(first, second), environment(second.token));
    const one = await place.run('sweep --json --project second');
    expect([one.code, first.requests.listMessages]).toEqual([0, 0]);

    const ended = await place.run('sweep --json');
    expect(ended.code).toBe(0);
    const { projects } = document(ended) as { projects: Report[] };
    expect(projects.map(({ project, projectId }) => [project, projectId])).toEqual([
      ['first', first.project],
      ['second', second.project],
    ]);
    projects.forEach(isWhole);
    expect(projects[0]?.outcomes.deleted).toBe(first.truth.count().deleted);
    await using ledger = await place.ledger();
    expect(await disagreements(second.truth, await only(ledger, 'second'), new Date())).toEqual([]);
  });

  test.concurrent('of which one has wrong credentials: the other is swept all the same, and the worst exit code counts', async () => {
    await using first = await account({ messages: 60 });
    await using second = await startEmulator(other);
    await using place = new Place(first, listed(second, first), {
      ...environment(first.token),
      SIGNALWIRE_API_TOKEN: 'PTwrong',
    });
    const ended = await place.run('sweep --json');

    expect(ended.code).toBe(6);
    const { projects } = document(ended) as { projects: Report[] };
    expect(projects.map(({ project }) => project)).toEqual(['second']);
    expect(ended.stderr).toMatch(/^first: .*refused the credentials \(HTTP 401\)/m);
    expect(first.truth.count().deleted).toBeGreaterThan(10);
    expect(second.truth.count().deleted).toBe(0);
  });
});

/** A ledger that tells of one project alone. */
async function only(ledger: Awaited<ReturnType<Place['ledger']>>, project: string): Promise<typeof ledger> {
  const dispositions: typeof ledger.dispositions = (filter) => ledger.dispositions({ ...filter, project });
  return { dispositions } as typeof ledger;
}
