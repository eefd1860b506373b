import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { describe, expect, test } from 'vitest';

import { client } from '../provider/client.ts';
import { MEDIA, MESSAGE, never } from '../provider/fakes.ts';
import { wireServer } from './server.ts';

const UNSENT = { kind: 'not-sent', attempts: 0, endedBy: 'no-connection' };

/** A port whose queue is full and that nobody tends to: like an address that swallows packets, it never takes a connection. */
async function blackHole(): Promise<{ readonly port: number; [Symbol.asyncDispose](): Promise<void> }> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
    { eval: true },
  );
  const [port] = (await once(worker, 'message')) as [number];
  const fillers: Socket[] = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await Promise.all(fillers.slice(0, 2).map((socket) => once(socket, 'connect')));
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of fillers) socket.destroy();
      await worker.terminate();
    },
  };
}

describe('A44 where there is no connection, nothing was sent:', () => {
  test('a name that does not resolve', async () => {
    // No label has more than 63 letters, so that no name server has to be asked.
    await using api = client(`https://${'a'.repeat(64)}.invalid`, { timeoutMs: 4000 });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual(UNSENT);
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow('its name does not resolve');
    expect(api.requests()).toMatchObject({ deleteMedia: 2, getMessage: 2 });
  });

  test('a port where nobody listens, over IPv4 and IPv6', async () => {
    const server = await wireServer({});
    await server[Symbol.asyncDispose]();
    for (const host of ['127.0.0.1', '[::1]', 'localhost']) {
      await using api = client(`http://${host}:${server.port}`);
      expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual(UNSENT);
      await expect(api.getMessage(MESSAGE, never)).rejects.toThrow('cannot be reached: no connection');
    }
  });

  test.runIf(process.platform === 'linux')(
    'an address that swallows what is sent to it, when the time is up',
    async () => {
      await using hole = await blackHole();
      await using api = client(`http://127.0.0.1:${hole.port}`, { attemptsMax: 2, timeoutMs: 120 });
      const beforeMs = performance.now();
      expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual(UNSENT);
      expect(performance.now() - beforeMs).toBeGreaterThanOrEqual(2 * 120 - 2);
      expect(performance.now() - beforeMs).toBeLessThan(5000);
      await expect(api.getMessage(MESSAGE, never)).rejects.toMatchObject({ name: 'Unavailable' });
    },
  );

  test('a server that takes the connection and never shakes hands', async () => {
    await using server = await wireServer({});
    await using api = client(`https://localhost:${server.port}`, { attemptsMax: 2, timeoutMs: 120 });
    const beforeMs = performance.now();
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual(UNSENT);
    expect(performance.now() - beforeMs).toBeLessThan(5000);
    expect(server.received()).not.toMatch(/DELETE|authorization/i);
  });

  test('and a name of which only one address answers is reached by that one', async () => {
    await using server = await wireServer({
      talk: (socket) => void socket.write('HTTP/1.1 204 No Content\r\n\r\n'),
    });
    await using api = client(`http://localhost:${server.port}`);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
  });
});
