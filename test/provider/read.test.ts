import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { PauseOutlasts, Unauthorized, Unreachable } from '../../src/provider/contract.ts';
import { signalwire } from '../../src/provider/signalwire.ts';
import type { Reply, Transport } from '../../src/provider/transport.ts';
import {
  collect,
  failure,
  fakeClock,
  inTurn,
  MEDIA,
  mediaList,
  mediaRow,
  MESSAGE,
  messageRow,
  messages,
  never,
  ORIGIN,
  PROJECT,
  provider,
  reply,
  scripted,
} from './fakes.ts';

const sid = (n: number): string => `5d2a8f4e-0000-4000-8000-${String(n).padStart(12, '0')}`;
const rows = (...ns: number[]): object[] => ns.map((n) => messageRow(sid(n)));
const list = `/api/laml/2010-04-01/Accounts/${PROJECT}/Messages.json`;

const readAll = (transport: Transport): Promise<unknown[]> => collect(provider(transport).provider.messagePages(never));

/** Every page's link leads to the next number. */
const paged = (page: (n: number) => readonly object[], pages = Infinity): Transport =>
  scripted((_, n) => messages(page(n), n < pages ? `${list}?Page=${n}` : null));

describe('the walk through all messages', () => {
  test('asks for the largest page there is, and then for what the links say', async () => {
    const transport = inTurn(messages(rows(1, 2), `${list}?Page=1&PageToken=PAx`), messages(rows(3)));
    expect((await readAll(transport)).map((each) => (each as { sid: string }).sid)).toEqual([sid(1), sid(2), sid(3)]);
    expect(transport.sent.map(({ path }) => path)).toEqual([`${list}?PageSize=1000`, `${list}?Page=1&PageToken=PAx`]);
  });

  test('drops what new messages have pushed from one page to the next', async () => {
    const read = await readAll(inTurn(messages(rows(1, 2, 2), `${list}?Page=1`), messages(rows(2, 3))));
    expect(read).toHaveLength(3);
  });

  test('keeps every row whose SID is strange: they are no one another’s double', async () => {
    expect(await readAll(inTurn(messages([messageRow('../x'), messageRow('../x')])))).toHaveLength(2);
  });

  test('goes on over three empty pages, and ends with a fourth', async () => {
    expect(await readAll(paged((n) => (n === 4 ? rows(1) : []), 4))).toHaveLength(1);
    await expect(readAll(paged(() => []))).rejects.toThrow('page after page is empty');
  });

  test.each([
    ['a link to itself', paged(() => rows(1), 1), `${list}?PageSize=1000`],
    ['a link to another host', paged(() => rows(1), 1), `https://evil.example${list}?Page=1`],
    ['an empty link', paged(() => rows(1), 1), ''],
  ])('ends with %s', async (_, __, link) => {
    await expect(readAll(scripted(() => messages(rows(1), link)))).rejects.toThrow(Unreachable);
  });

  test('ends with a circle of pages', async () => {
    const transport = scripted((_, n) => messages(rows(n), `${list}?Page=${n % 7}`));
    await expect(readAll(transport)).rejects.toThrow('repeats itself');
    expect(transport.sent).toHaveLength(8);
  });

  test('ends with ever new links to the same rows', async () => {
    const transport = scripted((_, n) => messages(rows(1, 2), `${list}?Page=${n}`));
    await expect(readAll(transport)).rejects.toThrow('nothing new');
    expect(transport.sent).toHaveLength(4);
  });

  test('ends at once with a row of another project', async () => {
    const transport = inTurn(messages([...rows(1), messageRow(sid(2), { account_sid: sid(9) })]));
    await expect(readAll(transport)).rejects.toThrow('another project');
    expect(transport.sent).toHaveLength(1);
  });

  test('a list of messages that is not there is the wrong project, not an empty one', async () => {
    await expect(readAll(inTurn(reply(404, { code: 20404 })))).rejects.toThrow('knows nothing of this project');
  });

  test('a page that fails is asked for again at the same place', async () => {
    const transport = inTurn(messages(rows(1), `${list}?Page=1`), failure('reset'), messages(rows(2)));
    expect(await readAll(transport)).toHaveLength(2);
    expect(transport.sent.map(({ path }) => path)).toEqual([
      `${list}?PageSize=1000`,
      `${list}?Page=1`,
      `${list}?Page=1`,
    ]);
  });
});

