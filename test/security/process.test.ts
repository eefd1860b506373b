import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { aSweep, anEnd } from '../ledger/samples.ts';
import { httpServer } from '../support/api-server.ts';
import { mixedPolicy, Place, type Running } from '../support/cli.ts';
import { leaks } from './secrets.ts';

const SECRET = {
  token: 'PTc0ffee5ec12e7c0ffee5ec12e7c0ffee5ec12e7c0ffee5ec1',
  status: 'status-page-Passw0rd~#%&+/=?',
  webhook: 'T0WEBHOOK0/B0SECRET0PATH',
  heartbeat: 'heartbeat-0f1e2d3c4b5a',
  proxy: 'proxy-pass-99aabb',
} as const;

/** As if the last slot had been missed: it is made up for at once. */
async function missed(place: Place, projectId: string): Promise<void> {
  await using ledger = await openLedger(`sqlite:${place.ledgerPath}`, { clock });
  const long = new Date('2020-01-01T00:00:00Z');
  const record = await ledger.begin(aSweep({ projectId, startedAt: long }));
  await record.end(anEnd({ endedAt: long }));
}

/** A long-running worker that is told all its secrets by files, and its proxy by the environment, as there is no other way. */
async function started(emulator: Emulator, hooks: string): Promise<{ place: Place; running: Running; origin: string }> {
  const place = new Place(
    emulator,
    mixedPolicy(`schedule: "0 3 1 1 *"
serve: { listen: "127.0.0.1:0", tokenFile: status_token }
notify: { webhookEnv: HOOK, heartbeatEnv: BEAT, on: [refused, failed, digest] }
limits: { maxDeletions: 1 }`),
    { SIGNALWIRE_API_TOKEN: undefined },
  );
  place.write('api_token', `${SECRET.token}\n`);
  place.write('status_token', SECRET.status);
  place.write('hook', `${hooks}/${SECRET.webhook}`);
  place.write('beat', `${hooks}/${SECRET.heartbeat}`);
  await missed(place, emulator.project);
  const running = place.start('serve', {
    SIGNALWIRE_API_TOKEN_FILE: 'api_token',
    HOOK_FILE: 'hook',
    BEAT_FILE: 'beat',
    HTTPS_PROXY: `http://somebody:${SECRET.proxy}@127.0.0.1:9`,
    LOG_LEVEL: 'trace',
    NODE_OPTIONS: '--report-on-signal --report-directory=.',
  });
  const { listen = '' } = JSON.parse((await running.firstLine) ?? '{}') as { listen?: string };
  return { place, running, origin: listen };
}

/** Status, headers and text. */
const ask = async (url: string, token?: string): Promise<string> => {
  const answer = await fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  return JSON.stringify([answer.status, [...answer.headers], await answer.text()]);
};

const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await what())) await delay(10);
};

/** The report that a process writes of itself, once it is whole. */
async function reportOf({ process: child }: Running, folder: string): Promise<string> {
  child.kill('SIGUSR2');
  let whole = '';
  await until(() => {
    const name = readdirSync(folder).find((each) => each.startsWith('report.'));
    whole = name === undefined ? '' : readFileSync(join(folder, name), 'utf8');
    return whole.trimEnd().endsWith('}');
  });
  return whole;
}

test.skipIf(!existsSync('/proc/self/environ'))(
  'F4 F2 the secrets of a worker that runs are in none of its answers, lines, files, arguments, variables and reports',
  async () => {
    const notices: string[] = [];
    await using hooks = await httpServer((request, response) => {
      void text(request).then((body) => notices.push(JSON.stringify(request.headers) + body));
      response.writeHead(request.url?.includes('T0') ? 404 : 200).end('no such hook');
    });
    await using emulator = await startEmulator({ messages: 300, token: SECRET.token });
    const { place, running, origin } = await started(emulator, hooks.origin);
    await using _ = place;
    await until(async () =>
      (await ask(`${origin}/metrics`, SECRET.status)).includes('notices_total{kind=\\"refused\\"'),
    );

    const { pid } = running.process;
    const texts: Record<string, string> = { report: await reportOf(running, place.folder) };
    for (const name of ['cmdline', 'environ']) texts[name] = readFileSync(`/proc/${pid}/${name}`, 'latin1');
    for (const path of ['/', '/metrics', '/healthz', '/readyz', '/nothing'])
      for (const token of [SECRET.status, undefined, `${SECRET.status}x`])
        texts[`${path} for ${token}`] = await ask(origin + path, token);
    for (const name of readdirSync(place.folder).filter((each) => each.startsWith('ledger.db')))
      texts[name] = readFileSync(join(place.folder, name), 'latin1');
    running.process.kill('SIGTERM');
    const { stdout, stderr, code } = await running.ended;
    Object.assign(texts, { stdout, stderr, notices: notices.join() });

    expect([code, notices.length > 0]).toEqual([0, true]);
    expect(Object.keys(texts)).toEqual(expect.arrayContaining(['ledger.db', 'ledger.db-wal']));
    expect(texts['/ for undefined']).toMatch(/^\[401,/);
    expect(texts['cmdline']).toContain('serve');
    expect(JSON.parse(texts['report'] ?? '{}')).toMatchObject({ header: { processId: pid } });
    expect(texts['environ']).toContain('api_token');
    const { proxy, ...ofFiles } = SECRET;
    expect(leaks(texts, Object.values(ofFiles))).toEqual([]);
    const { environ: __, ...others } = texts; // a proxy has no file
    expect(leaks(others, [proxy])).toEqual([]);
  },
);

test('F4 a diagnostic report leaves out the environment also where the token is in it', async () => {
  await using emulator = await startEmulator({ messages: 10, token: SECRET.token });
  await using place = new Place(emulator, mixedPolicy('serve: { listen: "127.0.0.1:0" }'));
  const running = place.start('serve', { NODE_OPTIONS: '--report-on-signal --report-directory=.' });
  expect(await running.firstLine).toContain('serve.started');
  const report = await reportOf(running, place.folder);
  expect(JSON.parse(report)).not.toHaveProperty('environmentVariables');
  expect(leaks({ report }, [SECRET.token])).toEqual([]);
});

test('F9 a worker that is asked to listen beyond this machine without a token does not start', async () => {
  await using place = new Place(undefined, 'version: 1\npolicy: { default: 1y }\nserve: { listen: "0.0.0.0:0" }\n');
  const { code, stdout, stderr } = await place.here('serve');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('serve.tokenFile');
});

test('F9 F11 a worker that runs answers no path that leaves its own', async () => {
  await using emulator = await startEmulator({ messages: 10 });
  await using place = new Place(emulator, mixedPolicy('serve: { listen: "127.0.0.1:0" }'));
  const running = place.start('serve');
  const { listen = '' } = JSON.parse((await running.firstLine) ?? '{}') as { listen?: string };
  const paths = [
    '/../../etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%2e%2e/retention.yaml',
    '/retention.yaml',
    '/ledger.db',
  ];
  const statuses = await Promise.all(paths.map((path) => statusOf(listen, path)));
  expect(statuses).toEqual(paths.map(() => 404));
  expect(await statusOf(listen, '/?run=../../etc/passwd')).toBe(200); // a query means nothing
});

/** As it is asked, to the letter: `fetch` would tidy the path up. */
const statusOf = (origin: string, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    get({ hostname, port, path, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
  });
