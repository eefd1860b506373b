import { describe, expect, test } from 'vitest';

import { client } from '../provider/client.ts';
import { fakeClock, MEDIA, MESSAGE, messageRow, never } from '../provider/fakes.ts';
import { answer, json, NO_CONTENT, wireServer, type WireServer } from './server.ts';

const ONCE = { attemptsMax: 1, timeoutMs: 400 };
const always = (text: string): Promise<WireServer> => wireServer({ talk: (socket) => void socket.write(text) });

const BODY = '{"code":20404}';
const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n';

describe('A28 an answer that two readers could cut differently is none:', () => {
  test.each([
    ['two lengths', `${NOT_FOUND}Content-Length: 14\r\nContent-Length: 30\r\n\r\n${BODY}`],
    ['two lengths in one header', `${NOT_FOUND}Content-Length: 14, 30\r\n\r\n${BODY}`],
    [
      'a length and chunks',
      `${NOT_FOUND}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\ne\r\n${BODY}\r\n0\r\n\r\n`,
    ],
    ['a negative length', `${NOT_FOUND}Content-Length: -14\r\n\r\n${BODY}`],
    ['a length that is no number', `${NOT_FOUND}Content-Length: 0x0e\r\n\r\n${BODY}`],
    ['a chunk whose size is no number', `${NOT_FOUND}Transfer-Encoding: chunked\r\n\r\nzz\r\n${BODY}\r\n0\r\n\r\n`],
    ['a line that is no header', `${NOT_FOUND}no header at all\r\nContent-Length: 14\r\n\r\n${BODY}`],
    ['a NUL in a header', `${NOT_FOUND}X-Odd: a\0b\r\nContent-Length: 14\r\n\r\n${BODY}`],
    ['a status of four digits', `HTTP/1.1 4040 Not Found\r\nContent-Length: 14\r\n\r\n${BODY}`],
    ['no status', `HTTP/1.1\r\nContent-Length: 14\r\n\r\n${BODY}`],
    ['another protocol', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['an answer of HTTP/0.9', BODY],
    ['random bytes', String.fromCodePoint(...Array.from({ length: 400 }, (_, i) => (i * 89 + 7) % 128))],
    ['more headers than there can be', NOT_FOUND + 'X-Odd: aaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(2000)],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'],
  ])('%s', async (_, text) => {
    await using server = await always(text);
    await using api = client(server.origin, ONCE);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({
      kind: 'lost',
      attempts: 1,
      lostAt: expect.any(Date),
    });
    await expect(api.getMedia(MESSAGE, MEDIA, never)).rejects.toMatchObject({
      name: expect.stringMatching(/^Un(?:reachable|available)$/),
    });
    expect(server.requests.map(({ method }) => method)).toEqual(['DELETE', 'GET']);
  });

  test('but two lengths that agree, or a body behind a 204, change nothing', async () => {
    await using server = await wireServer({
      talk: (socket, { method }) =>
        void socket.write(
          method === 'DELETE'
            ? `HTTP/1.1 204 No Content\r\nContent-Length: 14\r\n\r\n${BODY}`
            : `${NOT_FOUND}Content-Length: 14\r\n\r\n${BODY}`,
        ),
    });
    await using api = client(server.origin, { ...ONCE, concurrency: 1 });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
    expect(await api.getMedia(MESSAGE, MEDIA, never)).toBe('absent');
  });
});

describe('A43 headers that speak of a rate', () => {
  test.each([
    [],
    ['X-RateLimit-Limit: 100', 'X-RateLimit-Remaining: 0', 'X-RateLimit-Reset: 4102444800'],
    ['RateLimit: limit=1, remaining=0, reset=86400', 'RateLimit-Policy: 1;w=86400'],
    ['X-RateLimit-Remaining: -1', 'X-RateLimit-Remaining: many', 'X-RateLimit-Reset: NaN'],
    ['Retry-After: 3600'],
  ])('change nothing where the answer is a good one: %s %s %s', async (...headers) => {
    await using server = await wireServer({
      talk: (socket, { method }) =>
        void socket.write(method === 'DELETE' ? answer('204 No Content', headers) : json(messageRow(MESSAGE), headers)),
    });
    const clock = fakeClock();
    await using api = client(server.origin, { concurrency: 1, perSecond: 100_000 }, { clock });
    for (let n = 0; n < 5; n++) {
      expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'accepted', attempts: 1 });
      expect(await api.getMessage(MESSAGE, never)).toMatchObject({ sid: MESSAGE });
    }
    expect(clock.slept).toEqual([]);
    expect(api.requests()).toMatchObject({ throttled: 0, retries: 0 });
  });
});

describe('C1 C2 C3 the clock of the service is taken from the first date that can be read:', () => {
  const AT = Date.UTC(2026, 10, 23, 3);
  test.each([
    ['ours is ten minutes ahead', ['Date: Mon, 23 Nov 2026 02:50:00 GMT'], { ms: 599_500 }],
    ['ours is an hour behind', ['Date: Mon, 23 Nov 2026 04:00:00 GMT'], { ms: -3_600_500 }],
    ['none', [], 'unknown'],
    ['an empty one', ['Date: '], 'unknown'],
    ['two that agree', ['Date: Mon, 23 Nov 2026 03:00:00 GMT', 'Date: Mon, 23 Nov 2026 03:00:00 GMT'], 'unknown'],
    ['two that differ', ['Date: Mon, 23 Nov 2026 03:00:00 GMT', 'Date: Mon, 23 Nov 2026 01:00:00 GMT'], 'unknown'],
    ['one that is no date', ['Date: yesterday'], 'unknown'],
    ['one whose weekday is wrong', ['Date: Tue, 23 Nov 2026 03:00:00 GMT'], 'unknown'],
    ['one in a zone of its own', ['Date: Mon, 23 Nov 2026 03:00:00 +0000'], 'unknown'],
    ['a number', ['Date: 1795402800'], 'unknown'],
  ])('%s', async (_, headers, ahead) => {
    await using server = await wireServer({
      talk: (socket) => void socket.write(json(messageRow(MESSAGE), headers)),
    });
    await using api = client(server.origin, {}, { clock: fakeClock(AT) });
    expect(api.clockAhead()).toBeUndefined();
    await api.getMessage(MESSAGE, never);
    expect(api.clockAhead()).toEqual(ahead);
  });

  test('also from an answer that is none of the API’s, and never from a broken one', async () => {
    await using server = await wireServer({
      talk: (socket, _, nth) => {
        const dated = answer('503 Service Unavailable', ['Date: Mon, 23 Nov 2026 02:00:00 GMT'], 'x');
        if (nth === 1) socket.end(dated.replace('02:00:00', '01:00:00').slice(0, -1));
        else socket.write(nth === 2 ? dated : NO_CONTENT);
      },
    });
    await using api = client(server.origin, { attemptsMax: 3 }, { clock: fakeClock(AT) });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'accepted', attempts: 3 });
    expect(api.clockAhead()).toEqual({ ms: 3_599_500 });
  });
});
