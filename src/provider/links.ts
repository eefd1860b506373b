/** A list of the API, as far as a link to its next page has to name it. */
export interface ListAddress {
  /** URL origin, as `new URL(…).origin` spells it. */
  readonly origin: string;
  /** Without `/api/laml` and without `.json`: `/2010-04-01/Accounts/…/Messages`. */
  readonly path: string;
}

const LENGTH_MAX = 4096;
/** Printable ASCII without `#` and `\`, which URL parsers read each in their own way. */
const PLAIN = /^[\x21\x22\x24-\x5b\x5d-\x7e]+$/;

/**
 * The query of a `next_page_uri`, which is all of it that is ever used. `undefined` where the link does not name this
 * very list, with or without `.json`, with or without `/api/laml`, at the pinned origin or at none. It is compared letter
 * by letter (but for the case, which UUIDs do not mind), so that nothing has to be resolved: `..`, `%2e` or `//` never match.
 */
export function nextQuery(link: string, { origin, path }: ListAddress): string | undefined {
  if (link.length > LENGTH_MAX || !PLAIN.test(link)) return undefined;
  const local = withoutOrigin(link, origin);
  if (local === undefined) return undefined;
  const mark = local.indexOf('?');
  if (mark === -1 || mark === local.length - 1) return undefined;
  const named = local
    .slice(0, mark)
    .replace(/^\/api\/laml\//, '/')
    .replace(/\.json$/, '');
  return named.toLowerCase() === path.toLowerCase() ? local.slice(mark + 1) : undefined;
}

function withoutOrigin(link: string, origin: string): string | undefined {
  if (link.startsWith('/')) return link;
  const end = link.indexOf('/', link.indexOf('://') + 3);
  // Stryker disable next-line ConditionalExpression,UnaryOperator: without it one letter would be left, which names no list.
  if (end === -1) return undefined;
  return originOf(link.slice(0, end)) === origin ? link.slice(end) : undefined;
}

/** Of a text that is nothing but an origin; a user name in it belongs to no origin of ours. */
function originOf(text: string): string | undefined {
  return text.includes('@') ? undefined : URL.parse(text)?.origin;
}
