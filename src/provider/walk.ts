import { Unreachable } from './contract.ts';
import { nextQuery, type ListAddress } from './links.ts';
import type { Page } from './payload.ts';

export interface WalkLimits {
  /** How many pages back a SID counts as seen, and its row is dropped. New messages shift offset pages down by a few rows. */
  readonly window: number;
  readonly pagesMax: number;
}

/** Takes page after page: the rows not seen before, and the query of the next page, if there is one. */
export type Walk<Row> = (page: Page<Row>) => { readonly rows: readonly Row[]; readonly next: string | undefined };

const EMPTY_IN_A_ROW_MAX = 3;
const STALE_IN_A_ROW_MAX = 2;

/**
 * The way through one list, from `query` to its end. Every way in which a server could lead on and on ends it instead:
 * a link that came before, pages without rows, pages without a row that is new, more pages than there can be.
 * @throws {Unreachable} from the walk, for such a link or one that does not name this list
 */
export function walkOf<Row extends { readonly sid: string | null }>(
  list: ListAddress,
  query: string,
  { window, pagesMax }: WalkLimits,
): Walk<Row> {
  const followed = new Set([query]);
  const seen: Set<string | null>[] = [];
  let emptyInARow = 0;
  let staleInARow = 0;

  const refuse = (what: string): Unreachable =>
    new Unreachable(`${list.origin} does not page as the API does: ${what}. The list cannot be read to its end.`);

  /** Without a SID nobody can tell that it came before. */
  function firstOfEach(rows: readonly Row[]): Row[] {
    const here = new Set<string>();
    return rows.filter(({ sid }) => {
      if (sid === null) return true;
      if (here.has(sid) || seen.some((page) => page.has(sid))) return false;
      here.add(sid);
      return true;
    });
  }

  function unseen(rows: readonly Row[]): readonly Row[] {
    const here = new Set(rows.map(({ sid }) => sid));
    const areNew = here.size === rows.length && seen.every((page) => page.isDisjointFrom(here));
    const fresh = areNew ? rows : firstOfEach(rows);
    seen.push(areNew ? here : new Set(fresh.map(({ sid }) => sid)));
    if (seen.length > window) seen.shift();
    emptyInARow = rows.length === 0 ? emptyInARow + 1 : 0;
    if (fresh.length > 0) staleInARow = 0;
    else if (rows.length > 0) staleInARow++;
    return fresh;
  }

  return (page) => {
    const isWhole = page.next === null && seen.length === 0 && page.rows.length <= 1;
    const rows = isWhole ? page.rows : unseen(page.rows); // most messages have one picture: nothing to compare it with
    if (page.next === null) return { rows, next: undefined };
    const next = nextQuery(page.next, list);
    if (next === undefined) throw refuse('its link to the next page leads elsewhere');
    if (followed.has(next)) throw refuse('its link to the next page repeats itself');
    if (emptyInARow > EMPTY_IN_A_ROW_MAX) throw refuse('page after page is empty');
    if (staleInARow > STALE_IN_A_ROW_MAX) throw refuse('page after page has nothing new');
    if (followed.size >= pagesMax) throw refuse('it does not end');
    followed.add(next);
    return { rows, next };
  };
}
