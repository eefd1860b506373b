import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import type { Report } from '../../src/sweep/report.ts';
import { mixedPolicy, Place, ROOT, type Ended } from '../support/cli.ts';
import { planned, sent, settlement } from '../ledger/samples.ts';

const COLUMNS =
  'sweepId,project,projectId,messageSid,mediaSid,contentType,rule,expiredAt,plannedAt,outcome,verified,settledAt,attempts,httpStatus,apiCode';
const HOLD = mixedPolicy('holds: [{ id: case-7, reason: Litigation, match: { messageSid: [held-message] } }]');

let emulator: Emulator;
let place: Place;
let report: Report;
const sids = { old: '', held: '', heldMedia: '', young: '', youngMedia: '' };
const DAY_MS = 86_400_000;
const ago = (days: number): Date => new Date(clock.now().getTime() - days * DAY_MS);

/** One account, swept once: everything here only looks at what came of it. */
beforeAll(async () => {
  emulator = await startEmulator({ messages: 120 });
  const { account } = emulator;
  sids.old = account.addMessage({ dateCreated: ago(100), media: 2 }).sid;
  const held = account.addMessage({ dateCreated: ago(100), media: 1 });
  [sids.held, sids.heldMedia] = [held.sid, held.mediaSids[0] ?? ''];
  const young = account.addMessage({ dateCreated: ago(30), media: 1 });
  [sids.young, sids.youngMedia] = [young.sid, young.mediaSids[0] ?? ''];
  place = new Place(emulator, HOLD.replace('held-message', sids.held));
  report = JSON.parse((await place.run('sweep --json')).stdout) as Report;
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await emulator.close();
});

const rowsOf = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const shell = (line: string): Promise<Ended> => place.startProgram('sh', ['-c', line]).ended;

describe.concurrent('ledger export', () => {
  test.concurrent('gives one JSON line for each item that was sent, and with --format csv one record, in the promised columns', async () => {
    const [jsonl, csv] = await Promise.all([place.run('ledger export'), place.run('ledger export --format csv')]);
    const rows = rowsOf(jsonl.stdout);
    expect(rows).toHaveLength(report.outcomes.deleted);
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows) expect(Object.keys(row).join()).toBe(COLUMNS);
    expect(rows[0]).toMatchObject({ sweepId: report.sweepId, project: 'main', outcome: 'deleted', verified: true });
    expect(rows[0]).toMatchObject({ attempts: 1, httpStatus: 204, apiCode: null });

    const [header, ...records] = csv.stdout.split('\r\n');
    expect(header).toBe(COLUMNS);
    expect(records.pop()).toBe('');
    expect(records).toEqual(
      rows.map((row) =>
        Object.values(row)
          .map((value) => (value === null ? '' : String(value as string | number | boolean)))
          .join(),
      ),
    );
    expect([jsonl.stderr, csv.stderr, jsonl.code, csv.code]).toEqual(['', '', 0, 0]);
  });

  test.concurrent.each([
    ['--project main --since 2020-01-01 --until 2999-12-31T23:59:59Z', 'all'],
    ['--until 2020-01-01', 0],
    ['--since 2999-01-01 --json', 0],
  ])('%s filters', async (filter, count) => {
    const { stdout, code } = await place.here(`ledger export ${filter}`);
    expect([rowsOf(stdout).length, code]).toEqual([count === 'all' ? report.outcomes.deleted : count, 0]);
  });

  test.concurrent.each([
    ['--sweep none', 2, '--sweep "none": the ledger has no such sweep'],
    ['--project other', 2, '--project "other": the ledger has no sweep of such a project'],
    ['--until 2020-01-01', 0, 'No item of this kind is on record'],
  ])('%s: an empty file is never without a word', async (filter, expected, word) => {
    const { stdout, stderr, code } = await place.here(`ledger export ${filter}`);
    expect([stdout, code]).toEqual(['', expected]);
    expect(stderr).toContain(word);
  });

  test.concurrent('F12 leaves nothing in a CSV cell that a spreadsheet would run', async () => {
    await using own = new Place(undefined, mixedPolicy());
    const item = planned(1, { rule: '=HYPERLINK("http://x","y")', contentType: '+cmd' });
    await using ledger = await openLedger(`sqlite:${own.ledgerPath}`, { clock });
    const { record, ids } = await sent(ledger, [item], { project: '@SUM(1,2)', projectId: '-1+1' });
    for (const id of ids) record.settled(id, settlement());
    await record.flush();

    const { stdout } = await own.here('ledger export --format csv');
    expect(stdout).toContain(`,"'@SUM(1,2)",'-1+1,`);
    expect(stdout).toContain(`,'+cmd,"'=HYPERLINK(""http://x"",""y"")",`);
    expect(stdout).not.toMatch(/(^|,)"?[=+@-]/m);
  });

  test.concurrent('D3 does not mind a reader that leaves early, and neither does a sweep', async () => {
    const cli = `"${process.execPath}" "${join(ROOT, 'src/media-retention.mjs')}"`;
    const [head, silent] = await Promise.all([
      shell(`{ ${cli} ledger export; echo "code $?" >&2; } | head -1`),
      shell(
        `{ { ${cli} sweep --dry-run --json >report.json; } 2>&1; echo "code $?" >code; } | true; cat code report.json`,
      ),
    ]);
    expect(head.stdout).toMatch(/^\{"sweepId".*\}\n$/);
    expect(head.stderr).toBe('code 0\n');
    expect(silent.stdout).toMatch(/^code 0\n\{"version".*\}\n$/);
  });
});

