import { describe, expect, test } from 'vitest';
import { DEFAULT_SWITCHES, SWITCH_POSITIONS } from '../../src/emulator/switches.ts';
import type { Switches } from '../../src/emulator/switches.ts';
import type { Bench, Row } from './support.ts';
import { bench, NOW, sids, stillThere, withMedia } from './support.ts';

test('the first position of every switch is its default', () => {
  const firsts = Object.fromEntries(Object.entries(SWITCH_POSITIONS).map(([name, positions]) => [name, positions[0]]));
  expect(firsts).toEqual(DEFAULT_SWITCHES);
});

const WORKING = Object.entries(SWITCH_POSITIONS).filter(([name]) => name !== 'missingScope');

test.each(WORKING.flatMap(([name, positions]) => positions.map((position) => [name, position] as const)))(
  'with %s at %j every message is listed and a media item can be deleted',
  async (name, position) => {
    await using api = await bench({ messages: 120, switches: { [name]: position } });
    const { messageSid, mediaSid } = withMedia(api);
    const status = (await api.send('DELETE', api.mediaPath(messageSid, mediaSid))).status;
    expect(status).toBe(204);
    const pages = await api.walk(`${api.base}/Messages.json?PageSize=40`);
    expect(new Set(pages.flatMap(({ messages }) => sids(messages))).size).toBe(121);
  },
);

describe('date filters', () => {
  const days = ['2026-03-09T23:59:59Z', '2026-03-10T00:00:00Z', '2026-03-10T12:00:00Z', '2026-03-11T00:00:00Z'];
  test.each([
    ['exclusive', ['0'], ['3']],
    ['inclusive', ['0', '1', '2'], ['1', '2', '3']],
    ['midnight', ['0', '1'], ['1', '2', '3']],
  ] as const)('read %s: before and after', async (dateFilter, before, after) => {
    await using api = await bench({ switches: { dateFilter } });
    days.forEach((day, index) => api.emulator.account.addMessage({ sid: String(index), dateCreated: new Date(day) }));
    const found = async (operator: string) =>
      sids((await api.list(`${api.base}/Messages.json?DateSent${operator}=2026-03-10`)).messages).toReversed();
    expect(await found('%3C')).toEqual(before);
    expect(await found('%3E')).toEqual(after);
    expect(await found('')).toEqual(['1', '2']);
  });

  test.each([true, false])('a message never sent matches: %s', async (unsentMatchesFilter) => {
    await using api = await bench({ switches: { unsentMatchesFilter } });
    api.emulator.account.addMessage({ dateSent: null });
    for (const operator of ['', '%3C', '%3E']) {
      const { messages } = await api.list(`${api.base}/Messages.json?DateSent${operator}=2020-01-01`);
      expect(messages).toHaveLength(unsentMatchesFilter ? 1 : 0);
    }
  });
});

describe('in progress', () => {
  test.each([400, 409, 422] as const)(
    'is refused with status %i and code 20009, and nothing is deleted',
    async (inProgressStatus) => {
      await using api = await bench({ switches: { inProgressStatus } });
      const { messageSid, mediaSid } = withMedia(api, 'queued');
      const { status, text } = await api.send('DELETE', api.mediaPath(messageSid, mediaSid));
      expect(status).toBe(inProgressStatus);
      expect(JSON.parse(text)).toMatchObject({ code: 20009, status: inProgressStatus });
      expect(stillThere(api)).toBe(true);
    },
  );

  test.each(['queued', 'initiated', 'accepted', 'scheduled', 'sending', 'receiving'])(
    'is what %s means',
    async (status) => {
      await using api = await bench();
      const { messageSid, mediaSid } = withMedia(api, status);
      expect((await api.send('DELETE', api.mediaPath(messageSid, mediaSid))).status).toBe(422);
      expect((await api.send('DELETE', `${api.base}/Messages/${messageSid}.json`)).status).toBe(422);
      api.emulator.account.setStatus(messageSid, 'sent');
      expect((await api.send('DELETE', api.mediaPath(messageSid, mediaSid))).status).toBe(204);
      expect(api.emulator.violations).toEqual([]);
    },
  );

  test('is allowed by a lenient API, and recorded', async () => {
    await using api = await bench({ switches: { inProgressDelete: 'allow' } });
    const { messageSid, mediaSid } = withMedia(api, 'queued');
    expect((await api.send('DELETE', api.mediaPath(messageSid, mediaSid))).status).toBe(204);
    expect(api.emulator.violations).toEqual([{ messageSid, mediaSid, status: 'queued', at: NOW }]);
  });
});

