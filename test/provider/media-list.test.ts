import { expect, test } from 'vitest';
import { wholeList } from '../../src/provider/media-list.ts';
import type { Page } from '../../src/provider/payload.ts';
import type { Media, MediaSid } from '../../src/retention/resource.ts';
import { mediaSidOf } from '../support/fake-api.ts';
import { aMedia } from '../support/items.ts';

const ADDRESS = { origin: 'https://example.signalwire.com', path: '/2010-04-01/Accounts/p/Messages/m/Media' };

const page = (ns: readonly number[], next: string | null = null): Page<Media> => ({
  rows: ns.map((n) => aMedia({ sid: mediaSidOf(n) })),
  next: next === null ? null : `${ADDRESS.path}.json?${next}`,
});

/** @param pages by their queries; what is not among them is answered as if there were no such message */
async function read(pages: Readonly<Record<string, Page<Media>>>): Promise<{ shown: unknown; asked: string[] }> {
  const asked: string[] = [];
  const list = await wholeList(ADDRESS, async (query) => (asked.push(query), pages[query]));
  const shown = list.kind === 'listed' ? { sids: list.media.map(sidOf), isOneAnswer: list.isOneAnswer } : list.kind;
  return { shown, asked };
}

const sidOf = ({ sid }: Media): MediaSid | null => sid;
const sids = (...ns: readonly number[]): MediaSid[] => ns.map((n) => mediaSidOf(n));

test('a list of one page is one answer', async () => {
  const { shown, asked } = await read({ '': page([1, 2]) });
  expect([shown, asked]).toEqual([{ sids: sids(1, 2), isOneAnswer: true }, ['']]);
});

test('a list of several pages has what each of them has, and is no answer of one instant', async () => {
  const { shown, asked } = await read({ '': page([1], 'Page=1'), 'Page=1': page([2], 'Page=2'), 'Page=2': page([3]) });
  expect([shown, asked]).toEqual([{ sids: sids(1, 2, 3), isOneAnswer: false }, ['', 'Page=1', 'Page=2']]);
});

test('A7 where the message goes between two pages there is no list', async () => {
  expect((await read({ '': page([1], 'Page=1') })).shown).toBe('no-such-message');
  expect((await read({})).shown).toBe('no-such-message');
});

test('A34 a list without end is none', async () => {
  let asked = 0;
  const pages = async (): Promise<Page<Media>> => page([++asked], `Page=${asked}`);
  await expect(wholeList(ADDRESS, pages)).rejects.toThrow('cannot be read to its end');
  expect(asked).toBe(1000);
});
