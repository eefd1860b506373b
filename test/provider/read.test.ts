import { describe, expect, test } from 'vitest';

import { PauseOutlasts, Unreachable } from '../../src/provider/contract.ts';
import { signalwire } from '../../src/provider/signalwire.ts';
import type { Reply } from '../../src/provider/transport.ts';
import {
  collect,
  failure,
  fakeClock,
  inTurn,
  MEDIA,
  mediaRow,
  MESSAGE,
  messageRow,
  never,
  ORIGIN,
  provider,
  reply,
  scripted,
} from './fakes.ts';

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

describe('A15 A29 A30 A46 a read is tried', () => {
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

describe('C1 C2 C3 our clock against the service’s', () => {
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

test('A11 a pause that outlasts the sweep ends reading and sending', async () => {
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
  const { provider: api } = provider(
    transport,
    { attemptsMax: 5 },
    { observer: { begun: () => {}, ended: (attempt) => told.push(attempt) } },
  );
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
