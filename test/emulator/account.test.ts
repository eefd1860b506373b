import { describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/server.ts';
import { IN_PROGRESS_STATUSES } from '../../src/emulator/state.ts';
import type { TrueMedia } from '../../src/emulator/truth.ts';
import type { Bench, ListBody } from './support.ts';
import { bench, NOW, sids } from './support.ts';

const DAY_MS = 86_400_000;

describe('the seeded account', () => {
  test('is the same for the same seed, and another for another', async () => {
    const first = await contents(1);
    expect(await contents(1)).toEqual(first);
    const other = await contents(2);
    expect(sids(other.messages).filter((sid) => sids(first.messages).includes(sid))).toEqual([]);
    expect(statuses(other.messages)).not.toEqual(statuses(first.messages));
  });

  test('is spread over its days, newest first', async () => {
    await using api = await bench({ messages: 1000, days: 100 });
    const { messages } = await api.list(`${api.base}/Messages.json?PageSize=1000`);
    const dates = messages
      .map((message) => Date.parse(String(message['date_created'])))
      .filter((date) => date > Date.UTC(2020));
    expect(dates).toEqual(dates.toSorted((a, b) => b - a));
    expect(Math.min(...dates)).toBeGreaterThanOrEqual(NOW.getTime() - 100 * DAY_MS - 1000);
    expect(Math.max(...dates)).toBeLessThanOrEqual(NOW.getTime());
    expect(Math.max(...dates)).toBeGreaterThan(NOW.getTime() - DAY_MS);
  });

  test('has messages in progress that are as young as is asked for, and all else as it was', async () => {
    await using all = await bench({ messages: 5000 });
    await using young = await bench({ messages: 5000, inProgressDays: 2 });
    const [before, after] = [media(all), media(young)];
    expect(after.map(({ mediaSid }) => mediaSid)).toEqual(before.map(({ mediaSid }) => mediaSid));
    const since = NOW.getTime() - 2 * DAY_MS;
    const ended = before.filter((each) => isInProgress(each) && createdAt(each) < since);
    expect(ended.length).toBeGreaterThan(20);
    expect(after.filter((each) => isInProgress(each) && createdAt(each) < since)).toEqual([]);
    const others = (each: TrueMedia): boolean => !ended.some(({ mediaSid }) => mediaSid === each.mediaSid);
    expect(after.filter(others)).toEqual(before.filter(others));
  });

  test('has no oddities where none are asked for', async () => {
    await using api = await bench({ messages: 5000, oddities: false });
    const dates = media(api).flatMap((each) => [each.dateCreated, each.dateSent, each.mediaDateCreated]);
    expect(dates).not.toContain('unreadable');
    expect(media(api).filter(({ status }) => /Received|pending_review|teleported/.test(status))).toEqual([]);
    expect(media(api).filter(({ from, to }) => ![from, to].every((number) => /^\+1555\d{7}$/.test(number)))).toEqual(
      [],
    );
  });

  test('has everything a client has to cope with', async () => {
    await using api = await bench({ messages: 20_000 });
    const pages = await api.walk(`${api.base}/Messages.json?PageSize=1000`);
    const messages = pages.flatMap((page) => page.messages);
    const share = (matches: (message: (typeof messages)[number]) => boolean) =>
      messages.filter(matches).length / messages.length;

    expect(share(({ num_media: count }) => Number(count) > 0)).toBeCloseTo(0.6, 1);
    expect(Math.max(...messages.map(({ num_media: count }) => Number(count)))).toBe(8);
    const inProgress = share(({ status }) =>
      /^(queued|initiated|accepted|scheduled|sending|receiving)$/.test(String(status)),
    );
    expect(inProgress).toBeGreaterThan(0.005);
    expect(inProgress).toBeLessThan(0.02);
    for (const status of [
      'delivered',
      'sent',
      'received',
      'undelivered',
      'failed',
      'read',
      'canceled',
      'partially_delivered',
      'teleported',
    ]) {
      expect(statuses(messages)).toContain(status);
    }
    expect(share(({ status, date_sent: sent }) => status === 'failed' && sent === null)).toBeGreaterThan(0);
    expect(share(({ status, date_sent: sent }) => status === 'failed' && sent !== null)).toBeGreaterThan(0);
    expect(messages.map(({ date_sent: sent }) => sent)).toContain('Sat, 15 Sept 2018');
    expect(messages.flatMap(({ from, to }) => [from, to])).toContain('72345');
    const types = new Set([...api.emulator.truth.media()].map(({ contentType }) => contentType));
    expect([...types]).toEqual(
      expect.arrayContaining(['image/jpeg', 'video/mp4', 'audio/amr', 'application/pdf', 'text/vcard', null]),
    );
  });

  test('tells over HTTP what its truth says', async () => {
    await using api = await bench({ messages: 300 });
    const truth = [...api.emulator.truth.media()];
    for (const item of truth.filter((_, index) => index % 40 === 0)) {
      const message = await api.get(`${api.base}/Messages/${item.messageSid}.json`);
      const media = await api.get(api.mediaPath(item.messageSid, item.mediaSid));
      expect(message).toMatchObject({ status: item.status, direction: item.direction, from: item.from, to: item.to });
      expect(media).toMatchObject({ parent_sid: item.messageSid, content_type: item.contentType });
      expect([message['date_created'], message['date_sent'], media['date_created']].map(read)).toEqual(
        [item.dateCreated, item.dateSent, item.mediaDateCreated].map(ms),
      );
    }
  });

  test('of a million messages is there at once, and takes 25 MB', async () => {
    const before = process.memoryUsage().arrayBuffers;
    await using emulator = await startEmulator({ messages: 1_000_000 });
    const { messages, media } = emulator.truth.count();
    expect(messages).toBe(1_000_000);
    expect(media).toBeGreaterThan(1_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30_000_000);
  });
});

const media = ({ emulator }: Bench): TrueMedia[] => [...emulator.truth.media()];
const isInProgress = ({ status }: TrueMedia): boolean => IN_PROGRESS_STATUSES.has(status);
const createdAt = ({ dateCreated }: TrueMedia): number => (dateCreated instanceof Date ? dateCreated.getTime() : 0);

const statuses = (messages: readonly { readonly [key: string]: unknown }[]): unknown[] =>
  messages.map(({ status }) => status);

async function contents(seed: number): Promise<ListBody> {
  await using api = await bench({ seed, messages: 200 });
  return await api.list(`${api.base}/Messages.json?PageSize=200`);
}

/** The suite's own reading, strict enough for its purpose. */
function read(text: unknown): number | string | null {
  if (text === null) return null;
  if (typeof text !== 'string') return 'no text';
  return /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/.test(text) && !text.includes('31 Feb')
    ? Date.parse(text)
    : 'unreadable';
}

const ms = (date: TrueMedia['dateSent']): number | string | null => (date instanceof Date ? date.getTime() : date);
