import { describe, expect, test } from 'vitest';

import { Unreachable } from '../../src/provider/contract.ts';
import type { Reply, Transport } from '../../src/provider/transport.ts';
import { walkOf } from '../../src/provider/walk.ts';
import {
  collect,
  failure,
  inTurn,
  mediaList,
  mediaRow,
  MESSAGE,
  messageRow,
  messages,
  never,
  ORIGIN,
  PROJECT,
  provider,
  reply,
  scripted,
} from './fakes.ts';

const sid = (n: number): string => `5d2a8f4e-0000-4000-8000-${String(n).padStart(12, '0')}`;
const rows = (...ns: number[]): object[] => ns.map((n) => messageRow(sid(n)));
const list = `/api/laml/2010-04-01/Accounts/${PROJECT}/Messages.json`;

const readAll = (transport: Transport): Promise<unknown[]> => collect(provider(transport).provider.messagePages(never));

/** As the walk gets it: one new row, and a link to the next number. */
const walked = (n: number) => ({ rows: [{ sid: sid(n) }], next: `${list}?Page=${n}` });

/** Every page's link leads to the next number. */
const paged = (page: (n: number) => readonly object[], pages = Infinity): Transport =>
  scripted((_, n) => messages(page(n), n < pages ? `${list}?Page=${n}` : null));

describe('the walk through all messages', () => {
  test('asks for the largest page there is, and then for what the links say', async () => {
    const transport = inTurn(messages(rows(1, 2), `${list}?Page=1&PageToken=PAx`), messages(rows(3)));
    expect((await readAll(transport)).map((each) => (each as { sid: string }).sid)).toEqual([sid(1), sid(2), sid(3)]);
    expect(transport.sent.map(({ path }) => path)).toEqual([`${list}?PageSize=1000`, `${list}?Page=1&PageToken=PAx`]);
  });

  test('A39 drops what new messages have pushed from one page to the next', async () => {
    const read = await readAll(inTurn(messages(rows(1, 2), `${list}?Page=1`), messages(rows(2, 3))));
    expect(read.map((each) => (each as { sid: string }).sid)).toEqual([sid(1), sid(2), sid(3)]);
  });

  test('B16 drops a row that comes twice within one page', async () => {
    const read = await readAll(inTurn(messages(rows(1, 2, 1, 2, 3))));
    expect(read.map((each) => (each as { sid: string }).sid)).toEqual([sid(1), sid(2), sid(3)]);
  });

  test('B16 counts a row as seen for so many pages from the one that had it first, however often it comes again', async () => {
    const pages = [rows(1, 2), rows(1, 3), rows(4), rows(5), rows(6), rows(1)];
    const read = await readAll(paged((n) => pages[n - 1] ?? [], pages.length));
    expect(read.map((each) => (each as { sid: string }).sid)).toEqual([1, 2, 3, 4, 5, 6, 1].map(sid));
  });

  test('B16 B18 drops what came before beside rows whose SID is strange, and keeps those', async () => {
    const pages = [
      [...rows(1), messageRow('../x')],
      [messageRow('../x'), ...rows(1, 2)],
      [messageRow('../x'), ...rows(3)],
    ];
    const read = await readAll(paged((n) => pages[n - 1] ?? [], pages.length));
    expect(read.map((each) => (each as { sid: string | null }).sid)).toEqual([
      sid(1),
      null,
      null,
      sid(2),
      null,
      sid(3),
    ]);
  });

  test('keeps every row whose SID is strange: they are no one another’s double', async () => {
    expect(await readAll(inTurn(messages([messageRow('../x'), messageRow('../x')])))).toHaveLength(2);
  });

  test('B18 goes on over pages on which every SID is strange: they are kept and counted, not taken for a circle', async () => {
    expect(await readAll(paged((n) => (n < 6 ? [messageRow('../x')] : rows(1)), 6))).toHaveLength(6);
  });

  test('A34 goes on over three empty pages, and ends with a fourth', async () => {
    expect(await readAll(paged((n) => (n === 4 ? rows(1) : []), 4))).toHaveLength(1);
    await expect(readAll(paged(() => []))).rejects.toThrow('page after page is empty');
  });

  test.each([
    ['a link to itself', `${list}?PageSize=1000`],
    ['a link to another host', `https://evil.example${list}?Page=1`],
    ['an empty link', ''],
  ])('ends with %s', async (_, link) => {
    await expect(readAll(inTurn(messages(rows(1), link)))).rejects.toThrow(Unreachable);
  });

  test('A36 ends with a circle of pages', async () => {
    const transport = scripted((_, n) => messages(rows(n), `${list}?Page=${n % 7}`));
    await expect(readAll(transport)).rejects.toThrow('repeats itself');
    expect(transport.sent).toHaveLength(8);
  });

  test('A37 ends with ever new links to the same rows', async () => {
    const transport = scripted((_, n) => messages(rows(1, 2), `${list}?Page=${n}`));
    await expect(readAll(transport)).rejects.toThrow('nothing new');
    expect(transport.sent).toHaveLength(4);
  });

  test('A37 ends with more pages than there can be, though each brings something new', () => {
    const walk = walkOf({ origin: ORIGIN, path: `/2010-04-01/Accounts/${PROJECT}/Messages` }, 'PageSize=1000', {
      window: 4,
      pagesMax: 3,
    });
    expect([walk(walked(1)).next, walk(walked(2)).next]).toEqual(['Page=1', 'Page=2']);
    expect(() => walk(walked(3))).toThrow('it does not end');
  });

  test('A6 B17 C8 ends at once with a row of another project', async () => {
    const transport = inTurn(messages([...rows(1), messageRow(sid(2), { account_sid: sid(9) })]));
    await expect(readAll(transport)).rejects.toThrow('another project');
    expect(transport.sent).toHaveLength(1);
  });

  test('A6 C9 a list of messages that is not there is the wrong project, not an empty one', async () => {
    await expect(readAll(inTurn(reply(404, { code: 20404 })))).rejects.toThrow('knows nothing of this project');
  });

  test('A24 a page that fails is asked for again at the same place', async () => {
    const transport = inTurn(messages(rows(1), `${list}?Page=1`), failure('reset'), messages(rows(2)));
    expect(await readAll(transport)).toHaveLength(2);
    expect(transport.sent.map(({ path }) => path)).toEqual([
      `${list}?PageSize=1000`,
      `${list}?Page=1`,
      `${list}?Page=1`,
    ]);
  });
});

