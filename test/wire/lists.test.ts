import { describe, expect, test } from 'vitest';

import { days } from '../support/items.ts';
import { counted } from '../support/room.ts';
import { bench, old, young } from './account.ts';
import { inFrontOf } from './front.ts';

/** Asks for small pages, where the worker asks for the largest there are. */
const smaller = (url: string, size: number): string => {
  const asked = url.replace('PageSize=1000', `PageSize=${size}`);
  return asked.includes('PageSize=') ? asked : `${asked}${asked.includes('?') ? '&' : '?'}PageSize=${size}`;
};
const isPage = (url: string | undefined): boolean => url?.includes('/Messages.json') ?? false;

describe('while the list of messages is read', () => {
  test.each(['cursor', 'offset'] as const)(
    'A39 new messages push others from page to page (%s): each is deleted once',
    async (paging) => {
      await using here = await bench({ switches: { paging } });
      const { media } = old(here, 60);
      const kept: string[] = [];
      await using front = await inFrontOf(here.emulator, async ({ url = '' }, forward) => {
        const given = await forward(isPage(url) ? smaller(url, 10) : url);
        if (isPage(url) && kept.length < 12) kept.push(young(here), young(here), young(here));
        return given;
      });
      const { report } = await here.sweep({}, front.emulator);
      expect([report.result, counted(report.outcomes)]).toEqual(['complete', { deleted: 60 }]);
      expect(here.there().toSorted()).toEqual(kept.toSorted());
      expect(here.emulator.requests.deleteMedia).toBe(media.length);
      expect(report.media).toBe(report.planned + Object.values(report.retained).reduce((a, b) => a + b, 0));
      expect(report.messages).toBe(60 + (report.retained['not-due'] ?? 0));
    },
  );

  test.each(['cursor', 'offset'] as const)(
    'A40 messages that go hide others from this sweep at most (%s), and from no later one that reads everything',
    async (paging) => {
      await using here = await bench({ switches: { paging, deletedMessageKeepsMedia: false } });
      const { media } = old(here, 40);
      const gone = Array.from({ length: 12 }, () => here.emulator.account.addMessage({ dateCreated: days(-2) }).sid);
      await using front = await inFrontOf(here.emulator, async ({ url = '' }, forward) => {
        const given = await forward(isPage(url) ? smaller(url, 10) : url);
        if (isPage(url)) for (const sid of gone.splice(0, 4)) here.emulator.account.removeMessage(sid);
        return given;
      });
      const first = await here.sweep({}, front.emulator);
      const missed = here.there().length;
      expect(missed > 0).toBe(paging === 'offset');
      expect(counted(first.report.outcomes)).toEqual({ deleted: media.length - missed });
      const second = await here.sweep({ fullScanEvery: { kind: 'span', months: 0, hours: 0 } }, front.emulator);
      expect([second.report.result, counted(second.report.outcomes), here.there()]).toEqual([
        'complete',
        counted({ deleted: missed }),
        [],
      ]);
    },
  );

  test('A46 the service loses its place: the plan is partial and nothing of it is executed', async () => {
    await using here = await bench();
    const { media } = old(here, 30);
    let isLost = true;
    await using front = await inFrontOf(here.emulator, async ({ url = '' }, forward) => {
      if (isLost && isPage(url) && url.includes('PageToken'))
        return { status: 400, type: 'application/json', body: '{"code":54453,"message":"x"}' };
      return forward(isPage(url) ? smaller(url, 10) : url);
    });
    const first = await here.sweep({}, front.emulator);
    expect([first.report.result, first.report.planComplete, first.stop?.kind]).toEqual([
      'partial',
      false,
      'unreachable',
    ]);
    expect([first.report.planned, counted(first.report.outcomes)]).toEqual([10, { 'not-sent': 10 }]);
    expect([here.there(), here.emulator.requests.deleteMedia]).toEqual([media, 0]);

    isLost = false;
    const second = await here.sweep({}, front.emulator);
    expect([second.report.result, counted(second.report.outcomes), here.there()]).toEqual([
      'complete',
      { deleted: 30 },
      [],
    ]);
  });

  test('A47 younger messages turn up on later pages: no filter is relied on, and they stay', async () => {
    await using here = await bench({ switches: { filtersInLinks: false, order: 'oldest-first' } });
    old(here, 25);
    const kept = Array.from({ length: 25 }, () => young(here));
    await using front = await inFrontOf(here.emulator, ({ url = '' }, forward) =>
      forward(isPage(url) ? smaller(url, 10) : url),
    );
    const { report } = await here.sweep({}, front.emulator);
    expect([report.result, counted(report.outcomes), counted(report.retained)]).toEqual([
      'complete',
      { deleted: 25 },
      { 'not-due': 25 },
    ]);
    expect(here.there().toSorted()).toEqual(kept.toSorted());
    expect(front.seen.filter((line) => /DateSent|Status=|From=|To=/.test(line))).toEqual([]);
  });

  test.each([
    { links: 'bare', linkPrefix: 'laml', linkOrigin: 'relative' },
    { links: 'bare', linkPrefix: 'short', linkOrigin: 'relative' },
    { links: 'json', linkPrefix: 'short', linkOrigin: 'relative' },
  ] as const)('A48 links of any form (%j) are followed under the one documented address', async (switches) => {
    await using here = await bench({ switches });
    old(here, 12, 3);
    await using front = await inFrontOf(here.emulator, ({ url = '' }, forward) => forward(smaller(url, 2)));
    const { report } = await here.sweep({}, front.emulator);
    expect([report.result, counted(report.outcomes), here.there()]).toEqual(['complete', { deleted: 36 }, []]);
    const account = `/api/laml/2010-04-01/Accounts/${here.emulator.project}/Messages`;
    const documented = new RegExp(
      `^(?:GET ${account}(?:/[A-Za-z0-9-]+(?:/Media)?)?\\.json(?:\\?\\S*)?|DELETE ${account}/[A-Za-z0-9-]+/Media/[A-Za-z0-9-]+\\.json)$`,
    );
    expect(front.seen.filter((line) => !documented.test(line))).toEqual([]);
    expect(front.seen.length).toBeGreaterThan(12 + 36);
  });
});

