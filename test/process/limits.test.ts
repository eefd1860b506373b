import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/commands/exit-code.ts';
import type { Report } from '../../src/sweep/report.ts';
import { ROOT, type Running } from '../support/cli.ts';
import { Account, AGREED, falseClaims } from './account.ts';
import { SEED } from './rounds.ts';

const MAIN = join(ROOT, 'src', 'media-retention.mjs');
const CODES: readonly (number | null)[] = Object.values(EXIT);

/** Starts a sweep by a shell, which can take away from it what it needs. `%`: the sweep. */
function startBy(script: string, account: Account, env: Record<string, string> = {}): Running {
  const sweep = `"${process.execPath}" "${MAIN}" sweep --json`;
  return account.place.startProgram('sh', ['-c', script.replace('%', sweep)], env);
}

async function settlesTruly(account: Account): Promise<void> {
  const { outcome } = await account.settle();
  expect(outcome).toEqual(AGREED);
}

describe('a sweep that may not have what it needs claims nothing untrue, and the next ones settle all', () => {
  test.each([20, 28, 64])('D4 a heap of %i MiB', async (mib) => {
    await using account = await Account.start({ seed: SEED, messages: 1200 });
    const running = account.place.start('sweep --json', { NODE_OPTIONS: `--max-old-space-size=${mib}` });
    const { code, signal } = await running.ended;
    expect(code === 0 || code === 134 || signal === 'SIGABRT' || signal === 'SIGTRAP', `${code} ${signal}`).toBe(true);
    await settlesTruly(account);
  });

  test.each([1, 200])('D4 no more memory of the system from DELETE %i on', async (nth) => {
    await using account = await Account.start({ seed: SEED, messages: 1200, latencyMs: 2 });
    const running = account.place.start('sweep --json');
    await account.reached('delete', nth);
    execFileSync('prlimit', ['--pid', String(running.process.pid), '--as=1']);
    const { code, signal } = await running.ended;
    expect(signal !== null || code === 134 || CODES.includes(code), `${code} ${signal}`).toBe(true);
    await using ledger = await account.ledger();
    expect(await falseClaims(account, ledger)).toEqual([]);
    await settlesTruly(account);
  });

  test.each([22, 24, 26, 28, 36, 64])('D4 %i open files: an exit code of the list, and a sentence', async (files) => {
    await using account = await Account.start({ seed: SEED });
    const { code, stdout, stderr } = await startBy(`ulimit -n ${files}; exec %`, account).ended;
    const told = stdout === '' ? 'nothing' : (JSON.parse(stdout) as Report).result;
    expect([
      [EXIT.done, 'complete'],
      [EXIT.partial, 'partial'],
      [EXIT.partial, 'nothing'],
      [EXIT.usage, 'nothing'],
      [EXIT.ledger, 'nothing'],
    ]).toContainEqual([code, told]);
    const sentence = stderr.trimEnd().split('\n').at(-1) ?? '';
    expect(code === EXIT.done ? 'A sentence.' : sentence).toMatch(/^[A-Z/][^{]*\.$/);
    await settlesTruly(account);
  });
});

describe('the ledger is the record, whoever listens', () => {
  // The exit code of a pipe is that of its last part. What was asked for and could not be said is not done.
  test.each([
    ['standard output is left at once', '% | head -c 1 >/dev/null', 0],
    ['standard error is left after a line', '% 2>&1 >/dev/null | head -n 1 >/dev/null', 0],
    ['both are closed', '% >&- 2>&-', 0],
    ['standard output is on a full disk', '% >/dev/full', 5],
    ['standard error is on a full disk', '% 2>/dev/full', 5],
  ])('D3 D23 %s: everything is deleted and on record', async (_, script, code) => {
    await using account = await Account.start({ seed: SEED });
    expect((await startBy(script, account).ended).code).toBe(code);
    await using ledger = await account.ledger();
    const [sweep] = await ledger.history({ limit: 1 });
    expect(sweep).toMatchObject({ end: { result: 'complete' }, outcomes: { uncertain: 0, 'not-sent': 0 } });
    expect(sweep?.outcomes.deleted).toBe(account.emulator.truth.count().deleted);
    await settlesTruly(account);
  });

  test('F23 its log is on standard error alone, so it cannot fill the disk of the ledger: three files stay, none grows with the log', async () => {
    await using account = await Account.start({ seed: SEED });
    const { stderr } = await account.place.run('sweep --json', { LOG_LEVEL: 'trace' });
    expect(stderr.split('\n').length).toBeGreaterThan(100);
    expect(readdirSync(account.place.folder).toSorted()).toEqual(['ledger.db', 'ledger.db.lock', 'retention.yaml']);
  });
});

/** What a process is made to do at a moment of its own, by a module that is loaded before it. */
const BUGS = {
  exception: "setTimeout(() => { throw new Error('a planted bug'); }, Number(process.env.BUG_MS));",
  rejection: "setTimeout(() => void Promise.reject(new Error('a planted bug')), Number(process.env.BUG_MS));",
};

test.each(['exception', 'rejection'] as const)(
  'D5 %s: what nobody catches ends the process with 1, and nothing says that it was complete',
  async (kind) => {
    await using account = await Account.start({ seed: SEED, messages: 600, latencyMs: 20 });
    const bug = account.place.write('bug.mjs', BUGS[kind]);
    const running = account.place.start('sweep --json', { NODE_OPTIONS: `--import=file://${bug}`, BUG_MS: '1500' });
    const ended = await running.ended;
    expect([ended.code, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toContain('a planted bug');
    await using ledger = await account.ledger();
    for (const { end } of await ledger.history({ limit: 5 })) expect(end).toBeUndefined();
    expect(await falseClaims(account, ledger)).toEqual([]);
    await settlesTruly(account);
  },
);
