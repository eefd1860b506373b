import { setImmediate as turn } from 'node:timers/promises';
import type { Socket } from 'node:net';

import { describe, expect, test } from 'vitest';

import { systemClock } from '../../src/lib/clock.ts';
import { undiciTransport } from '../../src/provider/undici-transport.ts';
import { client } from '../provider/client.ts';
import { collect, MEDIA, mediaRow, MESSAGE, messageRow, never, PROJECT } from '../provider/fakes.ts';
import { answer, json, NO_CONTENT, reset, wireServer, type WireScript } from './server.ts';

const ONCE = { attemptsMax: 1, timeoutMs: 300 };
const LIST = `/api/laml/2010-04-01/Accounts/${PROJECT}/Messages.json`;
const sid = (n: number): string => `5d2a8f4e-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Breaks at a number of bytes of the answer: before it, within its head, within its body. */
const brokenAt =
  (bytes: number, text: string, end: (socket: Socket) => void): NonNullable<WireScript['talk']> =>
  (socket) => {
    if (bytes === 0) end(socket);
    else socket.write(text.slice(0, bytes), () => end(socket));
  };

describe('A22 a DELETE that was applied, or may have been, and whose answer breaks off', () => {
  const NOT_FOUND = answer('404 Not Found', ['Content-Type: application/json'], '{"code":20404,"message":"x"}');
  const ends = [
    ['reset', reset],
    ['closed', (socket: Socket) => void socket.end()],
  ] as const;
  const places = [
    [0, NO_CONTENT],
    [1, NO_CONTENT],
    [NO_CONTENT.length - 2, NO_CONTENT],
    [NOT_FOUND.length - 1, NOT_FOUND],
  ] as const;
  const cells = places.flatMap(([bytes, text]) =>
    ends.map(([how, end]) => [how, bytes, text.length, text, end] as const),
  );

  test.each(cells)('%s after %i bytes of %i: is lost, and was sent once', async (_, bytes, __, text, end) => {
    await using server = await wireServer({ talk: brokenAt(bytes, text, end) });
    await using api = client(server.origin, ONCE);
    const before = Date.now();
    const said = await api.deleteMedia(MESSAGE, MEDIA, never);
    expect(said).toEqual({ kind: 'lost', attempts: 1, lostAt: expect.any(Date) });
    expect(said.lostAt?.getTime()).toBeGreaterThanOrEqual(before + 299);
    expect(server.requests.map(({ method }) => method)).toEqual(['DELETE']);
  });

  test('is sent again by the one loop that counts, and stays on record as lost', async () => {
    await using server = await wireServer({
      talk: (socket, _, nth) => (nth < 3 ? reset(socket) : void socket.write(NO_CONTENT)),
    });
    await using api = client(server.origin, { attemptsMax: 5 });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({
      kind: 'accepted',
      status: 204,
      attempts: 3,
      lostAt: expect.any(Date),
    });
    expect(server.requests).toHaveLength(3);
    expect(api.requests()).toMatchObject({ deleteMedia: 3, retries: 2 });
  });
});

describe('A24 a list that breaks off', () => {
  const page = json({ messages: [1, 2, 3].map((n) => messageRow(sid(n))), next_page_uri: null });
  const body = page.slice(page.indexOf('\r\n\r\n') + 4);
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked';
  const chunked = `${head}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n`;

  test.each([
    ['in its head', page.slice(0, 30)],
    ['before its length is reached', page.slice(0, -1)],
    ['between two rows of it', page.slice(0, page.indexOf(sid(2)) - 9)],
    ['within a chunk', chunked.slice(0, -40)],
    ['before the last chunk, though the JSON is whole', chunked],
  ])('%s is asked for again, whole, and nothing of it is used', async (_, text) => {
    await using server = await wireServer({
      talk: (socket, __, nth) => {
        if (nth === 2) socket.write(text, () => reset(socket));
        else if (nth === 1)
          socket.write(json({ messages: [messageRow(sid(9))], next_page_uri: `${LIST}?Page=1&PageToken=PAx` }));
        else socket.write(page);
      },
    });
    await using api = client(server.origin, { timeoutMs: 1000 });
    const read = await collect(api.messagePages(never));
    expect(read.map((each) => each.sid)).toEqual([9, 1, 2, 3].map(sid));
    expect(server.requests.map(({ path }) => path)).toEqual([
      `${LIST}?PageSize=1000`,
      `${LIST}?Page=1&PageToken=PAx`,
      `${LIST}?Page=1&PageToken=PAx`,
    ]);
  });

  test('for ever is an error, not a short list', async () => {
    const half = json({ media_list: [mediaRow(MEDIA)], next_page_uri: null }).slice(0, -2);
    await using server = await wireServer({ talk: (socket) => void socket.write(half, () => reset(socket)) });
    await using api = client(server.origin, { attemptsMax: 3 });
    await expect(api.listMedia(MESSAGE, never)).rejects.toThrow('broke the connection');
    expect(server.requests).toHaveLength(3);
  });
});

describe('A28 a connection that is kept', () => {
  /** However the two cross on their way: some turns of the loop apart. */
  const races = [0, 1, 2, 3, 5, 8].flatMap((turns) => [
    [turns, 'closes', (socket: Socket): void => void socket.end()] as const,
    [turns, 'resets', reset] as const,
  ]);
  test.each(races)(
    'and that %i turns before the next DELETE the server %s: is never sent behind our back',
    async (turns, _, end) => {
      await using server = await wireServer({
        talk: (socket, { connection }) => (connection === 1 ? void socket.write(NO_CONTENT) : reset(socket)),
      });
      await using api = client(server.origin, { ...ONCE, concurrency: 1 });
      expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'accepted' });
      end(server.sockets[0] as Socket);
      for (let n = 0; n < turns; n++) await turn();
      const said = await api.deleteMedia(MESSAGE, MEDIA, never);
      expect(said).toMatchObject(said.kind === 'lost' ? { attempts: 1 } : { kind: 'not-sent', attempts: 0 });
      for (let n = 0; n < 20; n++) await turn();
      expect(server.requests.length - 1).toBeLessThanOrEqual(said.attempts);
    },
  );

  test.each([
    ['closes', (socket: Socket) => void socket.end()],
    ['resets', reset],
  ])('and that the server %s when it has read the next DELETE: is lost, and never sent twice', async (_, end) => {
    await using server = await wireServer({
      talk: (socket, __, nth) => (nth === 1 ? void socket.write(NO_CONTENT) : end(socket)),
    });
    await using api = client(server.origin, { ...ONCE, concurrency: 1 });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'accepted' });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'lost', attempts: 1 });
    for (let n = 0; n < 20; n++) await turn();
    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1]);
    expect(server.sockets).toHaveLength(1);
  });

  test('and that breaks before the server has read the next DELETE: is lost all the same, for nobody can know', async () => {
    await using server = await wireServer({ talk: (socket) => void socket.pause().write(NO_CONTENT) });
    await using api = client(server.origin, { ...ONCE, concurrency: 1 });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'accepted' });
    const second = api.deleteMedia(MESSAGE, MEDIA, never);
    for (let n = 0; n < 20; n++) await turn();
    reset(server.sockets[0] as Socket);
    expect(await second).toMatchObject({ kind: 'lost', attempts: 1 });
    expect([server.requests.length, server.sockets.length]).toEqual([1, 1]);
  });

  test('and that ends as it answers is not used for the next one', async () => {
    await using server = await wireServer({
      talk: (socket) => void socket.end(answer('204 No Content', ['Connection: close'])),
    });
    await using api = client(server.origin, { ...ONCE, concurrency: 1 });
    for (let n = 0; n < 3; n++) expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ attempts: 1 });
    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2, 3]);
  });

  test('carries one request at a time: the next is written when the one before is answered', async () => {
    await using server = await wireServer({});
    const transport = undiciTransport(
      { origin: server.origin, connections: 1, timeoutMs: 5000 },
      { clock: systemClock },
    );
    const request = { method: 'GET', path: '/x', headers: [], bodyMax: 0 } as const;
    const all = [1, 2, 3].map(() => transport.send(request));
    for (let n = 1; n <= 3; n++) {
      while (server.requests.length < n) await turn();
      for (let i = 0; i < 50; i++) await turn();
      expect(server.requests).toHaveLength(n);
      server.sockets[0]?.write(NO_CONTENT);
    }
    expect(await Promise.all(all)).toMatchObject([{ status: 204 }, { status: 204 }, { status: 204 }]);
    expect(server.sockets).toHaveLength(1);
    await transport.close();
  });

  test('and brings an answer that nobody asked for is given up, and the next DELETE gets its own', async () => {
    await using server = await wireServer({
      talk: (socket, _, nth) => {
        if (nth === 1) socket.write(NO_CONTENT + NO_CONTENT);
        else socket.write(answer('422 Unprocessable Entity'));
      },
    });
    await using api = client(server.origin, { ...ONCE, concurrency: 1 });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'accepted' });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'refused', status: 422 });
    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2]);
  });

  test('and fails takes only its own request with it', async () => {
    await using server = await wireServer({
      talk: (socket, { connection }) => (connection === 1 ? reset(socket) : void socket.write(NO_CONTENT)),
    });
    await using api = client(server.origin, { ...ONCE, concurrency: 3 });
    const all = await Promise.all([1, 2, 3].map(() => api.deleteMedia(MESSAGE, MEDIA, never)));
    expect(all.map(({ kind }) => kind).toSorted()).toEqual(['accepted', 'accepted', 'lost']);
  });
});
