import type { HoldMatch, Match } from './policy.ts';
import type { InProgressStatus, Media, Message, ReadDate, TerminalStatus } from './resource.ts';

/**
 * Whether a match holds. Three answers are none: something it asks for could not be understood (`unknown-…`), or it
 * turns on media that have not been looked at (`depends`).
 */
export type Verdict = 'yes' | 'no' | 'depends' | UnknownCondition;
export type UnknownCondition = 'unknown-direction' | 'unknown-number' | 'unknown-type';

/**
 * One `no` settles it. What depends on media not yet seen may still become one, so it goes before what is unknown.
 * @param media left out: the message alone is judged, and what its media will say `depends`
 */
export function matches(match: HoldMatch, message: Message, media?: Media): Verdict {
  let result: Verdict = 'yes';
  for (const condition of CONDITIONS) {
    const verdict = condition(match, message, media);
    if (verdict === 'no') return 'no';
    if (verdict === 'depends' || result === 'yes') result = verdict;
  }
  return result;
}

type Condition = (match: HoldMatch, message: Message, media: Media | undefined) => Verdict;

const CONDITIONS: readonly Condition[] = [
  ({ messageSid }, { sid }) => sidOf(messageSid, sid),
  ({ status }, message) => inList(status, nameOf(message.status)),
  directionOf,
  (match, { from }) => numbers(match.from, from),
  (match, { to }) => numbers(match.to, to),
  ({ number }, { from, to }) => numbers(number, from, to),
  (match, _, media) => typeOf(match, media),
  onHeldDay,
];

const yesOrNo = (yes: boolean): Verdict => (yes ? 'yes' : 'no');

function inList<T>(list: readonly T[] | undefined, value: T | undefined): Verdict {
  return yesOrNo(list === undefined || list.some((each) => each === value));
}

/** An unknown status has none, and is in no list. */
const nameOf = (status: { readonly kind: string; readonly name?: StatusName }): StatusName | undefined => status.name;
type StatusName = InProgressStatus | TerminalStatus;

/** In either case: a UUID is the same in capitals, and a hold that misses deletes. */
function sidOf(sids: readonly string[] | undefined, sid: string | null): Verdict {
  if (sids === undefined) return 'yes';
  const lower = sid?.toLowerCase();
  return yesOrNo(sids.some((each) => each.toLowerCase() === lower));
}

function directionOf({ direction }: Match, message: Message): Verdict {
  if (direction === undefined) return 'yes';
  return message.direction === 'unknown' ? 'unknown-direction' : inList(direction, message.direction);
}

/** Holds where one of the numbers follows one of the patterns; a number that could not be read may have. */
function numbers(patterns: readonly string[] | undefined, ...ends: readonly (string | null)[]): Verdict {
  if (patterns === undefined) return 'yes';
  if (ends.some((end) => end !== null && patterns.some((pattern) => follows(pattern, end)))) return 'yes';
  return ends.includes(null) ? 'unknown-number' : 'no';
}

function typeOf({ contentType }: Match, media: Media | undefined): Verdict {
  if (contentType === undefined) return 'yes';
  if (media === undefined) return 'depends';
  const type = media.contentType;
  return type === null ? 'unknown-type' : yesOrNo(contentType.some((pattern) => follows(pattern, type)));
}

/** `+1555*` and `image/*`: a star at the end stands for anything. */
function follows(pattern: string, value: string): boolean {
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

function onHeldDay({ since, until }: HoldMatch, message: Message, media: Media | undefined): Verdict {
  if (since === undefined && until === undefined) return 'yes';
  // Asked the negative way, so that a bound that is no date holds rather than releases.
  const sinceMs = since?.getTime() ?? -Infinity;
  const endMs = (until?.getTime() ?? Infinity) + DAY_MS;
  const isHeld = (date: ReadDate | null | undefined): boolean =>
    date instanceof Date && !(date.getTime() < sinceMs) && !(date.getTime() >= endMs);
  if ([message.createdAt, message.sentAt, media?.createdAt].some(isHeld)) return 'yes';
  return media === undefined ? 'depends' : 'no';
}

const DAY_MS = 86_400_000;