describe('errors', () => {
  const text = expect.any(String) as string;
  test.each([
    ['flat', 'number', { code: 20003, message: text, more_info: text, status: 401 }],
    ['flat', 'string', { code: '20003', message: text, more_info: text, status: 401 }],
    ['errors-objects', 'number', { errors: [{ code: 20003, message: text }] }],
    ['errors-objects', 'string', { errors: [{ code: '20003', message: text }] }],
    ['errors-strings', 'number', { errors: [text] }],
  ] as const)('are %s with the code as %s', async (errorBody, codeAs, expected) => {
    await using api = await bench({ switches: { errorBody, codeAs } });
    const reply = await api.send('GET', `${api.base}/Messages.json`, { authorization: null });
    expect(JSON.parse(reply.text)).toEqual(expected);
  });

  test('keep the codes that the documents promise, also where errors are strings', async () => {
    await using api = await bench({ switches: { errorBody: 'errors-strings' } });
    const { messageSid, mediaSid } = withMedia(api, 'queued');
    expect(JSON.parse((await api.send('DELETE', api.mediaPath(messageSid, mediaSid))).text)).toMatchObject({
      code: 20009,
    });
    expect(JSON.parse((await api.send('GET', `${api.base}/Messages/none.json`)).text)).toMatchObject({ code: 20404 });
  });

  test.each([401, 403] as const)('say %i where the scope is missing', async (missingScope) => {
    await using api = await bench({ switches: { missingScope } });
    expect((await api.send('GET', `${api.base}/Messages.json`)).status).toBe(missingScope);
  });
});

describe('num_media', () => {
  test.each([
    ['stays', 'number', 3],
    ['stays', 'string', '3'],
    ['falls', 'number', 2],
    ['falls', 'string', '2'],
  ] as const)('%s, as %s', async (numMedia, numMediaAs, expected) => {
    await using api = await bench({ switches: { numMedia, numMediaAs } });
    const { sid, mediaSids } = api.emulator.account.addMessage({ media: 3 });
    await api.send('DELETE', api.mediaPath(sid, mediaSids[1]));
    expect((await api.get(`${api.base}/Messages/${sid}.json`))['num_media']).toBe(expected);
  });
});

describe('paging', () => {
  test.each([
    ['cursor', 0],
    ['offset', 5],
  ] as const)('by %s shows %i rows twice after five messages have come in', async (paging, twice) => {
    await using api = await bench({ messages: 30, switches: { paging } });
    const first = await api.list(`${api.base}/Messages.json?PageSize=10`);
    for (let i = 0; i < 5; i++) api.emulator.account.addMessage();
    const second = await api.list(first.next_page_uri ?? '');
    const seen = new Set(sids(first.messages));
    expect(sids(second.messages).filter((sid) => seen.has(sid))).toHaveLength(twice);
  });

  test.each([
    [false, [10, 10]],
    [true, [10, 10, 0]],
  ])('with emptyLastPage %s has pages of %j', async (emptyLastPage, lengths) => {
    await using api = await bench({ messages: 20, switches: { emptyLastPage } });
    const pages = await api.walk(`${api.base}/Messages.json?PageSize=10`);
    expect(pages.map(({ messages }) => messages.length)).toEqual(lengths);
  });

  test.each([
    [true, 2],
    [false, 10],
  ])('with filtersInLinks %s the second page has %i rows', async (filtersInLinks, expected) => {
    await using api = await bench({ switches: { filtersInLinks } });
    for (let i = 0; i < 20; i++) api.emulator.account.addMessage(i < 8 ? {} : { status: 'failed' });
    const first = await api.list(`${api.base}/Messages.json?PageSize=10&Status=failed`);
    expect((await api.list(first.next_page_uri ?? '')).messages).toHaveLength(expected);
  });

  test('oldest-first turns the list round', async () => {
    await using api = await bench({ messages: 25 });
    const newest = await listed(api, 7);
    api.emulator.switches.order = 'oldest-first';
    expect(sids(await listed(api, 7))).toEqual(sids(newest).toReversed());
  });
});