describe('the media of a message', () => {
  const media = `/api/laml/2010-04-01/Accounts/${PROJECT}/Messages/${MESSAGE}/Media.json`;

  test('are read over all pages, each once', async () => {
    const transport = inTurn(
      mediaList([mediaRow(sid(1)), mediaRow(sid(2))], `${media}?Page=1`),
      mediaList([mediaRow(sid(2)), mediaRow(sid(3))]),
    );
    const read = await provider(transport).provider.listMedia(MESSAGE, never);
    expect(read).toMatchObject({ kind: 'listed', media: [{ sid: sid(1) }, { sid: sid(2) }, { sid: sid(3) }] });
    expect(transport.sent.map(({ path }) => path)).toEqual([media, `${media}?Page=1`]);
  });

  test('an empty list is a list', async () => {
    expect(await provider(inTurn(mediaList([]))).provider.listMedia(MESSAGE, never)).toEqual({
      kind: 'listed',
      media: [],
    });
  });

  test('of a message that the service does not know are no list', async () => {
    const gone = reply(404, { code: '20404' });
    expect(await provider(inTurn(gone)).provider.listMedia(MESSAGE, never)).toEqual({ kind: 'no-such-message' });
    const half = inTurn(mediaList([mediaRow(sid(1))], `${media}?Page=1`), gone);
    expect(await provider(half).provider.listMedia(MESSAGE, never)).toEqual({ kind: 'no-such-message' });
  });

  test('are not taken from the list of another message', async () => {
    await expect(
      provider(inTurn(mediaList([mediaRow(sid(1), { parent_sid: sid(8) })]))).provider.listMedia(MESSAGE, never),
    ).rejects.toThrow(Unreachable);
  });

  test('and no list of another message is followed', async () => {
    const link = media.replace(MESSAGE, sid(8));
    await expect(
      provider(inTurn(mediaList([mediaRow(sid(1))], `${link}?Page=1`))).provider.listMedia(MESSAGE, never),
    ).rejects.toThrow('leads elsewhere');
  });
});

test('one message and one media item, or that the service knows of none', async () => {
  const transport = inTurn(reply(200, messageRow(MESSAGE)), reply(200, mediaRow(MEDIA)), reply(404, { code: 20404 }));
  const { provider: api } = provider(transport);
  expect(await api.getMessage(MESSAGE, never)).toMatchObject({ sid: MESSAGE });
  expect(await api.getMedia(MESSAGE, MEDIA, never)).toMatchObject({ sid: MEDIA, contentType: 'image/jpeg' });
  expect(await api.getMessage(MESSAGE, never)).toBe('absent');
  expect(await api.getMedia(MESSAGE, MEDIA, never)).toBe('absent');
  expect(transport.sent[1]?.path).toMatch(/\/Media\/[^/]+\.json$/);
  expect(api.requests()).toEqual({
    listMessages: 0,
    getMessage: 2,
    listMedia: 0,
    getMedia: 2,
    deleteMedia: 0,
    retries: 0,
    throttled: 0,
  });
});

describe('a read is tried', () => {
  const html: Partial<Reply> = { contentType: 'text/html' };
  test.each([
    [5, 'a timeout', failure('timeout')],
    [5, 'a reset', failure('reset')],
    [5, 'no connection', failure('unreachable', false)],
    [5, 'HTTP 500', reply(500)],
    [5, 'HTTP 503 from a proxy', reply(503, '<html>', html)],
    [5, 'HTTP 408', reply(408)],
    [3, 'a web page', reply(200, '<html>', html)],
    [
      3,
      'JSON that calls itself text',
      reply(200, { messages: [], next_page_uri: null }, { contentType: 'text/plain' }),
    ],
    [3, 'no content type', reply(200, { messages: [], next_page_uri: null }, { contentType: undefined })],
    [3, 'cut-off JSON', reply(200, '{"messages": [')],
    [3, 'a byte order mark', reply(200, '\ufeff{"messages": [], "next_page_uri": null}')],
    [3, 'something after the JSON', reply(200, '{"messages": [], "next_page_uri": null}x')],
    [3, 'a compressed body', reply(200, '', { body: undefined })],
    [3, 'an empty 200', reply(200, '')],
    [3, 'a 204', reply(204)],
    [3, 'part of a page', reply(206, { messages: [], next_page_uri: null })],
    [3, 'a web page for a 404', reply(404, '<html>', html)],
    [3, 'an answer too long to read', failure('oversize')],
    [1, 'a redirect', reply(302)],
    [1, 'HTTP 400', reply(400, { code: 54453 })],
    [1, 'HTTP 410', reply(410)],
  ])('%i times for %s', async (times, _, answer) => {
    const transport = inTurn(answer);
    const { provider: api } = provider(transport, { attemptsMax: 5 });
    await expect(collect(api.messagePages(never))).rejects.toThrow(Unreachable);
    expect(transport.sent).toHaveLength(times);
    expect(api.requests()).toMatchObject({ listMessages: times, retries: times - 1 });
  });

  test('with the backoff in between', async () => {
    const { provider: api, clock } = provider(inTurn(reply(500)), { attemptsMax: 4 }, { random: () => 0.5 });
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow(Unreachable);
    expect(clock.slept).toEqual([250, 500, 1000]);
  });

  test('never again once it is stopped, and ends with the reason', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const transport = scripted(() => {
      setImmediate(() => stop.abort(reason));
      return reply(500);
    });
    await expect(provider(transport).provider.getMessage(MESSAGE, stop.signal)).rejects.toBe(reason);
    expect(transport.sent).toHaveLength(1);
    await expect(provider(transport).provider.getMessage(MESSAGE, stop.signal)).rejects.toBe(reason);
    expect(transport.sent).toHaveLength(1);
  });
});

