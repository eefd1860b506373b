import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import type { AnswerEntry } from '../../src/emulator/request.ts';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import type { Report } from '../../src/sweep/report.ts';
import { mixedPolicy, Place, ROOT, type Ended } from '../support/cli.ts';
import { disagreements } from '../support/oracle.ts';

/** An account in which deletions are watched, and so slow, from the first on, that they take seconds. */
interface Watched {
  readonly emulator: Emulator;
  /** When each DELETE arrived. */
  readonly deletedMs: readonly number[];
  readonly answered: readonly AnswerEntry[];
  /** Resolves with the DELETE of this number. */
  readonly reached: (count: number) => Promise<void>;
}

async function watched(own: EmulatorOptions = {}): Promise<Watched> {
  const deletedMs: number[] = [];
  const answered: AnswerEntry[] = [];
  const waiting = new Map<number, () => void>();
  const emulator = await startEmulator({
    messages: 600,
    ...own,
    onRequest: ({ kind }) => {
      if (kind !== 'deleteMedia') return;
      if (deletedMs.length === 0) emulator.latencyMs = 20;
      deletedMs.push(performance.now());
      waiting.get(deletedMs.length)?.();
    },
    onAnswer: (entry) => void (entry.request.kind === 'deleteMedia' && answered.push(entry)),
  });
  return { emulator, deletedMs, answered, reached: (count) => new Promise((resolve) => waiting.set(count, resolve)) };
}

/** Four at once: with 20 ms each, what is due takes more than two seconds. */
const POLICY = mixedPolicy().replace('concurrency: 8', 'concurrency: 4');
const reportOf = ({ stdout }: Ended): Report => JSON.parse(stdout) as Report;
const logOf = ({ stderr }: Ended): Record<string, unknown>[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

// npm hands a signal to the shell that it starts a script with, and the shell dies of it without a word to its child.
test.skipIf(process.platform === 'win32')(
  'a sweep that npm started ends in order when the shell above it is gone',
  async () => {
    const { emulator, deletedMs, reached } = await watched();
    await using _ = emulator;
    await using place = new Place(emulator, POLICY);
    const script = `"${process.execPath}" "${join(ROOT, 'src', 'media-retention.mjs')}" sweep --json; true`;
    const shell = place.startProgram('sh', ['-c', script], { npm_lifecycle_event: 'cli' });
    await reached(20);
    shell.process.kill('SIGTERM');
    const { outcomes, result } = reportOf(await shell.ended);
    expect(result).toBe('partial');
    expect(outcomes).toMatchObject({ deleted: deletedMs.length, uncertain: 0 });
    expect(outcomes['not-sent']).toBeGreaterThan(100);
  },
);

/** A signal takes its time to arrive on a busy machine; a sweep that went on would take ten times as long. */
const ARRIVES_MS = 250;

describe('D2 a signal in the middle of a sweep', () => {
  test.concurrent.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s: no DELETE begins, those under way finish, all is written down and reported: exit 5',
    async (signal) => {
      const { emulator, deletedMs, answered, reached } = await watched();
      await using _ = emulator;
      await using place = new Place(emulator, POLICY);
      const running = place.start('sweep --json');
      await reached(40);
      running.process.kill(signal);
      const signalledMs = performance.now();
      const ended = await running.ended;
      const tookMs = performance.now() - signalledMs;

      expect(deletedMs.filter((ms) => ms > signalledMs + ARRIVES_MS)).toEqual([]);
      expect(tookMs).toBeLessThan(5_000);
      expect(ended.code).toBe(5);
      const { result, outcomes, planned } = reportOf(ended);
      expect(result).toBe('partial');
      expect(outcomes).toMatchObject({ deleted: deletedMs.length, uncertain: 0, failed: 0 });
      expect(outcomes['not-sent']).toBe(planned - deletedMs.length);
      expect(outcomes['not-sent']).toBeGreaterThan(100);
      expect(ended.stderr).toMatch(/\nPartial: it was told to stop\. Deleted \d+ of /);

      expect(answered.map(({ status }) => status)).toEqual(deletedMs.map(() => 204));
      expect(emulator.truth.count().deleted).toBe(outcomes.deleted);
      const settled = logOf(ended).filter(({ event }) => event === 'media.settled');
      expect(settled.filter(({ outcome }) => outcome === 'deleted')).toHaveLength(outcomes.deleted);
      expect(logOf(ended).at(-1)).toMatchObject({ event: 'sweep.ended', result: 'partial' });
    },
  );
});