test.each([
  [{}, '/api/laml/2010-04-01/Accounts/{project}/Messages.json?'],
  [{ links: 'bare' }, '/api/laml/2010-04-01/Accounts/{project}/Messages?'],
  [{ linkPrefix: 'short' }, '/2010-04-01/Accounts/{project}/Messages.json?'],
  [{ linkOrigin: 'absolute' }, '{origin}/api/laml/2010-04-01/Accounts/{project}/Messages.json?'],
  [{ linkOrigin: 'absolute', linkPrefix: 'short', links: 'bare' }, '{origin}/2010-04-01/Accounts/{project}/Messages?'],
] as const)('with %j links begin with %s and can be followed', async (switches, start) => {
  await using api = await bench({ messages: 12, switches });
  const expected = start.replace('{project}', api.emulator.project).replace('{origin}', api.emulator.url);
  const pages = await api.walk(`${api.base}/Messages.json?PageSize=5`);
  expect(pages.flatMap(({ messages }) => messages)).toHaveLength(12);
  for (const link of [pages[0]?.next_page_uri, pages[0]?.first_page_uri, pages[0]?.uri, pages[1]?.previous_page_uri]) {
    expect(link?.startsWith(expected)).toBe(true);
  }
});

describe('deletion', () => {
  test.each([404, 204] as const)('a second time is answered with %i', async (repeatedDelete) => {
    await using api = await bench({ switches: { repeatedDelete } });
    const { messageSid, mediaSid } = withMedia(api);
    const path = api.mediaPath(messageSid, mediaSid);
    expect(await api.send('DELETE', path)).toMatchObject({ status: 204, text: '' });
    expect((await api.send('DELETE', path)).status).toBe(repeatedDelete);
    expect((await api.send('GET', path)).status).toBe(404);
    expect(api.emulator.truth.count()).toMatchObject({ present: 0, deleted: 1 });
  });

  test('is seen in lists only after the lag', async () => {
    await using api = await bench({ switches: { listLagMs: 5000 } });
    const { messageSid, mediaSid } = withMedia(api);
    await api.send('DELETE', api.mediaPath(messageSid, mediaSid));
    api.advance(4999);
    expect((await api.list(api.mediaPath(messageSid))).media_list).toHaveLength(1);
    api.advance(1);
    expect((await api.list(api.mediaPath(messageSid))).media_list).toHaveLength(0);
  });

  test.each([
    [{ deletedMessageKeepsMedia: true, deletedMessageListsMedia: true }, 200, 200],
    [{ deletedMessageKeepsMedia: true, deletedMessageListsMedia: false }, 404, 200],
    [{ deletedMessageKeepsMedia: false }, 404, 404],
  ] as const)('of a message, with %j: its list answers %i, its media %i', async (switches, list, item) => {
    await using api = await bench({ switches });
    const { messageSid, mediaSid } = withMedia(api);
    expect((await api.send('DELETE', `${api.base}/Messages/${messageSid}.json`)).status).toBe(204);
    expect((await api.send('GET', `${api.base}/Messages/${messageSid}.json`)).status).toBe(404);
    expect((await api.send('GET', api.mediaPath(messageSid))).status).toBe(list);
    expect((await api.send('GET', api.mediaPath(messageSid, mediaSid))).status).toBe(item);
    expect(stillThere(api)).toBe(item === 200);
  });
});

test.each<[Switches['dateHeader'], string | undefined]>([
  ['right', 'Mon, 15 Jun 2026 12:00:00 GMT'],
  ['missing', undefined],
  ['garbage', 'the day before yesterday'],
  [{ aheadMs: 3_600_000 }, 'Mon, 15 Jun 2026 13:00:00 GMT'],
  [{ aheadMs: -3_600_000 }, 'Mon, 15 Jun 2026 11:00:00 GMT'],
])('with dateHeader at %j the Date header is %s', async (dateHeader, expected) => {
  await using api = await bench({ switches: { dateHeader } });
  expect((await api.send('GET', `${api.base}/Messages.json`)).headers['date']).toBe(expected);
});

const listed = async (api: Bench, size: number): Promise<Row[]> =>
  (await api.walk(`${api.base}/Messages.json?PageSize=${size}`)).flatMap(({ messages }) => messages);
