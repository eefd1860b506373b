import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { client } from '../provider/client.ts';
import { MEDIA, MESSAGE, messageRow, never } from '../provider/fakes.ts';
import { closed, drip, json, NO_CONTENT, wireServer, type WireScript, type WireServer } from './server.ts';

const TIMEOUT_MS = 150;
/** Far beyond the deadline, and far below what any timer of undici's own would take. */
const LATE_MS = 5000;
const ONCE = { attemptsMax: 1, timeoutMs: TIMEOUT_MS };

const letterByLetter =
  (text: string, everyMs: number): NonNullable<WireScript['talk']> =>
  (socket) => {
    let at = 0;
    drip(socket, () => text[at++] ?? ' ', everyMs);
  };
const forEver =
  (head: string, piece: string): NonNullable<WireScript['talk']> =>
  (socket) => {
    socket.write(head);
    drip(socket, () => piece, 3);
  };

/** How many requests came in all: a busy machine may be late to read what has long been written. */
async function arrivals({ requests }: WireServer): Promise<number> {
  for (let n = 0; n < 20 || requests.length === 0; n++) await turn();
  return requests.length;
}

const PAGE = json(messageRow(MESSAGE));
const BODY_AT = PAGE.indexOf('\r\n\r\n') + 4;
const JSON_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

const SLOW: readonly (readonly [string, NonNullable<WireScript['talk']>])[] = [
  ['no answer at all', () => {}],
  ['a head that comes letter by letter', letterByLetter(PAGE, 5)],
  ['a header that does not end', forEver(`${JSON_HEAD}X-Slow: `, 'x')],
  ['one header after another', forEver(JSON_HEAD, 'X-Slow: x\r\n')],
  ['a body that comes letter by letter', (socket) => {
    socket.write(PAGE.slice(0, BODY_AT));
    letterByLetter(PAGE.slice(BODY_AT), 5)(socket, { method: '', path: '', head: '', connection: 1 }, 1);
  }],
  ['a body in ever more chunks', forEver(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n')],
  ['a chunk whose size does not end', forEver(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n1;x=`, 'x')],
  ['a body that stops short of its length', forEver(PAGE.slice(0, -1), '')],
  ['informational answers for ever', forEver('', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n')],
  ['word for ever that it is worked on', forEver('', 'HTTP/1.1 102 Processing\r\n\r\n')],
]; // prettier-ignore

describe('A25 A26 the deadline is for the whole of an answer:', () => {
  test.each(SLOW)('%s, to a DELETE, is lost when its time is up', async (_, talk) => {
    await using server = await wireServer({ talk });
    await using api = client(server.origin, ONCE);
    const [before, beforeMs] = [Date.now(), performance.now()];
    const said = await api.deleteMedia(MESSAGE, MEDIA, never);
    const ms = performance.now() - beforeMs;
    expect(said).toEqual({ kind: 'lost', attempts: 1, lostAt: expect.any(Date) });
    expect(ms).toBeGreaterThanOrEqual(TIMEOUT_MS - 1);
    expect(ms).toBeLessThan(LATE_MS);
    expect(said.lostAt?.getTime()).toBeGreaterThanOrEqual(before + TIMEOUT_MS - 1);
    expect(said.lostAt?.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await arrivals(server)).toBe(1);
  });

  test.each(SLOW)('%s, to a GET, is an error that says how long was waited', async (_, talk) => {
    await using server = await wireServer({ talk });
    await using api = client(server.origin, ONCE);
    const beforeMs = performance.now();
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow('no complete answer within 0.15 s');
    expect(performance.now() - beforeMs).toBeLessThan(LATE_MS);
    expect(await arrivals(server)).toBe(1);
  });
});

test('A26 a DELETE that is never answered is tried as often as it may be, each attempt with a time of its own', async () => {
  await using server = await wireServer({});
  await using api = client(server.origin, { attemptsMax: 3, timeoutMs: 60 });
  const [before, beforeMs] = [Date.now(), performance.now()];
  const said = await api.deleteMedia(MESSAGE, MEDIA, never);
  expect(said).toEqual({ kind: 'lost', attempts: 3, lostAt: expect.any(Date) });
  expect(performance.now() - beforeMs).toBeGreaterThanOrEqual(3 * 60 - 3);
  expect(said.lostAt?.getTime()).toBeGreaterThanOrEqual(before + 3 * 60 - 3);
  expect(server.requests).toHaveLength(3);
  expect(server.sockets).toHaveLength(3); // what came too late on one of them could be taken for another's answer
});

test('A26 an answer that comes after its time is nobody’s: its connection is given up', async () => {
  await using server = await wireServer({
    talk: (socket, _, nth) => {
      if (nth === 1) setTimeout(() => socket.write(NO_CONTENT), 90);
      else socket.write('HTTP/1.1 422 Unprocessable Entity\r\nContent-Length: 0\r\n\r\n');
    },
  });
  await using api = client(server.origin, { ...ONCE, concurrency: 1, timeoutMs: 50 });
  expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'lost' });
  await closed(server.sockets[0]);
  expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'refused', status: 422 });
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2]);
});

test('A25 an answer that comes in pieces, but in time, is whole', async () => {
  await using server = await wireServer({
    talk: (socket) => {
      const write = (at: number): void => {
        socket.write(PAGE.slice(at, at + 1));
        if (at + 1 < PAGE.length) setImmediate(write, at + 1);
      };
      write(0);
    },
  });
  await using api = client(server.origin, { ...ONCE, timeoutMs: 5000 });
  expect(await api.getMessage(MESSAGE, never)).toMatchObject({ sid: MESSAGE });
});
