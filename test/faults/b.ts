import type { Rows } from './catalogue.ts';

/** Data and their meaning. */
export const B: Rows = {
  B1: ['a message comes into progress between list and DELETE', 'the API refuses with 20009: the item is deferred'],
  B2: ['a status that nobody has described', 'keeps, and counts it; statuses are compared to the letter'],
  B3: ['a direction that nobody has described', 'keeps where a rule or hold asks for the direction, else ignores it'],
  B4: ['outbound MMS that stay sent for ever', 'sent is final; check warns of a policy that leaves it out'],
  B5: ['a date that is missing, null or empty', 'keeps, and counts it'],
  B6: ['a date that does not parse to the letter', 'keeps, and counts it'],
  B7: ['a date in the future', 'keeps, and counts it'],
  B8: ['a date before the service existed', 'keeps, and counts it'],
  B9: ['dates of one item that differ', 'counts from the youngest of created, sent and media created'],
  B10: [
    'the boundary, nights on which clocks change, leap days',
    'due strictly after the instant; months go by the calendar, in UTC',
  ],
  B11: ['a date with another offset', 'honours the offset'],
  B12: [
    'num_media says 0 though there are media',
    'asks no more than that: the media stay, and nothing is claimed of them',
  ],
  B13: ['num_media says more than the list has', 'is no proof of deletion: nothing is said to be gone'],
  B14: [
    'num_media as text, negative, broken or huge',
    'reads whole numbers alone, and lists the media for anything else',
  ],
  B15: ['one media SID in two messages', 'knows an item by message and media together'],
  B16: ['rows that come twice in a page', 'counts a SID once'],
  B17: ['a row of another account or message', 'ends the sweep: nothing of another project may be touched'],
  B18: [
    'a SID that is a path, too long, empty, or control characters',
    'keeps, and counts it; no such text gets into a URL',
  ],
  B19: [
    'a message SID where a media SID belongs',
    'the two are different types, and a DELETE always has both, as listed',
  ],
  B20: ['a uri that points elsewhere', 'is not read: URLs are built from SIDs'],
  B21: ['emoji, bidi marks and separators in texts', 'are neither read nor written down'],
  B22: ['a body of a megabyte', 'is dropped once the page is parsed; never kept, never written'],
  B23: ['numbers that are not E.164', 'keeps where a rule or hold asks for numbers'],
  B24: [
    'a message that somebody else deletes with media left',
    'no list can prove anything of them: failed, why no-such-message',
  ],
  B25: ['new media in an old message', 'are as old as they are themselves'],
  B26: ['a hold that is put on while a sweep runs', 'sees the file change, and sends nothing more within two seconds'],
  B27: ['a hold that is taken off', 'the next sweep deletes what it covered'],
  B28: ['a list of holds that is empty or shorter by mistake', 'wants an approval'],
  B29: ['a flood of new messages', 'changes nothing: ages are absolute, never the last so many'],
  B30: [
    'nothing is deleted for a long time, though much is due',
    'reports the oldest overdue instant, and alerts on it',
  ],
};
