import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { newPost, type Posted } from '../../src/app/post.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { httpServer, tcpServer, type ApiServer } from '../support/api-server.ts';
import { handClock } from '../support/hand-clock.ts';
import { NOW } from '../support/items.ts';

const SECRET = 'T0SECRET/B0SECRET';
const MESSAGE = { text: 'Refused.' };

interface Posting {
  readonly clock?: Clock;
  readonly stop?: AbortSignal;
}

/** Real time, but for the pauses between two attempts. */
const hurried = (pausesMs: number[] = []): Clock => ({
  ...systemClock,
  sleep(ms, signal) {
    if (ms < 8_000) pausesMs.push(ms);
    return systemClock.sleep(ms < 8_000 ? 0 : ms, signal);
  },
});

/** Posts to `origin`, and looks that nothing of the URL is in what is said of it. */
async function post(origin: string, { clock = hurried(), stop }: Posting = {}): Promise<Posted> {
  const url = { current: () => `${origin}/services/${SECRET}?key=SECRET` };
  const posted = await newPost(undefined, clock, stop ?? new AbortController().signal)(url, MESSAGE);
  for (const part of ['SECRET', 'services', '127.0.0.1', 'http:']) expect(JSON.stringify(posted)).not.toContain(part);
  return posted;
}

const SENT: Posted = { kind: 'sent' };
const failed = (why: string): Posted => ({ kind: 'failed', why });

/** Answers with these statuses one after the other, and with the last for ever. */
const statuses =
  (...all: number[]) =>
  (_: IncomingMessage, response: ServerResponse, nth: number): void => {
    response.writeHead(all[nth - 1] ?? all.at(-1) ?? 500).end(`Message of the server at /services/${SECRET}`);
  };

async function areClosed({ sockets }: ApiServer): Promise<boolean> {
  for (const socket of sockets) if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return true;
}

test('a message is posted as JSON, a heartbeat is a GET without a body, and both are tried again', async () => {
  const bodies: Promise<string>[] = [];
  await using server = await httpServer((request, response, nth) => {
    bodies.push(text(request));
    request.on('end', () => response.writeHead(nth % 2 === 0 ? 200 : 503).end('ok'));
  });
  const token = { current: () => `${server.origin}/${SECRET}?key=1` };
  const send = newPost(undefined, hurried(), new AbortController().signal);
  expect([await send(token, { text: 'Zürich “1”' }), await send(token)]).toEqual([SENT, SENT]);
  expect(server.requests.map(({ method, url, headers }) => [method, url, headers['content-type']])).toEqual([
    ['POST', `/${SECRET}?key=1`, 'application/json'],
    ['POST', `/${SECRET}?key=1`, 'application/json'],
    ['GET', `/${SECRET}?key=1`, undefined],
    ['GET', `/${SECRET}?key=1`, undefined],
  ]);
  const json = '{"text":"Zürich “1”"}';
  expect(await Promise.all(bodies)).toEqual([json, json, '', '']);
});

describe('what the server answers decides', () => {
  test.each<[string, number[], Posted, number]>([
    ['it is sent', [200], SENT, 1],
    ['it is sent', [202], SENT, 1],
    ['it is sent', [204], SENT, 1],
    ['it never will be', [400, 200], failed('HTTP 400'), 1],
    ['it never will be', [403, 200], failed('HTTP 403'), 1],
    ['it never will be', [404, 200], failed('HTTP 404'), 1],
    ['it is tried again', [408, 429, 200], SENT, 3],
    ['it is tried again', [500, 500, 200], SENT, 3],
    ['three attempts are all', [500, 502, 503, 200], failed('HTTP 503'), 3],
  ])('%s: %j', async (_, answers, posted, requests) => {
    const pausesMs: number[] = [];
    await using server = await httpServer(statuses(...answers));
    expect(await post(server.origin, { clock: hurried(pausesMs) })).toEqual(posted);
    expect(server.requests).toHaveLength(requests);
    expect(pausesMs).toEqual([1_000, 3_000].slice(0, requests - 1));
    expect(await areClosed(server)).toBe(true);
  });

  test.each([301, 302, 303, 307, 308])('nobody follows a redirect: %i', async (status) => {
    await using elsewhere = await httpServer(statuses(200));
    await using server = await httpServer((_, response) => {
      response.writeHead(status, { location: elsewhere.origin }).end();
    });
    expect(await post(server.origin)).toEqual(failed(`HTTP ${status}`));
    expect([server.requests.length, elsewhere.requests.length]).toEqual([1, 0]);
  });
});

const asking = (after: string) => (_: IncomingMessage, response: ServerResponse, nth: number) =>
  void response.writeHead(nth === 1 ? 429 : 200, { 'retry-after': after }).end();

describe('a server that asks to be left alone', () => {
  test('for a moment is left alone for so long', async () => {
    const pausesMs: number[] = [];
    await using server = await httpServer(asking('2.5'));
    expect(await post(server.origin, { clock: hurried(pausesMs) })).toEqual(SENT);
    expect(pausesMs).toEqual([2_500]);
  });

  test.each(['3600', 'Fri, 31 Dec 2100 23:59:59 GMT'])('for longer (%s) gets nothing, at once', async (after) => {
    await using server = await httpServer(asking(after));
    const clock = handClock(NOW); // and time stands still
    expect(await post(server.origin, { clock })).toEqual(failed('HTTP 429'));
    expect(server.requests).toHaveLength(1);
  });
});

