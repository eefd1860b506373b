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
    seed: 26861,
    bug: 'what is on none of several pages taken for gone',
    what: 'what moves between the pages of a list while some of them come from a replica that is behind is not taken for gone',
  },
  {
    seed: 62773,
    bug: 'a refusal that is believed',
    what: 'a DELETE that somebody on the way sends twice, and whose second copy is refused, is looked for in a list',
  },
  {
    seed: 202139,
    bug: 'a refusal that is believed',
    what: 'nor is the second copy believed that came with a token that was no longer the one, in the moment of a stop',
  },
];
