import { connect } from 'node:net';
import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { client } from '../provider/client.ts';
import { MEDIA, MESSAGE, never } from '../provider/fakes.ts';
import { authority, certificate, selfSigned, type Certificate } from '../support/certificate.ts';
import { answer, NO_CONTENT, reset, wireServer } from './server.ts';

const ONCE = { attemptsMax: 2, timeoutMs: 1000 };
const UNSENT = { kind: 'not-sent', attempts: 0, endedBy: 'no-connection' };

const known = authority('An authority of this test');
const good = certificate({ host: 'localhost', issuer: known });
const trusted = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...trusted, known.cert]));
afterAll(() => setDefaultCACertificates(trusted));

test('a server that shows the right certificate is spoken to', async () => {
  await using server = await wireServer({ tls: good, talk: (socket) => void socket.write(NO_CONTENT) });
  await using api = client(server.origin, ONCE);
  expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
});

describe('A44 F8 a server that cannot show that it is the API, though its name leads there, is told nothing:', () => {
  const other = authority('An authority of this test'); // the name alone is worth nothing
  const bad: readonly (readonly [string, Certificate])[] = [
    ['an expired certificate', certificate({ host: 'localhost', until: '251231', issuer: known })],
    ['one that is not valid yet', certificate({ host: 'localhost', from: '480101', issuer: known })],
    ['one that it signed itself', selfSigned('localhost')],
    ['one for another host', certificate({ host: 'example.signalwire.com', issuer: known })],
    ['one for everybody', certificate({ host: '*', issuer: known })],
    ['one of an unknown authority', certificate({ host: 'localhost', issuer: other })],
  ];

  test.each(bad)('%s', async (_, tls) => {
    await using server = await wireServer({ tls, talk: (socket) => void socket.write(NO_CONTENT) });
    await using api = client(server.origin, ONCE);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual(UNSENT);
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow('certificate that is not trusted');
    expect([server.requests, server.received()]).toEqual([[], '']);
    expect(api.requests()).toMatchObject({ deleteMedia: 2, getMessage: 2 });
  });

  test('plain text where TLS should be, in which the credentials never come', async () => {
    await using plain = await wireServer({ greet: (socket) => void socket.write(answer('200 OK')) });
    await using api = client(`https://localhost:${plain.port}`, ONCE);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual(UNSENT);
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow('does not speak TLS as it should');
    expect(plain.received()).not.toMatch(/DELETE|authorization/i);
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('nothing better than %s', async (version) => {
    const old = { ...good, minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    await using server = await wireServer({ tls: old });
    await using api = client(server.origin, ONCE);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual(UNSENT);
    expect(server.received()).toBe('');
  });
});

describe('A23 a connection that breaks before the request is written', () => {
  test.each([
    ['as soon as there is one', 0],
    ['within the handshake', 1],
  ])('%s: nothing was sent, and it may be sent again', async (_, bytes) => {
    let broken = 0;
    await using server = await wireServer({ tls: good, talk: (socket) => void socket.write(NO_CONTENT) });
    await using front = await wireServer({
      greet: (socket) => {
        if (bytes > 0) socket.once('data', () => reset(socket));
        else reset(socket);
        broken++;
      },
    });
    await using api = client(`https://localhost:${front.port}`, ONCE);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual(UNSENT);
    expect([broken, server.requests.length]).toEqual([2, 0]);
    expect(front.received()).not.toMatch(/DELETE|authorization/i);
  });

  test('once, and then not: is one attempt, for the first was none', async () => {
    await using server = await wireServer({ tls: good, talk: (socket) => void socket.write(NO_CONTENT) });
    await using front = await wireServer({
      greet: (socket, nth) => {
        if (nth === 1) return reset(socket);
        const tunnel = connect(server.port, '127.0.0.1');
        tunnel.on('error', () => socket.destroy());
        socket.on('error', () => tunnel.destroy());
        tunnel.pipe(socket).pipe(tunnel);
      },
    });
    await using api = client(`https://localhost:${front.port}`, ONCE);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
    expect([server.requests.length, api.requests().deleteMedia]).toEqual([1, 2]);
  });
});

test('A28 HTTP/2 is not even offered: a request shares its connection with no other', async () => {
  const protocols: unknown[] = [];
  await using server = await wireServer({
    tls: { ...good, ALPNProtocols: ['h2', 'http/1.1'] },
    greet: (socket) => protocols.push(socket instanceof TLSSocket && socket.alpnProtocol),
    talk: (socket) => void socket.write(NO_CONTENT),
  });
  await using api = client(server.origin, { ...ONCE, concurrency: 3 });
  await Promise.all([1, 2, 3].map(() => api.deleteMedia(MESSAGE, MEDIA, never)));
  expect(protocols).toEqual(['http/1.1', 'http/1.1', 'http/1.1']);
  expect(server.requests.map(({ head }) => head.split('\r\n')[0])).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/^DELETE \/\S+ HTTP\/1\.1$/)),
  );
});
