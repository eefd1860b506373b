import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../../src/app/settings.ts';
import { GOOD, ID, policyFile, problemsOf, read, TOKEN } from './environments.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const tokenFile = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('the origin', () => {
  test.each([
    ['of a space', { SIGNALWIRE_SPACE: 'my-space' }, 'https://my-space.signalwire.com'],
    ['of a space with its domain', { SIGNALWIRE_SPACE: 'Example.SignalWire.com' }, 'https://example.signalwire.com'],
    ['is the base URL where both are given', { SIGNALWIRE_BASE_URL: 'https://x.example' }, 'https://x.example'],
    ['may have a port', { SIGNALWIRE_BASE_URL: 'https://x.example:8443' }, 'https://x.example:8443'],
    ['may be an address', { SIGNALWIRE_BASE_URL: 'https://192.0.2.1' }, 'https://192.0.2.1'],
    ['may be plain http on loopback', { SIGNALWIRE_BASE_URL: 'http://127.0.0.1:8091' }, 'http://127.0.0.1:8091'],
    ['may be plain http all over loopback', { SIGNALWIRE_BASE_URL: 'http://127.1.2.3' }, 'http://127.1.2.3'],
    ['may be plain http on loopback of IPv6', { SIGNALWIRE_BASE_URL: 'http://[::1]:80' }, 'http://[::1]'],
    ['may be plain http on localhost', { SIGNALWIRE_BASE_URL: 'http://localhost:1/' }, 'http://localhost:1'],
  ])('%s', (_, env, origin) => {
    expect(read({ ...GOOD, ...env }).projects[0]?.origin).toBe(origin);
  });

  test.each([
    ['http://x.example'],
    ['http://127.0.0.1.x.example'],
    ['http://127.x.example'],
    ['http://localhost.x.example'],
    ['http://0.0.0.0'],
    ['https://x.example/api/laml'],
    ['https://x.example?a=b'],
    ['https://x.example#a'],
    ['https://x.example\\a'],
    ['https://me:hunter2@x.example'],
    ['https://hunter2@x.example'],
    ['https:me:hunter2@x.example'],
    ['ftp://x.example'],
    ['file:///etc/passwd'],
    ['x.example'],
    [' https://x.example'],
    ['https://'],
  ])('is not %j', (url) => {
    const message = problemsOf(() => read({ ...GOOD, SIGNALWIRE_BASE_URL: url }));
    expect(message).toMatch(/^SIGNALWIRE_BASE_URL {2}/);
    expect(message).not.toContain('hunter2');
  });
});

describe('the token', () => {
  test('is read from a file, without its line end', () => {
    const path = tokenFile('token', `${TOKEN}\r\n`);
    const settings = read({ ...GOOD, SIGNALWIRE_API_TOKEN: undefined, SIGNALWIRE_API_TOKEN_FILE: path });
    expect(settings.projects[0]?.token.current()).toBe(TOKEN);
  });

  test('of a file can be read anew when it has been rotated', async () => {
    const path = tokenFile('rotated', 'first-one');
    const env = { ...GOOD, SIGNALWIRE_API_TOKEN: undefined, SIGNALWIRE_API_TOKEN_FILE: path };
    const token = read(env).projects[0]?.token;
    expect(await token?.refresh?.()).toBe(false);
    writeFileSync(path, 'second-one\n');
    expect(await token?.refresh?.()).toBe(true);
    expect(token?.current()).toBe('second-one');
  });

  test('stays what it was while its file is empty or gone', async () => {
    const path = tokenFile('half-written', 'first-one');
    const env = { ...GOOD, SIGNALWIRE_API_TOKEN: undefined, SIGNALWIRE_API_TOKEN_FILE: path };
    const token = read(env).projects[0]?.token;
    writeFileSync(path, '');
    expect(await token?.refresh?.()).toBe(false);
    rmSync(path);
    expect(await token?.refresh?.()).toBe(false);
    expect(token?.current()).toBe('first-one');
  });

  test('of a variable has nothing to be read anew', () => {
    expect(read(GOOD).projects[0]?.token).not.toHaveProperty('refresh');
  });

  test.each<[string, () => string, string]>([
    ['is not there', () => join(folder, 'none'), 'names a file that does not exist'],
    ['is a folder', () => folder, 'names a folder'],
    ['is empty', () => tokenFile('empty', '\n'), 'names an empty file'],
    [
      'has two lines',
      () => tokenFile('two', 'hunter2\nhunter2'),
      'names a file with white space or control characters in it',
    ],
    ['is no token file', () => tokenFile('large', 'x'.repeat(5000)), 'names a file of 5000 bytes, which is no token'],
    ['is the token itself', () => TOKEN, 'names a file that does not exist'],
  ])('of a file that %s is a problem that shows neither', (_, path, found) => {
    const env = { ...GOOD, SIGNALWIRE_API_TOKEN: undefined, SIGNALWIRE_API_TOKEN_FILE: path() };
    const message = problemsOf(() => read(env));
    expect(message).toBe(
      `SIGNALWIRE_API_TOKEN_FILE  ${found}.\n  Expected the path of a file that holds the API token and nothing else.\n1 problem; nothing was started.`,
    );
  });

  test('F2 is not to be seen by looking at the settings', () => {
    mkdirSync(join(folder, 'seen'));
    const path = tokenFile('seen/token', TOKEN);
    for (const env of [GOOD, { ...GOOD, SIGNALWIRE_API_TOKEN: undefined, SIGNALWIRE_API_TOKEN_FILE: path }]) {
      const settings = read(env);
      const looked = [inspect(settings, { depth: 20, showHidden: true, getters: true }), JSON.stringify(settings)];
      expect(looked.join()).not.toContain('0123456789abcdef');
      expect(looked.join()).toContain(ID);
    }
  });
});