describe('credentials', () => {
  const withToken = (transport: Transport, tokens: string[], isChanged: boolean): ReturnType<typeof signalwire> =>
    signalwire(
      {
        projectId: PROJECT,
        origin: ORIGIN,
        token: { current: () => tokens[0] ?? '', refresh: async () => (tokens.shift(), isChanged) },
      },
      { concurrency: 4, perSecond: 1000, timeoutMs: 1000, attemptsMax: 1 },
      { transport, clock: fakeClock(), random: () => 0 },
    );
  const basic = (token: string): string => `Basic ${Buffer.from(`${PROJECT}:${token}`).toString('base64')}`;

  test.each([401, 403])('HTTP %i is fatal, and never absence', async (status) => {
    for (const body of ['', { code: 20404 }, { code: 20003 }]) {
      const transport = inTurn(reply(status, body));
      await expect(provider(transport).provider.getMessage(MESSAGE, never)).rejects.toThrow(Unauthorized);
      expect(transport.sent).toHaveLength(1);
    }
  });

  test('that have been exchanged are tried once more', async () => {
    const transport = inTurn(reply(401), reply(200, messageRow(MESSAGE)));
    expect(await withToken(transport, ['old', 'new'], true).getMessage(MESSAGE, never)).toMatchObject({ sid: MESSAGE });
    expect(transport.sent.map(({ headers }) => headers[1])).toEqual([basic('old'), basic('new')]);
  });

  test('that have been exchanged are tried only once', async () => {
    const transport = inTurn(reply(401));
    await expect(withToken(transport, ['a', 'b', 'c', 'd'], true).getMessage(MESSAGE, never)).rejects.toThrow(
      Unauthorized,
    );
    expect(transport.sent).toHaveLength(2);
  });

  test('that are the same as before are not', async () => {
    const transport = inTurn(reply(401));
    await expect(withToken(transport, ['a'], false).getMessage(MESSAGE, never)).rejects.toThrow(Unauthorized);
    expect(transport.sent).toHaveLength(1);
  });

  test('are read again once for all requests that were refused together', async () => {
    const tokens = ['old', 'new', 'never'];
    const transport = scripted(({ headers }) => (headers[1] === basic('old') ? reply(401) : reply(204)));
    const api = withToken(transport, tokens, true);
    const answers = await Promise.all([1, 2, 3].map(() => api.deleteMedia(MESSAGE, MEDIA, never)));
    expect(answers.map(({ kind, attempts }) => [kind, attempts])).toEqual(Array(3).fill(['accepted', 2]));
    expect(tokens).toEqual(['new', 'never']);
  });
});

describe('our clock against the service’s', () => {
  const at = Date.UTC(2026, 10, 23, 3);
  test('is unknown until there is a date, then how far we are ahead', async () => {
    const transport = inTurn(
      reply(404, { code: 20404 }),
      reply(404, { code: 20404 }, { date: 'Mon, 23 Nov 2026 02:55:00 GMT' }),
    );
    const { provider: api } = provider(transport, {}, { clock: fakeClock(at) });
    expect(api.clockAhead()).toBeUndefined();
    await api.getMessage(MESSAGE, never);
    expect(api.clockAhead()).toBe('unknown');
    await api.getMessage(MESSAGE, never);
    expect(api.clockAhead()).toEqual({ ms: 299_500 });
  });

  test('is measured by the first date, not by each', async () => {
    const transport = inTurn(
      reply(200, messageRow(MESSAGE), { date: 'Mon, 23 Nov 2026 03:00:00 GMT' }),
      reply(404, { code: 20404 }, { date: 'Mon, 23 Nov 2026 01:00:00 GMT' }),
    );
    const { provider: api } = provider(transport, {}, { clock: fakeClock(at) });
    await api.getMessage(MESSAGE, never);
    await api.getMessage(MESSAGE, never);
    expect(api.clockAhead()).toEqual({ ms: -500 });
  });
});

