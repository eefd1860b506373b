import type { Media } from '../retention/resource.ts';
import { Unreachable, type MediaList } from './contract.ts';
import type { ListAddress } from './links.ts';
import type { Page } from './payload.ts';
import { walkOf } from './walk.ts';

/** A message carries some ten media; this is for what nobody has described. */
const WALK = { window: 1000, pagesMax: 1000 };
/** So often a list of several pages is read until two reads in a row agree. */
const READS_MAX = 4;

interface Read {
  readonly list: MediaList;
  readonly pages: number;
}

/**
 * All media of one message. Pages are no snapshot: where something goes while they are read, what follows it may move up
 * and be on none of them, and a list that lacks it would prove it gone. Whatever a read has missed in this way, it has seen
 * something that the next read cannot see any more; so two reads in a row that agree have missed nothing. A list of one
 * page is of one instant.
 * @param readPage undefined: there is no such message
 * @throws {Unreachable} where no two reads agree
 */
export async function wholeList(
  address: ListAddress,
  readPage: (query: string) => Promise<Page<Media> | undefined>,
): Promise<MediaList> {
  let before: string | undefined;
  for (let reads = 0; reads < READS_MAX; reads++) {
    const { list, pages } = await readOnce(address, readPage);
    if (pages === 1 || list.kind !== 'listed') return list;
    const sids = list.media.map(({ sid }) => sid).join();
    if (sids === before) return list;
    before = sids;
  }
  throw new Unreachable(`${address.origin} lists other media of a message whenever it is asked. Try again later.`);
}

async function readOnce(
  address: ListAddress,
  readPage: (query: string) => Promise<Page<Media> | undefined>,
): Promise<Read> {
  const walk = walkOf<Media>(address, '', WALK);
  const media: Media[] = [];
  let page = await readPage('');
  // Also where it goes away between two of its pages: what the first one listed is then no list of what there is.
  for (let pages = 1; page !== undefined; pages++) {
    const step = walk(page);
    media.push(...step.rows);
    if (step.next === undefined) return { list: { kind: 'listed', media }, pages };
    page = await readPage(step.next);
  }
  return { list: { kind: 'no-such-message' }, pages: 1 };
}
