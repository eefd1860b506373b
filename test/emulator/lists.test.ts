import { expect, test } from 'vitest';
import type { Bench, Row } from './support.ts';
import { bench, sids } from './support.ts';

const ENVELOPE = ['first_page_uri', 'messages', 'next_page_uri', 'page', 'page_size', 'previous_page_uri', 'uri'];

test('a list has exactly the seven keys, 50 rows unless asked otherwise, and links without a host', async () => {
  await using api = await bench({ messages: 60 });
  const page = await api.list(`${api.base}/Messages.json`);
  expect(Object.keys(page).toSorted()).toEqual(ENVELOPE);
  expect(page).toMatchObject({ page: 0, page_size: 50, previous_page_uri: null });
  expect(page.messages).toHaveLength(50);
  expect(page.next_page_uri).toMatch(
    /^\/api\/laml\/2010-04-01\/Accounts\/[^/]+\/Messages\.json\?Page=1&PageSize=50&PageToken=PA/,
  );
});

test('a message says what the documents list, and nothing else', async () => {
  await using api = await bench();
  const { sid } = api.emulator.account.addMessage({
    body: 'Hello "you"',
    from: '+15550000001',
    to: '+15550000002',
    media: 2,
  });
  expect(await api.get(`${api.base}/Messages/${sid}.json`)).toEqual({
    sid,
    account_sid: api.emulator.project,
    body: 'Hello "you"',
    num_segments: 1,
    num_media: 2,
    date_created: 'Mon, 15 Jun 2026 12:00:00 +0000',
    date_sent: 'Mon, 15 Jun 2026 12:00:00 +0000',
    date_updated: 'Mon, 15 Jun 2026 12:00:00 +0000',
    direction: 'outbound-api',
    status: 'delivered',
    error_code: null,
    error_message: null,
    from: '+15550000001',
    to: '+15550000002',
    price: 0.015,
    price_unit: 'USD',
    messaging_service_sid: null,
    uri: `${api.base}/Messages/${sid}.json`,
    subresource_uris: { media: `${api.base}/Messages/${sid}/Media.json` },
  });
});

test('a media item says what the documents list, and nothing else', async () => {
  await using api = await bench();
  const { sid, mediaSids } = api.emulator.account.addMessage({ media: [{ contentType: 'video/mp4' }] });
  const path = api.mediaPath(sid, mediaSids[0]);
  const expected = {
    sid: mediaSids[0],
    account_sid: api.emulator.project,
    parent_sid: sid,
    content_type: 'video/mp4',
    date_created: 'Mon, 15 Jun 2026 12:00:00 +0000',
    date_updated: 'Mon, 15 Jun 2026 12:00:00 +0000',
    uri: path,
  };
  expect(await api.get(path)).toEqual(expected);
  expect((await api.list(api.mediaPath(sid))).media_list).toEqual([expected]);
});

test('the newest message comes first, wherever in time it was added', async () => {
  await using api = await bench();
  const dates = ['2026-03-01', '2026-05-01', '2026-01-01', '2026-04-01', '2026-02-01'];
  const added = new Map(
    dates.map((date) => [date, api.emulator.account.addMessage({ dateCreated: new Date(date) }).sid]),
  );
  const pages = await api.walk(`${api.base}/Messages.json?PageSize=2`);
  expect(pages.flatMap(({ messages }) => sids(messages))).toEqual(
    dates
      .toSorted()
      .toReversed()
      .map((date) => added.get(date)),
  );
});

test('a walk sees every message once, though messages come and go under it', async () => {
  await using api = await bench({ messages: 95 });
  const before = await everyMessage(api);
  const seen: string[] = [];
  let next: string | null = `${api.base}/Messages.json?PageSize=10`;
  while (next !== null) {
    const page = await api.list(next);
    seen.push(...sids(page.messages));
    next = page.next_page_uri;
    api.emulator.account.addMessage();
    api.emulator.account.removeMessage(page.messages.at(-1)?.sid ?? ''); // the very row that the link names
  }
  expect(seen).toEqual(before);
});

test('a walk that began with a message added later survives messages added out of order', async () => {
  await using api = await bench({ messages: 20 });
  const before = await everyMessage(api);
  const first = await api.list(`${api.base}/Messages.json?PageSize=10`);
  for (let i = 0; i < 5; i++) api.emulator.account.addMessage({ dateCreated: new Date('2026-06-15T11:00:00Z') });
  const second = await api.list(first.next_page_uri ?? '');
  expect([...sids(first.messages), ...sids(second.messages)]).toEqual(before);
});

test('previous_page_uri leads back', async () => {
  await using api = await bench({ messages: 30 });
  const [first, second, third] = await api.walk(`${api.base}/Messages.json?PageSize=10`);
  expect(third?.next_page_uri).toBeNull();
  expect(sids((await api.list(third?.previous_page_uri ?? '')).messages)).toEqual(sids(second?.messages ?? []));
  const back = await api.list(second?.previous_page_uri ?? '');
  expect(sids(back.messages)).toEqual(sids(first?.messages ?? []));
  expect(back.previous_page_uri).toBeNull();
});

