import { createHash } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { listen, statusApp, type Answers } from '../../src/serve/server.ts';
import { answers } from './page-samples.ts';

const TOKEN = 'correct-horse-battery-staple';
const LOCAL = { host: '127.0.0.1:8080' };

const open = (own?: Partial<Answers>) => statusApp(answers(own), { token: undefined });
const guarded = () => statusApp(answers(), { token: () => TOKEN });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const basic = (password: string): string => `Basic ${base64(`prometheus:${password}`)}`;

const typeOf = async (path: string): Promise<string | null> =>
  (await open().request(path, { headers: LOCAL })).headers.get('content-type');

describe('health and readiness', () => {
  test.each(['/healthz', '/readyz'])('%s is one word for everybody, with a token or without', async (path) => {
    for (const app of [open(), guarded()]) {
      const answer = await app.request(path, { headers: { host: 'evil.example' } });
      expect([answer.status, await answer.text()]).toEqual([200, path === '/healthz' ? 'ok\n' : 'ready\n']);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    }
  });

  test('say 503 and the word for what is wrong', async () => {
    const app = open({
      health: () => ({ isGood: false, word: 'stalled' }),
      readiness: () => ({ isGood: false, word: 'policy' }),
    });
    const [health, ready] = [await app.request('/healthz'), await app.request('/readyz')];
    expect([health.status, await health.text()]).toEqual([503, 'stalled\n']);
    expect([ready.status, await ready.text()]).toEqual([503, 'policy\n']);
  });

  test('are asked once for each answer, so that status and word agree', async () => {
    let turn = 0;
    const app = open({
      readiness: () => (turn++ % 2 === 0 ? { isGood: true, word: 'ready' } : { isGood: false, word: 'ledger' }),
    });
    const first = await app.request('/readyz');
    expect([first.status, await first.text()]).toEqual([200, 'ready\n']);
  });
});

describe('every answer', () => {
  const app = guarded();
  const requests: [string, string, string?][] = [
    ['GET', '/', basic(TOKEN)],
    ['HEAD', '/', basic(TOKEN)],
    ['GET', '/metrics', `Bearer ${TOKEN}`],
    ['GET', '/metrics', 'Bearer no-such-token-at-all'],
    ['GET', '/'],
    ['GET', '/healthz'],
    ['GET', '/readyz'],
    ['GET', `/${TOKEN}`, basic(TOKEN)],
    ['GET', `/?token=${TOKEN}`, basic(TOKEN)],
    ['POST', '/', basic(TOKEN)],
  ];
  const answerTo = async (method: string, path: string, authorization?: string): Promise<Response> =>
    app.request(path, { method, ...(authorization !== undefined && { headers: { authorization } }) });

  test.each(requests)(
    'F10 to %s %s is strict: nothing is loaded, framed, sniffed, kept or told',
    async (...request) => {
      const { headers } = await answerTo(...request);
      const policy = Object.fromEntries(
        (headers.get('content-security-policy') ?? '').split('; ').map((each) => each.split(/ (.*)/).slice(0, 2)),
      ) as Record<string, string>;
      expect(policy).toEqual({
        'default-src': "'none'",
        'style-src': expect.stringMatching(/^'sha256-[A-Za-z0-9+/]{43}='$/),
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
      });
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      for (const name of [
        'x-powered-by',
        'server',
        'strict-transport-security',
        'access-control-allow-origin',
        'set-cookie',
      ])
        expect(headers.get(name)).toBeNull();
    },
  );

  test('F2 leaves out the token, whatever was asked with it', async () => {
    const said = await Promise.all(
      requests.map(async (request) => {
        const answer = await answerTo(...request);
        return JSON.stringify([answer.status, answer.statusText, [...answer.headers], await answer.text()]);
      }),
    );
    expect(said.filter((text) => text.includes('media retention')).length).toBeGreaterThan(0); // there was something to read
    const forms = [TOKEN, base64(TOKEN).slice(0, -4), encodeURIComponent(TOKEN)];
    expect(said.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
  });

  test('allows by its hash the very style sheet that is in the page, and the page has no other', async () => {
    const answer = await answerTo('GET', '/', basic(TOKEN));
    const sheets = [...(await answer.text()).matchAll(/<style>([^]*?)<\/style>/g)].map(([, sheet]) => sheet ?? '');
    expect(sheets).toHaveLength(1);
    const hash = createHash('sha256')
      .update(sheets[0] ?? '')
      .digest('base64');
    expect(answer.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}';`);
  });

  test('to a HEAD is that to the GET without its text', async () => {
    for (const path of ['/', '/metrics', '/healthz']) {
      const [head, get] = [await answerTo('HEAD', path, basic(TOKEN)), await answerTo('GET', path, basic(TOKEN))];
      expect([head.status, await head.text()]).toEqual([200, '']);
      expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    }
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'F9 to a %s is that there is nothing to change',
    async (method) => {
      for (const path of ['/', '/metrics', '/healthz', '/readyz']) {
        const answer = await open().request(path, { method, headers: LOCAL });
        expect([answer.status, await answer.text()]).toEqual([404, 'not-found\n']);
      }
    },
  );

  test.each(['/index.html', '/metrics/', '/favicon.ico', '//', '/..%2f..%2fetc/passwd', '/%00'])(
    'F11 to a GET of %s is 404',
    async (path) => {
      expect((await open().request(`http://localhost${path}`, { headers: LOCAL })).status).toBe(404);
    },
  );

  test('has the type of what it is', async () => {
    expect(await typeOf('/')).toBe('text/html; charset=UTF-8');
    expect(await typeOf('/metrics')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  test.each(['/', '/metrics', '/healthz'])(
    'F2 F3 to %s where it cannot be made says only that, is as strict, and prints nothing',
    async (path) => {
      const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
      const failed = vi.fn<() => void>();
      const trouble = new Error('+15557246813');
      const broken = {
        page: () => Promise.reject(trouble),
        metrics: () => Promise.reject(trouble),
        health: () => {
          throw trouble;
        },
      };
      const answer = await statusApp(answers(broken), { token: undefined, failed }).request(path, { headers: LOCAL });
      const calls = printed.mock.calls.length;
      printed.mockRestore();
      expect([answer.status, await answer.text()]).toEqual([500, 'failed\n']);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(calls).toBe(0);
      expect(failed.mock.calls).toEqual([[]]); // told, and not why
    },
  );

  test('that is missing a token is no failure that the log is told of', async () => {
    const failed = vi.fn<() => void>();
    const answer = await statusApp(answers(), { token: () => TOKEN, failed }).request('/');
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="media-retention"']);
    expect(failed).not.toHaveBeenCalled();
  });
});

test('who is slow to ask is not waited for: five seconds for the headers, ten for all', async () => {
  const listening = await listen(open(), { host: '127.0.0.1', port: 0 });
  let server: Server | undefined;
  const asked = (message: unknown): void => {
    const { server: its } = message as { readonly server: Server };
    if (listening.origin.endsWith(`:${(its.address() as AddressInfo).port}`)) server = its;
  };
  subscribe('http.server.request.start', asked);
  const answer = await fetch(`${listening.origin}/healthz`);
  unsubscribe('http.server.request.start', asked);
  await listening.close();
  expect(answer.status).toBe(200);
  expect(server).toMatchObject({ headersTimeout: 5_000, requestTimeout: 10_000, maxConnections: 128 });
});
