import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/app/environment.ts';
import { configPath } from '../../src/app/settings.ts';
import { GOOD, ID, policyFile, problemsOf, read, TOKEN } from './environments.ts';

test('the environment alone makes one project, called main', () => {
  const settings = read(GOOD);
  expect(settings).toMatchObject({
    projects: [{ name: 'main', projectId: ID, origin: 'https://example.signalwire.com' }],
    missing: [],
    ledgerUrl: 'sqlite:data/ledger.db',
    mode: 'dry-run',
    logLevel: 'info',
    logLevelGiven: false,
  });
  expect(settings.projects[0]?.token.current()).toBe(TOKEN);
});

describe('one mistake has one message', () => {
  test.each<[string, Environment, string]>([
    [
      'a space that is a URL',
      { SIGNALWIRE_SPACE: 'https://example.signalwire.com' },
      'SIGNALWIRE_SPACE  "https://example.signalwire.com" is not a SignalWire space.\n  Expected the name of a SignalWire space, such as example or example.signalwire.com.',
    ],
    [
      'a project id that leaves its URL',
      { SIGNALWIRE_PROJECT_ID: '../x' },
      `SIGNALWIRE_PROJECT_ID  "../x" is not a project id.\n  Expected the id of a SignalWire project, such as ${ID}.`,
    ],
    [
      'a token where the project id belongs',
      { SIGNALWIRE_PROJECT_ID: TOKEN },
      `SIGNALWIRE_PROJECT_ID  looks like a secret, not like a project id.\n  Expected the id of a SignalWire project, such as ${ID}.`,
    ],
    [
      'no token',
      { SIGNALWIRE_API_TOKEN: undefined },
      'SIGNALWIRE_API_TOKEN  is not set.\n  Expected the API token, or the path of a file that holds it in SIGNALWIRE_API_TOKEN_FILE.',
    ],
    [
      'no space',
      { SIGNALWIRE_SPACE: undefined },
      'SIGNALWIRE_SPACE  is not set.\n  Expected the name of a SignalWire space, such as example or example.signalwire.com, or SIGNALWIRE_BASE_URL.',
    ],
    [
      'an empty token',
      { SIGNALWIRE_API_TOKEN: '' },
      'SIGNALWIRE_API_TOKEN  is set, but empty.\n  Expected a value, or no such variable.',
    ],
    [
      'a token with a line end',
      { SIGNALWIRE_API_TOKEN: `${TOKEN}\n` },
      'SIGNALWIRE_API_TOKEN  has white space or control characters in it.\n  Expected the API token and nothing else.',
    ],
    [
      'two tokens',
      { SIGNALWIRE_API_TOKEN_FILE: '/run/secrets/token' },
      'SIGNALWIRE_API_TOKEN  is set, and SIGNALWIRE_API_TOKEN_FILE too.\n  Expected exactly one of them.',
    ],
    [
      'a mode that arms',
      { RETENTION_MODE: 'enforce' },
      'RETENTION_MODE  "enforce" is refused: this variable can only disarm.\n  Expected dry-run or no such variable; only mode: enforce in the policy file arms.',
    ],
    [
      'a mode that may have been meant to disarm',
      { RETENTION_MODE: '' },
      'RETENTION_MODE  "" is refused: this variable can only disarm.\n  Expected dry-run or no such variable; only mode: enforce in the policy file arms.',
    ],
    [
      'a log level nobody knows',
      { LOG_LEVEL: 'warning' },
      'LOG_LEVEL  "warning" is not a log level. Did you mean warn?\n  Expected one of trace, debug, info, warn, error, fatal, silent.',
    ],
    [
      'a ledger that is not built yet',
      { LEDGER_URL: 'postgres://me:hunter2@db/ledger' },
      'LEDGER_URL  names a PostgreSQL database, for which the ledger is not built yet.\n  Expected sqlite: and a path, such as sqlite:data/ledger.db or sqlite:/var/lib/media-retention/ledger.db.',
    ],
    [
      'F6 certificates that nobody looks at',
      { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      'NODE_TLS_REJECT_UNAUTHORIZED  "0" would send the token to anyone who claims to be SignalWire.\n  Expected no such variable; NODE_EXTRA_CA_CERTS adds a certificate authority of your own.',
    ],
    [
      'F7 a proxy that is none, whose password would not be shown',
      { HTTPS_PROXY: 'user:secret@proxy' },
      'HTTPS_PROXY  is not a URL.\n  Expected the URL of a proxy, such as http://proxy.example:3128.',
    ],
  ])('%s', (_, env, message) => {
    expect(problemsOf(() => read({ ...GOOD, ...env }))).toBe(`${message}\n1 problem; nothing was started.`);
  });

  test.each([
    'SIGNALWIRE_SPACE',
    'SIGNALWIRE_PROJECT_ID',
    'SIGNALWIRE_BASE_URL',
    'LEDGER_URL',
    'RETENTION_CONFIG',
    'LOG_LEVEL',
  ])('an empty %s', (name) => {
    expect(problemsOf(() => read({ ...GOOD, [name]: '' }))).toBe(
      `${name}  is set, but empty.\n  Expected a value, or no such variable.\n1 problem; nothing was started.`,
    );
  });

  test.each(['ledger.db', 'sqlite:', 'sqlite::memory:', 'sqlite://data/ledger.db', 'mysql://me:hunter2@db/x'])(
    'a ledger at %s',
    (url) => {
      const message = problemsOf(() => read({ ...GOOD, LEDGER_URL: url }));
      expect(message).toMatch(/^LEDGER_URL {2}names (?:no ledger|a ledger in memory)/);
      expect(message).not.toContain('hunter2');
    },
  );
});

test('all problems of the environment are told at once, their places in one column', () => {
  const env = { RETENTION_MODE: 'off', LOG_LEVEL: 'loud', LEDGER_URL: 'x', SIGNALWIRE_SPACE: 'a b' };
  expect(
    problemsOf(() => read(env))
      .split('\n')
      .filter((line) => !line.startsWith('  ')),
  ).toEqual([
    'LEDGER_URL             names no ledger this program knows.',
    'RETENTION_MODE         "off" is refused: this variable can only disarm.',
    'LOG_LEVEL              "loud" is not a log level.',
    'SIGNALWIRE_SPACE       "a b" is not a SignalWire space.',
    'SIGNALWIRE_PROJECT_ID  is not set.',
    'SIGNALWIRE_API_TOKEN   is not set.',
    '6 problems; nothing was started.',
  ]);
});

describe('the mode', () => {
  test.each([
    ['enforce', undefined, 'enforce'],
    ['enforce', 'dry-run', 'dry-run'],
    ['dry-run', undefined, 'dry-run'],
    ['dry-run', 'dry-run', 'dry-run'],
  ])('of a file that says %s and an environment that says %s is %s', (mode, disarm, result) => {
    const env = disarm === undefined ? GOOD : { ...GOOD, RETENTION_MODE: disarm };
    expect(read(env, policyFile(`mode: ${mode}`)).mode).toBe(result);
  });
});

describe('the policy file is', () => {
  test.each([
    ['where the command line says', 'a.yaml', { RETENTION_CONFIG: 'b.yaml' }, 'a.yaml'],
    ['else where the environment says', undefined, { RETENTION_CONFIG: 'b.yaml' }, 'b.yaml'],
    ['else where it is shipped', undefined, {}, 'config/retention.yaml'],
  ])('%s', (_, flag, env, path) => {
    expect(configPath(env, flag)).toBe(path);
  });

  test('nowhere, if the one who says so says nothing', () => {
    expect(problemsOf(() => configPath({ RETENTION_CONFIG: '' }, undefined))).toContain(
      'RETENTION_CONFIG  is set, but empty.',
    );
    expect(problemsOf(() => configPath({}, ''))).toContain('--config  is empty.');
  });
});