describe('the projects of the policy file', () => {
  const OTHER = 'aaaaaaaa-d6b3-407c-9536-9fad8a929a6a';
  const TWO = policyFile(
    `projects:\n  - { name: main, space: one, id: ${ID} }\n  - { name: other, baseUrl: "https://x.example", id: ${OTHER}, tokenEnv: OTHER }\n`,
  );

  test('win over the environment', () => {
    const { projects } = read({ ...GOOD, OTHER: 'other-token' }, TWO);
    expect(projects.map(({ name, projectId, origin, token }) => [name, projectId, origin, token.current()])).toEqual([
      ['main', ID, 'https://one.signalwire.com', TOKEN],
      ['other', OTHER, 'https://x.example', 'other-token'],
    ]);
  });

  test('need of the environment nothing but their tokens', () => {
    expect(read({ SIGNALWIRE_API_TOKEN: TOKEN, OTHER: 'other-token' }, TWO).projects).toHaveLength(2);
  });

  test('find their tokens in files too', () => {
    const { projects } = read({ ...GOOD, OTHER_FILE: tokenFile('other', 'other-token') }, TWO);
    expect(projects[1]?.token.current()).toBe('other-token');
  });

  test('may name the variable of a file', () => {
    const policy = policyFile(`projects: [{ name: main, space: one, id: ${ID}, tokenEnv: MY_FILE }]`);
    expect(read({ MY_FILE: tokenFile('mine', 'my-token') }, policy).projects[0]?.token.current()).toBe('my-token');
    expect(problemsOf(() => read({}, policy))).toContain(
      'MY_FILE  is not set.\n  Expected the path of a file that holds the API token.',
    );
  });

  test('that share a variable share its problem', () => {
    const policy = policyFile(
      `projects:\n  - { name: a, space: one, id: ${ID} }\n  - { name: b, space: one, id: ${OTHER} }\n`,
    );
    expect(problemsOf(() => read({}, policy))).toContain('1 problem; nothing was started.');
  });

  test('have to be those of the environment, where it names one', () => {
    const env = { ...GOOD, OTHER: 'x', SIGNALWIRE_PROJECT_ID: 'bbbbbbbb-d6b3-407c-9536-9fad8a929a6a' };
    expect(problemsOf(() => read(env, TWO))).toBe(
      `f.yaml:4:35  projects[0].id: "${ID}" differs from the project of the environment.
  Expected bbbbbbbb-d6b3-407c-9536-9fad8a929a6a, the value of SIGNALWIRE_PROJECT_ID, or no such variable.
f.yaml:5:54  projects[1].id: "${OTHER}" differs from the project of the environment.
  Expected bbbbbbbb-d6b3-407c-9536-9fad8a929a6a, the value of SIGNALWIRE_PROJECT_ID, or no such variable.
2 problems; nothing was started.`,
    );
  });

  test('may be in another case than that of the environment', () => {
    expect(read({ ...GOOD, OTHER: 'x', SIGNALWIRE_PROJECT_ID: ID.toUpperCase() }, TWO).projects).toHaveLength(2);
  });

  test('can be taken alone, and then only its token is asked for', () => {
    expect(read(GOOD, TWO, { credentials: 'required', project: 'main' }).projects.map(({ name }) => name)).toEqual([
      'main',
    ]);
  });

  test('are the only ones that can be taken', () => {
    expect(problemsOf(() => read({ ...GOOD, OTHER: 'x' }, TWO, { credentials: 'required', project: 'othr' }))).toBe(
      '--project  "othr" is not a project of the policy file. Did you mean other?\n  Expected one of main, other.\n1 problem; nothing was started.',
    );
  });
});

describe('credentials', () => {
  test('that are optional may be missing, and it is told which', () => {
    const { projects, missing } = read({}, policyFile(), { credentials: 'optional' });
    expect(projects).toEqual([]);
    expect(missing.map(({ place }) => place)).toEqual([
      'SIGNALWIRE_SPACE',
      'SIGNALWIRE_PROJECT_ID',
      'SIGNALWIRE_API_TOKEN',
    ]);
  });

  test('that are optional are the project where they are all there', () => {
    expect(read(GOOD, policyFile(), { credentials: 'optional' }).projects).toHaveLength(1);
  });

  test('that are optional have to be right where they are there', () => {
    const message = problemsOf(() => read({ SIGNALWIRE_SPACE: 'a b' }, policyFile(), { credentials: 'optional' }));
    expect(message).toContain('SIGNALWIRE_SPACE  "a b" is not a SignalWire space.');
  });

  test('that are ignored are not even looked at', () => {
    const env = { SIGNALWIRE_SPACE: 'a b', SIGNALWIRE_API_TOKEN_FILE: '/none' };
    expect(readSettings(env, undefined, { credentials: 'ignored' })).toMatchObject({
      projects: [],
      missing: [],
      mode: 'dry-run',
    });
  });
});