test.concurrent('ledger backup makes a whole copy, which is a ledger', async () => {
  const { code, stdout } = await place.run('ledger backup copy.db --json');
  expect([code, JSON.parse(stdout)]).toEqual([0, { backup: 'copy.db' }]);
  expect(existsSync(join(place.folder, 'copy.db.partial'))).toBe(false);
  const env = { LEDGER_URL: 'sqlite:copy.db' };
  const [copy, original] = [await place.run('ledger export', env), await place.here('ledger export')];
  expect(copy.stdout).toBe(original.stdout);
});

test.concurrent('history tells of every sweep and plan, the newest first', async () => {
  const { code, stdout } = await place.run('history --json --project main');
  expect([code, stdout.split('\n').length]).toEqual([0, 2]);
  const { sweeps } = JSON.parse(stdout) as { sweeps: Record<string, unknown>[] };
  const { sweepId, policyHash, planned: due, outcomes, startedAt, endedAt } = report;
  expect(sweeps.at(-1)).toMatchObject({
    sweepId,
    policyHash,
    planned: due,
    outcomes,
    startedAt,
    endedAt,
    mode: 'enforce',
    result: 'complete',
  });
  const table = await place.here('history --limit 1');
  expect(table.stdout.split('\n')).toHaveLength(3);
});

describe.concurrent('explain', () => {
  test.concurrent.each([
    [
      'a message that was swept',
      () => sids.old,
      undefined,
      ['In the ledger:', 'pictures', 'deleted', 'lists no such media'],
    ],
    [
      'a message under a hold',
      () => sids.held,
      undefined,
      ['hold case-7', 'Litigation', '=> retain: under hold case-7', 'The ledger has nothing on it'],
    ],
    [
      'a media item that is not due',
      () => sids.youngMedia,
      () => sids.young,
      ['=> retain: rule pictures keeps it until', 'due'],
    ],
  ])('%s', async (_, sid, message, what) => {
    const { code, stdout } = await place.here(
      `explain ${sid()}${message === undefined ? '' : ` --message ${message()}`}`,
    );
    expect(code).toBe(0);
    for (const part of what) expect(stdout).toContain(part);
  });

  test.concurrent('finds the message of a media item that the ledger knows', async () => {
    const { stdout: line } = await place.here('ledger export --sweep ' + report.sweepId);
    const { mediaSid, messageSid } = rowsOf(line)[0] as { mediaSid: string; messageSid: string };
    const { code, stdout } = await place.run(`explain ${mediaSid} --json`);
    expect([code, stdout.split('\n').length]).toEqual([0, 2]);
    expect(JSON.parse(stdout)).toMatchObject({
      sid: mediaSid,
      ledger: [{ messageSid, outcome: 'deleted' }],
      items: [],
    });
  });

  test.concurrent('gives as JSON what governs an item and when it is due', async () => {
    const { stdout } = await place.here(`explain ${sids.young} --json`);
    const { items } = JSON.parse(stdout) as { items: Record<string, unknown>[] };
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      messageSid: sids.young,
      mediaSid: sids.youngMedia,
      decision: { kind: 'retain', reason: { kind: 'not-due', rule: 'pictures' } },
      rules: expect.arrayContaining([{ id: 'pictures', retain: '90d', verdict: 'yes' }]),
    });
    expect(Date.parse(String(items[0]?.['dueAt']))).toBeGreaterThan(clock.now().getTime() + 59 * DAY_MS);
  });

  test.concurrent('asks for the message of a media item that nobody knows: exit 2', async () => {
    const { code, stdout, stderr } = await place.here(`explain ${sids.heldMedia} --json`);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('give its message: --message SID');
  });
});

describe.concurrent('plan', () => {
  test.concurrent('lists what a sweep would delete on a day, item by item, and deletes nothing', async () => {
    const before = emulator.requests.deleteMedia;
    const [now, later] = await Promise.all([place.run('plan --json'), place.run('plan --json --as-of 2999-01-01')]);
    type Plan = Report & { items: Record<string, string>[] };
    const [none, all] = [JSON.parse(now.stdout) as Plan, JSON.parse(later.stdout) as Plan];
    expect([now.code, later.code, none.planned, none.items]).toEqual([0, 0, 0, []]);
    expect(all).toMatchObject({ asOf: '2999-01-01T00:00:00.000Z', mode: 'plan', result: 'dry-run' });
    expect(all.items).toHaveLength(all.planned);
    expect(all.planned).toBeGreaterThan(20);
    expect(Object.keys(all.items[0] ?? {}).join()).toBe('messageSid,mediaSid,contentType,rule,expiredAt');
    expect(all.items.map(({ mediaSid }) => mediaSid)).toContain(sids.youngMedia);
    expect(all.items.map(({ mediaSid }) => mediaSid)).not.toContain(sids.heldMedia);
    expect(emulator.requests.deleteMedia).toBe(before);
  });

  test.concurrent('E7 says where the guard would refuse: exit 4, with its items; a limit of 0 forbids', async () => {
    place.write('tight.yaml', HOLD.replace('held-message', sids.held) + 'limits: { maxDeletions: 0 }\n');
    const { code, stdout } = await place.run('plan --as-of 2999-01-01 --config tight.yaml');
    expect(code).toBe(4);
    expect(stdout).toContain(sids.youngMedia);
    expect(stdout).toMatch(/Refused: .*limits\.maxDeletions is 0, which forbids deleting\. .*\n$/);
  });
});