describe('a server that does not answer', () => {
  test('because it is not there', async () => {
    const server = await httpServer(statuses(200));
    await server[Symbol.asyncDispose]();
    expect(await post(server.origin)).toEqual(failed('ECONNREFUSED'));
  });

  test('because it breaks the connection twice is tried again', async () => {
    await using server = await httpServer((request, response, nth) => {
      if (nth < 3) request.socket.destroy();
      else response.end();
    });
    expect(await post(server.origin)).toEqual(SENT);
  });

  test('in HTTP', async () => {
    await using server = await tcpServer((socket) => socket.end(`SSH-2.0-${SECRET}\r\n`));
    expect(await post(server.origin)).toEqual(failed('not HTTP'));
  });

  test.each(['http', 'https'])('at all (%s) is given up after less than half a minute', async (scheme) => {
    await using server = await tcpServer(() => {});
    const clock = handClock(NOW, 0);
    expect(await clock.drive(post(server.origin.replace('http', scheme), { clock }))).toEqual(failed('timeout'));
    expect([clock.monotonicMs(), clock.sleeping()]).toEqual([28_000, 0]);
  });
});

describe('an answer is its status, whatever its body', () => {
  const NO_TIME = handClock(NOW); // nobody may wait for anything

  test('never ends', async () => {
    await using server = await httpServer((_, response) => void response.writeHead(200).write('ok'));
    expect(await post(server.origin, { clock: NO_TIME })).toEqual(SENT);
    expect(await areClosed(server)).toBe(true);
  });

  test('breaks off: it is not sent a second time', async () => {
    await using server = await httpServer((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('ok');
      response.socket?.end();
    });
    expect(await post(server.origin, { clock: NO_TIME })).toEqual(SENT);
    expect(await areClosed(server)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test.each([200, 404])('(%i) is larger than memory: almost nothing of it is taken', async (status) => {
    await using server = await httpServer((_, response) => {
      response.writeHead(status);
      const pour = (): void => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', pour);
      pour();
    });
    expect(await post(server.origin, { clock: NO_TIME })).toMatchObject({ kind: status === 200 ? 'sent' : 'failed' });
    expect(await areClosed(server)).toBe(true);
    expect(server.sockets[0]?.bytesWritten).toBeLessThan(32 * 1024 * 1024);
  });

  test('of an error never ends: it is tried again', async () => {
    await using server = await httpServer(
      (_, response, nth) => void response.writeHead(nth === 1 ? 500 : 200).write('…'),
    );
    expect(await post(server.origin)).toEqual(SENT);
  });
});

describe('being told to stop gives up at once, without any time passing', () => {
  test('before anything was sent', async () => {
    await using server = await httpServer(statuses(200));
    expect(await post(server.origin, { clock: handClock(NOW), stop: AbortSignal.abort() })).toEqual(failed('stopped'));
    expect(server.sockets).toHaveLength(0);
  });

  test.each([
    ['before the answer', 'http'],
    ['in the middle of a handshake', 'https'],
  ])('%s', async (_, scheme) => {
    const stop = new AbortController();
    const clock = handClock(NOW);
    await using server = await tcpServer(() => stop.abort());
    const origin = server.origin.replace('http', scheme);
    expect(await post(origin, { clock, stop: stop.signal })).toEqual(failed('stopped'));
    expect([server.sockets.length, clock.sleeping()]).toEqual([1, 0]);
  });

  test('between two attempts', async () => {
    const stop = new AbortController();
    const clock = handClock(NOW);
    await using server = await httpServer(statuses(503));
    const posting = post(server.origin, { clock, stop: stop.signal });
    while (server.requests.length === 0 || clock.sleeping() !== 1) await clock.rest();
    await areClosed(server); // the one who sleeps now does so between two attempts
    stop.abort();
    expect(await posting).toEqual(failed('stopped'));
    expect([server.requests.length, clock.sleeping()]).toEqual([1, 0]);
  });
});

test('the URL is read anew each time, for its file may have been replaced', async () => {
  await using server = await httpServer(statuses(200));
  const paths = ['/first', '/second'];
  const url = { current: () => `${server.origin}${paths[0]}`, refresh: async () => paths.shift() !== undefined };
  await newPost(undefined, hurried(), new AbortController().signal)(url);
  expect(server.requests.map((request) => request.url)).toEqual(['/second']);
});

describe('F7 a proxy', () => {
  test('opens the tunnel to what is not on this machine, and learns the host alone', async () => {
    const asked: string[] = [];
    await using proxy = await tcpServer((socket, request) => {
      asked.push(request);
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    });
    const send = newPost({ url: proxy.origin, noProxy: '' }, hurried(), new AbortController().signal);
    const url = { current: () => `https://hooks.example/${SECRET}` };
    expect(await send(url, MESSAGE)).toEqual(failed('UND_ERR_ABORTED'));
    expect(asked).toHaveLength(3);
    expect(asked[0]).toMatch(/^CONNECT hooks\.example:443 /);
    expect(asked.join()).not.toContain('SECRET');
  });

  test.each(['http', 'https'])('is not asked for what is (%s)', async (scheme) => {
    await using proxy = await tcpServer((socket) => socket.end());
    await using server = await tcpServer((socket) => socket.end());
    const send = newPost({ url: proxy.origin, noProxy: '' }, hurried(), new AbortController().signal);
    const url = server.origin.replace('http', scheme);
    expect(await send({ current: () => url })).toMatchObject({ kind: 'failed' });
    expect([proxy.sockets.length, server.sockets.length]).toEqual([0, 3]);
  });
});
