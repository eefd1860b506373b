import { expect, test } from 'vitest';
import { bench, withMedia } from './support.ts';

test.each(['/api/laml/2010-04-01', '/2010-04-01'])('answers under %s, with and without .json', async (prefix) => {
  await using api = await bench();
  const { messageSid, mediaSid } = withMedia(api);
  const account = `${prefix}/Accounts/${api.emulator.project}`;
  const message = `${account}/Messages/${messageSid}`;
  for (const ending of ['', '.json']) {
    for (const path of [`${account}/Messages${ending}`, `${message}${ending}`, `${message}/Media${ending}`]) {
      expect({ path, status: (await api.send('GET', path)).status }).toEqual({ path, status: 200 });
    }
  }
  expect((await api.send('GET', `${message}/Media/${mediaSid}.json`)).headers['content-type']).toContain(
    'application/json',
  );
  expect((await api.send('DELETE', `${message}/Media/${mediaSid}`)).status).toBe(204);
});

test('a media item without .json is its content, and counted as such', async () => {
  await using api = await bench();
  const { messageSid, mediaSid } = withMedia(api);
  const { headers, text } = await api.send('GET', api.mediaPath(messageSid, mediaSid).replace('.json', ''));
  expect(headers['content-type']).toBe('image/jpeg');
  expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  expect(api.emulator.requests).toMatchObject({ mediaBytes: 1, getMedia: 0 });
});

test.each([
  ['no credentials', null],
  ['other credentials', `Basic ${Buffer.from('somebody:else').toString('base64')}`],
  ['another scheme', 'Bearer token'],
])('%s are answered with 401 and code 20003', async (_, authorization) => {
  await using api = await bench();
  const { status, headers, text } = await api.send('GET', `${api.base}/Messages.json`, { authorization });
  expect(status).toBe(401);
  expect(headers['www-authenticate']).toContain('Basic');
  expect(JSON.parse(text)).toMatchObject({ code: 20003, status: 401 });
});

test.each([
  ['GET', '/api/laml/2010-04-01/Accounts/somebody-else/Messages.json'],
  ['GET', '{base}/Messages/{other}.json'],
  ['GET', '{base}/Messages/{other}/Media.json'],
  ['GET', '{base}/Messages/{other}/Media/{media}.json'],
  ['DELETE', '{base}/Messages/{other}/Media/{media}.json'],
  ['DELETE', '{base}/Messages/{message}/Media/{message}.json'],
  ['DELETE', '{base}/Messages/{media}.json'],
] as const)('%s %s is 404 with code 20404', async (method, template) => {
  await using api = await bench();
  const { messageSid, mediaSid } = withMedia(api);
  const path = template
    .replace('{base}', api.base)
    .replaceAll('{message}', messageSid)
    .replace('{media}', mediaSid)
    .replace('{other}', '00000000-0000-4000-8000-000000000000');
  const { status, text } = await api.send(method, path);
  expect(status).toBe(404);
  expect(JSON.parse(text)).toEqual({
    code: 20404,
    message: expect.any(String),
    more_info: expect.any(String),
    status: 404,
  });
  expect(api.emulator.truth.count().deleted).toBe(0);
});

test.each([
  ['GET', '/'],
  ['GET', '/api/laml/2010-04-01/Accounts'],
  ['GET', '{base}/Messages/a/Media/b/c.json'],
  ['GET', '{base}/Messages//Media.json'],
  ['GET', '{base}/Calls.json'],
  ['GET', '{base}/Messages/%E0%A4%A.json'],
  ['DELETE', '{base}/Messages.json'],
  ['POST', '{base}/Messages.json'],
] as const)('%s %s is no route: an HTML 404 without a code', async (method, path) => {
  await using api = await bench();
  const { status, headers, text } = await api.send(method, path.replace('{base}', api.base));
  expect(status).toBe(404);
  expect(headers['content-type']).toContain('text/html');
  expect(text).toContain('<html>');
  expect(api.emulator.requests.other).toBe(1);
});

