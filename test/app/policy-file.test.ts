import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePolicyFile, readPolicyFile, readPolicyText } from '../../src/app/policy-file.ts';
import { messageOf } from './policies.ts';

const GOOD = 'version: 1\npolicy: { default: 1y }\n';
const days = (count: number) => ({ kind: 'span', months: 0, hours: count * 24 });

test('a file that says only what is required gets every default', () => {
  expect(parsePolicyFile(GOOD, 'f.yaml')).toEqual({
    file: 'f.yaml',
    version: 1,
    mode: 'dry-run',
    schedule: '0 3 * * *',
    timezone: 'UTC',
    policy: { ageFrom: 'sent', default: { kind: 'span', months: 12, hours: 0 }, minimumAge: days(1), rules: [] },
    holds: [],
    limits: { maxDeletions: 10_000, onLimit: 'refuse', maxDurationMs: 6 * 3_600_000 },
    requests: {
      concurrency: 16,
      perSecond: 50,
      timeoutMs: 15_000,
      attemptsMax: 5,
      verify: 'always',
      fullScanEvery: days(7),
    },
    serve: { listen: { host: '127.0.0.1', port: 8080 }, catchUp: true, jitterMs: 0 },
    notify: { on: ['refused', 'failed', 'digest'] },
  });
});

test('a file that says everything is understood as it stands', () => {
  const text = `version: 1
mode: enforce
schedule: "30 2 * * MON"
timezone: Europe/Berlin
projects:
  - { name: main, space: Example, id: ea108133-d6b3-407c-9536-9fad8a929a6a }
  - { name: other, baseUrl: "https://x.example:8443/", id: "12345678", tokenEnv: OTHER_TOKEN_FILE }
policy:
  ageFrom: created
  rules:
    - id: a
      description: Rule a
      match: { status: [failed], direction: [inbound], contentType: ["image/*"], from: ["+1555*"], to: ["+15550001111"], number: ["+1*"] }
      retain: 3mo
    - { id: b, match: all, retain: forever }
holds:
  - { id: h, reason: Why, match: { messageSid: ["ea108133-d6b3"], since: 2026-01-01, until: 2026-01-01 } }
  - { id: everything, reason: Why, match: all }
limits: { minimumAge: 2d, maxDeletions: 0, onLimit: oldest-first, maxDuration: 90min }
requests: { concurrency: 1, perSecond: 100000, timeout: 1min, attempts: 20, verify: never, fullScanEvery: 12h }
serve: { listen: "[::1]:0", tokenFile: /run/secrets/t, catchUp: false, jitter: 5min }
notify: { webhookEnv: HOOK, heartbeatEnv: BEAT, on: [failed] }
`;
  expect(parsePolicyFile(text, 'f.yaml')).toEqual({
    file: 'f.yaml',
    version: 1,
    mode: 'enforce',
    schedule: '30 2 * * MON',
    timezone: 'Europe/Berlin',
    projects: [
      {
        name: 'main',
        projectId: 'ea108133-d6b3-407c-9536-9fad8a929a6a',
        origin: 'https://example.signalwire.com',
        tokenEnv: 'SIGNALWIRE_API_TOKEN',
        idAt: { place: 'f.yaml:6:39', path: 'projects[0].id' },
      },
      {
        name: 'other',
        projectId: '12345678',
        origin: 'https://x.example:8443',
        tokenEnv: 'OTHER_TOKEN_FILE',
        idAt: { place: 'f.yaml:7:60', path: 'projects[1].id' },
      },
    ],
    policy: {
      ageFrom: 'created',
      default: { kind: 'forever' },
      minimumAge: days(2),
      rules: [
        {
          id: 'a',
          description: 'Rule a',
          match: {
            status: ['failed'],
            direction: ['inbound'],
            contentType: ['image/*'],
            from: ['+1555*'],
            to: ['+15550001111'],
            number: ['+1*'],
          },
          retain: { kind: 'span', months: 3, hours: 0 },
        },
        { id: 'b', match: {}, retain: { kind: 'forever' } },
      ],
    },
    holds: [
      {
        id: 'h',
        reason: 'Why',
        match: { messageSid: ['ea108133-d6b3'], since: new Date('2026-01-01'), until: new Date('2026-01-01') },
      },
      { id: 'everything', reason: 'Why', match: {} },
    ],
    limits: { maxDeletions: 0, onLimit: 'oldest-first', maxDurationMs: 90 * 60_000 },
    requests: {
      concurrency: 1,
      perSecond: 100_000,
      timeoutMs: 60_000,
      attemptsMax: 20,
      verify: 'never',
      fullScanEvery: { kind: 'span', months: 0, hours: 12 },
    },
    serve: { listen: { host: '[::1]', port: 0 }, tokenFile: '/run/secrets/t', catchUp: false, jitterMs: 300_000 },
    notify: { webhookEnv: 'HOOK', heartbeatEnv: 'BEAT', on: ['failed'] },
  });
});

