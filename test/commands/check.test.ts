import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import { DEFAULT_SWITCHES, type Switches } from '../../src/emulator/switches.ts';
import { mixedPolicy, Place, type Variables } from '../support/cli.ts';

interface Checked {
  readonly mode: string;
  readonly projects: readonly object[];
  readonly warnings: readonly string[];
  readonly api?: readonly { readonly about: string; readonly says: string; readonly code: number }[];
}

const OFTEN = mixedPolicy('schedule: "*/20 * * * *"\ntimezone: Europe/Berlin');

let emulator: Emulator;
let place: Place;
beforeAll(async () => {
  emulator = await startEmulator({ messages: 60 });
  place = new Place(emulator, OFTEN);
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await emulator.close();
});

test('E17 check reads without credentials and without the API, says every rule, and warns', async () => {
  const nothing = { SIGNALWIRE_BASE_URL: undefined, SIGNALWIRE_PROJECT_ID: undefined, SIGNALWIRE_API_TOKEN: undefined };
  const [text, json] = await Promise.all([place.run('check', nothing), place.run('check --json')]);
  expect([text.code, json.code]).toEqual([0, 0]);
  for (const said of [
    'enforce: sweeps delete',
    'after 90d',
    '*/20 * * * * (Europe/Berlin); next 20',
    'sweeps every 20 min',
    'SIGNALWIRE_API_TOKEN is not set',
  ])
    expect(text.stdout).toContain(said);
  expect(text.stdout).toMatch(/\nValid, with warnings\.\n$/);
  expect(json.stdout.split('\n')).toHaveLength(2);
  const { mode, projects, warnings, api } = JSON.parse(json.stdout) as Checked;
  expect([mode, projects.length, api]).toEqual(['enforce', 1, undefined]);
  expect(warnings).toEqual(['schedule "*/20 * * * *" sweeps every 20 min; once a day is what most accounts want.']);
  expect(emulator.requests.listMessages).toBe(0);
});

describe('check --connect asks the API, and deletes nothing', () => {
  const FILTERS = 'DateSent= finds a message of that day; ';
  test.each<[string, Partial<Switches>, Variables, number, string, RegExp]>([
    ['in order', {}, {}, 0, 'credentials', /^accepted/],
    [
      'where filters mean whole days, without their own',
      { dateFilter: 'exclusive' },
      {},
      0,
      'date filters',
      RegExp(`^${FILTERS}neither < nor > includes`),
    ],
    [
      'where filters mean whole days, with their own',
      { dateFilter: 'inclusive' },
      {},
      0,
      'date filters',
      RegExp(`^${FILTERS}< and > includes`),
    ],
    ['where filters mean midnight', { dateFilter: 'midnight' }, {}, 0, 'date filters', RegExp(`^${FILTERS}> includes`)],
    [
      'C1 where our clock is five minutes ahead',
      { dateHeader: { aheadMs: -300_000 } },
      {},
      4,
      'clock',
      /^(5 min( \d s)?|4 min 5\d s) ahead of the API’s: a sweep would be refused/,
    ],
    [
      'C2 where our clock is behind, which only waits',
      { dateHeader: { aheadMs: 600_000 } },
      {},
      0,
      'clock',
      /behind the API’s$/,
    ],
    ['C3 where there is no Date to compare with', { dateHeader: 'garbage' }, {}, 0, 'clock', /cannot be compared$/],
    ['A3 C10 with a token without its scope', { missingScope: 403 }, {}, 6, 'credentials', /HTTP 403.*scope Messaging/],
    ['A1 with wrong credentials', {}, { SIGNALWIRE_API_TOKEN: 'PTwrong' }, 6, 'credentials', /HTTP 401/],
    [
      'A44 where nobody answers',
      {},
      { SIGNALWIRE_BASE_URL: 'http://127.0.0.1:9' },
      5,
      'messages',
      /cannot be reached.*SIGNALWIRE_SPACE/,
    ],
  ])('%s', async (_, switches, env, code, about, says) => {
    Object.assign(emulator.switches, DEFAULT_SWITCHES, switches);
    const ended = await place.here('check --connect --json', env);
    const { api = [] } = JSON.parse(ended.stdout) as Checked;
    expect(ended.code).toBe(code);
    expect(api.find((finding) => finding.about === about)?.says).toMatch(says);
    expect(ended.stderr).toBe('');
    expect(emulator.requests.deleteMedia).toBe(0);
  });

  test('and tells what it found before an answer that is none', async () => {
    Object.assign(emulator.switches, DEFAULT_SWITCHES);
    emulator.faults.nextEdit(
      (body) => ({ ...body, next_page_uri: 'https://evil.example/?x' }),
      ({ query }) => query.startsWith('DateSent='),
    );
    const ended = await place.here('check --connect --json');
    const { api = [] } = JSON.parse(ended.stdout) as Checked;
    expect([ended.code, ...api.map(({ about }) => about)]).toEqual([
      5,
      'credentials',
      'messages',
      'media',
      'clock',
      'messages',
    ]);
  });

  test('in words, with a verdict', async () => {
    Object.assign(emulator.switches, DEFAULT_SWITCHES, { missingScope: 401 });
    const ended = await place.run('check --connect');
    expect(ended.code).toBe(6);
    expect(ended.stdout).toMatch(
      /The API:\n {2}main {3}credentials .*\n\nNot in order: see above\. Nothing was deleted\.\n$/,
    );
  });

  test('and can be stopped while the API keeps it waiting: exit 5', async () => {
    Object.assign(emulator.switches, DEFAULT_SWITCHES);
    const asked = new Promise<void>((resolve) => emulator.faults.next('hang', () => (resolve(), true)));
    const running = place.start('check --connect --json');
    await asked;
    running.process.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect([code, stdout, stderr]).toEqual([5, '', 'it was told to stop.\n']);
  });
});