test.concurrent('D3 a second signal ends at once, also with requests under way', async () => {
  const { emulator, reached } = await watched();
  await using _ = emulator;
  await using place = new Place(emulator, POLICY);
  const running = place.start('sweep --json');
  await reached(20);
  emulator.latencyMs = 60_000;
  await reached(21);
  running.process.kill('SIGTERM');
  await delay(ARRIVES_MS);
  expect(running.process.exitCode).toBeNull();
  const againMs = performance.now();
  running.process.kill('SIGTERM');
  const ended = await running.ended;
  expect([ended.code, ended.stdout]).toEqual([5, '']);
  expect(performance.now() - againMs).toBeLessThan(2_000);
  expect(logOf(ended).filter(({ event }) => event === 'media.settled').length).toBeGreaterThan(5);

  const { sweeps } = JSON.parse((await place.run('history --json')).stdout) as { sweeps: object[] };
  expect(sweeps).toMatchObject([{ result: 'partial', endedAt: null, outcomes: { failed: 0 } }]);
});

test.concurrent('a hold written into the policy file in the middle of a sweep stops it, and nothing under it goes', async () => {
  const { emulator, deletedMs, reached } = await watched({ messages: 1500 });
  await using _ = emulator;
  await using place = new Place(emulator, POLICY);
  const running = place.start('sweep --json');
  await reached(40);
  const wrote = new Date();
  const wroteMs = performance.now();
  place.write(
    'retention.yaml',
    `${POLICY}holds: [{ id: case-7, reason: Litigation, match: { number: ["+1555*"] } }]\n`,
  );
  const ended = await running.ended;

  expect(ended.code).toBe(5);
  expect(Math.max(...deletedMs) - wroteMs).toBeLessThan(2_000);
  expect(reportOf(ended).outcomes['not-sent']).toBeGreaterThan(100);
  expect(ended.stderr).toContain('the policy file is no longer the one that was planned with');

  emulator.latencyMs = 0;
  const next = await place.run('sweep --json');
  expect(next.code).toBe(0);
  const late = [...emulator.truth.media()].filter(
    ({ deletedAt }) => deletedAt && deletedAt.getTime() > wrote.getTime() + 2_000,
  );
  expect(late.filter(({ from, to }) => [from, to].some((number) => number.startsWith('+1555')))).toEqual([]);
});

test.concurrent('D12 D17 two sweeps at once on one ledger: the second ends with exit code 7 and does nothing; looking works', async () => {
  const { emulator, reached } = await watched({ messages: 300 });
  await using _ = emulator;
  await using place = new Place(emulator, POLICY);
  const first = place.start('sweep --json');
  await reached(5);
  emulator.latencyMs = 3_000; // the first one is not done before the second has started, however busy the machine is
  const second = await place.run('sweep --json', { SIGNALWIRE_BASE_URL: 'http://127.0.0.1:9' });
  expect(second).toMatchObject({
    code: 7,
    stdout: '',
    stderr: `Another sweep is running with the ledger ${place.ledgerPath}. Nothing was started.\n`,
  });
  expect(first.process.exitCode).toBeNull();
  expect((await place.run('ledger backup copy.db')).code).toBe(0);

  emulator.latencyMs = 0;
  const ended = await first.ended;
  expect([ended.code, reportOf(ended).result]).toEqual([0, 'complete']);
  await using ledger = await place.ledger();
  expect(await disagreements(emulator.truth, ledger, new Date())).toEqual([]);
});

test.concurrent('a clock five minutes ahead of the API’s refuses: exit 4, nothing is deleted', async () => {
  const { emulator, deletedMs } = await watched({ switches: { dateHeader: { aheadMs: -300_000 } } });
  await using _ = emulator;
  await using place = new Place(emulator, POLICY);
  const ended = await place.run('sweep --json');
  expect([ended.code, deletedMs.length, reportOf(ended).result]).toEqual([4, 0, 'refused']);
  expect(ended.stderr).toMatch(
    /\nRefused: this machine's clock is (5 min( \d s)?|4 min 5\d s) ahead of the API's.*Set the clock right\. Nothing was deleted\.\n$/,
  );
});
