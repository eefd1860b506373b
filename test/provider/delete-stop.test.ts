import { describe, expect, test } from 'vitest';

import type { Reply } from '../../src/provider/transport.ts';
import { inTurn, MEDIA, MESSAGE, provider, reply, scripted } from './fakes.ts';

describe('once the sweep is told to stop', () => {
  test('none begins', async () => {
    const transport = inTurn(reply(204));
    const { provider: api } = provider(transport);
    expect(await api.deleteMedia(MESSAGE, MEDIA, AbortSignal.abort())).toEqual({
      kind: 'not-sent',
      attempts: 0,
      endedBy: 'stop',
    });
    expect(transport.sent).toHaveLength(0);
  });

  test('one in flight gets its answer, and no signal that could end it', async () => {
    const stop = new AbortController();
    const { provider: api } = provider(
      scripted((_, __, signal) => {
        expect(signal).toBeUndefined();
        stop.abort();
        return reply(204);
      }),
    );
    expect(await api.deleteMedia(MESSAGE, MEDIA, stop.signal)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
  });

  test('one that waits for its retry stays lost', async () => {
    const stop = new AbortController();
    const transport = scripted(() => {
      setImmediate(() => stop.abort());
      return reply(503, { code: 20504 });
    });
    const { provider: api } = provider(transport);
    expect(await api.deleteMedia(MESSAGE, MEDIA, stop.signal)).toEqual({
      kind: 'lost',
      attempts: 1,
      status: 503,
      code: 20504,
      lostAt: expect.any(Date),
      endedBy: 'stop',
    });
    expect(transport.sent).toHaveLength(1);
  });

  test('one that waits out a 429 was never sent', async () => {
    const stop = new AbortController();
    const transport = scripted(() => {
      setImmediate(() => stop.abort());
      return reply(429, '', { retryAfter: '60' });
    });
    const { provider: api } = provider(transport);
    expect(await api.deleteMedia(MESSAGE, MEDIA, stop.signal)).toEqual({
      kind: 'not-sent',
      attempts: 0,
      endedBy: 'stop',
    });
  });

  test('one that waits for a lane ends at once', async () => {
    const stop = new AbortController();
    const answer = Promise.withResolvers<Reply>();
    const { provider: api } = provider(
      scripted(() => answer.promise),
      { concurrency: 1 },
    );
    const inFlight = api.deleteMedia(MESSAGE, MEDIA, stop.signal);
    const waiting = api.deleteMedia(MESSAGE, MEDIA, stop.signal);
    await new Promise(setImmediate);
    stop.abort();
    expect(await waiting).toEqual({ kind: 'not-sent', attempts: 0, endedBy: 'stop' });
    answer.resolve(reply(204));
    expect(await inFlight).toMatchObject({ kind: 'accepted' });
    expect(api.requests().deleteMedia).toBe(1);
  });

  test('an error that is nobody’s answer is not taken for the stop', async () => {
    const stop = new AbortController();
    const { provider: api } = provider(
      scripted(() => {
        stop.abort();
        throw new Error('a bug');
      }),
    );
    await expect(api.deleteMedia(MESSAGE, MEDIA, stop.signal)).rejects.toThrow('a bug');
  });
});
