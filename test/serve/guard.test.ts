import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statusApp } from '../../src/serve/server.ts';
import { answers } from './page-samples.ts';

const TOKEN = 'correct-horse-battery-staple';

const open = () => statusApp(answers(), { token: undefined });
const guarded = (token: () => string = () => TOKEN) => statusApp(answers(), { token });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const basic = (password: string, user = 'prometheus'): string => `Basic ${base64(`${user}:${password}`)}`;

/** What `app` answers to whoever sends `authorization`. */
const ask = async (app: ReturnType<typeof guarded>, path: string, authorization?: string): Promise<Response> =>
  app.request(path, { headers: authorization === undefined ? {} : { authorization } });

describe('F9 behind the token', () => {
  const paths = ['/', '/metrics'];

  test.each(paths)('%s comes for the token as bearer, and as the password of any user', async (path) => {
    const right = [
      `Bearer ${TOKEN}`,
      `bearer  ${TOKEN}`,
      basic(TOKEN),
      basic(TOKEN, ''),
      basic(TOKEN, 'Zoë'),
      basic(TOKEN).replace('Basic', 'basic'),
    ];
    const statuses = await Promise.all(right.map(async (each) => (await ask(guarded(), path, each)).status));
    expect(statuses).toEqual(right.map(() => 200));
  });

  const wrong = {
    nothing: undefined,
    'an empty header': '',
    'another token': 'Bearer correct-horse-battery-stapler',
    'the beginning of the token': `Bearer ${TOKEN.slice(0, -1)}`,
    'the token in other letters': `Bearer ${TOKEN.toUpperCase()}`,
    'a bearer of nothing': 'Bearer',
    'a bearer of a blank': 'Bearer ',
    'the token and more': `Bearer ${TOKEN} ${TOKEN}`,
    'the token without a scheme': TOKEN,
    'the token under another scheme': `Token ${TOKEN}`,
    'a digest': `Digest username="x", realm="media-retention", nonce="${TOKEN}", response="0"`,
    'another password': basic('password'),
    'an empty password': basic(''),
    'the token as the user': basic('', TOKEN),
    'no colon': `Basic ${base64(TOKEN)}`,
    'what is not base64': 'Basic !!!!',
    'base64 of no text': `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0xff]).toString('base64')}`,
    'no credentials': 'Basic',
    'something very long': `Bearer ${'a'.repeat(200_000)}`,
    'a very long password': basic('a'.repeat(200_000)),
  };
  test.each(Object.entries(wrong))('%s gets 401, and a challenge on which a browser asks', async (_, authorization) => {
    for (const path of paths) {
      const answer = await ask(guarded(), path, authorization);
      expect([answer.status, await answer.text()]).toEqual([401, 'Unauthorized']);
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="media-retention"');
    }
  });

  test('a path that does not exist is not told from one that does', async () => {
    const app = guarded();
    expect((await ask(app, '/secrets')).status).toBe(401);
    expect((await ask(app, '/secrets', basic(TOKEN))).status).toBe(404);
  });

  test('a Host name is anybody’s own affair: there may be a proxy in front', async () => {
    const headers = { authorization: basic(TOKEN), host: 'retention.example' };
    expect((await guarded().request('/', { headers })).status).toBe(200);
  });

  test('the token is read anew each time, so that a replaced one counts at once', async () => {
    let current = 'the-first-token-of-two';
    const app = guarded(() => current);
    const both = async (): Promise<number[]> => [
      (await ask(app, '/', 'Bearer the-first-token-of-two')).status,
      (await ask(app, '/', basic('the-second-token-of-two'))).status,
    ];
    expect(await both()).toEqual([200, 401]);
    current = 'the-second-token-of-two';
    expect(await both()).toEqual([401, 200]);
  });

  test('every token that a file may hold does, both ways, and no other in its place', async () => {
    const token = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 16,
      maxLength: 80,
    });
    await fc.assert(
      fc.asyncProperty(token, token, async (held, other) => {
        const app = guarded(() => held);
        const statuses = [`Bearer ${held}`, basic(held), `Bearer ${other}`, basic(other)].map((each) =>
          ask(app, '/metrics', each),
        );
        const second = held === other ? 200 : 401;
        expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([200, 200, second, second]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('F9 without a token, for this machine alone', () => {
  test.each([
    '127.0.0.1',
    '127.0.0.1:8080',
    '127.1.2.3:80',
    'localhost',
    'localhost:8080',
    'LOCALHOST:8080',
    '[::1]',
    '[::1]:1',
  ])('Host %s is this machine', async (host) => {
    expect((await open().request('/', { headers: { host } })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'evil.example:8080',
    '127.0.0.1.evil.example',
    '127.0.0.1.evil.example:8080',
    'localhost.evil.example',
    'notlocalhost',
    'evil.example#127.0.0.1',
    'evil.example@localhost',
    'localhost:8080:80',
    'localhost:',
    '[::1].evil.example',
    '[::2]',
    '0.0.0.0',
    '127.0.0.1 evil.example',
    '192.168.0.7',
    '',
  ])('Host %j is a name that a page of the web may have made up', async (host) => {
    for (const path of ['/', '/metrics', '/anything']) {
      const answer = await open().request(path, { headers: { host } });
      expect([answer.status, await answer.text()]).toEqual([403, 'forbidden\n']);
    }
  });

  test('no Host at all is none of this machine either', async () => {
    expect((await open().request('/')).status).toBe(403);
  });
});
