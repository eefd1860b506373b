import { existsSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/server.ts';
import { listening, type ApiServer } from '../support/api-server.ts';
import { selfSigned } from '../support/certificate.ts';
import { mixedPolicy, Place } from '../support/cli.ts';

const HOST = 'api.example.test';
const PROJECT = 'ea108133-d6b3-407c-9536-9fad8a929a6a';
const EMPTY_PAGE = JSON.stringify({ messages: [], next_page_uri: null });

/** What reached the API, and what a proxy saw: the first line of each request, and all of its headers. */
const seen = { api: [] as string[], proxy: [] as string[] };
let api: ApiServer;
let proxy: ApiServer;
let place: Place;

beforeAll(async () => {
  const made = selfSigned(HOST);
  api = await listening(
    createHttpsServer(made, (request, response) => {
      seen.api.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end(EMPTY_PAGE);
    }),
  );
  const server = createHttpServer((request, response) => {
    seen.proxy.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.writeHead(200).end();
  });
  server.on('connect', (request, socket) => {
    seen.proxy.push(`CONNECT ${request.url} ${JSON.stringify(request.headers)}`);
    const tunnel = connect(api.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      tunnel.pipe(socket).pipe(tunnel);
    });
    for (const each of [tunnel, socket]) each.on('error', () => [tunnel, socket].map((end) => end.destroy()));
  });
  proxy = await listening(server);
  place = new Place(undefined, mixedPolicy().replace('attempts: 3', 'attempts: 1'), {
    SIGNALWIRE_BASE_URL: `https://${HOST}`,
    SIGNALWIRE_PROJECT_ID: PROJECT,
    SIGNALWIRE_API_TOKEN: 'PTfeedfacefeedfacefeedfacefeedface',
    HTTPS_PROXY: proxy.origin.replace('//', '//somebody:proxy-password@'),
  });
  place.write('ca.pem', made.cert);
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  for (const each of [proxy, api]) await each[Symbol.asyncDispose]();
});
beforeEach(() => {
  seen.api.length = 0;
  seen.proxy.length = 0;
});

describe('F6 the environment cannot switch TLS off', () => {
  const verbs = ['check', 'check --connect', 'plan', 'sweep', 'serve', 'explain abcdefgh', 'history', 'ledger export'];

  test.each(verbs)('%s refuses to start with NODE_TLS_REJECT_UNAUTHORIZED=0', async (verb) => {
    const { code, stdout, stderr } = await place.here(verb, { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('NODE_TLS_REJECT_UNAUTHORIZED  "0" would send the token to anyone');
  });

  test('not by .env either, and nothing is sent', async () => {
    place.write('.env', 'NODE_TLS_REJECT_UNAUTHORIZED=0\n');
    const fromFile = await place.run('sweep');
    place.write('.env', '');
    const fromEnvironment = await place.run('sweep', { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    for (const { code, stderr } of [fromFile, fromEnvironment]) {
      expect(code).toBe(2);
      expect(stderr).toContain('NODE_TLS_REJECT_UNAUTHORIZED  "0" would send the token to anyone');
    }
    expect(seen).toEqual({ api: [], proxy: [] });
  });

  test('a certificate that nobody vouches for is refused, whatever else is set, and the token is not sent', async () => {
    const { code, stderr } = await place.run('check --connect', {
      NODE_TLS_REJECT_UNAUTHORIZED: '1',
      NODE_OPTIONS: '--use-env-proxy --tls-min-v1.0',
      npm_config_strict_ssl: 'false',
    });
    expect([code, seen.api]).toEqual([5, []]);
    expect(stderr).not.toContain('proxy-password');
  });

  test('NODE_EXTRA_CA_CERTS is fine, and SSLKEYLOGFILE writes no keys', async () => {
    const keys = join(place.folder, 'keys.txt');
    const env = { NODE_EXTRA_CA_CERTS: 'ca.pem', SSLKEYLOGFILE: keys };
    const { code } = await place.run('check --connect', env);
    expect([code, seen.api.length > 0, existsSync(keys)]).toEqual([0, true, false]);
    expect(seen.api[0]).toMatch(/^GET \/api\/laml\/2010-04-01\/.*"authorization":"Basic /);
  });
});

describe('F7 a proxy', () => {
  const trusted = { NODE_EXTRA_CA_CERTS: 'ca.pem' };

  test('sees the name of the API and its own password, and nothing of what goes through it', async () => {
    const { code, stdout, stderr } = await place.run('check --connect', { ...trusted, LOG_LEVEL: 'trace' });
    expect([code, seen.proxy.length > 0, seen.api.length > 0]).toEqual([0, true, true]);
    for (const line of seen.proxy) {
      expect(line).toMatch(/^CONNECT api\.example\.test:443 /);
      expect(line).not.toMatch(/"authorization"|Accounts/);
    }
    expect(seen.api.join()).not.toMatch(/proxy-authorization|proxy-password|c29tZWJvZHk/);
    expect(stdout + stderr).not.toMatch(/proxy-password|c29tZWJvZHk/);
  });

  test('is not asked for what is on this machine, whatever names it', async () => {
    await using emulator = await startEmulator({ messages: 20 });
    const { url } = emulator;
    const connections = proxy.sockets.length;
    const { code } = await place.run('sweep --dry-run', {
      SIGNALWIRE_BASE_URL: url,
      SIGNALWIRE_PROJECT_ID: emulator.project,
      SIGNALWIRE_API_TOKEN: emulator.token,
      HTTP_PROXY: proxy.origin,
      http_proxy: proxy.origin,
      ALL_PROXY: proxy.origin,
      NODE_USE_ENV_PROXY: '1',
    });
    expect([code, proxy.sockets.length - connections]).toEqual([0, 0]);
  });

  test.each(['localhost', '127.0.0.1', '[::1]'])('is not asked for TLS to this machine either: %s', async (host) => {
    const connections = proxy.sockets.length;
    const env = { SIGNALWIRE_BASE_URL: `https://${host}:${api.port}` };
    const { code } = await place.here('check --connect', env);
    expect([code, proxy.sockets.length - connections]).toEqual([5, 0]);
  });

  test('that only HTTP_PROXY names is not asked at all', async () => {
    const [asked, reached] = [proxy.sockets.length, api.sockets.length];
    const base = `https://0.0.0.0:${api.port}`; // no name of this machine, and yet this machine
    const env = {
      SIGNALWIRE_BASE_URL: base,
      HTTPS_PROXY: undefined,
      HTTP_PROXY: proxy.origin,
      NODE_USE_ENV_PROXY: '1',
    };
    const { code } = await place.run('check --connect', { ...env, ALL_PROXY: proxy.origin });
    expect([code, proxy.sockets.length - asked, api.sockets.length > reached]).toEqual([5, 0, true]);
  });
});
