import { RIGHT_DELETION } from './planted-deletion.ts';
import { TRUE_EVIDENCE } from './planted-evidence.ts';
import { PRIVACY_AND_LOAD, RECORDS } from './planted-records.ts';
import { SCAN } from './planted-scan.ts';
import type { Fault } from './dimensions.ts';
import type { Planted } from './patch.ts';

export const PLANTED: readonly Planted[] = [
  ...RECORDS,
  ...SCAN,
  ...RIGHT_DELETION,
  ...TRUE_EVIDENCE,
  ...PRIVACY_AND_LOAD,
];

/** Of those that show only where several things go wrong at once: which. */
export const TOGETHER: ReadonlyMap<string, readonly Fault[]> = new Map([
  ['no look between a pause and a DELETE', ['pause', 'policy-edited', 'hold-added']],
  ['a look at the policy before the first attempt only', ['pause', 'policy-edited', 'hold-added', 'error-before']],
  ['a clock that was ahead when it was read', ['clock-skewed', 'clock-stepped']],
  ['several nows', ['message-added', 'slow']],
  ['a link that is followed wherever it leads', ['wrong-link']],
  ['a link that nobody looks at', ['wrong-link']],
  ['a look that goes on when nobody waits for it', ['slow']],
  ['a refusal that is believed', ['sent-twice', 'refused']],
  ['a delay that is believed', ['sent-twice', 'status-moves']],
  ['a stop that waits for every answer', ['stop', 'applied-late', 'answer-lost']],
  ['what failed at the end not called overdue', ['crash', 'applied-late', 'request-lost']],
  ['the last answer believed after one that was lost', ['applied-late', 'refused', 'status-moves']],
  ['a lost 5xx that is forgotten', ['applied-late', 'refused', 'status-moves']],
  ['what is on none of several pages taken for gone', ['list-lags', 'refused']],
  ['rows that pages before have had', ['message-added', 'slow']],
  ['a service that is away and asked for ever', ['maintenance']],
  ['pages of strange SIDs taken for a list without end', ['odd-rows']],
  ['whatever was emptied once', ['media-added']],
  ['a count that falls taken for one that stays', ['media-added']],
  ['an index that outlives its policy', ['policy-edited']],
  ['an index that outlives a hold', ['hold-added', 'hold-released']],
  ['an index that outlives a period', ['policy-edited']],
  ['what a killed sweep sent judged too early', ['crash', 'applied-late']],
  ['open rows that fail at the start', ['crash', 'applied-late']],
]);
