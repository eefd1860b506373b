import { describe, expect, test } from 'vitest';

import { PauseOutlasts } from '../../src/provider/contract.ts';
import { client } from '../provider/client.ts';
import { fakeClock, MEDIA, MESSAGE, messageRow, never, type FakeClock } from '../provider/fakes.ts';
import { bench, old } from './account.ts';
import { answer, json, NO_CONTENT, wireServer, type WireServer } from './server.ts';

const HOUR_MS = 3_600_000;
const DATE = 'Date: Mon, 23 Nov 2026 03:00:00 GMT';

/** The first `times` requests are turned away with these headers, the others are welcome. */
const throttling = (headers: readonly string[], times = 1): Promise<WireServer> =>
  wireServer({
    talk: (socket, { method }, nth) => {
      if (nth <= times) socket.write(answer('429 Too Many Requests', headers));
      else socket.write(method === 'DELETE' ? NO_CONTENT : json(messageRow(MESSAGE)));
    },
  });

/** On a clock that jumps, what a pause took in all; on full jitter, or on none. */
async function pausedFor(headers: readonly string[], random: number): Promise<number> {
  await using server = await throttling(headers);
  const clock: FakeClock = fakeClock();
  await using api = client(server.origin, { attemptsMax: 1, concurrency: 1 }, { clock, random: () => random });
  const before = clock.monotonicMs();
  expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'accepted', attempts: 1, status: 204 });
  expect(server.requests).toHaveLength(2);
  expect(api.requests()).toMatchObject({ deleteMedia: 2, throttled: 1, retries: 0 });
  return clock.monotonicMs() - before;
}

describe('A11 A12 a 429 pauses for as long as it asks, never shorter and little longer:', () => {
  test.each([
    ['seconds', ['Retry-After: 7'], 7000],
    ['a fraction', ['Retry-After: 1.5'], 1500],
    ['an hour', ['Retry-After: 3600'], HOUR_MS],
    ['with blanks', ['Retry-After:   7  '], 7000],
    ['a date, by the date of the answer', ['Retry-After: Mon, 23 Nov 2026 03:00:30 GMT', DATE], 30_000],
    ['a date, by a service whose clock is two hours behind ours', ['Retry-After: Mon, 23 Nov 2026 01:00:30 GMT', 'Date: Mon, 23 Nov 2026 01:00:00 GMT'], 30_000],
    ['a date, by our clock', ['Retry-After: Mon, 23 Nov 2026 03:01:00 GMT'], 60_000],
  ])('%s', async (_, headers, ms) => {
    expect(await pausedFor(headers, 0)).toBeGreaterThanOrEqual(ms);
    expect(await pausedFor(headers, 0.999)).toBeLessThanOrEqual(ms + 600);
  }); // prettier-ignore
});

describe('A12 A13 a 429 that asks for nothing, or for nothing that can be read, pauses by its own measure:', () => {
  test.each([
    ['nothing', []],
    ['an empty word', ['Retry-After: ']],
    ['zero', ['Retry-After: 0']],
    ['a negative number', ['Retry-After: -5']],
    ['a word', ['Retry-After: soon']],
    ['a number beyond all', [`Retry-After: ${'9'.repeat(400)}`]],
    ['infinity', ['Retry-After: Infinity']],
    ['hexadecimal', ['Retry-After: 0xff']],
    ['an exponent', ['Retry-After: 1e9']],
    ['a date that is past', ['Retry-After: Mon, 23 Nov 2026 02:00:00 GMT', DATE]],
    ['a date in no known form', ['Retry-After: 2026-11-23T04:00:00Z', DATE]],
    ['two of them', ['Retry-After: 3600', 'Retry-After: 7200']],
    ['two in one', ['Retry-After: 3600, 7200']],
  ])('%s', async (_, headers) => {
    expect(await pausedFor(headers, 0.999)).toBeLessThanOrEqual(1100);
    expect(await pausedFor(headers, 0.5)).toBeGreaterThanOrEqual(500);
  });

  test('twice as long with each in a row, and at half the pace afterwards', async () => {
    await using server = await throttling([], 6);
    const clock = fakeClock();
    await using api = client(server.origin, { attemptsMax: 1 }, { clock, random: () => 1 });
    const before = clock.monotonicMs();
    await api.getMessage(MESSAGE, never);
    const ms = clock.monotonicMs() - before;
    expect(ms).toBeGreaterThanOrEqual(1000 * (1 + 2 + 4 + 8 + 16 + 32) - 1);
    expect(ms).toBeLessThan(1000 * (1 + 2 + 4 + 8 + 16 + 32) + 1000);
    expect(server.requests).toHaveLength(7);
  });
});

