import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { httpServer, tcpServer } from '../support/api-server.ts';
import { client } from './client.ts';
import { collect, MEDIA, MESSAGE, messageRow, never } from './fakes.ts';

const JSON_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
const MESSAGE_JSON = JSON.stringify(messageRow(MESSAGE));

const broken = (head: string, body: string | Buffer) => (socket: Socket) => {
  socket.write(head);
  socket.end(body);
};

describe('A24 A33 a body is read whole, in UTF-8 and plain, or not at all', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['cut off, against its length', broken(`${JSON_HEAD}Content-Length: 5000\r\n\r\n`, MESSAGE_JSON)],
    ['cut off, within a chunk', broken(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`, `fff\r\n${MESSAGE_JSON}`)],
    ['cut off, without a length', broken(`${JSON_HEAD}Connection: close\r\n\r\n`, MESSAGE_JSON.slice(0, -9))],
    [
      'invalid UTF-8',
      broken(
        `${JSON_HEAD}Connection: close\r\n\r\n`,
        Buffer.from(MESSAGE_JSON.replace('a body', '\xff\xfe'), 'latin1'),
      ),
    ],
    [
      'gzip that nobody asked for',
      broken(`${JSON_HEAD}Content-Encoding: gzip\r\nConnection: close\r\n\r\n`, gzipSync(MESSAGE_JSON)),
    ],
    [
      'larger than anything can be',
      (socket) => {
        socket.write(`${JSON_HEAD}Connection: close\r\n\r\n`);
        const more = (): void => void (socket.destroyed || socket.write(Buffer.alloc(65_536, ' '), more));
        more();
      },
    ],
  ])('%s', async (_, talk) => {
    await using server = await tcpServer(talk);
    await using api = client(server.origin);
    await expect(api.getMessage(MESSAGE, never)).rejects.toMatchObject({
      name: expect.stringMatching(/^Un(?:reachable|available)$/),
    });
    expect(server.sockets).toHaveLength(2);
  });

  test('and nothing compressed is asked for', async () => {
    await using server = await httpServer((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(MESSAGE_JSON),
    );
    await using api = client(server.origin);
    expect(await api.getMessage(MESSAGE, never)).toMatchObject({ sid: MESSAGE });
    expect(server.requests[0]?.headers).not.toHaveProperty('accept-encoding');
    expect(server.requests[0]?.headers).toMatchObject({ accept: 'application/json', host: server.origin.slice(7) });
  });

  test('informational answers before it do not count', async () => {
    await using server = await tcpServer((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n');
    });
    await using api = client(server.origin);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
  });
});

test.each([
  [200, '{"code":20003,"message":"x","messages":[]}'],
  [400, '{"messages":[{"text":"no"},{"text":"no"},{"text":"no"}],"code":20003}'],
])('A3 an error code is read in whatever list it comes: %d', async (status, body) => {
  await using server = await httpServer((_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body),
  );
  await using api = client(server.origin);
  await expect(collect(api.messagePages(never))).rejects.toMatchObject({ name: 'Unauthorized' });
  expect(server.requests).toHaveLength(1);
});

describe('A24 A33 a page that comes in pieces counts when all of it has come, and was right', () => {
  const sids = Array.from({ length: 1000 }, (_, n) => `MM${String(n).padStart(32, '0')}`);
  const rows = sids.map((sid) => messageRow(sid));
  const page = JSON.stringify({ page: 0, messages: rows, next_page_uri: null });
  const head = `${JSON_HEAD}Content-Length: ${page.length}\r\nConnection: close\r\n\r\n`;
  const middle = Math.floor(page.length / 2);

  test.each<[string, (socket: Socket) => void]>([
    ['cut off', (socket) => socket.end(head + page.slice(0, middle))],
    ['not UTF-8', (socket) => socket.end(head + page.slice(0, middle).replace(/a body(?!.*a body)/, 'a \xff\xfedy') + page.slice(middle), 'latin1')], // prettier-ignore
    ['no JSON', (socket) => socket.end(head + page.slice(0, -1) + ' ')],
  ])('%s, and read again: no row comes twice', async (_, talk) => {
    let answers = 0;
    await using server = await tcpServer((socket) => (answers++ === 0 ? talk(socket) : socket.end(head + page)));
    await using api = client(server.origin);
    const read = await collect(api.messagePages(never));
    expect(read.map(({ sid }) => sid)).toEqual(sids);
    expect(server.sockets).toHaveLength(2);
  });

  test('and no row of one that is never right', async () => {
    await using server = await tcpServer((socket) => socket.end(head + page.slice(0, -1) + ' '));
    await using api = client(server.origin);
    await expect(collect(api.messagePages(never))).rejects.toMatchObject({ name: 'Unreachable' });
  });
});
