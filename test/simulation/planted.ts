import { RIGHT_DELETION } from './planted-deletion.ts';
import { TRUE_EVIDENCE } from './planted-evidence.ts';
import { PRIVACY_AND_LOAD, RECORDS } from './planted-records.ts';
import type { Planted } from './patch.ts';

export const PLANTED: readonly Planted[] = [...RECORDS, ...RIGHT_DELETION, ...TRUE_EVIDENCE, ...PRIVACY_AND_LOAD];

/** Of those that few histories show, a seed shortly before the first that does. */
export const RARE: ReadonlyMap<string, number> = new Map([
  ['open rows that fail at the start', 4600],
  ['no look between a pause and a DELETE', 3650],
  ['a clock that was ahead when it was read', 4840],
  ['the last answer believed after one that was lost', 2500],
  ['pages of strange SIDs taken for a list without end', 1000],
  ['what is on none of several pages taken for gone', 26800],
  ['a refusal that is believed', 25800],
  ['what a killed sweep sent judged too early', 3720],
  ['a stop that forgets what was sent', 620],
]);