describe('the media of a message', () => {
  test.each(['cursor', 'offset'] as const)(
    'A41 are all listed before the first is deleted, though the list shifts then (%s)',
    async (paging) => {
      await using here = await bench({ switches: { paging } });
      old(here, 2, 30);
      await using front = await inFrontOf(here.emulator, ({ url = '' }, forward) =>
        forward(url.includes('/Media.json') ? smaller(url, 7) : url),
      );
      const { report } = await here.sweep({}, front.emulator);
      expect([report.result, counted(report.outcomes), here.there()]).toEqual(['complete', { deleted: 60 }, []]);
      const lines = front.seen.map((line) => (line.startsWith('DELETE') ? 'DELETE' : line.replace(/\?.*/, '')));
      const listedFirst = lines.slice(0, lines.indexOf('DELETE')).filter((line) => line.endsWith('/Media.json'));
      expect(listedFirst).toHaveLength(2 * 5);
      expect(
        lines.slice(lines.lastIndexOf('DELETE')).filter((line) => line.endsWith('/Media.json')).length,
      ).toBeGreaterThan(0);
    },
  );

  test('B13 that are claimed and not listed count as nothing: no list of ours has ever had them', async () => {
    await using here = await bench({ switches: { numMedia: 'stays' } });
    const { messages, media } = old(here, 3, 2);
    for (const [i, sid] of media.entries()) here.emulator.account.removeMedia(messages[i >> 1] ?? '', sid);
    for (const listMedia of [3, 0]) {
      const { report } = await here.sweep();
      expect(report).toMatchObject({ result: 'complete', messages: 3, media: 0, planned: 0 });
      expect(report.requests).toMatchObject({ listMedia, deleteMedia: 0 }); // not again while they claim what they claimed
    }
    expect(await here.proven()).toEqual({});
  });

  test('B25 are as old as they are, not as their message is: one that is added later is found, and stays until it is due', async () => {
    await using here = await bench({ switches: { numMedia: 'stays' } });
    const { messages } = old(here, 1);
    await here.sweep();
    const added = here.emulator.account.addMedia(messages[0] ?? '', { dateCreated: days(-3) });
    const second = await here.sweep();
    expect([counted(second.report.retained), here.there()]).toEqual([{ 'not-due': 1 }, [added]]);
    const third = await here.sweep({ asOf: days(28) });
    expect([third.report.result, counted(third.report.outcomes), here.there()]).toEqual([
      'complete',
      { deleted: 1 },
      [],
    ]);
  });

  test('B19 whose SID is that of a message are asked for as media, and no message goes', async () => {
    await using here = await bench();
    const { messages } = old(here, 2);
    const [one = '', two = ''] = messages;
    here.emulator.faults.nextEdit(
      (body) => ({ ...body, media_list: [{ ...(body['media_list'] as object[])[0], sid: two }] }),
      ({ kind, messageSid }) => kind === 'listMedia' && messageSid === one,
    );
    const { report } = await here.sweep();
    expect(report.outcomes.deleted).toBe(1);
    expect(here.emulator.truth.count().messages).toBe(2);
    expect(here.emulator.requests).toMatchObject({ deleteMedia: 2, deleteMessage: 0, other: 0, mediaBytes: 0 });
  });

  test('B17 of another message or project are no list of this one: its media stay', async () => {
    for (const own of [
      { parent_sid: '5d2a8f4e-0000-4000-8000-000000000009' },
      { account_sid: '5d2a8f4e-0000-4000-8000-000000000009' },
    ]) {
      await using here = await bench();
      const { messages, media } = old(here, 2);
      here.emulator.faults.nextEdit(
        (body) => ({ ...body, media_list: (body['media_list'] as object[]).map((row) => Object.assign(row, own)) }),
        ({ kind, messageSid }) => kind === 'listMedia' && messageSid === messages[0],
      );
      const { report } = await here.sweep();
      expect([report.result, counted(report.retained), counted(report.outcomes)]).toEqual([
        'partial',
        { unlisted: 1 },
        { deleted: 1 },
      ]);
      expect(here.there()).toEqual([media[0]]);
    }
  });
});