test('requests are counted by kind, and seen by hooks before and after', async () => {
  const seen: string[] = [];
  await using api = await bench({
    onRequest: ({ kind }) => seen.push(`> ${kind}`),
    onAnswer: ({ request, status, fault }) => seen.push(`< ${request.kind} ${status} ${fault}`),
  });
  const { messageSid, mediaSid } = withMedia(api);
  await api.send('GET', api.mediaPath(messageSid));
  api.emulator.faults.next('serverErrorAfter');
  await api.send('DELETE', api.mediaPath(messageSid, mediaSid));
  expect(seen).toEqual([
    '> listMedia',
    '< listMedia 200 undefined',
    '> deleteMedia',
    expect.stringMatching(/^< deleteMedia 50\d serverErrorAfter$/),
  ]);
  expect(api.emulator.requests).toMatchObject({ listMedia: 1, deleteMedia: 1, listMessages: 0 });
});

test('the most requests in flight at one time are known', async () => {
  const arrived = Promise.withResolvers<void>();
  await using api = await bench({
    onRequest: () => api.emulator.requests.listMessages === 4 && arrived.resolve(),
  });
  api.emulator.faults.next('hang', 'listMessages', 4);
  const gaveUp = new AbortController();
  const hanging = Array.from({ length: 4 }, () =>
    api.send('GET', `${api.base}/Messages.json`, { signal: gaveUp.signal }),
  );
  await arrived.promise;
  await api.send('GET', `${api.base}/Messages.json`);
  expect(api.emulator.maxInFlight).toBe(5);
  gaveUp.abort();
  await Promise.allSettled(hanging);
});

test('every answer takes as long as the latency says', async () => {
  await using api = await bench({ latencyMs: 40 });
  const startMs = performance.now();
  await api.send('GET', `${api.base}/Messages.json`);
  expect(performance.now() - startMs).toBeGreaterThan(38);
  api.emulator.latencyMs = 0;
  expect((await api.send('GET', `${api.base}/Messages.json`)).status).toBe(200);
});

test.each([
  ['seconds', '1'],
  ['date', 'Mon, 15 Jun 2026 12:00:01 GMT'],
  ['none', undefined],
] as const)(
  'beyond its rate it answers 429, Retry-After as %s, until its clock has moved on',
  async (retryAfter, expected) => {
    await using api = await bench({ rateLimit: { perSecond: 2, retryAfter } });
    const ask = async () => api.send('GET', `${api.base}/Messages.json`);
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe(expected);
    expect(JSON.parse(refused.text)).toMatchObject({ code: 20429 });
    api.advance(500);
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
  },
);

test('a port that is taken is an error, and closing twice is none', async () => {
  await using api = await bench();
  await expect(bench({ port: Number(new URL(api.emulator.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await api.emulator.close();
  await api.emulator.close();
});

test('the canary stands in every free text, and the canary number among the parties', async () => {
  const canary = 'CANARY-7f3a';
  await using api = await bench({ messages: 50, canary, canaryNumber: '+15559998877' });
  const { messages } = await api.list(`${api.base}/Messages.json`);
  for (const message of messages) {
    const texts = [message['body'], message['uri'], JSON.stringify(message['subresource_uris'])];
    if (message['error_code'] !== null) texts.push(message['error_message']);
    for (const text of texts) expect(text).toContain(canary);
  }
  expect(messages.flatMap(({ from, to }) => [from, to])).toContain('+15559998877');

  const missing = JSON.parse((await api.send('GET', `${api.base}/Messages/none.json`)).text) as Record<string, unknown>;
  expect(missing).toMatchObject({
    message: expect.stringContaining(canary),
    more_info: expect.stringContaining(canary),
  });
  expect((await api.send('GET', '/nowhere')).text).toContain(canary);
  api.emulator.faults.next('redirect');
  expect((await api.send('GET', `${api.base}/Messages.json`)).headers['location']).toContain(canary);
});
