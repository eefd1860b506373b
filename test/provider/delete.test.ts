import { describe, expect, test } from 'vitest';

import type { Answer } from '../../src/provider/contract.ts';
import type { Failure, Reply } from '../../src/provider/transport.ts';
import { failure, inTurn, MEDIA, MESSAGE, never, PROJECT, provider, reply, scripted } from './fakes.ts';

const HTML = '<!DOCTYPE html><html><body>It {works}</body></html>';

/** The error in each body in which the API has ever sent one. */
const shapes = (code: number): readonly [string, string][] => [
  ['{code}', JSON.stringify({ code, message: 'x', more_info: 'x', status: 400 })],
  ['{code} as text', JSON.stringify({ code: String(code), message: 'x' })],
  ['{errors:[{code}]}', JSON.stringify({ errors: [{ code, message: 'x' }] })],
  ['{errors:["x",{code}]} as text', JSON.stringify({ errors: ['x', { code: String(code) }] })],
];

const without: readonly [string, string][] = [
  ['nothing', ''],
  ['a web page', HTML],
  ['{errors:["text"]}', JSON.stringify({ errors: ['Code 20404 20009'] })],
  ['JSON that is no object', '[20009]'],
  ['null', 'null'],
  ['a code that is none', JSON.stringify({ code: 'not_found', errors: [null, 7, { code: 20404.5 }] })],
  ['cut-off JSON', '{"code": 20009'],
];

describe('A4 A8 the code decides where there is one', () => {
  const statuses = [200, 302, 400, 404, 409, 422, 500];
  const rows = statuses.flatMap((status) => [
    [20009, status, 'in-progress'] as const,
    [20003, status, 'unauthorized'] as const,
  ]);
  test.each([...rows, [20404, 404, 'absent'] as const])('%s with HTTP %s: %s', async (code, status, kind) => {
    for (const [, body] of shapes(code)) {
      const transport = inTurn(reply(status, body));
      const answer = await provider(transport).provider.deleteMedia(MESSAGE, MEDIA, never);
      expect(answer).toEqual({ kind, attempts: 1, status, code });
      expect(transport.sent).toHaveLength(1);
    }
  });

  test.each([200, 400, 429, 503])('20429 with HTTP %s: waits, and uses up no attempt', async (status) => {
    for (const [, body] of shapes(20429)) {
      const { provider: api } = provider(inTurn(reply(status, body), reply(status, body), reply(204)), {
        attemptsMax: 1,
      });
      expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
      expect(api.requests()).toMatchObject({ deleteMedia: 3, retries: 0, throttled: 2 });
    }
  });
});

describe('A5 A9 A10 A16 A18 A20 without a code the status decides', () => {
  const table: readonly (readonly [number, Answer['kind'], 'once' | 'again', 'lost' | ''])[] = [
    [204, 'accepted', 'once', ''],
    [200, 'lost', 'once', 'lost'],
    [202, 'lost', 'once', 'lost'],
    [206, 'lost', 'once', 'lost'],
    [301, 'lost', 'once', 'lost'],
    [307, 'lost', 'once', 'lost'],
    [400, 'refused', 'once', ''],
    [401, 'unauthorized', 'once', ''],
    [403, 'unauthorized', 'once', ''],
    [404, 'lost', 'once', 'lost'],
    [405, 'refused', 'once', ''],
    [408, 'lost', 'again', 'lost'],
    [409, 'refused', 'once', ''],
    [410, 'refused', 'once', ''],
    [418, 'refused', 'once', ''],
    [422, 'refused', 'once', ''],
    [500, 'lost', 'again', 'lost'],
    [502, 'lost', 'again', 'lost'],
    [503, 'lost', 'again', 'lost'],
    [504, 'lost', 'again', 'lost'],
  ];
  test.each(table)('HTTP %s: %s, sent %s %s', async (status, kind, tries, isLost) => {
    for (const [, body] of without) {
      const transport = inTurn(reply(status, body));
      const answer = await provider(transport).provider.deleteMedia(MESSAGE, MEDIA, never);
      expect(answer).toMatchObject({ kind, status });
      expect(answer.code).toBeUndefined();
      expect(answer.attempts).toBe(tries === 'once' ? 1 : 3);
      expect(transport.sent).toHaveLength(answer.attempts);
      expect(answer.lostAt instanceof Date).toBe(isLost === 'lost');
    }
  });

  test('a compressed or broken body is none', async () => {
    const transport = inTurn(reply(404, '', { body: undefined }));
    expect(await provider(transport).provider.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'lost' });
  });
});

describe('A16 A22 an attempt without a trustworthy answer', () => {
  const lost: readonly (readonly [string, Reply | Failure])[] = [
    ['a timeout', failure('timeout')],
    ['a reset', failure('reset')],
    ['an answer too long to read', failure('oversize')],
    ['HTTP 503', reply(503)],
  ];
  test.each(lost)('%s stays visible when a later one is answered', async (_, first) => {
    const { provider: api, clock } = provider(inTurn(first, reply(404, { code: 20404 })));
    const startedAt = clock.now().getTime();
    const answer = await api.deleteMedia(MESSAGE, MEDIA, never);
    expect(answer).toEqual({
      kind: 'absent',
      attempts: 2,
      status: 404,
      code: 20404,
      lostAt: new Date(startedAt + 15_000),
    });
    expect(api.requests()).toMatchObject({ deleteMedia: 2, retries: 1 });
  });

  test('is due after its own start, not after its end', async () => {
    const { provider: api, clock } = provider(
      scripted(async (_, nth) => {
        if (nth > 1) return reply(204);
        await clock.sleep(9_000);
        return failure('reset');
      }),
    );
    const startedAt = clock.now().getTime();
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({
      kind: 'accepted',
      lostAt: new Date(startedAt + 15_000),
    });
  });

  test('the last of several counts', async () => {
    const { provider: api, clock } = provider(inTurn(failure('reset'), failure('reset'), reply(422)));
    const startedAt = clock.now().getTime();
    const { lostAt } = await api.deleteMedia(MESSAGE, MEDIA, never);
    expect(lostAt?.getTime()).toBe(startedAt + 500 + 15_000);
  });
});

describe('A23 A44 a request of which not a byte was written', () => {
  test.each(['dns', 'unreachable', 'certificate', 'tls', 'proxy', 'timeout', 'reset'] as const)(
    '%s: is not a lost one',
    async (why) => {
      const { provider: api } = provider(inTurn(failure(why, false)));
      expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({
        kind: 'not-sent',
        attempts: 0,
        endedBy: 'no-connection',
      });
      expect(api.requests()).toMatchObject({ deleteMedia: 3, retries: 2 });
    },
  );

  test('does not count among the attempts', async () => {
    const { provider: api } = provider(inTurn(failure('unreachable', false), reply(204)));
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
  });

  test('does not make an earlier one unlost', async () => {
    const { provider: api } = provider(inTurn(reply(502), failure('unreachable', false)));
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({
      kind: 'lost',
      attempts: 1,
      status: 502,
      lostAt: expect.any(Date),
      endedBy: 'no-connection',
    });
  });
});

test('A48 B19 the address is built from a template', async () => {
  const transport = inTurn(reply(204));
  await provider(transport).provider.deleteMedia(MESSAGE, MEDIA, never);
  expect(transport.sent[0]).toMatchObject({
    method: 'DELETE',
    path: `/api/laml/2010-04-01/Accounts/${PROJECT}/Messages/${MESSAGE}/Media/${MEDIA}.json`,
  });
});
