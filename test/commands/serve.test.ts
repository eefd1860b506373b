import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { aSweep, anEnd } from '../ledger/samples.ts';
import { mixedPolicy, Place, type Running } from '../support/cli.ts';
import { disagreements } from '../support/oracle.ts';

/** Once a year, so that nothing comes due by itself but what was missed. */
const YEARLY = 'schedule: "0 3 1 1 *"\nserve: { listen: "127.0.0.1:0" }';

/** As if the last slot had been missed: the ledger knows of a sweep of long ago. */
async function missed(place: Place, emulator: Emulator): Promise<void> {
  await using ledger = await openLedger(`sqlite:${place.ledgerPath}`, { clock });
  const long = new Date('2020-01-01T00:00:00Z');
  const record = await ledger.begin(aSweep({ projectId: emulator.project, startedAt: long }));
  await record.end(anEnd({ endedAt: long }));
}

/** Where it listens, as its first line says. */
async function originOf(running: Running): Promise<string> {
  const line = JSON.parse((await running.firstLine) ?? '{}') as { event?: string; listen?: string };
  expect(line.event).toBe('serve.started');
  return line.listen ?? '';
}

const text = async (url: string, init?: RequestInit): Promise<string> => {
  const answer = await fetch(url, init);
  return `${answer.status} ${(await answer.text()).trim()}`;
};

/** Until `what` is so; a process that never gets there is ended by the test's own time. */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await delay(20);
}

const linesOf = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test.concurrent('serve makes up for a missed slot, answers, and ends with 0 when told to stop', async () => {
  await using emulator = await startEmulator({ messages: 300 });
  await using place = new Place(emulator, mixedPolicy(YEARLY));
  await missed(place, emulator);
  const running = place.start('serve');
  const origin = await originOf(running);
  expect(await text(`${origin}/healthz`)).toBe('200 ok');
  expect(await text(`${origin}/readyz`)).toBe('200 ready');
  await until(async () => (await text(`${origin}/metrics`)).includes('slots_total{result="made-up"} 1'));

  const metrics = await text(`${origin}/metrics`);
  const { deleted } = emulator.truth.count();
  expect(deleted).toBeGreaterThan(50);
  expect(metrics).toContain(`media_retention_settled_total{project="main",outcome="deleted"} ${deleted}`);
  expect(metrics).toContain(`media_retention_requests_total{project="main",kind="deleteMedia",result="ok"} ${deleted}`);
  expect(metrics).toContain('media_retention_requests_in_flight{project="main"} 0');
  expect(await text(origin)).toMatch(/^200 <!doctype html>/i);

  running.process.kill('SIGTERM');
  const { code, stdout, stderr } = await running.ended;
  expect([code, stderr]).toEqual([0, '']);
  const events = linesOf(stdout).map(({ event }) => event);
  expect(events.filter((event) => event !== 'media.settled' && event !== 'page.read')).toEqual([
    'serve.started',
    'slot.begun',
    'sweep.started',
    'sweep.planning',
    'sweep.planned',
    'sweep.executing',
    'sweep.ended',
    'slot.ended',
    'serve.stopping',
    'serve.stopped',
  ]);
  await using ledger = await place.ledger();
  expect(await disagreements(emulator.truth, ledger, clock.now())).toEqual([]);
});

/** So slow that its deletions take seconds. */
async function inTheMiddle(): Promise<{ emulator: Emulator; place: Place; running: Running }> {
  const reached = Promise.withResolvers<void>();
  let deletes = 0;
  const emulator = await startEmulator({
    messages: 600,
    onRequest: ({ kind }) => {
      if (kind !== 'deleteMedia') return;
      emulator.latencyMs = 40;
      if (++deletes === 20) reached.resolve();
    },
  });
  const place = new Place(emulator, mixedPolicy(YEARLY).replace('concurrency: 8', 'concurrency: 4'));
  await missed(place, emulator);
  const running = place.start('serve');
  await reached.promise;
  return { emulator, place, running };
}

