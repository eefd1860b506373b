import { describe, expect, test } from 'vitest';
import { bench, NOW, sids } from './support.ts';

describe('changes', () => {
  test('a new message stands first, with what it was given and defaults for the rest', async () => {
    await using api = await bench({ messages: 5 });
    const { sid, mediaSids } = api.emulator.account.addMessage({
      direction: 'inbound',
      status: 'received',
      media: [{ contentType: null }, {}],
    });
    const { messages } = await api.list(`${api.base}/Messages.json`);
    expect(messages[0]).toMatchObject({
      sid,
      direction: 'inbound',
      status: 'received',
      num_media: 2,
      from: expect.stringMatching(/^\+1555\d{7}$/),
    });
    const { media_list: media } = await api.list(api.mediaPath(sid));
    expect(media.map((each) => [each.sid, each['content_type']])).toEqual([
      [mediaSids[0], null],
      [mediaSids[1], 'image/jpeg'],
    ]);
  });

  test('raw fields stand in the answers as they are', async () => {
    await using api = await bench();
    const { sid } = api.emulator.account.addMessage({
      raw: { status: null, date_sent: 'yesterday', num_media: -1 },
      media: [{ raw: { parent_sid: 'other' } }],
    });
    expect(await api.get(`${api.base}/Messages/${sid}.json`)).toMatchObject({
      sid,
      status: null,
      date_sent: 'yesterday',
      num_media: -1,
    });
    expect((await api.list(api.mediaPath(sid))).media_list).toMatchObject([{ parent_sid: 'other' }]);
  });

  test('a SID may be any text, once', async () => {
    await using api = await bench();
    const odd = '../../Messages/x';
    api.emulator.account.addMessage({ sid: odd, media: [{ sid: 'ME/1' }] });
    expect(sids((await api.list(`${api.base}/Messages.json`)).messages)).toEqual([odd]);
    expect(sids((await api.list(api.mediaPath(encodeURIComponent(odd)))).media_list)).toEqual(['ME/1']);
    expect((await api.send('DELETE', api.mediaPath(encodeURIComponent(odd), 'ME%2F1'))).status).toBe(204);
    expect(() => api.emulator.account.addMessage({ sid: odd })).toThrow(RangeError);
  });

  test('a message that leaves progress was sent then', async () => {
    await using api = await bench();
    const { sid } = api.emulator.account.addMessage({ status: 'queued' });
    const path = `${api.base}/Messages/${sid}.json`;
    expect((await api.get(path))['date_sent']).toBeNull();
    api.advance(60_000);
    api.emulator.account.setStatus(sid, 'delivered');
    expect(await api.get(path)).toMatchObject({ status: 'delivered', date_sent: 'Mon, 15 Jun 2026 12:01:00 +0000' });
  });

  test('media can be added to an old message and removed without a request', async () => {
    await using api = await bench({ messages: 50 });
    const old = [...api.emulator.truth.media()].findLast(({ dateCreated }) => dateCreated !== 'unreadable');
    const { messageSid = '', mediaSid = '' } = old ?? {};
    const added = api.emulator.account.addMedia(messageSid, { contentType: 'image/gif', dateCreated: NOW });
    api.emulator.account.removeMedia(messageSid, mediaSid);
    const { media_list: media } = await api.list(api.mediaPath(messageSid));
    expect(media.at(-1)).toMatchObject({
      sid: added,
      content_type: 'image/gif',
      date_created: 'Mon, 15 Jun 2026 12:00:00 +0000',
    });
    expect(sids(media)).not.toContain(mediaSid);
    expect(api.emulator.truth.count().deleted).toBe(1);

    await api.send('DELETE', api.mediaPath(messageSid, added));
    const truth = [...api.emulator.truth.media()].filter((item) => item.messageSid === messageSid && !item.present);
    expect(truth.map((item) => [item.mediaSid, item.deletedAt])).toEqual([
      [mediaSid, NOW],
      [added, NOW],
    ]);
  });

  test('of what does not exist are errors', async () => {
    await using api = await bench();
    const { sid } = api.emulator.account.addMessage();
    expect(() => api.emulator.account.setStatus('none', 'sent')).toThrow(RangeError);
    expect(() => api.emulator.account.removeMedia(sid, 'none')).toThrow(RangeError);
  });
});
