import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/server.ts';
import type { Report } from '../../src/sweep/report.ts';
import { mixedPolicy, Place, type Ended } from '../support/cli.ts';

const reportOf = ({ stdout }: Ended): Report => {
  expect(stdout).toMatch(/^\{.*\}\n$/);
  return JSON.parse(stdout) as Report;
};

/** What a file says, by series: `planned{project="main"}` and its value. */
function seriesIn(place: Place, name = 'worker.prom'): Map<string, number> {
  const text = readFileSync(join(place.folder, name), 'utf8');
  expect(text).toMatch(/\n$/);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, series = line, value] = /^media_retention_(\S+(?: \S+)*) (\S+)$/.exec(line) ?? [];
      return [series, Number(value)];
    }),
  );
}

const sweeping = (place: Place, more = ''): Promise<Ended> =>
  place.here(`sweep --json --metrics-file ${join(place.folder, 'worker.prom')}${more}`);

const namesIn = ({ folder }: Place): string[] => readdirSync(folder).filter((name) => name.includes('worker'));

test('sweep --metrics-file writes what a Prometheus server would be told, of this sweep, whole and for all to read', async () => {
  await using emulator = await startEmulator({ messages: 150 });
  await using place = new Place(emulator, mixedPolicy());
  const before = Math.floor(Date.now() / 1000);
  const mask = process.umask(0o077);
  const ended = await place.run('sweep --json --metrics-file worker.prom').finally(() => process.umask(mask));

  expect([ended.code, ended.stderr.includes('metrics')]).toEqual([0, false]);
  const { planned, outcomes, retained, requests } = reportOf(ended);
  expect(namesIn(place)).toEqual(['worker.prom']);
  expect(statSync(join(place.folder, 'worker.prom')).mode.toString(8)).toBe('100644');
  const series = seriesIn(place);
  const of = (name: string, labels = ''): number | undefined => series.get(`${name}{project="main"${labels}}`);
  expect(of('planned')).toBe(planned);
  for (const [outcome, n] of Object.entries(outcomes)) expect(of('outcomes', `,outcome="${outcome}"`)).toBe(n);
  for (const [reason, n] of Object.entries(retained)) expect(of('retained', `,reason="${reason}"`)).toBe(n);
  expect(of('settled_total', ',outcome="deleted"')).toBe(outcomes.deleted);
  expect(of('requests_total', ',kind="deleteMedia",result="ok"')).toBe(requests.deleteMedia);
  expect(of('requests_total', ',kind="listMessages",result="ok"')).toBe(requests.listMessages);
  expect(of('requests_in_flight')).toBe(0);
  expect(of('oldest_overdue_seconds')).toBe(0);
  const results = ['complete', 'refused', 'partial', 'dry-run', 'failed'];
  expect(results.map((result) => of('last_sweep', `,result="${result}"`))).toEqual([1, 0, 0, 0, 0]);
  expect(of('last_complete_sweep_timestamp_seconds')).toBeGreaterThanOrEqual(before);
  expect([series.get('armed'), series.get('ledger_writable'), series.get('policy_readable')]).toEqual([1, 1, 1]);
  expect(series.get('ledger_bytes')).toBeGreaterThan(10_000);
  expect([...series.keys()].filter((name) => /^(slots|next_slot|process|nodejs)/.test(name))).toEqual([]);
});

test('a second sweep replaces the file, and a sweep that was left in the middle is not in its way', async () => {
  await using emulator = await startEmulator({ messages: 150 });
  await using place = new Place(emulator, mixedPolicy());
  await sweeping(place);
  const first = statSync(join(place.folder, 'worker.prom'));
  writeFileSync(join(place.folder, 'worker.prom.partial'), 'media_retention_pl', { mode: 0o600 });
  const { planned } = reportOf(await sweeping(place));

  expect(planned).toBe(0);
  expect(seriesIn(place).get('planned{project="main"}')).toBe(0);
  expect(namesIn(place)).toEqual(['worker.prom']);
  const second = statSync(join(place.folder, 'worker.prom'));
  expect(second.ino).not.toBe(first.ino); // who has opened the old one goes on reading the old one
  expect(second.mode).toBe(first.mode);
});

