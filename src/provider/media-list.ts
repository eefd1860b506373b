import type { Media } from '../retention/resource.ts';
import type { MediaList } from './contract.ts';
import type { ListAddress } from './links.ts';
import type { Page } from './payload.ts';
import { walkOf } from './walk.ts';

/** A message carries some ten media; this is for what nobody has described. */
const WALK = { window: 1000, pagesMax: 1000 };

/**
 * All media of one message. Pages are no snapshot: where something goes while they are read, or they come from replicas of
 * which one is behind, what is there may be on none of them. So it is said whether there were several.
 * @param readPage undefined: there is no such message
 */
export async function wholeList(
  address: ListAddress,
  readPage: (query: string) => Promise<Page<Media> | undefined>,
): Promise<MediaList> {
  // Stryker disable next-line StringLiteral: no link has an empty query, so that none can repeat it.
  const walk = walkOf<Media>(address, '', WALK);
  const media: Media[] = [];
  let page = await readPage('');
  // Also where it goes away between two of its pages: what the first one listed is then no list of what there is.
  for (let isOneAnswer = true; page !== undefined; isOneAnswer = false) {
    const step = walk(page);
    media.push(...step.rows);
    if (step.next === undefined) return { kind: 'listed', media, isOneAnswer };
    page = await readPage(step.next);
  }
  return { kind: 'no-such-message' };
}
