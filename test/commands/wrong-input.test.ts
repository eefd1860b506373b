import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import { mixedPolicy, Place, type Ended, type Variables } from '../support/cli.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ messages: 20 });
});
afterAll(() => emulator.close());

/** What is wrong with an end in sentences: these, nothing on standard output, no stack trace, nothing deleted. */
function amiss(ended: Ended, code: number, ...what: readonly (string | RegExp)[]): unknown[] {
  const { stdout, stderr } = ended;
  const { deleted } = emulator.truth.count();
  const missing = what.filter((part) => (typeof part === 'string' ? !stderr.includes(part) : !part.test(stderr)));
  const isPlain = ended.code === code && stdout === '' && deleted === 0 && !/^ {4}at |This is a bug/m.test(stderr);
  return isPlain && missing.length === 0 ? [] : [...missing, ended, deleted];
}

const TOKEN = 'PT0123456789abcdef0123456789abcdef0123456789abcdef';

const withRule = (retain: string): string => `version: 1
mode: enforce
policy:
  rules:
    - { id: all, match: all, retain: ${retain} }
`;

describe('a mistake in the policy file is named with its place and its remedy: exit 2', () => {
  test.each<[string, string, ...string[]]>([
    [
      'E1 an unknown key',
      `${withRule('30d')}limts: { maxDeletions: 1 }\n`,
      'retention.yaml:6:1 ',
      'limts',
      'Did you mean limits?',
    ],
    ['E8 a key that is there twice', `${withRule('30d')}mode: dry-run\n`, 'retention.yaml:6:1 ', 'mode'],
    ['E2 a bare number for a period', withRule('30'), 'retention.yaml:5:38 ', 'policy.rules[0].retain', 'such as 30d'],
    ['E2 minutes', withRule('30m'), 'retention.yaml:5:38 ', '"30m" is not a period', 'h, d, mo'],
    ['E2 nothing for a period', withRule('0d'), 'retention.yaml:5:38 ', 'policy.rules[0].retain', 'Expected'],
    ['E4 an empty policy', 'version: 1\npolicy: {}\n', 'retention.yaml:2:1 ', 'policy', 'Expected'],
    ['E4 an empty file', '', 'retention.yaml', 'Expected'],
  ])('%s', async (_, policy, ...what) => {
    await using place = new Place(emulator, policy);
    expect(amiss(await place.here('sweep --json'), 2, ...what, /\d problems?; nothing was started\.\n$/)).toEqual([]);
  });

  test('all mistakes of a file at once', async () => {
    await using place = new Place(emulator, `${withRule('30m')}limts: {}\nmode: on\n`);
    expect(
      amiss(await place.here('plan --json'), 2, '30m', 'limts', ':7:', '3 problems; nothing was started.'),
    ).toEqual([]);
  });
});

test('a process says it on standard error and nothing else', async () => {
  await using place = new Place(emulator, withRule('30m'));
  const [policy, verb] = await Promise.all([place.run('sweep --json'), place.run('swep --json')]);
  expect(
    amiss(policy, 2, /^retention\.yaml:5:38 {2}policy\.rules\[0\]\.retain: "30m" is not a period\.\n {2}Expected .*\n/),
  ).toEqual([]);
  expect(amiss(verb, 2, /^error: unknown command 'swep'\n\(Did you mean sweep\?\)\n/)).toEqual([]);
});

describe('a mistake in the environment or on the command line is named: exit 2', () => {
  test.each<[string, string, Variables, ...string[]]>([
    [
      'no credentials',
      'sweep --json',
      { SIGNALWIRE_API_TOKEN: undefined, SIGNALWIRE_PROJECT_ID: undefined },
      'SIGNALWIRE_PROJECT_ID  is not set',
      'SIGNALWIRE_API_TOKEN_FILE',
    ],
    [
      'E22 plain http beyond loopback',
      'sweep --json',
      { SIGNALWIRE_BASE_URL: 'http://api.example.com' },
      'SIGNALWIRE_BASE_URL',
      'plain http only on this machine',
    ],
    [
      'E21 an environment that would arm',
      'sweep --json',
      { RETENTION_MODE: 'enforce' },
      'RETENTION_MODE',
      'can only disarm',
    ],
    ['F6 TLS without trust', 'sweep --json', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'NODE_EXTRA_CA_CERTS'],
    [
      'a policy file that is not there',
      'sweep --json --config none.yaml',
      {},
      'none.yaml  does not exist',
      '--config or RETENTION_CONFIG',
    ],
    [
      'a ledger of a kind that is not built',
      'history --json',
      { LEDGER_URL: 'postgres://u:secret@h/db' },
      'LEDGER_URL',
      'not built yet',
    ],
    ['an unknown verb', 'swep --json', {}, 'swep', 'Did you mean sweep?'],
    ['an unknown option', 'sweep --jsn', {}, '--jsn', 'Did you mean --json?'],
    ['too many arguments', 'sweep now --json', {}, 'too many arguments'],
    ['no verb', '', {}, 'Usage: media-retention'],
    ['a day that does not exist', 'plan --json --as-of 2026-02-30', {}, '2026-02-30: not a day', 'YYYY-MM-DD'],
    ['a date in words', 'ledger export --since yesterday', {}, 'yesterday: not a date', 'YYYY-MM-DD'],
    ['a format that there is none', 'ledger export --format xml', {}, 'jsonl, csv'],
    ['F11 something that is no SID', 'explain ../etc --json', {}, 'not a SID'],
    ['a number in place of a SID, which is not shown', 'explain +15550001111', {}, '"+1555…11": not a SID'],
    ['F3 a token in place of a SID, which is not shown', `explain ${TOKEN}`, {}, 'looks like a secret'],
    ['F3 a token in place of nothing, which is not shown', `check ${TOKEN}`, {}, 'too many arguments'],
    ['dates the wrong way round', 'ledger export --since 2026-02-01 --until 2026-01-01', {}, 'nothing lies between'],
    ['a project that is not listed', 'sweep --json --project man', {}, '--project', 'Did you mean main?'],
    ['a port that there is none', 'emulate --json --port 70000', {}, '--port 70000', 'at most 65535'],
    ['an account larger than memory', 'demo --json --messages 999999999', {}, '--messages 999999999'],
  ])('%s', async (_, args, env, ...what) => {
    await using place = new Place(emulator, mixedPolicy());
    const ended = await place.here(args, env);
    expect(amiss(ended, 2, ...what)).toEqual([]);
    expect(ended.stderr).not.toMatch(/secret@|PT0123|5550001/);
  });
});