describe('the file is written', () => {
  test('of a sweep that was refused: exit 4', async () => {
    await using emulator = await startEmulator({ messages: 150 });
    await using place = new Place(emulator, mixedPolicy('limits: { maxDeletions: 3 }'));
    const ended = await sweeping(place);
    const series = seriesIn(place);
    expect(ended.code).toBe(4);
    expect(series.get('last_sweep{project="main",result="refused"}')).toBe(1);
    expect(series.get('limit_refusals_total{project="main"}')).toBe(1);
    expect(series.get('planned{project="main"}')).toBe(reportOf(ended).planned);
    expect(series.get('oldest_overdue_seconds{project="main"}')).toBeGreaterThan(86_400);
    expect(series.has('last_complete_sweep_timestamp_seconds{project="main"}')).toBe(false);
  });

  test('of a sweep whose credentials were refused: exit 6', async () => {
    await using emulator = await startEmulator({ messages: 1 });
    await using place = new Place(emulator, mixedPolicy(), { SIGNALWIRE_API_TOKEN: 'PTwrong' });
    const ended = await sweeping(place);
    expect([ended.code, ended.stdout]).toEqual([6, '']);
    expect(seriesIn(place).get('last_sweep{project="main",result="failed"}')).toBe(1);
    expect(seriesIn(place).get('requests_total{project="main",kind="listMessages",result="unauthorized"}')).toBe(1);
  });

  test('of a dry run by hand, which is counted, is armed no less, and is not the last sweep', async () => {
    await using emulator = await startEmulator({ messages: 150 });
    await using place = new Place(emulator, mixedPolicy());
    const { code } = await sweeping(place, ' --dry-run');
    const series = seriesIn(place);
    expect([code, series.get('sweeps_total{project="main",result="dry-run"}'), series.get('armed')]).toEqual([0, 1, 1]);
    expect(series.get('last_sweep{project="main",result="dry-run"}')).toBe(0);
  });

  test('of the notices that were sent, and those that were not', async () => {
    await using emulator = await startEmulator({ messages: 10 });
    const policy = mixedPolicy('notify: { heartbeatEnv: BEAT }');
    await using place = new Place(emulator, policy, { BEAT: `${emulator.url}/no-such-path` });
    expect((await sweeping(place)).code).toBe(0);
    expect(seriesIn(place).get('notices_total{kind="heartbeat",result="failed"}')).toBe(1);
  });

  test('of all projects, where one alone was swept', async () => {
    await using emulator = await startEmulator({ messages: 50 });
    const listed = (name: string, id: string): string => `  - { name: ${name}, baseUrl: "${emulator.url}", id: ${id} }`;
    const projects = [listed('first', emulator.project), listed('second', 'another-project')].join('\n');
    await using place = new Place(emulator, mixedPolicy(`projects:\n${projects}`), {
      SIGNALWIRE_BASE_URL: undefined,
      SIGNALWIRE_PROJECT_ID: undefined,
    });
    expect((await sweeping(place, ' --project first')).code).toBe(0);
    const series = seriesIn(place);
    const complete = ['first', 'second'].map((name) => series.get(`last_sweep{project="${name}",result="complete"}`));
    expect(complete).toEqual([1, 0]);
  });
});

describe('a file that cannot be', () => {
  test.each([
    ['in a folder that is not there', '--metrics-file nowhere/worker.prom', 'there is no folder nowhere.'],
    ['in a file', '--metrics-file retention.yaml/worker.prom', 'there is no folder retention.yaml.'],
    ['below a file', '--metrics-file retention.yaml/x/worker.prom', 'there is no folder retention.yaml/x.'],
    ['in a folder whose name is none', `--metrics-file ${'x'.repeat(300)}/worker.prom`, 'there is no folder xxx'],
    ['on a folder', '--metrics-file .', 'is a folder.'],
    ['because nothing is given', '--metrics-file=', '--metrics-file: is empty.'],
  ])('%s is seen before anything is asked of the API: exit 2', async (_, args, said) => {
    await using emulator = await startEmulator({ messages: 1 });
    await using place = new Place(emulator, mixedPolicy());
    const { code, stdout, stderr } = await place.run(`sweep --json ${args}`);
    expect([code, stdout, emulator.requests.listMessages]).toEqual([2, '', 0]);
    expect(readdirSync(place.folder)).toEqual(['retention.yaml']);
    expect(stderr).toContain(said);
    expect(stderr).toMatch(/^--metrics-file.* Expected a file in a folder that is there\.\n$/);
  });

  test.each<[string, (place: Place) => string, string]>([
    ['what is written first is a folder', ({ folder }) => join(folder, 'worker.prom'), 'EISDIR'],
    ['its folder takes none', () => '/proc/worker.prom', 'ENOENT'],
    ['its name is too long', ({ folder }) => join(folder, 'x'.repeat(255)), 'ENAMETOOLONG'],
  ])('because %s is said behind the report, which is whole: exit 5', async (_, path, code) => {
    await using emulator = await startEmulator({ messages: 50 });
    await using place = new Place(emulator, mixedPolicy('limits: { maxDeletions: 1000 }'));
    mkdirSync(join(place.folder, 'worker.prom.partial'));
    const ended = await place.here(`sweep --json --metrics-file ${path(place)}`, { LOG_LEVEL: 'silent' });
    const { result, outcomes } = reportOf(ended);
    expect([ended.code, result, outcomes.deleted]).toEqual([5, 'complete', emulator.truth.count().deleted]);
    expect(ended.stderr).toBe(`--metrics-file ${path(place)}: cannot be written (${code}).\n`);
    expect(readdirSync(place.folder).filter((name) => name.endsWith('.partial'))).toEqual(['worker.prom.partial']);
  });

  test('does not hide what is worse: exit 4', async () => {
    await using emulator = await startEmulator({ messages: 50 });
    await using place = new Place(emulator, mixedPolicy('limits: { maxDeletions: 1 }'));
    const ended = await place.here('sweep --json --metrics-file /proc/worker.prom');
    expect([ended.code, reportOf(ended).result]).toEqual([4, 'refused']);
    expect(ended.stderr).toContain('--metrics-file /proc/worker.prom: cannot be written (ENOENT).\n');
  });
});
