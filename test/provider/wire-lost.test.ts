import type { Socket } from 'node:net';

import { describe, expect, test } from 'vitest';

import { httpServer, tcpServer } from '../support/api-server.ts';
import { client } from './client.ts';
import { MEDIA, MESSAGE, never } from './fakes.ts';

const JSON_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const reset = (socket: Socket): void => void socket.resetAndDestroy();

describe('A22 A26 what was sent and got no answer is lost', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['a reset before the answer', reset],
    ['an end before the answer', (socket) => void socket.end()],
    ['a reset within the head', (socket) => void socket.write('HTTP/1.1 204 No Con', () => reset(socket))],
    [
      'a reset after the head',
      (socket) => void socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 30\r\n\r\n{"code"', () => reset(socket)),
    ],
    ['something that is not HTTP', (socket) => void socket.write('220 mail.example ESMTP\r\n')],
    [
      'an upgrade',
      (socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    ],
  ])('%s', async (_, talk) => {
    await using server = await tcpServer(talk);
    await using api = client(server.origin);
    const before = Date.now();
    const answer = await api.deleteMedia(MESSAGE, MEDIA, never);
    expect(answer).toMatchObject({ kind: 'lost', attempts: 2, lostAt: expect.any(Date) });
    expect(answer.lostAt?.getTime()).toBeGreaterThanOrEqual(before + 4999);
    expect(server.sockets).toHaveLength(2);
  });

  test('no answer at all, when its time is up', async () => {
    await using server = await tcpServer(() => {});
    await using api = client(server.origin, { timeoutMs: 50, attemptsMax: 1 });
    const before = performance.now();
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'lost', attempts: 1 });
    expect(performance.now() - before).toBeGreaterThanOrEqual(50);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  test('an answer that trickles in for ever: the deadline is for all of it', async () => {
    await using server = await tcpServer((socket) => {
      socket.write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`);
      const drip = setInterval(() => socket.write('1\r\n \r\n'), 5);
      socket.on('close', () => clearInterval(drip));
    });
    await using api = client(server.origin, { timeoutMs: 60, attemptsMax: 1 });
    const before = performance.now();
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow('no complete answer within 0.06 s');
    expect(performance.now() - before).toBeLessThan(5000);
  });

  test('only the first bytes of the deadline’s own connection: others go on', async () => {
    await using server = await httpServer((request, response, nth) => {
      if (nth > 1) setTimeout(() => response.writeHead(204).end(), 10);
      else request.resume();
    });
    await using api = client(server.origin, { timeoutMs: 400, attemptsMax: 1 });
    const all = await Promise.all([1, 2, 3, 4].map(() => api.deleteMedia(MESSAGE, MEDIA, never)));
    expect(all.map(({ kind }) => kind).toSorted()).toEqual(['accepted', 'accepted', 'accepted', 'lost']);
  });
});

describe('A23 A44 what was never sent is not lost', () => {
  test('a port where nobody listens', async () => {
    const server = await tcpServer(() => {});
    await server[Symbol.asyncDispose]();
    await using api = client(server.origin);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({
      kind: 'not-sent',
      attempts: 0,
      endedBy: 'no-connection',
    });
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow('cannot be reached: no connection');
  });
});
