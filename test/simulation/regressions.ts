/** Histories that broke a promise before the bug was mended, each with the planted bug that brings it back. */
export const REGRESSIONS: readonly { readonly seed: number; readonly bug: string; readonly what: string }[] = [
  {
    seed: 3680,
    bug: 'no look between a pause and a DELETE',
    what: 'a process that wakes from a pause deletes nothing under a hold that was written meanwhile',
  },
  {
    seed: 4868,
    bug: 'a clock that was ahead when it was read',
    what: 'a clock that is set right before the first answer refuses what was begun by it',
  },
  {
    seed: 1028,
    bug: 'pages of strange SIDs taken for a list without end',
    what: 'an account whose pages hold nothing but strange SIDs is read to its end',
  },
  {
    seed: 13397,
    bug: 'pages taken for a snapshot',
    what: 'what moves from a page to the one before is not taken for gone',
  },
];
