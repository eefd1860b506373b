import { describe, expect, test } from 'vitest';

import { client } from '../provider/client.ts';
import { collect, MEDIA, MESSAGE, messageRow, never } from '../provider/fakes.ts';
import { answer, json, NO_CONTENT, wireServer, type WireServer } from './server.ts';

const STATUSES = [
  '301 Moved Permanently',
  '302 Found',
  '303 See Other',
  '307 Temporary Redirect',
  '308 Permanent Redirect',
];

/** Where a redirect leads: back to the same address, elsewhere on this server, or to `other`, as a URL or without a scheme. */
const PLACES: readonly (readonly [string, (path: string, other: string) => string])[] = [
  ['itself', (path) => path],
  ['another path', () => '/elsewhere'],
  ['another host', (path, other) => other + path],
  ['another host, without a scheme', (path, other) => other.slice('http:'.length) + path],
  ['nowhere', () => ''],
];

const redirecting = (status: string, to: (path: string) => string): Promise<WireServer> =>
  wireServer({
    talk: (socket, { path }) =>
      void socket.write(answer(status, [`Location: ${to(path)}`, `Refresh: 0; url=${to(path)}`])),
  });

describe('A20 A21 C9 a redirect is never followed, and another host never hears of us:', () => {
  const cells = STATUSES.flatMap((status) => PLACES.map(([where, to]) => [status, where, to] as const));

  test.each(cells)('%s to %s', async (status, _, to) => {
    await using elsewhere = await wireServer({ talk: (socket) => void socket.write(NO_CONTENT) });
    await using server = await redirecting(status, (path) => to(path, elsewhere.origin));
    await using api = client(server.origin, { attemptsMax: 5 });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({
      kind: 'lost',
      attempts: 1,
      status: Number(status.slice(0, 3)),
      lostAt: expect.any(Date),
    });
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow(
      `redirect (HTTP ${status.slice(0, 3)}), which is never followed`,
    );
    await expect(collect(api.messagePages(never))).rejects.toThrow('never followed');
    expect(server.requests.map(({ method }) => method)).toEqual(['DELETE', 'GET', 'GET']);
    expect([elsewhere.sockets.length, elsewhere.received()]).toEqual([0, '']);
  });
});

describe('A21 F8 nothing in an answer leads the client to another host:', () => {
  const links = ['http://169.254.169.254/latest', '//169.254.169.254/latest', 'https://localhost/x'];

  test.each(links)('not a next_page_uri of %s, whatever its path', async (link) => {
    await using elsewhere = await wireServer({ talk: (socket) => void socket.write(NO_CONTENT) });
    await using server = await wireServer({
      talk: (socket, { path }) => {
        const own = path.replace(/\?.*/, '?Page=1');
        const next = link.startsWith('https:') ? elsewhere.origin + own : `${link}${own}`;
        socket.write(json({ messages: [messageRow(MESSAGE)], next_page_uri: next }));
      },
    });
    await using api = client(server.origin);
    await expect(collect(api.messagePages(never))).rejects.toThrow('leads elsewhere');
    expect([server.requests.length, elsewhere.sockets.length]).toEqual([1, 0]);
  });

  test('not the uri fields of messages and media, not Link, not Content-Location, not Alt-Svc', async () => {
    await using elsewhere = await wireServer({ talk: (socket) => void socket.write(NO_CONTENT) });
    const { origin, port } = elsewhere;
    const row = messageRow(MESSAGE, { uri: `${origin}/m`, subresource_uris: { media: `${origin}/media` } });
    await using server = await wireServer({
      talk: (socket, { method }) => {
        const page = json(
          { ...row, messages: [row], uri: `${origin}/l`, first_page_uri: `${origin}/f`, next_page_uri: null },
          [
            `Link: <${origin}/next>; rel="next"`,
            `Content-Location: ${origin}/c`,
            `Alt-Svc: h2="127.0.0.1:${port}", h3=":${port}"; ma=3600`,
          ],
        );
        socket.write(method === 'DELETE' ? NO_CONTENT : page);
      },
    });
    await using api = client(server.origin);
    expect(await collect(api.messagePages(never))).toHaveLength(1);
    expect(await api.getMessage(MESSAGE, never)).toMatchObject({ sid: MESSAGE });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'accepted' });
    expect(server.requests).toHaveLength(3);
    expect(elsewhere.sockets).toHaveLength(0);
  });
});
