import { describe, expect, test } from 'vitest';
import type { Posted } from '../../src/app/post.ts';
import type { Notify } from '../../src/app/settings-notify.ts';
import { newNotices, type Notices } from '../../src/commands/notices.ts';
import type { OutcomeCounts } from '../../src/ledger/entries.ts';
import type { ServeEvent } from '../../src/serve/events.ts';
import { Stop, type StopKind } from '../../src/sweep/events.ts';
import type { SweepDone } from '../../src/sweep/order.ts';
import type { Report } from '../../src/sweep/report.ts';
import { policyFile } from '../app/environments.ts';
import { NO_REQUESTS } from '../support/fake-api.ts';

const NONE = { deleted: 0, 'already-gone': 0, deferred: 0, failed: 0, uncertain: 0, 'not-sent': 0 };
const outcomes = (own: Partial<OutcomeCounts>): OutcomeCounts => ({ ...NONE, ...own });
const REQUESTS = { ...NO_REQUESTS, listMessages: 1 };

/** A sweep that planned twelve items and deleted them, but for what is said. */
const done = (report: Partial<Report> = {}, end: Omit<Partial<SweepDone>, 'report'> = {}): SweepDone => ({
  report: {
    version: '0.0.0',
    sweepId: 'sweep-1',
    project: 'main',
    projectId: 'project-1',
    mode: 'enforce',
    policyHash: 'a'.repeat(64),
    asOf: '2026-11-23T03:00:00.000Z',
    result: 'complete',
    messages: 20,
    media: 20,
    retained: { 'not-due': 8 },
    planned: 12,
    planComplete: true,
    outcomes: outcomes({ deleted: 12 }),
    unverified: 0,
    settledEarlier: NONE,
    scan: { kind: 'full', days: 0, lastFullAt: null },
    requests: REQUESTS,
    oldestOverdueAt: null,
    startedAt: '2026-11-23T03:00:00.000Z',
    endedAt: '2026-11-23T03:00:02.000Z',
    ...report,
  },
  outlook: { nextDueAt: undefined, stuckInProgress: 0 },
  ...end,
});

const stopped = (kind: StopKind, message: string, report: Partial<Report> = {}): SweepDone =>
  done({ result: 'partial', outcomes: outcomes({ 'not-sent': 12 }), ...report }, { stop: new Stop(kind, message) });
const refused = (report: Partial<Report> = {}): SweepDone =>
  done(
    { result: 'refused', outcomes: outcomes({ 'not-sent': 12 }), ...report },
    { refusal: { kind: 'limit', planned: 12, maxDeletions: 10 } },
  );

const HOOK = { current: () => 'https://hooks.example/secret' };
const BEAT = { current: () => 'https://beats.example/secret' };
const ALL: Notify = { webhook: HOOK, heartbeat: BEAT, on: ['refused', 'failed', 'digest'] };

interface Told {
  readonly notices: Notices;
  /** `heartbeat`, or the text of a message. */
  readonly posted: string[];
  readonly counted: string[];
  readonly events: ServeEvent[];
}

function telling(notify: Notify = ALL, answer: Posted = { kind: 'sent' }): Told {
  const told = { posted: [] as string[], counted: [] as string[], events: [] as ServeEvent[] };
  const notices = newNotices(() => notify, {
    async post(url, body) {
      expect(url).toBe(body ? HOOK : BEAT);
      if (body) expect(Object.keys(body)).toEqual(['text']); // all that Slack and its like need
      told.posted.push(body ? (body as { text: string }).text : 'heartbeat');
      return answer;
    },
    metrics: { noticed: (kind, result) => told.counted.push(`${kind} ${result}`) },
    tell: (event) => told.events.push(event),
  });
  return { ...told, notices };
}

const FILE = { file: policyFile('limits: { maxDeletions: 10 }') };

async function after(...all: SweepDone[]): Promise<string[]> {
  const { notices, posted } = telling();
  await notices.swept(all, FILE);
  return posted;
}

