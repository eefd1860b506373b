import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/server.ts';
import type { Report } from '../../src/sweep/report.ts';
import { httpServer, type HttpServer } from '../support/api-server.ts';
import { mixedPolicy, Place, type Ended, type Variables } from '../support/cli.ts';

const SECRET = 'hunter2';
const NOTIFY = 'notify: { webhookEnv: HOOK, heartbeatEnv: BEAT }';

/** What takes messages and heartbeats, and what came: `POST /hook {"text":…}`. */
interface Receiver extends HttpServer {
  readonly came: string[];
  readonly urls: Variables;
}

async function receiver(status = 200): Promise<Receiver> {
  const came: string[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    came.push(`${request.method} ${request.url?.split('?')[0]} ${body}`.trimEnd());
    response.writeHead(status).end('not read');
  };
  const server = await httpServer((request, response) => void take(request, response));
  const url = (path: string): string => `${server.origin}/${path}?key=${SECRET}`;
  return Object.assign(server, { came, urls: { HOOK: url('hook'), BEAT: url('beat') } });
}

/** Those that are of notices, without what differs each time. */
const noticesIn = ({ stderr }: Ended): object[] =>
  stderr
    .split('\n')
    .filter((line) => line.includes('"notice.'))
    .map((line) => {
      const { time, ...rest } = JSON.parse(line) as { time: string };
      expect(time).toMatch(/^\d{4}-/);
      return rest;
    });

const secretsIn = ({ stdout, stderr }: Ended): string[] =>
  [SECRET, '/hook', '/beat', 'not read'].filter((secret) => `${stdout}${stderr}`.includes(secret));