describe('the media of a message', () => {
  const media = `/api/laml/2010-04-01/Accounts/${PROJECT}/Messages/${MESSAGE}/Media.json`;

  const pageOf = (first: boolean, ...ns: readonly number[]) =>
    mediaList(
      ns.map((n) => mediaRow(sid(n))),
      first ? `${media}?Page=1` : null,
    );

  test('are read over all pages, each once, and it is said that there were several', async () => {
    const transport = inTurn(pageOf(true, 1, 2), pageOf(false, 2, 3));
    const read = await provider(transport).provider.listMedia(MESSAGE, never);
    expect(read).toMatchObject({ media: [{ sid: sid(1) }, { sid: sid(2) }, { sid: sid(3) }], isOneAnswer: false });
    expect(transport.sent.map(({ path }) => path)).toEqual([media, `${media}?Page=1`]);
  });

  test('A37 end with more pages than there can be, though each brings something new', async () => {
    const transport = scripted((_, n) => mediaList([mediaRow(sid(n))], `${media}?Page=${n}`));
    await expect(provider(transport).provider.listMedia(MESSAGE, never)).rejects.toThrow('it does not end');
    expect(transport.sent).toHaveLength(1000);
  });

  test('an empty list is a list', async () => {
    expect(await provider(inTurn(mediaList([]))).provider.listMedia(MESSAGE, never)).toEqual({
      kind: 'listed',
      media: [],
      isOneAnswer: true,
    });
  });

  test('A7 of a message that the service does not know are no list', async () => {
    const gone = reply(404, { code: '20404' });
    expect(await provider(inTurn(gone)).provider.listMedia(MESSAGE, never)).toEqual({ kind: 'no-such-message' });
    const half = inTurn(mediaList([mediaRow(sid(1))], `${media}?Page=1`), gone);
    expect(await provider(half).provider.listMedia(MESSAGE, never)).toEqual({ kind: 'no-such-message' });
  });

  test('B17 are not taken from the list of another message', async () => {
    await expect(
      provider(inTurn(mediaList([mediaRow(sid(1), { parent_sid: sid(8) })]))).provider.listMedia(MESSAGE, never),
    ).rejects.toThrow(Unreachable);
  });

  test('and no list of another message is followed', async () => {
    const link = media.replace(MESSAGE, sid(8));
    await expect(
      provider(inTurn(mediaList([mediaRow(sid(1))], `${link}?Page=1`))).provider.listMedia(MESSAGE, never),
    ).rejects.toThrow('leads elsewhere');
  });
});

const wasSentBefore = (...answers: readonly Reply[]): Promise<boolean> =>
  provider(inTurn(...answers)).provider.hasSentBefore('2026-11-01', never);

describe('whether anything was sent before a day', () => {
  const SENT = messageRow(sid(1), { date_sent: 'Sat, 31 Oct 2026 12:00:00 +0000' });

  test.each<[boolean, string, readonly Reply[]]>([
    [true, 'of a page with a message that was', [messages([SENT])]],
    [false, 'of an empty list', [messages([])]],
    [true, 'of a page behind an empty one', [messages([], `${list}?Page=1`), messages([SENT])]],
  ])('%s: %s', async (expected, _, answers) => {
    expect(await wasSentBefore(...answers)).toBe(expected);
  });

  test('is not said where the list leads elsewhere', async () => {
    await expect(wasSentBefore(messages([SENT], 'https://evil.example/Messages.json?Page=1'))).rejects.toThrow(
      Unreachable,
    );
  });
});