const message = (...lines: string[]): string => ['media-retention', ...lines].join('\n');

describe('nobody is told of a sweep but by the heartbeat', () => {
  test.each<[string, SweepDone]>([
    ['that was complete', done()],
    ['with nothing to do', done({ planned: 0, outcomes: NONE })],
    ['with items deferred', done({ outcomes: outcomes({ deleted: 11, deferred: 1 }) })],
    ['that was dry', done({ mode: 'dry-run', result: 'dry-run', outcomes: outcomes({ 'not-sent': 12 }) })],
  ])('%s', async (_, sweep) => {
    expect(await after(sweep)).toEqual(['heartbeat']);
  });
});

describe('nobody is told of a sweep that goes on next time, and the heartbeat is not called', () => {
  test.each<[string, SweepDone]>([
    ['because its time was over', stopped('time', 'limits.maxDuration (1 h) is over.')],
    ['because it was told to stop', stopped('stopped', 'it was told to stop.')],
    ['beyond its limit', done({ result: 'partial', outcomes: outcomes({ deleted: 10, 'not-sent': 2 }) })],
    ['with items uncertain', done({ result: 'partial', outcomes: outcomes({ deleted: 11, uncertain: 1 }) })],
    ['without having read all', done({ result: 'partial', planComplete: false, outcomes: outcomes({ deleted: 12 }) })],
  ])('%s', async (_, sweep) => {
    expect(await after(sweep)).toEqual([]);
  });
});

describe('somebody is told of a sweep', () => {
  const FAILED = outcomes({ deleted: 11, failed: 1 });
  const NAMED = '1 failed ("ledger export" names them; still due, they are planned again)';
  const CLOCK = { kind: 'clock', aheadMs: 300_000 } as const;
  test.each<[string, SweepDone, string, ...string[]]>([
    [
      'that the limit refused',
      refused(),
      'main: Refused: 12 items are due, and limits.maxDeletions allows 10 a sweep. Look at them with "plan"; then raise ' +
        'limits.maxDeletions, or set limits.onLimit: oldest-first to work through them sweep by sweep. Nothing was deleted.',
    ],
    [
      'that the clock refused',
      done({ result: 'refused', outcomes: outcomes({ 'not-sent': 12 }) }, { refusal: CLOCK }),
      "main: Refused: this machine's clock is 5 min ahead of the API's, so media would look older than they are. Set the clock right. Nothing was deleted.",
    ],
    [
      'whose credentials were refused',
      stopped('unauthorized', 'The API refused the credentials (HTTP 401).', {
        result: 'failed',
        planned: 0,
        outcomes: NONE,
        planComplete: false,
      }),
      'main: Failed: The API refused the credentials (HTTP 401). Nothing was deleted.',
    ],
    [
      'whose ledger was lost',
      stopped('ledger', 'The ledger /data/ledger.db is full.', { result: 'failed' }),
      'main: Failed: The ledger /data/ledger.db is full. Deleted 0 of 12 expired media in 2 s. 12 not sent.',
    ],
    [
      'whose API was away',
      stopped('unreachable', 'the API gave no trustworthy answer 10 times in a row.'),
      'main: Partial: the API gave no trustworthy answer 10 times in a row. Deleted 0 of 12 expired media in 2 s. 12 not sent.',
    ],
    [
      'whose policy changed meanwhile',
      stopped('policy-changed', 'the policy file has changed.'),
      'main: Partial: the policy file has changed. Deleted 0 of 12 expired media in 2 s. 12 not sent.',
    ],
    [
      'with failed items, which was complete',
      done({ outcomes: FAILED }),
      `main: Deleted 11 of 12 expired media in 2 s. ${NAMED}.`,
      'heartbeat',
    ],
    [
      'with failed items, which goes on next time',
      done({ result: 'partial', outcomes: outcomes({ deleted: 9, failed: 1, 'not-sent': 2 }) }),
      `main: Partial: the limit was reached; 2 more are due. Deleted 9 of 12 expired media in 2 s. ${NAMED}, 2 not sent.`,
    ],
    [
      'with items failed that were left open before',
      done({ settledEarlier: outcomes({ deleted: 3, failed: 2 }) }),
      'main: Deleted 12 of 12 expired media in 2 s. Of what earlier sweeps had left open, 2 items have failed and will be planned again.',
      'heartbeat',
    ],
  ])('%s', async (_, sweep, line, ...more) => {
    expect(await after(sweep)).toEqual([message(line), ...more]);
  });
});