describe('A11 A14 a pause that outlasts the sweep', () => {
  test('ends everything at once: nothing more is written', async () => {
    await using server = await throttling(['Retry-After: 36000'], Infinity);
    const clock = fakeClock();
    await using api = client(server.origin, {}, { clock, deadlineMs: clock.monotonicMs() + 6 * HOUR_MS });
    const said = await api.deleteMedia(MESSAGE, MEDIA, never);
    expect(said).toEqual({ kind: 'not-sent', attempts: 0, endedBy: 'pause' });
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow(PauseOutlasts);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual(said);
    expect(server.requests).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  test.each([
    ['without a word', [], 300],
    ['that asks for ten seconds each time', ['Retry-After: 10'], 2200],
  ])('is what a storm of hours comes to, and few requests come to it: one %s', async (_, headers, most) => {
    await using server = await throttling(headers, Infinity);
    const clock = fakeClock();
    let chance = 0.5;
    const random = (): number => (chance = (chance * 997 + 0.123) % 1);
    const deadlineMs = clock.monotonicMs() + 6 * HOUR_MS;
    await using api = client(server.origin, { concurrency: 4 }, { clock, random, deadlineMs });
    const all = await Promise.all(Array.from({ length: 8 }, () => api.deleteMedia(MESSAGE, MEDIA, never)));
    expect(all).toEqual(all.map(() => ({ kind: 'not-sent', attempts: 0, endedBy: 'pause' })));
    expect(clock.monotonicMs()).toBeLessThanOrEqual(deadlineMs);
    expect(clock.monotonicMs()).toBeGreaterThan(deadlineMs - HOUR_MS);
    expect(server.requests.length).toBeLessThan(most);
  });
});

describe('A15 a storm of 5xx', () => {
  const STATUSES = ['500 Internal Server Error', '502 Bad Gateway', '503 Service Unavailable', '504 Gateway Timeout'];

  test.each(STATUSES)('%s: is waited out by a GET, longer from try to try', async (status) => {
    await using server = await wireServer({
      talk: (socket, _, nth) => void socket.write(nth < 5 ? answer(status, [], '<html>') : json(messageRow(MESSAGE))),
    });
    const clock = fakeClock();
    await using api = client(
      server.origin,
      { attemptsMax: 5, concurrency: 1, perSecond: 100_000 },
      { clock, random: () => 1 },
    );
    expect(await api.getMessage(MESSAGE, never)).toMatchObject({ sid: MESSAGE });
    expect(clock.slept.filter((ms) => ms >= 500)).toEqual([500, 1000, 2000, 4000]);
    expect(api.requests()).toMatchObject({ getMessage: 5, retries: 4, throttled: 0 });
  });

  test.each(STATUSES)('%s: that does not end is an error after the last try', async (status) => {
    await using server = await wireServer({ talk: (socket) => void socket.write(answer(status)) });
    await using api = client(server.origin, { attemptsMax: 4 }, { clock: fakeClock() });
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow(`is not available (HTTP ${status.slice(0, 3)})`);
    expect(server.requests).toHaveLength(4);
  });

  test('A16 of a DELETE leaves it lost: each may have been applied', async () => {
    await using server = await wireServer({ talk: (socket) => void socket.write(answer('500 Internal Server Error')) });
    await using api = client(server.origin, { attemptsMax: 3 }, { clock: fakeClock() });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({
      kind: 'lost',
      attempts: 3,
      status: 500,
      lostAt: expect.any(Date),
    });
    expect(server.requests).toHaveLength(3);
  });

  test('with Retry-After is waited for by everybody', async () => {
    await using server = await wireServer({
      talk: (socket, _, nth) =>
        void socket.write(nth === 1 ? answer('503 Service Unavailable', ['Retry-After: 120']) : NO_CONTENT),
    });
    const clock = fakeClock();
    await using api = client(server.origin, { attemptsMax: 2 }, { clock });
    const before = clock.monotonicMs();
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'accepted', attempts: 2 });
    expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(120_000);
  });
});

test('A17 503 for everything, from the first page on, ends a sweep after its attempts: partial, nothing planned, nothing deleted', async () => {
  await using server = await wireServer({ talk: (socket) => void socket.write(answer('503 Service Unavailable')) });
  await using here = await bench();
  const { media } = old(here, 3);
  const away = { ...here.emulator, url: server.origin };
  const { report, stop } = await here.sweep({ attemptsMax: 4 }, away);
  expect([report.result, report.planComplete, report.planned, stop?.kind]).toEqual([
    'partial',
    false,
    0,
    'unreachable',
  ]);
  expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET']);
  expect(new Set(server.requests.map(({ path }) => path)).size).toBe(1);
  expect(here.there()).toEqual(media);
  expect((await here.sweep()).report.result).toBe('complete'); // once it is back
  expect(here.there()).toEqual([]);
});
