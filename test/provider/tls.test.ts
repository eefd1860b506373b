import { connect } from 'node:net';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createHttpServer } from 'node:http';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { afterEach, describe, expect, test } from 'vitest';

import { systemClock } from '../../src/lib/clock.ts';
import { failureOf } from '../../src/provider/exchange.ts';
import type { Transport } from '../../src/provider/transport.ts';
import { proxyFrom, undiciTransport, type Proxy } from '../../src/provider/undici-transport.ts';
import { listening, type ApiServer } from '../support/api-server.ts';
import { selfSigned } from '../support/certificate.ts';

const HOST = 'api.example.test';
const request = { method: 'DELETE', path: '/x', headers: ['authorization', 'Basic c2VjcmV0'], bodyMax: 1000 } as const;

const transport = (origin: string, proxy?: Proxy): Transport & AsyncDisposable => {
  const made = undiciTransport({ origin, connections: 2, timeoutMs: 2000, proxy }, { clock: systemClock });
  return { ...made, [Symbol.asyncDispose]: () => made.close() };
};

const api = (): Promise<ApiServer> =>
  listening(createHttpsServer(selfSignedOnce(), (_, response) => response.writeHead(204).end()));
let made: ReturnType<typeof selfSigned> | undefined;
const selfSignedOnce = (): ReturnType<typeof selfSigned> => (made ??= selfSigned(HOST));

/** A proxy that opens each tunnel to `target`, whatever is asked for, and keeps all that it sees in the clear. */
async function proxyTo(target: ApiServer, status = 200): Promise<ApiServer & { readonly seen: string[] }> {
  const seen: string[] = [];
  const server = createHttpServer((ask, response) => {
    seen.push(`${ask.method} ${ask.url}`);
    response.writeHead(204).end();
  });
  server.on('connect', (ask, socket) => {
    seen.push(`CONNECT ${ask.url} ${JSON.stringify(ask.headers)}`);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const tunnel = connect(target.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      tunnel.pipe(socket).pipe(tunnel);
    });
    tunnel.on('error', () => socket.destroy());
    socket.on('error', () => tunnel.destroy());
  });
  return Object.assign(await listening(server), { seen });
}

describe('over TLS', () => {
  const trusted = getCACertificates('default');
  afterEach(() => setDefaultCACertificates(trusted));

  test('A44 a certificate that nobody vouches for is refused, and nothing is sent', async () => {
    await using server = await api();
    await using proxy = await proxyTo(server);
    await using socket = transport(`https://${HOST}`, { url: proxy.origin, noProxy: '' });
    expect(await socket.send(request)).toEqual({ kind: 'failure', why: 'certificate', isSent: false });
  });

  test('A44 one for another host too', async () => {
    setDefaultCACertificates([...trusted, selfSignedOnce().cert]);
    await using server = await api();
    await using socket = transport(`https://localhost:${server.port}`);
    expect(await socket.send(request)).toEqual({ kind: 'failure', why: 'certificate', isSent: false });
  });

  test('a proxy opens a tunnel and sees no more than the host', async () => {
    setDefaultCACertificates([...trusted, selfSignedOnce().cert]);
    await using server = await api();
    await using proxy = await proxyTo(server);
    await using socket = transport(`https://${HOST}`, { url: proxy.origin, noProxy: 'other.example' });
    expect(await socket.send(request)).toMatchObject({ kind: 'reply', status: 204 });
    expect(await socket.send(request)).toMatchObject({ kind: 'reply', status: 204 });
    expect(proxy.seen.length).toBeGreaterThan(0);
    for (const seen of proxy.seen) {
      expect(seen).toMatch(/^CONNECT api\.example\.test:443 /);
      expect(seen).not.toMatch(/authorization|c2VjcmV0/i);
    }
  });

  test('a proxy that refuses is said to', async () => {
    await using server = await api();
    await using proxy = await proxyTo(server, 403);
    await using socket = transport(`https://${HOST}`, { url: proxy.origin, noProxy: '' });
    expect(await socket.send(request)).toEqual({ kind: 'failure', why: 'proxy', isSent: false });
  });

  test('A44 a server that speaks something else is no API', async () => {
    await using server = await listening(createHttpServer());
    await using socket = transport(`https://localhost:${server.port}`);
    expect(await socket.send(request)).toMatchObject({ kind: 'failure', isSent: false });
  });
});

describe('a proxy is not used', () => {
  test.each(['http://127.0.0.1', 'http://localhost'])('for plain http on loopback: %s', async (host) => {
    const server = createHttpServer((_, response) => response.writeHead(204).end());
    await using target = await listening(server);
    await using proxy = await proxyTo(target);
    await using socket = transport(`${host}:${target.port}`, { url: proxy.origin, noProxy: '' });
    expect(await socket.send(request)).toMatchObject({ kind: 'reply', status: 204 });
    expect(proxy.sockets).toHaveLength(0);
  });

  test('for a host that NO_PROXY names, nor for loopback', async () => {
    await using server = await api();
    await using proxy = await proxyTo(server);
    await using local = transport(`https://localhost:${server.port}`, { url: proxy.origin, noProxy: '' });
    expect(await local.send(request)).toMatchObject({ why: 'certificate' });
    await using named = transport(`https://0.0.0.0:${server.port}`, {
      url: proxy.origin,
      noProxy: 'x.example, 0.0.0.0',
    });
    expect(await named.send(request)).toMatchObject({ kind: 'failure', isSent: false });
    expect(proxy.sockets).toHaveLength(0);
  });
});

test.each([
  [{}, undefined],
  [{ HTTP_PROXY: 'http://p' }, undefined],
  [{ HTTPS_PROXY: '' }, undefined],
  [
    { HTTPS_PROXY: 'http://p', NO_PROXY: 'x' },
    { url: 'http://p', noProxy: 'x' },
  ],
  [
    { HTTPS_PROXY: 'http://p', https_proxy: 'http://q', no_proxy: 'y' },
    { url: 'http://q', noProxy: 'y' },
  ],
])('the environment %j asks for %j', (env, proxy) => {
  expect(proxyFrom(env)).toEqual(proxy);
});

const attempt = (): unknown => transport('https://api.example', { url: 'user:s3cret@proxy', noProxy: '' });

test('a proxy that is no URL is refused without being repeated', () => {
  expect(attempt).toThrow('HTTPS_PROXY is not the URL of a proxy');
  expect(attempt).not.toThrow('s3cret');
});

test.each([
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['ECONNREFUSED', 'unreachable'],
  ['UND_ERR_CONNECT_TIMEOUT', 'unreachable'],
  ['CERT_HAS_EXPIRED', 'certificate'],
  ['CERT_SIGNATURE_FAILURE', 'certificate'],
  ['CERT_CHAIN_TOO_LONG', 'certificate'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate'],
  ['UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', 'certificate'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
  ['ERROR_IN_CERT_NOT_AFTER_FIELD', 'certificate'],
  ['INVALID_CA', 'certificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['HPE_INVALID_CONSTANT', 'protocol'],
  ['UND_ERR_SOCKET', 'reset'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['something new', 'reset'],
  [undefined, 'reset'],
])('the error code %s becomes the word %s', (code, word) => {
  expect(failureOf(code)).toBe(word);
});