describe.concurrent('D2 SIGTERM in the middle of a sweep', () => {
  test.concurrent('drains, records it as partial, and ends with 0', async () => {
    const { emulator, place, running } = await inTheMiddle();
    await using _ = emulator;
    await using here = place;
    running.process.kill('SIGTERM');
    const { code } = await running.ended;
    expect(code).toBe(0);
    await using ledger = await here.ledger();
    const [sweep] = await ledger.history({ limit: 1 });
    expect(sweep).toMatchObject({
      end: { result: 'partial' },
      outcomes: { deleted: emulator.truth.count().deleted, uncertain: 0 },
    });
    expect(sweep?.outcomes['not-sent']).toBeGreaterThan(100);
  });

  test.concurrent('D3 and a second one end at once, which the next sweep puts in order', async () => {
    const { emulator, place, running } = await inTheMiddle();
    await using _ = emulator;
    await using here = place;
    emulator.latencyMs = 5_000; // a drain would take seconds
    await delay(100);
    running.process.kill('SIGTERM');
    await delay(100);
    const secondMs = performance.now();
    running.process.kill('SIGTERM');
    await running.ended;
    expect(performance.now() - secondMs).toBeLessThan(3_000);

    emulator.latencyMs = 0;
    // What was marked and never sent ends as failed, exit 3, and is planned again by the sweep after it.
    expect([0, 3]).toContain((await here.run('sweep')).code);
    expect((await here.run('sweep')).code).toBe(0);
    await using ledger = await here.ledger();
    expect(await disagreements(emulator.truth, ledger, clock.now())).toEqual([]);
  }, 120_000);
});

test.concurrent('D17 a slot while another process sweeps is busy, and nothing is swept twice', async () => {
  await using emulator = await startEmulator({ messages: 50 });
  await using place = new Place(emulator, mixedPolicy(YEARLY));
  await missed(place, emulator);
  await using ledger = await openLedger(`sqlite:${place.ledgerPath}`, { clock });
  const lock = await ledger.lock();
  expect(lock).not.toBe('busy');
  const running = place.start('serve');
  const origin = await originOf(running);
  await until(async () => (await text(`${origin}/metrics`)).includes('slots_total{result="busy"} 1'));
  expect(emulator.requests.listMessages).toBe(0);
  running.process.kill('SIGINT');
  expect((await running.ended).code).toBe(0);
});

test.concurrent('F9 with a token file, metrics and page want the token, and nothing tells it', async () => {
  await using emulator = await startEmulator({ messages: 20 });
  await using place = new Place(emulator, mixedPolicy('serve: { listen: "0.0.0.0:0", tokenFile: token }'));
  place.write('token', 'a-token-of-the-status-page\n');
  const running = place.start('serve');
  const origin = (await originOf(running)).replace('0.0.0.0', '127.0.0.1');
  expect(await text(`${origin}/readyz`)).toBe('200 ready');
  expect(await text(`${origin}/metrics`)).toMatch(/^401/);
  const bearer = { headers: { authorization: 'Bearer a-token-of-the-status-page' } };
  expect(await text(`${origin}/metrics`, bearer)).toMatch(/^200 /);
  const basic = { headers: { authorization: `Basic ${btoa('anyone:a-token-of-the-status-page')}` } };
  const page = await text(`${origin}/`, basic);
  expect(page).toMatch(/^200 /);
  running.process.kill('SIGTERM');
  const { stdout } = await running.ended;
  for (const said of [page, stdout]) {
    expect(said).not.toContain('a-token-of-the-status-page');
    expect(said).not.toContain(emulator.token);
  }
});

describe.concurrent('serve does not start', () => {
  test.concurrent.each([
    ['F9 beyond this machine without a token', 'serve: { listen: "0.0.0.0:0" }', /can be reached from other machines/],
    ['with a token file that is not there', 'serve: { tokenFile: nowhere }', /serve\.tokenFile.*does not exist/],
    ['with a token that can be guessed', 'serve: { tokenFile: retention.yaml }', /white space/],
    ['E17 with a schedule that never comes', 'schedule: "0 3 29 2 1#1"', /never comes/],
    [
      'on an address of another machine',
      'serve: { listen: "192.0.2.1:8080", tokenFile: token }',
      /no address of this machine/,
    ],
  ])('%s: exit 2, and says why', async (_, keys, why) => {
    await using place = new Place(undefined, mixedPolicy(keys), {
      SIGNALWIRE_SPACE: 'example',
      SIGNALWIRE_PROJECT_ID: 'project-1',
      SIGNALWIRE_API_TOKEN: 'PTx',
    });
    place.write('token', 'a-token-of-the-status-page');
    const { code, stdout, stderr } = await place.run('serve');
    expect(stderr).toMatch(why);
    expect([code, stdout]).toEqual([2, '']);
  });

  test.concurrent('on an address that is in use, or with a ledger that cannot be opened', async () => {
    await using emulator = await startEmulator({ messages: 1 });
    const port = new URL(emulator.url).port;
    await using place = new Place(emulator, mixedPolicy(`serve: { listen: "127.0.0.1:${port}" }`));
    const taken = await place.run('serve');
    expect([taken.code, taken.stderr]).toEqual([2, expect.stringMatching(/serve\.listen 127.0.0.1:\d+: in use/)]);
    const noLedger = await place.run('serve', { LEDGER_URL: 'sqlite:/proc/ledger.db' });
    expect(noLedger.code).toBe(8);
  });
});
