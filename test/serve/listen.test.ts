import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { listen, statusApp, type Answers, type Listening } from '../../src/serve/server.ts';
import { answers } from './page-samples.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));

const opened: (Listening | Socket)[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await ('destroy' in each ? each.destroy() : each.close());
});

async function start(own: Partial<Answers> = {}, where = LOOPBACK): Promise<Listening> {
  const server = await listen(statusApp(answers(own), { token: undefined }), where);
  opened.push(server);
  return server;
}

const portOf = ({ origin }: Listening): number => Number(new URL(origin).port);

/** A connection, and what has been said on it so far. */
async function talkTo(server: Listening): Promise<{ socket: Socket; said: () => string; ended: Promise<unknown> }> {
  const socket = connect(portOf(server), '127.0.0.1').setEncoding('latin1');
  opened.push(socket);
  let text = '';
  socket.on('data', (part: string) => (text += part)).on('error', () => {}); // being reset is one way of being ended
  const ended = new Promise((resolve) => socket.on('close', resolve));
  await once(socket, 'connect');
  return { socket, said: () => text, ended };
}

const until = async (isDone: () => boolean): Promise<void> => {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve));
};

test('listens on a free port and says which', async () => {
  const server = await start();
  expect(server.origin).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  const answer = await fetch(`${server.origin}/readyz`);
  expect([answer.status, await answer.text()]).toEqual([200, 'ready\n']);
  expect(answer.headers.get('x-powered-by')).toBeNull();
  expect((await fetch(`${server.origin}/`)).status).toBe(200);
});

test.skipIf(!hasIpv6)('listens on IPv6, and knows [::1] for this machine', async () => {
  const server = await start({}, { host: '[::1]', port: 0 });
  expect(server.origin).toMatch(/^http:\/\/\[::1\]:[1-9]\d*$/);
  expect((await fetch(`${server.origin}/metrics`)).status).toBe(200);
});

test('rejects where the port is in use, with the code of the system', async () => {
  const server = await start();
  await expect(start({}, { host: '127.0.0.1', port: portOf(server) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
    syscall: 'listen',
  });
  expect((await fetch(`${server.origin}/healthz`)).status).toBe(200); // the first one goes on
});

test('rejects where the address is none of this machine', async () => {
  await expect(start({}, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
});

describe('F9 who asks in a strange way', () => {
  test.each([
    ['an old client that names no host', 'GET / HTTP/1.0\r\n\r\n', '400'],
    ['one that has to name a host and does not', 'GET / HTTP/1.1\r\n\r\n', '400'],
    ['one that asks for another host', 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n', '403'],
    ['one that names two hosts', 'GET / HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n\r\n', '40'],
    ['one that takes us for a proxy', 'GET http://localhost/ HTTP/1.1\r\nHost: evil.example\r\n\r\n', '403'],
    ['one with a header of 100 kB', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`, '431'],
    ['one that speaks no HTTP', 'EHLO example\r\n\r\n', '400'],
  ])('%s is turned away, and the next one is served', async (_, request, status) => {
    const server = await start();
    const { socket, said } = await talkTo(server);
    socket.write(request);
    await until(() => said().includes('\r\n\r\n'));
    expect(said()).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
  });
});

describe('closing', () => {
  const ASK = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';

  test('ends connections that are kept open, at once, and frees the port', async () => {
    const server = await start();
    const talks = [await talkTo(server), await talkTo(server)];
    for (const { socket } of talks) socket.write(ASK);
    await until(() => talks.every(({ said }) => said().endsWith('ok\n')));
    expect(talks.map(({ socket }) => socket.destroyed)).toEqual([false, false]);

    await server.close();
    await Promise.all(talks.map(({ ended }) => ended));
    await expect(fetch(`${server.origin}/healthz`)).rejects.toThrow('fetch failed');
    const again = await start({}, { host: '127.0.0.1', port: portOf(server) });
    expect((await fetch(`${again.origin}/healthz`)).status).toBe(200);
  });

  test('does not wait for an answer that never comes, nor for a question that is never finished', async () => {
    let isAsked = false;
    const page = (): Promise<string> => {
      isAsked = true;
      return new Promise(() => {});
    };
    const server = await start({ page });
    const [waiting, halfway, silent] = [await talkTo(server), await talkTo(server), await talkTo(server)];
    waiting.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    halfway.socket.write('GET / HTT');
    await until(() => isAsked);

    await server.close();
    await Promise.all([waiting, halfway, silent].map(({ ended }) => ended));
    expect([waiting, halfway, silent].map(({ said }) => said())).toEqual(['', '', '']);
  });
});