describe.concurrent('a sweep tells', () => {
  test.concurrent('that the limit refused it, once, and calls no heartbeat: exit 4', async () => {
    await using emulator = await startEmulator({ messages: 60, canaryNumber: '+15557246813' });
    await using server = await receiver();
    await using place = new Place(emulator, mixedPolicy(`limits: { maxDeletions: 3 }\n${NOTIFY}`), server.urls);
    const ended = await place.run('sweep --json');
    expect(ended.code).toBe(4);
    const { planned, result } = JSON.parse(ended.stdout) as Report;
    expect(result).toBe('refused');
    const told = `media-retention\nmain: Refused: ${planned} items are due, and limits.maxDeletions allows 3 a sweep. Look at them with "plan"; then raise limits.maxDeletions, or set limits.onLimit: oldest-first to work through them sweep by sweep. Nothing was deleted.`;
    expect(server.came).toEqual([`POST /hook ${JSON.stringify({ text: told })}`]);
    expect(server.requests[0]?.headers['content-type']).toBe('application/json');
    expect(noticesIn(ended)).toEqual([{ level: 'info', event: 'notice.sent', notice: 'refused' }]);
    expect(secretsIn(ended)).toEqual([]);
  });

  test.concurrent('nobody but the heartbeat that it was complete: exit 0', async () => {
    await using emulator = await startEmulator({ messages: 60 });
    await using server = await receiver();
    await using place = new Place(emulator, mixedPolicy(NOTIFY), server.urls);
    const ended = await place.run('sweep');
    expect([ended.code, server.came]).toEqual([0, ['GET /beat']]);
    expect(ended.stdout).toMatch(/Deleted \d+ of \d+ expired media/);
    expect(noticesIn(ended)).toEqual([{ level: 'info', event: 'notice.sent', notice: 'heartbeat' }]);
    expect(secretsIn(ended)).toEqual([]);
  });

  test.concurrent.each(['sweep --dry-run', 'sweep --project main'])(
    'not even the heartbeat of %s by hand, which is not the whole',
    async (args) => {
      await using emulator = await startEmulator({ messages: 20 });
      await using server = await receiver();
      const listed = `projects: [{ name: main, baseUrl: "${emulator.url}", id: ${emulator.project} }]`;
      await using place = new Place(emulator, mixedPolicy(`${NOTIFY}\n${listed}`), server.urls);
      const ended = await place.run(args);
      expect([ended.code, server.came]).toEqual([0, []]);
    },
  );

  test.concurrent('nobody of what is not asked for', async () => {
    await using emulator = await startEmulator({ messages: 60 });
    await using server = await receiver();
    const policy = mixedPolicy('limits: { maxDeletions: 3 }\nnotify: { webhookEnv: HOOK, on: [failed, digest] }');
    await using place = new Place(emulator, policy, server.urls);
    const ended = await place.here('sweep');
    expect([ended.code, server.came, noticesIn(ended)]).toEqual([4, [], []]);
  });

  test.concurrent('that the API was away, or the credentials were refused', async () => {
    await using emulator = await startEmulator({ messages: 1 });
    await using server = await receiver();
    await using place = new Place(emulator, mixedPolicy(NOTIFY).replace('attempts: 3', 'attempts: 1'), server.urls);
    const away = await place.here('sweep', { SIGNALWIRE_BASE_URL: 'http://127.0.0.1:9' });
    const wrong = await place.here('sweep', { SIGNALWIRE_API_TOKEN: 'PTwrong-token' });
    expect([away.code, wrong.code]).toEqual([5, 6]);
    expect(server.came).toEqual([
      expect.stringMatching(/^POST \/hook .*main: Partial: .* cannot be reached/),
      expect.stringMatching(/^POST \/hook .*main: Failed: The API refused the credentials \(HTTP 401\)/),
    ]);
    expect(server.came.join()).not.toContain('PTwrong');
  });

  test.concurrent('that the ledger cannot be used: exit 8', async () => {
    await using server = await receiver();
    await using emulator = await startEmulator({ messages: 1 });
    await using place = new Place(emulator, mixedPolicy(NOTIFY), server.urls);
    const ended = await place.here('sweep --json', { LEDGER_URL: 'sqlite:/proc/ledger.db' });
    expect([ended.code, ended.stdout, emulator.requests.listMessages]).toEqual([8, '', 0]);
    expect(server.came).toEqual([
      expect.stringMatching(/^POST \/hook \{"text":"media-retention\\nThe sweep could not go on: .*\/proc\/ledger\.db/),
    ]);
  });

  test.concurrent('by URLs in files', async () => {
    await using emulator = await startEmulator({ messages: 10 });
    await using server = await receiver();
    const policy = mixedPolicy('notify: { webhookEnv: HOOK, heartbeatEnv: BEAT_FILE }');
    await using place = new Place(emulator, policy, { HOOK_FILE: 'hook', BEAT_FILE: 'beat' });
    place.write('hook', `${server.urls['HOOK']}\n`);
    place.write('beat', `${server.urls['BEAT']}\n`);
    expect((await place.run('sweep')).code).toBe(0);
    expect(server.came).toEqual(['GET /beat']);
  });
});

const same = ({ stdout }: Ended): object => {
  const { result, retained, planned, outcomes, requests, policyHash } = JSON.parse(stdout) as Report;
  return { result, retained, planned, outcomes, requests, policyHash };
};

describe.concurrent('a message that cannot be sent changes nothing but a line of the log', () => {
  test.concurrent.each<[string, number | undefined, string]>([
    ['because nobody listens', undefined, 'ECONNREFUSED'],
    ['because it is not taken', 404, 'HTTP 404'],
  ])('%s', async (_, status, why) => {
    await using emulator = await startEmulator({ messages: 60 });
    const server = await receiver(status);
    if (status === undefined) await server[Symbol.asyncDispose]();
    await using place = new Place(emulator, mixedPolicy('limits: { maxDeletions: 3 }'), server.urls);
    const without = await place.here('sweep --json');
    place.write('retention.yaml', mixedPolicy(`limits: { maxDeletions: 3 }\n${NOTIFY}`));
    const ended = await place.here('sweep --json');
    if (status !== undefined) await server[Symbol.asyncDispose]();

    expect([ended.code, without.code]).toEqual([4, 4]);
    expect(same(ended)).toEqual(same(without));
    expect(noticesIn(ended)).toEqual([{ level: 'warn', event: 'notice.failed', notice: 'refused', why }]);
    expect(secretsIn(ended)).toEqual([]);
  });

  test.concurrent('not even where it is the heartbeat of a complete sweep, and no log is wanted: exit 0', async () => {
    await using emulator = await startEmulator({ messages: 10 });
    await using server = await receiver(410);
    await using place = new Place(emulator, mixedPolicy(NOTIFY), server.urls);
    const ended = await place.here('sweep --json', { LOG_LEVEL: 'error' });
    expect([ended.code, ended.stderr, server.came]).toEqual([0, '', ['GET /beat']]);
  });
});

test.concurrent('a webhook that never answers is given up when the sweep is told to stop', async () => {
  await using emulator = await startEmulator({ messages: 60 });
  const asked = Promise.withResolvers<void>();
  await using server = await httpServer(() => asked.resolve());
  const policy = mixedPolicy('limits: { maxDeletions: 3 }\nnotify: { webhookEnv: HOOK }');
  await using place = new Place(emulator, policy, { HOOK: `${server.origin}/hook` });
  const running = place.start('sweep --json');
  await asked.promise;
  const atMs = performance.now();
  running.process.kill('SIGTERM');
  const ended = await running.ended;
  expect(performance.now() - atMs).toBeLessThan(5_000); // an attempt alone would have eight seconds
  expect([ended.code, (JSON.parse(ended.stdout) as Report).result]).toEqual([4, 'refused']);
  expect(noticesIn(ended)).toEqual([{ level: 'warn', event: 'notice.failed', notice: 'refused', why: 'stopped' }]);
});

const expected = (found: string): string => `HOOK  ${found}.\n  Expected `;

describe.concurrent('a URL that is named and not there', () => {
  test.concurrent.each<[string, string, Variables, string]>([
    ['is not set', 'sweep --json', { HOOK: undefined }, expected('is not set')],
    ['is not set for serve', 'serve', { HOOK: undefined }, expected('is not set')],
    ['is empty', 'sweep --json', { HOOK: '' }, expected('is set, but empty')],
    ['is empty for serve', 'serve', { HOOK: '' }, expected('is set, but empty')],
    ['is empty even for those that send nothing', 'plan --json', { HOOK: '' }, expected('is set, but empty')],
    ['is empty even for check', 'check --json', { HOOK: '' }, expected('is set, but empty')],
    [
      'is plain http',
      'sweep',
      { HOOK: `http://hooks.example/${SECRET}` },
      expected('holds a plain http URL of another machine'),
    ],
  ])('because it %s: exit 2, nothing is started', async (_, verb, env, message) => {
    await using emulator = await startEmulator({ messages: 10 });
    await using server = await receiver();
    await using place = new Place(emulator, mixedPolicy(NOTIFY), { ...server.urls, ...env });
    const ended = await place.here(verb);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr.startsWith(message)).toBe(true);
    expect(ended.stderr).toMatch(/\n1 problem; nothing was started\.\n$/);
    expect([emulator.requests.listMessages, server.came, secretsIn(ended)]).toEqual([0, [], []]);
  });

  test.concurrent('is a warning for check, and nothing for plan', async () => {
    await using emulator = await startEmulator({ messages: 10 });
    await using place = new Place(emulator, mixedPolicy(NOTIFY), { BEAT: `https://beats.example/${SECRET}` });
    const [check, json, plan] = [await place.here('check'), await place.here('check --json'), await place.here('plan')];
    expect([check.code, json.code, plan.code]).toEqual([0, 0, 0]);
    expect(check.stdout).toContain('\nWarnings:\n  HOOK is not set: a sweep needs it.\n\nValid, with warnings.\n');
    expect(JSON.parse(json.stdout)).toMatchObject({ warnings: ['HOOK is not set: a sweep needs it.'] });
    for (const ended of [check, json, plan]) expect(secretsIn(ended)).toEqual([]);
  });
});
