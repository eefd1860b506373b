/**
 * Histories that broke a promise before the bug was mended, each with the planted bug that brings it back; with the faults
 * that it needs in place of those drawn, where `TOGETHER` names them.
 */
export const REGRESSIONS: readonly { readonly seed: number; readonly bug: string; readonly what: string }[] = [
  {
    seed: 11,
    bug: 'no look between a pause and a DELETE',
    what: 'a process that wakes from a pause deletes nothing under a hold that was written meanwhile',
  },
  {
    seed: 11,
    bug: 'a clock that was ahead when it was read',
    what: 'a clock that is set right before the first answer refuses what was begun by it',
  },
  {
    seed: 215,
    bug: 'pages of strange SIDs taken for a list without end',
    what: 'an account whose pages hold nothing but strange SIDs is read to its end',
  },
  {
    seed: 519,
    bug: 'what is on none of several pages taken for gone',
    what: 'what moves between the pages of a list while some of them come from a replica that is behind is not taken for gone',
  },
  {
    seed: 2962,
    bug: 'what was marked and never begun left open',
    what: 'what is being marked while a sweep ends, and is never begun, is recorded as not sent',
  },
  {
    seed: 1825,
    bug: 'a day called read that a filter gave',
    what: 'a day read by a filter that left some of it out is read to its end by the walk that follows',
  },
  {
    seed: 6,
    bug: 'a refusal that is believed',
    what: 'a DELETE that somebody on the way sends twice, and whose second copy is refused, is looked for in a list',
  },
];
