import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Environment } from '../../src/app/environment.ts';
import type { SettingsOptions } from '../../src/app/settings-projects.ts';
import { readSettings, type Settings } from '../../src/app/settings.ts';
import { GOOD, policyFile, problemsOf, read } from './environments.ts';

const HOOK = 'https://hooks.example/services/hunter2?key=hunter2';
const BEAT = 'https://beats.example/hunter2';
const SENDS: SettingsOptions = { credentials: 'required', notify: 'required' };
const CHECKS: SettingsOptions = { credentials: 'optional' };
const LOOKS: SettingsOptions = { credentials: 'required' };

const BOTH = 'notify: { webhookEnv: HOOK, heartbeatEnv: BEAT }';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'notify-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const settings = (env: Environment, options = SENDS, lines = BOTH): Settings =>
  read({ ...GOOD, ...env }, policyFile(lines), options);

/** Nothing of a URL may be in what is said of it. */
function problems(env: Environment, options = SENDS, lines = BOTH): string {
  const message = problemsOf(() => settings(env, options, lines));
  expect(message).not.toMatch(/hunter2|example/);
  return message;
}

describe('who is told', () => {
  test('of what: the URLs of the variables that the policy file names', () => {
    const { notify, missing } = settings({ HOOK, BEAT });
    expect([notify.webhook?.current(), notify.heartbeat?.current()]).toEqual([HOOK, BEAT]);
    expect([notify.on, missing]).toEqual([['refused', 'failed', 'digest'], []]);
  });

  test.each([
    ['only what is named', 'notify: { heartbeatEnv: BEAT, on: [digest] }', [undefined, BEAT, ['digest']]],
    ['nobody, where nothing is', '', [undefined, undefined, ['refused', 'failed', 'digest']]],
  ])('%s, whatever else is set', (_, lines, expected) => {
    const { webhook, heartbeat, on } = settings({ HOOK, BEAT }, SENDS, lines).notify;
    expect([webhook?.current(), heartbeat?.current(), on]).toEqual(expected);
  });

  test('nobody, where there is no policy file', () => {
    expect(readSettings({ HOOK: '' }, undefined, { credentials: 'ignored' }).notify).toEqual({ on: [] });
  });

  test.each([
    ['https', 'https://hooks.example'],
    ['https in capitals', 'HTTPS://HOOKS.EXAMPLE/X'],
    ['plain http on loopback', 'http://127.0.0.1:8080/x'],
    ['plain http on loopback of IPv6', 'http://[::1]/x'],
    ['plain http on localhost', 'http://localhost/x'],
  ])('at a URL that is %s', (_, url) => {
    expect(settings({ HOOK: url, BEAT }).notify.webhook?.current()).toBe(url);
  });

  test('F2 is not to be seen by looking at the settings', () => {
    const files = { HOOK_FILE: written('unseen', HOOK), BEAT };
    for (const all of [settings({ HOOK, BEAT }), settings(files)]) {
      const looked = inspect(all, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(all);
      expect(looked).not.toContain('hunter2');
      expect(looked).toContain('digest');
    }
  });
});

describe('what is named and not set', () => {
  test('is a problem for what sends, together with all others', () => {
    const message = problems({ LOG_LEVEL: 'loud', SIGNALWIRE_API_TOKEN: undefined });
    expect(message).toBe(`LOG_LEVEL             "loud" is not a log level.
  Expected one of trace, debug, info, warn, error, fatal, silent.
SIGNALWIRE_API_TOKEN  is not set.
  Expected the API token, or the path of a file that holds it in SIGNALWIRE_API_TOKEN_FILE.
HOOK                  is not set.
  Expected the URL, or the path of a file that holds it in HOOK_FILE.
BEAT                  is not set.
  Expected the URL, or the path of a file that holds it in BEAT_FILE.
4 problems; nothing was started.`);
  });

  test('is listed for what checks', () => {
    const { missing, notify } = settings({ BEAT }, CHECKS);
    expect(missing.map(({ place, found }) => `${place} ${found}`)).toEqual(['HOOK is not set']);
    expect([notify.webhook, notify.heartbeat?.current()]).toEqual([undefined, BEAT]);
  });

  test('is none for everybody else', () => {
    expect(settings({}, LOOKS).notify).toEqual({ on: ['refused', 'failed', 'digest'] });
  });
});

describe('what is named and wrong is a problem for everybody', () => {
  const EXPECTED = 'an https URL without user and password; plain http only on this machine';
  const ONLY = 'the URL and nothing else';
  test.each([
    ['empty', '', 'is set, but empty', 'a value, or no such variable'],
    ['a blank', ' ', 'has white space or control characters in it', ONLY],
    ['a URL and a blank', `${HOOK} `, 'has white space or control characters in it', ONLY],
    ['a URL and a line end', `${HOOK}\n`, 'has white space or control characters in it', ONLY],
    ['a word', 'hunter2', 'holds something that is no URL', EXPECTED],
    ['a URL without a scheme', 'hooks.example/hunter2', 'holds something that is no URL', EXPECTED],
    ['a URL without a host', 'https://', 'holds something that is no URL', EXPECTED],
    ['a path', '/services/hunter2', 'holds something that is no URL', EXPECTED],
    ['plain http', 'http://hooks.example/hunter2', 'holds a plain http URL of another machine', EXPECTED],
    ['nearly loopback', 'http://127.0.0.1.example/', 'holds a plain http URL of another machine', EXPECTED],
    ['all addresses', 'http://0.0.0.0/hunter2', 'holds a plain http URL of another machine', EXPECTED],
    ['a password', 'https://me:hunter2@hooks.example/', 'holds a URL with a user or password', EXPECTED],
    ['a user', 'https://hunter2@hooks.example/', 'holds a URL with a user or password', EXPECTED],
    ['a file', 'file:///etc/hunter2', 'holds a URL that is not https', EXPECTED],
    ['a script', 'javascript:hunter2', 'holds a URL that is not https', EXPECTED],
  ])('%s', (_, url, found, expected) => {
    const one = (place: string): string =>
      `${place}  ${found}.\n  Expected ${expected}.\n1 problem; nothing was started.`;
    for (const options of [SENDS, CHECKS, LOOKS]) {
      expect(problems({ HOOK: url, BEAT }, options)).toBe(one('HOOK'));
      expect(problems({ HOOK, BEAT: url }, options)).toBe(one('BEAT'));
    }
  });

  test('all of it at once, with the rest', () => {
    const message = problems({ HOOK: '', BEAT: 'http://hooks.example', RETENTION_MODE: 'on' }, LOOKS);
    expect(message.match(/^\S+/gm)).toEqual(['RETENTION_MODE', 'HOOK', 'BEAT', '3']);
  });

  test('a variable and its file at once', () => {
    expect(problems({ HOOK, HOOK_FILE: written('too', HOOK), BEAT })).toMatch(/^HOOK {2}is set, and HOOK_FILE too\./);
  });
});

describe('the URL in a file', () => {
  test('is that of …_FILE, or of a name that ends in _FILE', () => {
    const [hook, beat] = [written('hook', `${HOOK}\n`), written('beat', BEAT)];
    const lines = 'notify: { webhookEnv: HOOK, heartbeatEnv: BEAT_FILE }';
    const { webhook, heartbeat } = settings({ HOOK_FILE: hook, BEAT_FILE: beat }, SENDS, lines).notify;
    expect([webhook?.current(), heartbeat?.current()]).toEqual([HOOK, BEAT]);
  });

  test('of a name that ends in _FILE is not looked for in any other', () => {
    const lines = 'notify: { heartbeatEnv: BEAT_FILE }';
    expect(problems({ BEAT, BEAT_FILE_FILE: written('other', BEAT) }, SENDS, lines)).toContain(
      'BEAT_FILE  is not set.\n  Expected the path of a file that holds the URL.\n',
    );
  });

  test.each<[string, () => string, string]>([
    ['nothing', () => '', 'is set, but empty'],
    ['no file', () => join(folder, 'hunter2'), 'names a file that does not exist'],
    ['a folder', () => folder, 'names a folder'],
    ['an empty file', () => written('empty', '\n'), 'names an empty file'],
    ['the URL itself', () => HOOK, 'names a file that does not exist'],
    ['two URLs', () => written('two', `${HOOK}\n${HOOK}`), 'names a file with white space or control characters in it'],
    ['a word', () => written('word', 'hunter2'), 'names a file that holds something that is no URL'],
    [
      'plain http',
      () => written('http', 'http://hooks.example'),
      'names a file that holds a plain http URL of another',
    ],
  ])('where the variable names %s: a problem that shows neither', (_, path, found) => {
    for (const options of [SENDS, CHECKS, LOOKS])
      expect(problems({ HOOK_FILE: path(), BEAT }, options).startsWith(`HOOK_FILE  ${found}`)).toBe(true);
  });

  test('is read again where it has been exchanged, unless for something that nobody may call', async () => {
    const path = written('rotated', HOOK);
    const { webhook } = settings({ HOOK_FILE: path, BEAT }).notify;
    expect(await webhook?.refresh?.()).toBe(false);
    writeFileSync(path, `${HOOK}2\n`);
    expect([await webhook?.refresh?.(), webhook?.current()]).toEqual([true, `${HOOK}2`]);
    for (const worse of ['', 'hunter2', 'http://hooks.example/', 'https://me:hunter2@hooks.example/', `${HOOK} `]) {
      writeFileSync(path, worse);
      expect([await webhook?.refresh?.(), webhook?.current()]).toEqual([false, `${HOOK}2`]);
    }
    rmSync(path);
    expect([await webhook?.refresh?.(), webhook?.current()]).toEqual([false, `${HOOK}2`]);
  });
});
