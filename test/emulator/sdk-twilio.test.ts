import twilio from 'twilio';
import { expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { startEmulator } from '../../src/emulator/server.ts';
import type { Emulator } from '../../src/emulator/server.ts';

/** Twilio's SDK insists on an account of this form. */
const OPTIONS: EmulatorOptions = { project: `AC${'5e'.repeat(16)}`, sidStyle: 'twilio', messages: 0 };

test('lists all messages over several pages, whose dates it can read', async () => {
  await using emulator = await startEmulator({ ...OPTIONS, messages: 120 });
  const messages = await clientOf(emulator).messages.list({ pageSize: 50 });
  expect(new Set(messages.map(({ sid }) => sid)).size).toBe(120);
  expect(messages[0]?.sid).toMatch(/^MM[0-9a-f]{32}$/);
  expect(messages[0]?.dateCreated).toBeInstanceOf(Date);
  expect(emulator.requests.listMessages).toBe(3);
});

test('lists and removes media, true on 204', async () => {
  await using emulator = await startEmulator(OPTIONS);
  const { sid, mediaSids } = emulator.account.addMessage({ media: 3 });
  const message = clientOf(emulator).messages(sid);
  expect((await message.media.list({ pageSize: 2 })).map((each) => each.sid)).toEqual(mediaSids);
  expect(await message.media(mediaSids[0] ?? '').remove()).toBe(true);
  expect(await message.media.list()).toHaveLength(2);
});

test.each([
  ['of a media item that is gone', 'delivered', { status: 404, code: 20404 }],
  ['of a media item whose message is in progress', 'sending', { status: 422, code: 20009 }],
])('a removal %s rejects with the code', async (_, status, error) => {
  await using emulator = await startEmulator(OPTIONS);
  const { sid, mediaSids } = emulator.account.addMessage({ status, media: 1 });
  const media = clientOf(emulator)
    .messages(sid)
    .media(mediaSids[0] ?? '');
  if (status === 'delivered') await media.remove();
  await expect(media.remove()).rejects.toMatchObject(error);
});

test('removes a message', async () => {
  await using emulator = await startEmulator(OPTIONS);
  const { sid } = emulator.account.addMessage();
  const { messages } = clientOf(emulator);
  expect(await messages(sid).remove()).toBe(true);
  await expect(messages(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
});

function clientOf(emulator: Emulator): ReturnType<typeof twilio> {
  const client = twilio(emulator.project, emulator.token);
  client.api.baseUrl = emulator.url;
  return client;
}
