import { truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policyHashOf } from '../../src/app/compose.ts';
import { readPolicyFile } from '../../src/app/policy-file.ts';
import { decide } from '../../src/retention/decide.ts';
import { anItem, NOW } from '../support/items.ts';
import { GOOD, matching, understood, verdict } from './verdict.ts';

const HOUR_MS = 3_600_000;

const withRule = (retain: string, limits = ''): string =>
  `${matching('all').replace('retain: 1d', `retain: ${retain}`)}\n${limits}`;

describe('E3 what is younger than the minimum age stays', () => {
  test.each([
    ['whatever a rule says, by default a day', withRule('1h'), 24],
    ['as long as the policy says', withRule('1h', 'limits: { minimumAge: 3d }'), 72],
    ['and is due when its rule says where that is later', withRule('5d', 'limits: { minimumAge: 3d }'), 120],
    ['also under the default alone', `version: 1\npolicy: { default: 1h }`, 24],
  ])('%s', (_, text, hours) => {
    const { policy } = understood(text);
    const aged = (ms: number): string =>
      decide(anItem({ createdAt: new Date(NOW.getTime() - ms) }), policy, [], NOW).kind;
    expect([aged(hours * HOUR_MS), aged(hours * HOUR_MS + 1)]).toEqual(['retain', 'delete']);
  });

  test('and there is no way to say none', () => {
    for (const none of ['0h', '0', 'none', 'false', '~'])
      expect(verdict(`${GOOD}limits: { minimumAge: ${none} }`)).toHaveLength(1);
  });
});

test.each([
  ['0o17', 15],
  ['017', 17],
  ['0x10', 16],
  ['1e3', 1000],
  ['10.0', 10],
])('E9 a number is what YAML 1.2 says it is, whatever version the file claims: %s', (written, value) => {
  const text = `${GOOD}limits: { maxDeletions: ${written} }`;
  expect(understood(text).limits.maxDeletions).toBe(value);
  expect(understood(`%YAML 1.1\n---\n${text}`).limits.maxDeletions).toBe(value);
});

describe('E10 a file that would take all memory is refused in a moment', () => {
  test('where each line has the one before nine times', () => {
    const lines = Array.from(
      'bcdefghi',
      (name, n) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[n]}`).join(', ')}]`,
    );
    const began = performance.now();
    const problems = verdict(`${GOOD}a: &a [x, x, x, x, x, x, x, x, x]\n${lines.join('\n')}\nmode: *i`);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(problems).toContain(
      '12:7 mode: aliases are not read. Expected the value itself; text that begins with * needs quotes.',
    );
    expect(problems.filter((each) => each.includes('anchors are not read'))).toHaveLength(9);
  });

  test('where it has ten megabytes, without being read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'policy-'));
    const path = join(folder, 'huge.yaml');
    writeFileSync(path, GOOD);
    truncateSync(path, 10_000_000);
    await expect(readPolicyFile(path)).rejects.toThrow('has 10000000 bytes.\n  Expected at most 262144 (256 KiB).');
    await rm(folder, { recursive: true });
  });
});

test('E16 the time zone is the schedule’s alone: the law, and the hash of it, know none', () => {
  const [here, there] = ['UTC', 'Asia/Kathmandu'].map((zone) => understood(`${GOOD}timezone: ${zone}`));
  expect(there?.timezone).toBe('Asia/Kathmandu');
  expect(there?.policy).toEqual(here?.policy);
  expect(there && policyHashOf(there)).toBe(here && policyHashOf(here));
});

describe('E21 nothing but mode: enforce arms', () => {
  test('and no mode is a dry run', () => {
    expect(understood(GOOD).mode).toBe('dry-run');
    expect(understood(`${GOOD}mode: enforce`).mode).toBe('enforce');
  });

  test('no other value, whatever it is', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('enforce', 'Enforce', 'ENFORCE', 'enforced', 'true', 'yes').map((word) => ` ${word}`),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(value, (mode) => {
        fc.pre(mode !== 'enforce' && mode !== 'dry-run');
        expect(verdict(`${GOOD}mode: ${JSON.stringify(mode)}`)).toHaveLength(1);
      }),
    );
  });

  test('no other key, wherever it stands', () => {
    const key = fc.constantFrom('dryrun', 'dryRun', 'dry_run', 'dry-run', 'enforce', 'armed', 'Mode', 'MODE', 'mode ');
    fc.assert(
      fc.property(key, fc.constantFrom('false', 'true', '"false"', 'enforce', 'no', '0'), (name, value) => {
        const [found = ''] = verdict(`${GOOD}"${name}": ${value}`);
        expect(found).toContain('no such key');
      }),
    );
  });
});
