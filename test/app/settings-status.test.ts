import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statusToken } from '../../src/app/settings-status.ts';
import { policyFile, problemsOf } from './environments.ts';

const GOOD = '0123456789abcdef';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'status-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const tokenOf = (path: string): ReturnType<typeof statusToken> =>
  statusToken(policyFile(`serve: { tokenFile: ${JSON.stringify(path)} }`));

test('without a token file there is no token', () => {
  expect(statusToken(policyFile())).toBeUndefined();
});

describe('F9 the token of the status page', () => {
  test.each([
    ['of sixteen characters', GOOD],
    ['with a line end behind it', `${GOOD}\r\n`],
  ])('%s is good', (_, text) => {
    expect(tokenOf(written('good', text))?.current()).toBe(GOOD);
  });

  test('is not to be seen by looking at it', () => {
    const token = tokenOf(written('unseen', GOOD));
    const looked = inspect(token, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(token);
    expect(looked).not.toContain(GOOD);
  });

  const FILE = 'the path of a file that holds the token of the status page and nothing else';
  test.each<[string, () => string, string, string]>([
    ['is not there', () => join(folder, 'none'), 'names a file that does not exist', FILE],
    ['is a folder', () => folder, 'names a folder', FILE],
    ['is empty', () => written('empty', ''), 'names an empty file', FILE],
    ['is a line end', () => written('line-end', '\n'), 'names an empty file', FILE],
    [
      'has a blank in it',
      () => written('blank', `hunter2 ${GOOD}`),
      'names a file with white space or control characters in it',
      FILE,
    ],
    [
      'has two lines',
      () => written('two', `hunter2${GOOD}\nhunter2${GOOD}`),
      'names a file with white space or control characters in it',
      FILE,
    ],
    [
      'is too large',
      () => written('large', 'hunter2'.repeat(1_000)),
      'names a file of 7000 bytes, which is no token',
      FILE,
    ],
    [
      'can be guessed',
      () => written('short', 'hunter2-hunter2\n'),
      'names a file that holds a token of 15 characters',
      'at least 16 characters',
    ],
  ])('of a file that %s is a problem that does not show it', (_, path, found, expected) => {
    expect(problemsOf(() => tokenOf(path()))).toBe(
      `f.yaml serve.tokenFile  ${found}.\n  Expected ${expected}.\n1 problem; nothing was started.`,
    );
  });
});

describe('a token that is exchanged under the running service', () => {
  test('is the new one once it is read again', async () => {
    const path = written('rotated', GOOD);
    const token = tokenOf(path);
    expect(await token?.refresh?.()).toBe(false);
    writeFileSync(path, 'fedcba9876543210\n');
    expect([await token?.refresh?.(), token?.current()]).toEqual([true, 'fedcba9876543210']);
  });

  test.each([
    ['nothing', ''],
    ['one that can be guessed', 'hunter2'],
    ['one and a half', `${GOOD} fedcba98`],
  ])('for %s stays what it was', async (_, text) => {
    const path = written('worse', GOOD);
    const token = tokenOf(path);
    writeFileSync(path, text);
    expect([await token?.refresh?.(), token?.current()]).toEqual([false, GOOD]);
    rmSync(path);
    expect([await token?.refresh?.(), token?.current()]).toEqual([false, GOOD]);
  });
});
