import { describe, expect, test } from 'vitest';

import { answerTo } from '../../src/provider/answer-to.ts';
import type { Answer } from '../../src/provider/contract.ts';
import { newGate } from '../../src/provider/gate.ts';
import type { Call, Line } from '../../src/provider/http.ts';
import { newLogin } from '../../src/provider/login.ts';
import type { Reply, Transport } from '../../src/provider/transport.ts';
import { failure, fakeClock, inTurn, never, PROJECT, reply, scripted, type FakeClock } from './fakes.ts';

const BEGAN = Date.UTC(2026, 10, 23, 3);

const random = (): number => 1;

function line(transport: Transport, clock: FakeClock = fakeClock(BEGAN), deadlineMs?: number): Line {
  return {
    transport,
    gate: newGate({ concurrency: 1, perSecond: 1_000 }, { clock, random, deadlineMs }),
    login: newLogin(PROJECT, { current: () => 'PTsecret' }),
    clock,
    random,
    timeoutMs: 15_000,
    attemptsMax: 2,
    counts: { listMessages: 0, getMessage: 0, listMedia: 0, getMedia: 0, deleteMedia: 0, retries: 0, throttled: 0 },
    heard: () => {},
    observer: undefined,
  };
}

const call = (read: (reply: Reply) => true | 'malformed' | 'foreign' = () => true): Call<true> => ({
  kind: 'deleteMedia',
  method: 'DELETE',
  path: '/x',
  bodyMax: 1_000,
  interpreter: () => ({ read }),
});

const answerOf = (transport: Transport): Promise<Answer> => answerTo(call(), line(transport), never);

describe('the answer to a DELETE', () => {
  const lostAt = new Date(BEGAN + 15_000);

  test.each<[string, Transport, Answer]>([
    ['204', inTurn(reply(204)), { kind: 'accepted', attempts: 1, status: 204 }],
    [
      'A4 404 and 20404',
      inTurn(reply(404, { code: 20404 })),
      { kind: 'absent', attempts: 1, status: 404, code: 20404 },
    ],
    ['A8 20009', inTurn(reply(400, { code: 20009 })), { kind: 'in-progress', attempts: 1, status: 400, code: 20009 }],
    ['A9 422', inTurn(reply(422, { code: 21211 })), { kind: 'refused', attempts: 1, status: 422, code: 21211 }],
    ['A3 403', inTurn(reply(403)), { kind: 'unauthorized', attempts: 1, status: 403 }],
    ['A18 200', inTurn(reply(200)), { kind: 'lost', attempts: 1, status: 200, lostAt }],
    ['A20 301', inTurn(reply(301)), { kind: 'lost', attempts: 1, status: 301, lostAt }],
    [
      'A16 503 as often as it is tried',
      inTurn(reply(503)),
      { kind: 'lost', attempts: 2, status: 503, lostAt: new Date(BEGAN + 15_500) },
    ],
    [
      'A22 no answer as often as it is tried',
      inTurn(failure('reset')),
      { kind: 'lost', attempts: 2, lostAt: new Date(BEGAN + 15_500) },
    ],
    [
      'A22 no answer, then 204',
      inTurn(failure('reset'), reply(204)),
      { kind: 'accepted', attempts: 2, status: 204, lostAt },
    ],
    ['A11 429, then 204', inTurn(reply(429), reply(204)), { kind: 'accepted', attempts: 1, status: 204 }],
    ['A44 no connection', inTurn(failure('dns', false)), { kind: 'not-sent', attempts: 0, endedBy: 'no-connection' }],
    [
      'A23 no answer, then no connection',
      inTurn(failure('reset'), failure('dns', false)),
      { kind: 'lost', attempts: 1, lostAt, endedBy: 'no-connection' },
    ],
    [
      'A23 no connection, then no answer',
      inTurn(failure('dns', false), failure('reset')),
      { kind: 'lost', attempts: 1, lostAt: new Date(BEGAN + 15_500) },
    ],
  ])('%s', async (_, transport, answer) => {
    expect(await answerOf(transport)).toEqual(answer);
  });

  test.each(['malformed', 'foreign'] as const)('is lost where its body is %s', async (unread) => {
    const read = () => unread;
    expect(await answerTo(call(read), line(inTurn(reply(204, '{}'))), never)).toMatchObject({ kind: 'lost' });
  });
});

describe('what ends the waiting', () => {
  const stopped = new Error('stopped');

  test('a stop before it was sent: nothing was', async () => {
    const transport = inTurn(reply(204));
    const answer = await answerTo(call(), line(transport), AbortSignal.abort(stopped));
    expect(answer).toEqual({ kind: 'not-sent', attempts: 0, endedBy: 'stop' });
    expect(transport.sent).toEqual([]);
  });

  test('D2 a stop while it waits to be sent again: what was sent is lost', async () => {
    const stop = new AbortController();
    const clock = fakeClock(BEGAN);
    const transport = scripted(() => {
      setImmediate(() => stop.abort(stopped));
      return reply(503, '', { retryAfter: '3600' });
    });
    expect(await answerTo(call(), line(transport, clock), stop.signal)).toMatchObject({
      kind: 'lost',
      attempts: 1,
      status: 503,
      endedBy: 'stop',
    });
  });

  test('A11 a pause that outlasts the sweep', async () => {
    const clock = fakeClock(BEGAN);
    const transport = inTurn(reply(429, '', { retryAfter: '3600' }));
    const answer = await answerTo(call(), line(transport, clock, clock.monotonicMs() + 60_000), never);
    expect(answer).toEqual({ kind: 'not-sent', attempts: 0, endedBy: 'pause' });
  });
});

describe('what is a mistake of ours is thrown', () => {
  const bug = new TypeError('a bug');

  test('while a request is out, even where it is called a stop', async () => {
    const stop = new AbortController();
    const transport = scripted(() => {
      stop.abort(bug);
      throw bug;
    });
    await expect(answerTo(call(), line(transport), stop.signal)).rejects.toBe(bug);
  });

  test.each([
    ['nothing was stopped', never],
    ['something else was the reason of the stop', AbortSignal.abort(new Error('stopped'))],
  ])('before one is out, where %s', async (_, stop) => {
    const broken = {
      ...line(inTurn(reply(204))),
      gate: {
        ...newGate({ concurrency: 1, perSecond: 1 }, { clock: fakeClock(), random: () => 1 }),
        pass: () => Promise.reject(bug),
      },
    };
    await expect(answerTo(call(), broken, stop)).rejects.toBe(bug);
  });
});