const listing = (projects: readonly string[]): string =>
  `${GOOD}projects:\n${projects.map((each) => `  - { ${each} }`).join('\n')}`;

describe('of the projects', () => {
  test.each([
    [
      'each name counts once',
      ['name: a, space: x, id: 11111111', 'name: a, space: x, id: 22222222'],
      '5:13  projects[1].name: "a" is the name of projects[0] too.',
    ],
    [
      'each id counts once, whatever its case',
      ['name: a, space: x, id: aaaaaaaa', 'name: b, space: x, id: AAAAAAAA'],
      '5:30  projects[1].id: "AAAAAAAA" is the id of projects[0] too.',
    ],
    ['each has a place', ['name: a, id: aaaaaaaa'], '4:5  projects[0]: has neither space nor baseUrl.'],
    [
      'each has one place',
      ['name: a, id: aaaaaaaa, space: x, baseUrl: "https://x.example"'],
      '4:5  projects[0]: has both space and baseUrl.',
    ],
    [
      'E22 a space is not a URL',
      ['name: a, id: aaaaaaaa, space: "https://x.signalwire.com"'],
      '4:37  projects[0].space: "https://x.signalwire.com" is not a SignalWire space.',
    ],
    [
      'E22 a space is not another domain',
      ['name: a, id: aaaaaaaa, space: x.example.com'],
      '4:37  projects[0].space: "x.example.com" is not a SignalWire space.',
    ],
    [
      'E22 a base URL has no path',
      ['name: a, id: aaaaaaaa, baseUrl: "https://x.example/api"'],
      '4:39  projects[0].baseUrl: "https://x.example/api" is not a base URL.',
    ],
    [
      'E22 a base URL is not plain http',
      ['name: a, id: aaaaaaaa, baseUrl: "http://x.example"'],
      '4:39  projects[0].baseUrl: "http://x.example" is not a base URL.',
    ],
    [
      'E20 a number in quotes is an id, a bare one is not',
      ['name: a, id: 12345678, space: x'],
      '4:20  projects[0].id: 12345678 is not a project id.',
    ],
    [
      'tokenEnv names a variable',
      ['name: a, id: aaaaaaaa, space: x, tokenEnv: not-a-name'],
      '4:50  projects[0].tokenEnv: "not-a-name" is not the name of an environment variable.',
    ],
  ])('%s', (_, projects, message) => {
    expect(messageOf(listing(projects))).toContain(`f.yaml:${message}`);
  });
});

describe('a file that cannot be read says so, and what to do', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'policy-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['when it is not there', () => join(folder, 'none.yaml'), 'does not exist'],
    ['when its folder is not there', () => join(folder, 'none', 'none.yaml'), 'does not exist'],
    ['when it is a folder', () => folder, 'is a folder'],
    ['when it is a device', () => '/dev/null', 'is not a regular file'],
    ['when its name is none of a file', () => '/dev/null/x', 'cannot be read (ENOTDIR)'],
  ])('%s', async (_, path, found) => {
    const place = path();
    await expect(readPolicyFile(place)).rejects.toMatchObject({
      problems: [{ place, found, expected: 'a policy file; --config or RETENTION_CONFIG says where it is' }],
    });
  });

  test('E10 when it is larger than any policy', async () => {
    const path = join(folder, 'large.yaml');
    writeFileSync(path, ' '.repeat(256 * 1024 + 1));
    await expect(readPolicyFile(path)).rejects.toThrow('has 262145 bytes.\n  Expected at most 262144 (256 KiB).');
  });

  test('when it is not text', async () => {
    const path = join(folder, 'utf-16.yaml');
    writeFileSync(path, Buffer.from(`\uFEFF${GOOD}`, 'utf16le'));
    await expect(readPolicyFile(path)).rejects.toThrow('is not UTF-8 text');
  });

  test('and one that can be read gives its text exactly as it is', async () => {
    const path = join(folder, 'good.yaml');
    writeFileSync(path, `\uFEFF${GOOD}`);
    const { file, text } = await readPolicyFile(path);
    expect(text).toBe(`\uFEFF${GOOD}`);
    expect(await readPolicyText(path)).toBe(text);
    expect(file.file).toBe(path);
  });
});