describe('an error', () => {
  const CANARY = 'c4n4ry';
  const poisoned = {
    code: CANARY,
    message: CANARY,
    more_info: CANARY,
    errors: [CANARY, { code: CANARY, message: CANARY }],
  };
  const all: readonly (readonly [string, Reply | ReturnType<typeof failure>])[] = [
    ...[200, 201, 302, 400, 401, 403, 404, 409, 410, 422, 500, 503].flatMap((status) => [
      [`HTTP ${status} in JSON`, reply(status, poisoned, { date: CANARY, retryAfter: CANARY })] as const,
      [`HTTP ${status} in HTML`, reply(status, `<h1>${CANARY}`, { contentType: `text/html; ${CANARY}` })] as const,
    ]),
    ['another project', messages([messageRow(sid(1), { account_sid: CANARY })])],
    ['another list', messages(rows(1), `https://${CANARY}.example/?${CANARY}`)],
    ...(['dns', 'unreachable', 'certificate', 'tls', 'proxy', 'timeout', 'reset', 'protocol', 'oversize'] as const).map(
      (why) => [`no answer: ${why}`, failure(why)] as const,
    ),
  ];

  test.each(all)('says nothing that the server wrote and nothing secret: %s', async (_, answer) => {
    const error = await collect(provider(inTurn(answer)).provider.messagePages(never)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    const shown = inspect(error, { depth: Infinity, showHidden: true });
    for (const secret of [
      CANARY,
      'PTsecret',
      Buffer.from(`${PROJECT}:PTsecret`).toString('base64'),
      PROJECT,
      '+1555',
    ]) {
      expect(shown).not.toContain(secret);
    }
    expect((error as Error).cause).toBeUndefined();
  });

  test('says where, what happened and what to do', async () => {
    const said = async (answer: Parameters<typeof inTurn>[0]): Promise<string> =>
      await readAll(inTurn(answer)).then(String, (error: Error) => error.message);
    expect(await said(failure('dns', false))).toBe(
      'https://example.signalwire.com cannot be found: its name does not resolve. Check SIGNALWIRE_SPACE or SIGNALWIRE_BASE_URL, and the name server.',
    );
    expect(await said(failure('timeout'))).toContain('within 15 s');
    expect(await said(failure('certificate', false))).toContain('NODE_EXTRA_CA_CERTS');
    expect(await said(reply(301))).toContain('redirect (HTTP 301), which is never followed');
    expect(await said(reply(200, '<html>', { contentType: 'text/html' }))).toContain('names the API');
    expect(await said(reply(403))).toContain('scope Messaging');
  });
});

test('a pause that outlasts the sweep ends reading and sending', async () => {
  const transport = inTurn(reply(429, '', { retryAfter: '3600' }));
  const clock = fakeClock();
  const { provider: api } = provider(transport, {}, { clock, deadlineMs: clock.monotonicMs() + 3_000_000 });
  await expect(api.getMessage(MESSAGE, never)).rejects.toThrow(PauseOutlasts);
  await expect(api.listMedia(MESSAGE, never)).rejects.toThrow(Unreachable);
  expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'not-sent', attempts: 0, endedBy: 'pause' });
  expect(transport.sent).toHaveLength(1);
  expect(clock.slept).toEqual([]);
});

test('every attempt is told as it ends', async () => {
  const told: unknown[] = [];
  const transport = inTurn(reply(429), reply(503), failure('reset'), reply(204));
  const { provider: api } = provider(transport, { attemptsMax: 5 }, { observe: (attempt) => told.push(attempt) });
  await api.deleteMedia(MESSAGE, MEDIA, never);
  expect(told).toEqual(
    ['throttled', 'unavailable', 'failed', 'ok'].map((result) => ({ kind: 'deleteMedia', result, ms: 0 })),
  );
});

test.each(['not/a/project', '../../x', '', 'a:b-c-d-e-f'])('%j is no project', (projectId) => {
  const deps = { transport: inTurn(reply(204)), clock: fakeClock(), random: () => 0 };
  const settings = { concurrency: 1, perSecond: 1, timeoutMs: 1000, attemptsMax: 1 };
  expect(() => signalwire({ projectId, origin: ORIGIN, token: { current: () => '' } }, settings, deps)).toThrow(
    'project ID',
  );
});
