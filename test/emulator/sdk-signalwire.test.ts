import { RestClient } from '@signalwire/compatibility-api';
import { expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/server.ts';
import type { Emulator } from '../../src/emulator/server.ts';

test('lists all messages over several pages', async () => {
  await using emulator = await startEmulator({ messages: 120 });
  const messages = await clientOf(emulator).messages.list({ pageSize: 50 });
  expect(new Set(messages.map(({ sid }) => sid)).size).toBe(120);
  expect(emulator.requests.listMessages).toBe(3);
});

test('lists, fetches and removes media, true on 204', async () => {
  await using emulator = await startEmulator({ messages: 0 });
  const { sid, mediaSids } = emulator.account.addMessage({ media: 3 });
  const message = clientOf(emulator).messages(sid);
  const [first = ''] = mediaSids;

  expect((await message.media.list({ pageSize: 2 })).map((each) => each.sid)).toEqual(mediaSids);
  expect(await message.media(first).fetch()).toMatchObject({ contentType: 'image/jpeg', parentSid: sid });
  expect(await message.media(first).remove()).toBe(true);
  expect(await message.media.list()).toHaveLength(2);
});

test.each([
  ['of a media item that is gone', 'delivered', { status: 404, code: 20404 }],
  ['of a media item whose message is in progress', 'queued', { status: 422, code: 20009 }],
])('a removal %s rejects with the code', async (_, status, error) => {
  await using emulator = await startEmulator({ messages: 0 });
  const { sid, mediaSids } = emulator.account.addMessage({ status, media: 1 });
  const media = clientOf(emulator)
    .messages(sid)
    .media(mediaSids[0] ?? '');
  if (status === 'delivered') await media.remove();
  await expect(media.remove()).rejects.toMatchObject(error);
});

test('filters by date sent, given as a Date', async () => {
  await using emulator = await startEmulator({ messages: 0 });
  const [old, young] = ['2026-01-10', '2026-03-10'].map(
    (day) => emulator.account.addMessage({ dateCreated: new Date(`${day}T10:00:00Z`) }).sid,
  );
  const { messages } = clientOf(emulator);
  const february = new Date('2026-02-01T00:00:00Z');
  expect((await messages.list({ dateSentBefore: february })).map(({ sid }) => sid)).toEqual([old]);
  expect((await messages.list({ dateSentAfter: february })).map(({ sid }) => sid)).toEqual([young]);
});

test('a wrong token rejects with 20003', async () => {
  await using emulator = await startEmulator({ messages: 1 });
  await expect(clientOf(emulator, 'PTwrong').messages.list()).rejects.toMatchObject({ status: 401, code: 20003 });
});

function clientOf(emulator: Emulator, token = emulator.token): ReturnType<typeof RestClient> {
  const client = RestClient(emulator.project, token, { signalwireSpaceUrl: 'example.signalwire.com' });
  client.api.baseUrl = emulator.url;
  return client;
}
