import { once } from 'node:events';
import type { Socket } from 'node:net';

import { describe, expect, test } from 'vitest';

import { httpServer, tcpServer } from '../support/api-server.ts';
import { client } from './client.ts';
import { collect, MEDIA, MESSAGE, messageRow, never } from './fakes.ts';

const reset = (socket: Socket): void => void socket.resetAndDestroy();

test('A20 A21 a redirect is not followed, and nobody else is sent the credentials', async () => {
  await using elsewhere = await httpServer((_, response) => response.writeHead(204).end());
  for (const status of [301, 302, 303, 307, 308]) {
    await using server = await httpServer((_, response) =>
      response.writeHead(status, { location: elsewhere.origin }).end(),
    );
    await using api = client(server.origin);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'lost', status, attempts: 1 });
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow('never followed');
    expect(server.requests).toHaveLength(2);
  }
  expect(elsewhere.sockets).toHaveLength(0);
});

test('A21 nor when a link to the next page leads there', async () => {
  await using elsewhere = await httpServer((_, response) => response.writeHead(204).end());
  await using server = await httpServer((request, response) => {
    const next = elsewhere.origin + (request.url ?? '').replace(/\?.*/, '?Page=1');
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ messages: [messageRow(MESSAGE)], next_page_uri: next }));
  });
  await using api = client(server.origin);
  await expect(collect(api.messagePages(never))).rejects.toThrow('leads elsewhere');
  expect(elsewhere.sockets).toHaveLength(0);
});

describe('the pool', () => {
  test('keeps its connections, and never more than there may be at once', async () => {
    let [now, atOnce] = [0, 0];
    await using server = await httpServer((_, response) => {
      atOnce = Math.max(atOnce, ++now);
      setTimeout(() => {
        now--;
        response.writeHead(204).end();
      }, 1);
    });
    await using api = client(server.origin, { concurrency: 3 });
    await Promise.all(Array.from({ length: 60 }, () => api.deleteMedia(MESSAGE, MEDIA, never)));
    expect(atOnce).toBe(3);
    expect(server.sockets).toHaveLength(3);
  });

  test('keeps the pace with real timers', async () => {
    const arrivals: number[] = [];
    await using server = await httpServer((_, response) => {
      arrivals.push(performance.now());
      response.writeHead(204).end();
    });
    await using api = client(server.origin, { perSecond: 200 });
    await Promise.all(Array.from({ length: 30 }, () => api.deleteMedia(MESSAGE, MEDIA, never)));
    const ms = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
    expect(ms).toBeGreaterThanOrEqual((30 - 1) * 5 - 20 - 5); // 20 ms of tolerance, 5 for the way
  });

  test('A11 a 429 pauses every lane for as long as it says, and uses up no attempt', async () => {
    const arrivals: number[] = [];
    let until = Infinity;
    await using server = await httpServer((_, response, nth) => {
      arrivals.push(performance.now());
      if (nth === 1) until = performance.now() + 100;
      response.writeHead(nth === 1 ? 429 : 204, nth === 1 ? { 'retry-after': '0.1' } : {}).end();
    });
    await using api = client(server.origin, { attemptsMax: 1 });
    const first = api.deleteMedia(MESSAGE, MEDIA, never);
    while (api.requests().throttled === 0) await new Promise(setImmediate);
    const answers = await Promise.all([first, ...[1, 2, 3, 4, 5].map(() => api.deleteMedia(MESSAGE, MEDIA, never))]);
    expect(answers).toEqual(answers.map(() => ({ kind: 'accepted', attempts: 1, status: 204 })));
    for (const at of arrivals.slice(1)) expect(at).toBeGreaterThanOrEqual(until);
    expect(api.requests()).toMatchObject({ deleteMedia: 7, retries: 0, throttled: 1 });
  });

  test('A28 a connection that the server has closed meanwhile costs nothing', async () => {
    await using server = await httpServer((_, response) => response.writeHead(204).end());
    await using api = client(server.origin);
    await api.deleteMedia(MESSAGE, MEDIA, never);
    const closed = once(server.sockets[0] as Socket, 'close');
    server.sockets[0]?.end();
    await closed;
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
  });
});

describe('the signal', () => {
  test('ends a read at once, and its connection with it', async () => {
    await using server = await httpServer(() => {});
    await using api = client(server.origin);
    const stop = new AbortController();
    const reason = new Error('enough');
    const reading = [1, 2, 3].map(() => api.getMessage(MESSAGE, stop.signal).catch((error: unknown) => error));
    while (server.requests.length < 3) await new Promise(setImmediate);
    const closed = server.sockets.map((socket) => once(socket, 'close'));
    stop.abort(reason);
    expect(await Promise.all(reading)).toEqual([reason, reason, reason]);
    await Promise.all(closed);
    await expect(api.getMessage(MESSAGE, stop.signal)).rejects.toBe(reason);
  });

  test('does not touch a DELETE that is out', async () => {
    const stop = new AbortController();
    await using server = await httpServer((_, response) => {
      stop.abort();
      setTimeout(() => response.writeHead(204).end(), 20);
    });
    await using api = client(server.origin);
    expect(await api.deleteMedia(MESSAGE, MEDIA, stop.signal)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
  });

  test('keeps one that failed from being sent again', async () => {
    const stop = new AbortController();
    await using server = await tcpServer((socket) => {
      stop.abort();
      setTimeout(() => reset(socket), 10);
    });
    await using api = client(server.origin, { attemptsMax: 20 });
    expect(await api.deleteMedia(MESSAGE, MEDIA, stop.signal)).toMatchObject({
      kind: 'lost',
      attempts: 1,
      endedBy: 'stop',
    });
    expect(server.sockets).toHaveLength(1);
  });
});

test('close gives up what is in flight, and its connection with it', async () => {
  const gone = Promise.withResolvers<void>();
  await using server = await httpServer((request) => void request.socket.on('close', () => gone.resolve()));
  const api = client(server.origin, { attemptsMax: 1 });
  const answer = api.deleteMedia(MESSAGE, MEDIA, never);
  while (server.requests.length === 0) await new Promise(setImmediate);
  await api.close();
  expect(await answer).toMatchObject({ kind: 'lost', attempts: 1 });
  await gone.promise;
});