test('a .env that is a folder, as a container makes one of a missing file, is named: exit 2', async () => {
  await using place = new Place(emulator, mixedPolicy());
  mkdirSync(join(place.folder, '.env'));
  expect(amiss(await place.run('sweep --json'), 2, '.env  cannot be read (EISDIR)')).toEqual([]);
});

describe('an API that is not there, or is another', () => {
  test('A1 wrong credentials: exit 6, and no report', async () => {
    await using place = new Place(emulator, mixedPolicy(), { SIGNALWIRE_API_TOKEN: 'PTwrong', LOG_LEVEL: 'silent' });
    expect(
      amiss(
        await place.run('sweep --json'),
        6,
        /^Failed: The API refused the credentials \(HTTP 401\)\..*scope Messaging/,
      ),
    ).toEqual([]);
    expect(
      amiss(
        await place.run('explain 7d52fb8e-02a1-4b7e-9d60-2f1c7a94b3e8 --json'),
        6,
        'refused the credentials',
        'the token',
      ),
    ).toEqual([]);
  });

  test('A44 nobody listens: exit 5, an empty report, and why', async () => {
    const port = await freePort();
    await using place = new Place(emulator, mixedPolicy(), { SIGNALWIRE_BASE_URL: `http://127.0.0.1:${port}` });
    const ended = await place.run('sweep --json', { LOG_LEVEL: 'silent' });
    expect(ended.code).toBe(5);
    expect(JSON.parse(ended.stdout)).toMatchObject({ result: 'partial', planComplete: false, messages: 0 });
    expect(ended.stderr).toMatch(
      new RegExp(
        `^Partial: http://127\\.0\\.0\\.1:${port} cannot be reached: .*SIGNALWIRE_BASE_URL.*Nothing was deleted\\.\n$`,
      ),
    );
  });

  test('A29 a page instead of the API: exit 5, and the page is not repeated', async () => {
    const server = createServer((_, response) => response.end('<html>Welcome to our guest network</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await using place = new Place(emulator, mixedPolicy(), { SIGNALWIRE_BASE_URL: `http://127.0.0.1:${port}` });
    const ended = await place.run('sweep --json');
    server.close();
    expect(ended.code).toBe(5);
    expect(JSON.parse(ended.stdout)).toMatchObject({ result: 'partial', planComplete: false });
    expect(ended.stderr).toMatch(/did not answer as the API does .*no proxy answers in its place/);
    expect(ended.stdout + ended.stderr).not.toMatch(/guest network|<html/);
  });
});

describe('a ledger that cannot be used is never overwritten: exit 8', () => {
  test.each<[string, (path: string) => void, string]>([
    [
      'D11 damaged',
      (path) => writeFileSync(path, 'SQLite format 3\0 and then nothing of the kind'.repeat(200)),
      'restore a backup',
    ],
    ['of another program', (path) => madeBy(path, 'create table theirs (x)'), 'Name another file'],
    [
      'D25 newer',
      (path) => madeBy(path, 'pragma application_id = 1297241932; pragma user_version = 99'),
      'newer program',
    ],
  ])('%s', async (_, make, remedy) => {
    await using place = new Place(emulator, mixedPolicy());
    make(place.ledgerPath);
    expect(amiss(await place.here('sweep --json'), 8, 'ledger.db', remedy)).toEqual([]);
    expect(amiss(await place.here('history --json'), 8, 'ledger.db', remedy)).toEqual([]);
  });

  test('in a folder that cannot be made', async () => {
    await using place = new Place(emulator, mixedPolicy(), { LEDGER_URL: 'sqlite:retention.yaml/data/ledger.db' });
    expect(
      amiss(await place.run('sweep --json'), 8, 'cannot be made', 'Name a folder that this user may write to'),
    ).toEqual([]);
  });

  test('nothing to back up, nowhere to back up to', async () => {
    await using place = new Place(emulator, mixedPolicy());
    expect(amiss(await place.here(`ledger backup ${place.folder}/copy.db`), 8, 'There is no ledger yet')).toEqual([]);
    expect(amiss(await place.here(`ledger backup ${place.folder}/retention.yaml`), 2, 'overwrites nothing')).toEqual(
      [],
    );
    expect((await place.here('history')).stdout).toBe('No sweep yet.\n');
  });
});

function madeBy(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