describe('of several projects', () => {
  const [first, second, third] = ['first', 'second', 'third'].map((project) => ({ project }));

  test('those that were refused are in one message, those that failed in another', async () => {
    const posted = await after(
      refused(first),
      done(second),
      stopped('unreachable', 'It is away.', third),
      refused(third),
    );
    expect(posted.map((text) => text.replace(/(Refused|Partial): .*/g, '$1'))).toEqual([
      message('first: Refused', 'third: Refused'),
      message('third: Partial'),
    ]);
  });

  test('all have to be complete for the heartbeat, and then there is one', async () => {
    expect(await after(done(first), done(second))).toEqual(['heartbeat']);
    expect(await after(done(first), stopped('time', 'It is over.', second))).toEqual([]);
    expect(await after()).toEqual([]);
  });
});

test('what never began is told with its reason; that it was sent is counted and logged, what it says is not', async () => {
  const { notices, posted, counted, events } = telling();
  await notices.notSwept('refused', 'the policy file cannot be used.');
  await notices.notSwept('failed', 'The ledger cannot be opened.');
  expect(posted).toEqual([
    message('Nothing was swept: the policy file cannot be used.'),
    message('The sweep could not go on: The ledger cannot be opened.'),
  ]);
  expect(counted).toEqual(['refused sent', 'failed sent']);
  expect(events).toEqual(['refused', 'failed'].map((notice) => ({ event: 'notice.sent', notice })));
});

const everything = async ({ notices, posted }: Told): Promise<string[]> => {
  await notices.swept([refused(), stopped('unreachable', 'It is away.')], FILE);
  await notices.swept([done()], FILE);
  return posted.map((text) => /Refused|Partial|heartbeat/.exec(text)?.[0] ?? text);
};

describe('nobody is told', () => {
  test.each<[string, Partial<Notify>, string[]]>([
    ['of nothing, where all is asked for', {}, ['Refused', 'Partial', 'heartbeat']],
    ['but of refusals', { on: ['refused'] }, ['Refused', 'heartbeat']],
    ['but of failures', { on: ['failed'] }, ['Partial', 'heartbeat']],
    ['where only what stands is asked for', { on: ['digest'] }, ['heartbeat']],
    ['where there is no webhook', { webhook: undefined }, ['heartbeat']],
    ['by a heartbeat where there is none', { heartbeat: undefined }, ['Refused', 'Partial']],
    ['where nobody is named', { webhook: undefined, heartbeat: undefined }, []],
  ])('%s', async (_, notify, expected) => {
    const told = telling({ ...ALL, ...notify });
    expect(await everything(told)).toEqual(expected);
    expect(told.counted).toHaveLength(expected.length);
  });
});

test('a message that cannot be sent is counted and logged, and stops nothing that follows', async () => {
  const { notices, posted, counted, events } = telling(ALL, { kind: 'failed', why: 'HTTP 404' });
  await notices.swept([refused(), stopped('unreachable', 'It is away.')], FILE);
  await notices.swept([done()], FILE);
  expect(posted).toHaveLength(3);
  expect(counted).toEqual(['refused failed', 'failed failed', 'heartbeat failed']);
  expect(events).toEqual(
    ['refused', 'failed', 'heartbeat'].map((notice) => ({ event: 'notice.failed', notice, why: 'HTTP 404' })),
  );
});
