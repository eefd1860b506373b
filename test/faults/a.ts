import type { Rows } from './catalogue.ts';

/** The API: transport and status. */
export const A: Rows = {
  A1: [
    '401 at the start',
    'reads the token file once more, tries again only where it has changed, then ends with exit 6',
  ],
  A2: [
    '401 in the middle of a sweep',
    'reads the token file once more; else sends nothing more, and open items stay open',
  ],
  A3: ['403, or 401 for a missing scope', 'ends with exit 6 and names the scope Messaging; never takes it for absence'],
  A4: ['404 with 20404 for a DELETE, and the list agrees', 'calls the item already-gone, which claims no deed of ours'],
  A5: [
    '404 without the service’s own code',
    'takes it for some router’s: the item is uncertain until a list settles it',
  ],
  A6: [
    '404 for everything, since project or space is wrong',
    'stops at the first page; a page of another project ends it',
  ],
  A7: [
    'the message is gone when its media are looked at',
    'sends what has no parent no DELETE; one already sent is failed',
  ],
  A8: [
    '20009, message in progress, with 400, 409 or 422',
    'goes by the code, number or text, and calls the item deferred',
  ],
  A9: ['422 or 400 for another reason', 'calls the item failed and does not try again in this sweep'],
  A10: ['a 4xx that nobody has described', 'calls the item failed, and writes down status and code'],
  A11: [
    '429 with Retry-After in seconds',
    'pauses every lane that long; a pause beyond the deadline ends it as partial',
  ],
  A12: ['Retry-After that is a date, past, huge or garbage', 'honours what is one, and backs off by itself otherwise'],
  A13: ['429 without Retry-After', 'slows down, and pauses for a growing random time'],
  A14: ['429 for hours', 'asks less and less, and ends as partial with the oldest overdue instant in its report'],
  A15: ['a burst of 5xx while reading', 'tries again with growing random pauses, as often as the policy allows'],
  A16: ['5xx for a DELETE', 'may have been applied: the item is uncertain until a list settles it'],
  A17: [
    '503 for everything',
    'ends after so many attempts while it plans, after ten requests in a row while it deletes: partial',
  ],
  A18: ['a 2xx other than 204 for a DELETE', 'is no success: the item is uncertain until a list settles it'],
  A19: [
    '204, and the item is still listed',
    'lists again until 60 s after the request’s deadline, then calls it failed',
  ],
  A20: ['a redirect', 'is never followed; of a DELETE nothing is known until a list settles it'],
  A21: ['a redirect to another host', 'is never followed, so that no other host sees the token'],
  A22: [
    'a DELETE is applied, its answer lost',
    'lists the message: without the item it is gone, though not provably by us',
  ],
  A23: ['a connection that breaks before the request was written', 'tries again: nothing was sent'],
  A24: ['a connection that breaks within a page', 'drops the whole page and asks for it again'],
  A25: ['an answer that trickles', 'one deadline from first byte to last'],
  A26: ['a server that never answers', 'gives up at the deadline; a DELETE stays uncertain until a list settles it'],
  A27: ['a DELETE that is applied after we gave up', 'says failed only 60 s after the request’s own deadline'],
  A28: [
    'a kept connection that is closed as it is used; HTTP/2',
    'takes it for a break; neither pipelining nor HTTP/2',
  ],
  A29: ['a web page with 200 instead of a list', 'is not read; the sweep is partial'],
  A30: ['JSON under another content type', 'is not read'],
  A31: ['JSON that is cut short, with a tail, or no UTF-8', 'is not read; asked for again, at most three times'],
  A32: [
    'JSON with __proto__, double keys or endless nesting',
    'copies known fields only; what is too deep is malformed',
  ],
  A33: ['an endless or compressed-to-nothing body', 'is cut off at a cap, counted as bytes after decompression'],
  A34: [
    'a list that is missing, null, or empty with a next page',
    'refuses the envelope; follows few empty pages, not many',
  ],
  A35: ['a link to the next page that leads elsewhere', 'uses its query alone, and only where it names this very list'],
  A36: ['links that go round in a circle', 'ends the walk with an error'],
  A37: ['pages without end', 'ends the walk where pages bring nothing new, or where there are too many'],
  A38: ['a page size that is ignored', 'takes pages of any size up to the cap of a body'],
  A39: ['new messages arrive while pages are read', 'drops rows that it has seen'],
  A40: [
    'messages go while pages are read',
    'may miss some, never deletes a wrong one, and finds them in the next sweep',
  ],
  A41: ['a list of media shifts as we delete', 'lists a message to its end, then deletes, then lists again'],
  A42: ['list and single look disagree', 'lets lists alone settle an item, and only after the waiting time'],
  A43: ['odd rate-limit headers', 'are not looked at'],
  A44: ['no name, no route, a certificate that is wrong', 'sends nothing and ends as partial with the reason'],
  A45: ['a proxy that sends a DELETE twice', 'does not mind: the second answer claims nothing'],
  A46: ['a cursor whose row has gone', 'ends the reading with an error: partial, and read anew by the next sweep'],
  A47: ['a next page that forgets the filter', 'decides on every row by itself, whatever was asked for'],
  A48: ['another prefix or suffix in paths', 'asks under one documented prefix for all, and takes links with either'],
};
