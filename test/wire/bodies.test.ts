import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import type { Provider } from '../../src/provider/signalwire.ts';
import { client } from '../provider/client.ts';
import { collect, MEDIA, mediaRow, MESSAGE, messageRow, never } from '../provider/fakes.ts';
import { answer, closed, json, wireServer, type WireServer } from './server.ts';

const MIB = 1024 * 1024;
const HTML = '<!DOCTYPE html><title>Welcome</title>';

/** Answers everything with the same bytes. */
const always = (text: string | Buffer): Promise<WireServer> =>
  wireServer({ talk: (socket) => void socket.write(text) });

const compressed = (encoding: string, body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);

describe('A33 a body that is compressed, though nobody asked for it, is not even unpacked:', () => {
  const bomb = Buffer.alloc(64 * MIB, ' ');
  const list = Buffer.from(JSON.stringify({ media_list: [], next_page_uri: null }));
  const all = [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['gzip, gzip', (body: Buffer) => gzipSync(gzipSync(body))],
    ['x-unknown', (body: Buffer) => body],
  ] as const;

  test.each(all)('a list in %s is no list', async (encoding, pack) => {
    await using server = await always(compressed(encoding, pack(list)));
    await using api = client(server.origin, { attemptsMax: 5 });
    await expect(api.listMedia(MESSAGE, never)).rejects.toThrow('did not answer as the API does');
    expect(server.requests).toHaveLength(3);
    expect(server.received()).not.toMatch(/accept-encoding/i);
  });

  test('a bomb of 64 MiB costs what it weighs packed', async () => {
    const packed = gzipSync(bomb);
    await using server = await always(compressed('gzip', packed));
    await using api = client(server.origin, { attemptsMax: 1 });
    const before = process.memoryUsage().arrayBuffers;
    await expect(api.listMedia(MESSAGE, never)).rejects.toThrow('did not answer as the API does');
    expect(packed.length).toBeLessThan(MIB);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MIB);
  });

  test.each(all)(
    'and the code in an error in %s counts for nothing: the DELETE is lost, not absent',
    async (encoding, pack) => {
      const body = pack(Buffer.from('{"code":20404}'));
      const head = `HTTP/1.1 404 Not Found\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n\r\n`;
      await using server = await always(Buffer.concat([Buffer.from(head), body]));
      await using api = client(server.origin);
      expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'lost', status: 404, attempts: 1 });
    },
  );
});

describe('A33 A38 a body beyond what anything can be', () => {
  const asked: Readonly<Record<string, (api: Provider) => Promise<unknown>>> = {
    messages: (api) => collect(api.messagePages(never)),
    media: (api) => api.listMedia(MESSAGE, never),
    deletion: (api) => api.deleteMedia(MESSAGE, MEDIA, never),
  };

  test.each([
    ['of a list of messages', 16, 'messages'],
    ['of a list of media', 1, 'media'],
    ['of an answer to a DELETE', 1, 'deletion'],
  ] as const)('%s ends at its cap of %i MiB, and the connection with it', async (_, cap, what) => {
    let written = 0;
    await using server = await wireServer({
      talk: (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n');
        const chunk = Buffer.alloc(65_536, ' ');
        const more = (error?: Error | null): void => {
          if (error || socket.destroyed || written > 500 * MIB) return;
          written += chunk.length;
          socket.write(chunk, more);
        };
        more();
      },
    });
    await using api = client(server.origin, { attemptsMax: 1 });
    const said = await asked[what]?.(api).catch((error: Error) => error.message);
    expect(JSON.stringify(said)).toMatch(
      what === 'deletion' ? /"lost","attempts":1/ : /more than any answer of the API can be/,
    );
    await closed(server.sockets[0]);
    expect(written).toBeGreaterThan(cap * MIB);
    expect(written).toBeLessThan(cap * MIB + 12 * MIB); // the rest is what sockets hold
  });

  test('is asked for again, but not as often as one that may get better', async () => {
    await using server = await wireServer({
      talk: (socket) => void socket.write(answer('200 OK', ['Content-Type: application/json'], ' '.repeat(MIB + 1))),
    });
    await using api = client(server.origin, { attemptsMax: 5 });
    await expect(api.listMedia(MESSAGE, never)).rejects.toThrow('more than any answer of the API can be');
    expect(server.requests).toHaveLength(3);
  });

  test('a page of ten thousand messages, where a thousand were asked for, is read', async () => {
    const rows = Array.from({ length: 10_000 }, (_, n) =>
      messageRow(`5d2a8f4e-0000-4000-8000-${String(n).padStart(12, '0')}`),
    );
    await using server = await always(json({ messages: rows, next_page_uri: null }));
    await using api = client(server.origin);
    expect(await collect(api.messagePages(never))).toHaveLength(10_000);
    expect(server.requests[0]?.path).toContain('PageSize=1000');
  });
});

describe('A29 A30 what is not the API’s own JSON is no list, whatever it says:', () => {
  const body = JSON.stringify({ media_list: [], next_page_uri: null });
  test.each([
    ['a web page', answer('200 OK', ['Content-Type: text/html'], HTML)],
    ['a web page that calls itself JSON', answer('200 OK', ['Content-Type: application/json'], HTML)],
    ['a list that calls itself a web page', answer('200 OK', ['Content-Type: text/html; charset=utf-8'], body)],
    ['a list that calls itself text', answer('200 OK', ['Content-Type: text/plain'], body)],
    ['a list that calls itself something like JSON', answer('200 OK', ['Content-Type: application/json-seq'], body)],
    ['a list of two types', answer('200 OK', ['Content-Type: application/json', 'Content-Type: text/html'], body)],
    ['a list of no type', answer('200 OK', [], body)],
    ['nothing', answer('200 OK', ['Content-Type: application/json'])],
    ['a list with a 202', answer('202 Accepted', ['Content-Type: application/json'], body)],
    ['part of a list', answer('206 Partial Content', ['Content-Type: application/json'], body)],
    ['a list in an error', answer('404 Not Found', ['Content-Type: application/json'], body)],
  ])('%s', async (_, text) => {
    await using server = await always(text);
    await using api = client(server.origin, { attemptsMax: 5 });
    await expect(api.listMedia(MESSAGE, never)).rejects.toThrow('did not answer as the API does');
    expect(server.requests).toHaveLength(3);
  });

  test('and one that gets better is read', async () => {
    await using server = await wireServer({
      talk: (socket, _, nth) =>
        void socket.write(
          nth === 1
            ? answer('200 OK', ['Content-Type: text/html'], HTML)
            : json({ media_list: [mediaRow(MEDIA)], next_page_uri: null }),
        ),
    });
    await using api = client(server.origin);
    expect(await api.listMedia(MESSAGE, never)).toMatchObject({ kind: 'listed', media: [{ sid: MEDIA }] });
    expect(server.requests).toHaveLength(2);
  });
});

describe('A18 a DELETE is accepted by 204 and nothing else:', () => {
  test.each([
    '200 OK',
    '201 Created',
    '202 Accepted',
    '203 Non-Authoritative Information',
    '205 Reset Content',
    '206 Partial Content',
    '299 Fine',
  ])('%s is lost, and not sent again', async (status) => {
    for (const body of ['', '{}', HTML]) {
      await using server = await always(answer(status, ['Content-Type: application/json'], body));
      await using api = client(server.origin, { attemptsMax: 5 });
      expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({
        kind: 'lost',
        attempts: 1,
        status: Number(status.slice(0, 3)),
        lostAt: expect.any(Date),
      });
      expect(server.requests).toHaveLength(1);
    }
  });
});