test('the media of a message are paged like messages, also while they are deleted', async () => {
  await using api = await bench();
  const { sid, mediaSids } = api.emulator.account.addMessage({ media: 7 });
  const seen: string[] = [];
  let next: string | null = `${api.mediaPath(sid)}?PageSize=3`;
  while (next !== null) {
    const page = await api.list(next);
    for (const media of sids(page.media_list)) await api.send('DELETE', api.mediaPath(sid, media));
    seen.push(...sids(page.media_list));
    next = page.next_page_uri;
  }
  expect(seen).toEqual(mediaSids);
});

test.each([
  ['PageSize=0', 54454],
  ['PageSize=1001', 54454],
  ['PageSize=ten', 54454],
  ['Page=1', 54453],
  ['Page=1&PageToken=PAnonsense', 54453],
  ['Page=1&PageToken=XX', 54453],
  ['Page=-1', 20001],
  ['DateSent=2026-02-30', 20001],
  ['DateSent%3C=yesterday', 20001],
])('?%s is refused with code %i', async (query, code) => {
  await using api = await bench({ messages: 3 });
  const { status, text } = await api.send('GET', `${api.base}/Messages.json?${query}`);
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ code, status: 400 });
});

test.each([
  ['Status=failed', ['b']],
  ['From=%2B15550000001', ['a']],
  ['To=%2B15550000002', ['b', 'a']],
  ['DateSent=2026-02-01', ['b']],
  ['DateSent%3E=2026-01-15&DateSent%3C=2026-02-15', ['b']],
  ['DateSent<=2026-01-15', ['a']],
  ['Status=failed&From=%2B15550000001', []],
  ['Unheard=of', ['c', 'b', 'a']],
])('?%s lists %j', async (query, expected) => {
  await using api = await bench();
  const { account } = api.emulator;
  account.addMessage({ sid: 'a', from: '+15550000001', to: '+15550000002', dateCreated: new Date('2026-01-01') });
  account.addMessage({
    sid: 'b',
    from: '+15550000003',
    to: '+15550000002',
    dateCreated: new Date('2026-02-01'),
    status: 'failed',
  });
  account.addMessage({ sid: 'c', from: '+15550000004', to: '+15550000005', dateCreated: new Date('2026-03-01') });
  expect(sids((await api.list(`${api.base}/Messages.json?${query}`)).messages)).toEqual(expected);
});

test('the list of a day has what was sent on it, however long after it was created, or before', async () => {
  await using api = await bench({ messages: 2000, days: 20, oddities: false });
  const { account } = api.emulator;
  const created = new Date('2026-06-01T23:59:59Z');
  const [late, early, moved] = [
    account.addMessage({ dateCreated: created, dateSent: new Date('2026-06-04T12:00:00Z') }).sid,
    account.addMessage({ dateCreated: new Date('2026-06-06T00:00:00Z'), dateSent: new Date('2026-06-04T00:00:00Z') })
      .sid,
    account.addMessage({ dateCreated: created, status: 'queued' }).sid,
  ];
  account.setStatus(moved, 'sent');
  const all = (await api.walk(`${api.base}/Messages.json?PageSize=1000`)).flatMap(({ messages }) => messages);
  for (const day of ['2026-06-01', '2026-06-02', '2026-06-04', '2026-06-15']) {
    const start = Date.parse(`${day}T00:00:00Z`);
    const isOf = ({ date_sent: sent }: Row): boolean => sent !== null && dayOf(sent) === start;
    const pages = await api.walk(`${api.base}/Messages.json?DateSent=${day}&PageSize=30`);
    expect(pages.flatMap(({ messages }) => sids(messages))).toEqual(sids(all.filter(isOf)));
  }
  expect(sids((await api.list(`${api.base}/Messages.json?DateSent=2026-06-04&PageSize=1000`)).messages)).toEqual(
    expect.arrayContaining([late, early]),
  );
  expect(sids((await api.list(`${api.base}/Messages.json?DateSent=2026-06-15&PageSize=1000`)).messages)).toContain(
    moved,
  );
});

test('a filtered list is walked to its end', async () => {
  await using api = await bench({ messages: 400 });
  const all = (await api.walk(`${api.base}/Messages.json?PageSize=1000`)).flatMap(({ messages }) => messages);
  const pages = await api.walk(`${api.base}/Messages.json?Status=received&PageSize=7`);
  expect(pages.flatMap(({ messages }) => sids(messages))).toEqual(
    sids(all.filter(({ status }) => status === 'received')),
  );
});

const dayOf = (text: unknown): number => Math.floor(Date.parse(String(text)) / 86_400_000) * 86_400_000;

const everyMessage = async (api: Bench): Promise<string[]> =>
  sids((await api.list(`${api.base}/Messages.json?PageSize=1000`)).messages);
