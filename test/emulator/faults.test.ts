import { describe, expect, test } from 'vitest';
import type { FaultKind } from '../../src/emulator/faults.ts';
import { bench, stillThere, withMedia } from './support.ts';

describe('a fault that is answered', () => {
  test.each<[FaultKind, RegExp, RegExp]>([
    ['throttle', /^429$/, /"retry-after":"7"/],
    ['throttleDate', /^429$/, /"retry-after":"Mon, 15 Jun 2026 12:00:07 GMT"/],
    ['throttleBare', /^429$/, /^(?!.*retry-after)/],
    ['serverError', /^50[0234]$/, /./],
    ['html', /^404$/, /"content-type":"text\/html/],
    ['redirect', /^307$/, /"location":"\/elsewhere/],
    ['unapplied204', /^204$/, /./],
  ])('%s: the DELETE is answered with %s and not applied', async (kind, status, headers) => {
    await using api = await bench({ faults: { retryAfterSeconds: 7 } });
    const { messageSid, mediaSid } = withMedia(api);
    api.emulator.faults.next(kind);
    const reply = await api.send('DELETE', api.mediaPath(messageSid, mediaSid));
    expect(String(reply.status)).toMatch(status);
    expect(JSON.stringify(reply.headers)).toMatch(headers);
    expect(stillThere(api)).toBe(true);
  });

  test.each<[FaultKind, RegExp]>([
    ['serverErrorAfter', /^50[0234]$/],
    ['empty204As200', /^200$/],
    ['slow', /^204$/],
  ])('%s: the DELETE is answered with %s and applied', async (kind, status) => {
    await using api = await bench({ faults: { slowForMs: 10 } });
    const { messageSid, mediaSid } = withMedia(api);
    api.emulator.faults.next(kind);
    const reply = await api.send('DELETE', api.mediaPath(messageSid, mediaSid));
    expect(String(reply.status)).toMatch(status);
    expect(stillThere(api)).toBe(false);
  });
});

describe('a connection that is reset', () => {
  test.each<[FaultKind, boolean]>([
    ['resetBefore', true],
    ['resetAfter', false],
  ])('%s: the item is still there: %s', async (kind, there) => {
    await using api = await bench();
    const { messageSid, mediaSid } = withMedia(api);
    api.emulator.faults.next(kind);
    await expect(api.send('DELETE', api.mediaPath(messageSid, mediaSid))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(stillThere(api)).toBe(there);
  });

  test('resetMidBody: the head has come, the body ends in the middle', async () => {
    await using api = await bench({ messages: 50 });
    api.emulator.faults.next('resetMidBody');
    await expect(api.send('GET', `${api.base}/Messages.json`)).rejects.toThrow(
      /terminated|aborted|ECONNRESET|other side closed/,
    );
    expect((await api.send('GET', `${api.base}/Messages.json`)).status).toBe(200);
  });
});

test('hang: no answer comes and nothing is applied', async () => {
  const arrived = Promise.withResolvers<void>();
  await using api = await bench({ onAnswer: () => arrived.resolve() });
  const { messageSid, mediaSid } = withMedia(api);
  api.emulator.faults.next('hang');
  const gaveUp = new AbortController();
  const hanging = api.send('DELETE', api.mediaPath(messageSid, mediaSid), { signal: gaveUp.signal });
  await arrived.promise;
  gaveUp.abort(new Error('gave up'));
  await expect(hanging).rejects.toThrow('gave up');
  expect(stillThere(api)).toBe(true);
});

test('closing the emulator ends requests that hang', async () => {
  const arrived = Promise.withResolvers<void>();
  await using api = await bench({ onAnswer: () => arrived.resolve() });
  api.emulator.faults.next('hang');
  const ended = Promise.allSettled([api.send('GET', `${api.base}/Messages.json`)]);
  await arrived.promise;
  await api.emulator.close();
  expect(await ended).toMatchObject([{ status: 'rejected' }]);
});

describe('bodies', () => {
  test('truncated: the framing is right, the JSON breaks off', async () => {
    await using api = await bench({ messages: 5 });
    api.emulator.faults.next('truncated');
    const { status, headers, text } = await api.send('GET', `${api.base}/Messages.json`);
    expect(status).toBe(200);
    expect(headers['content-length']).toBe(String(text.length));
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  test('html: a page where a list should be', async () => {
    await using api = await bench();
    api.emulator.faults.next('html');
    const { status, headers } = await api.send('GET', `${api.base}/Messages.json`);
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/html');
  });

  test('slow: the body trickles, and arrives whole', async () => {
    await using api = await bench({ messages: 20, faults: { slowForMs: 30 } });
    api.emulator.faults.next('slow');
    const startMs = performance.now();
    const { messages } = await api.list(`${api.base}/Messages.json`);
    expect(messages).toHaveLength(20);
    expect(performance.now() - startMs).toBeGreaterThan(15);
  });
});

describe('lateApply', () => {
  test.each([
    ['reset', 'ECONNRESET'],
    [504, 504],
  ] as const)('is answered by %s now and applied later, by the clock', async (lateAnswer, answered) => {
    await using api = await bench({ faults: { lateAnswer, lateByMs: 45_000 } });
    const { messageSid, mediaSid } = withMedia(api);
    api.emulator.faults.next('lateApply');
    const sent = api.send('DELETE', api.mediaPath(messageSid, mediaSid));
    expect(
      await sent.then(
        ({ status }) => status,
        ({ code }: { code: string }) => code,
      ),
    ).toBe(answered);

    api.advance(44_999);
    expect((await api.list(api.mediaPath(messageSid))).media_list).toHaveLength(1);
    api.advance(1);
    expect((await api.list(api.mediaPath(messageSid))).media_list).toHaveLength(0);
    expect([...api.emulator.truth.media()][0]?.deletedAt).toEqual(new Date('2026-06-15T12:00:45.400Z'));
  });

  test('is seen by the truth without any request', async () => {
    await using api = await bench({ faults: { lateAnswer: 504 } });
    const { messageSid, mediaSid } = withMedia(api);
    api.emulator.faults.next('lateApply');
    await api.send('DELETE', api.mediaPath(messageSid, mediaSid));
    expect(stillThere(api)).toBe(true);
    api.advance(30_000);
    expect(stillThere(api)).toBe(false);
  });

  test('is refused when it arrives while the message is in progress', async () => {
    await using api = await bench({ faults: { lateAnswer: 504 } });
    const { messageSid, mediaSid } = withMedia(api, 'queued');
    api.emulator.faults.next('lateApply');
    await api.send('DELETE', api.mediaPath(messageSid, mediaSid));
    api.advance(60_000);
    expect(stillThere(api)).toBe(true);
    expect(api.emulator.violations).toEqual([]);
  });

  test('needs credentials like everything else', async () => {
    await using api = await bench();
    const { messageSid, mediaSid } = withMedia(api);
    api.emulator.faults.next('lateApply');
    expect((await api.send('DELETE', api.mediaPath(messageSid, mediaSid), { authorization: null })).status).toBe(401);
    api.advance(60_000);
    expect(stillThere(api)).toBe(true);
  });
});
