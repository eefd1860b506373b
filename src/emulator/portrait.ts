import type { NewMedia } from './changes.ts';
import { secondsOf } from './dates.ts';
import type { Shares } from './random.ts';
import { drawn, hash } from './random.ts';
import { SLOTS } from './sids.ts';
import { DIRECTIONS, hasTrait, sidOf, statusOf, TRAIT } from './state.ts';
import type { State } from './state.ts';

/** Everything a message says of itself, before it is written as JSON. */
export interface Portrait {
  readonly sid: string;
  readonly direction: string;
  readonly status: string;
  readonly from: string;
  readonly to: string;
  readonly body: string | null;
  /** As the API writes them, or unreadable. */
  readonly dateCreated: string;
  readonly dateSent: string | null;
  readonly dateUpdated: string;
  readonly errorCode: number | null;
  readonly mediaCount: number;
  readonly mediaLeft: number;
}

export interface MediaPortrait {
  readonly sid: string;
  readonly parentSid: string;
  readonly contentType: string | null;
  readonly dateCreated: string;
}

const FIELD = { party: 16, own: 17, body: 18, delay: 19, error: 20, odd: 21, type: 22, mediaDelay: 23 } as const;

const BODIES = [
  'Your table is booked for tonight.',
  'Here is the picture you asked for.',
  'Running ten minutes late, sorry!',
  'Invoice attached.',
  'Can you read the serial number on this one?',
  'Thanks, got it.',
] as const;
const ODD_DATES = [
  'Sat, 15 Sept 2018',
  'Tue, 31 Feb 2026 10:00:00 +0000',
  '2026-01-05 10:00:00',
  'message 7',
  '',
] as const;
const ODD_NUMBERS = ['72345', 'whatsapp:+15550100001', '(555) 010-0002', 'anonymous', '+1 555 010 0003'] as const;
const CONTENT_TYPES: Shares<string | null> = [
  ['image/jpeg', 520],
  ['image/png', 150],
  ['video/mp4', 110],
  ['image/gif', 80],
  ['audio/amr', 60],
  ['application/pdf', 50],
  ['text/vcard', 26],
  ['image/jpeg; charset=binary', 2],
  [null, 2],
];
const ERROR_CODES = [30003, 30005, 30006, 30008, 30019] as const;
/** The account's own numbers: so few that one of them makes a rule worth writing. */
const OWN_NUMBERS = 12;

/** When a message was really made, whatever its date says; seconds. */
export const createdAtOf = (state: State, ordinal: number): number => state.created[ordinal] ?? 0;

/** When a message was really sent, in seconds; `null` if never. */
export function sentAtOf(state: State, ordinal: number): number | null {
  const changed = state.sentAt.get(ordinal);
  if (changed !== undefined) return changed;
  const added = state.added.get(ordinal);
  if (added?.dateSent) return secondsOf(added.dateSent);
  if (hasTrait(state, ordinal, TRAIT.unsent)) return null;
  return createdAtOf(state, ordinal) + (added ? 0 : delay(state, ordinal));
}

/** Inbound messages are stamped as they arrive; the others wait a few seconds for their carrier. */
const delay = (state: State, ordinal: number): number =>
  directionIndex(state, ordinal) === 0 ? 0 : hash(state.seed, ordinal, FIELD.delay) % (DELAY_MAX_SECONDS + 1);
export const DELAY_MAX_SECONDS = 5;

const directionIndex = (state: State, ordinal: number): number => (state.traits[ordinal] ?? 0) & TRAIT.directionMask;

export const directionOf = (state: State, ordinal: number): string =>
  state.added.get(ordinal)?.direction ?? DIRECTIONS[directionIndex(state, ordinal)] ?? '';

export function partiesOf(state: State, ordinal: number): { readonly from: string; readonly to: string } {
  const added = state.added.get(ordinal);
  const own = `+1555010${String(hash(state.seed, ordinal, FIELD.own) % OWN_NUMBERS).padStart(4, '0')}`;
  const other = otherParty(state, ordinal);
  const inbound = directionOf(state, ordinal) === 'inbound';
  return { from: added?.from ?? (inbound ? other : own), to: added?.to ?? (inbound ? own : other) };
}

function otherParty(state: State, ordinal: number): string {
  if (hasTrait(state, ordinal, TRAIT.oddNumber)) return pick(ODD_NUMBERS, hash(state.seed, ordinal, FIELD.odd));
  if (state.canaryNumber !== undefined && ordinal % 2 === 0) return state.canaryNumber;
  return `+1555${String(2_000_000 + (hash(state.seed, ordinal, FIELD.party) % 8_000_000))}`;
}

export function portraitOf(state: State, ordinal: number): Portrait {
  const added = state.added.get(ordinal);
  const odd = hash(state.seed, ordinal, FIELD.odd);
  const created = state.writeDate(createdAtOf(state, ordinal));
  const sentAt = sentAtOf(state, ordinal);
  const sent = sentAt === null ? null : state.writeDate(sentAt);
  const status = statusOf(state, ordinal);
  const failed = status === 'failed' || status === 'undelivered';
  const body = added?.body === undefined ? pick(BODIES, hash(state.seed, ordinal, FIELD.body)) : added.body;
  const { from, to } = partiesOf(state, ordinal);
  return {
    sid: sidOf(state, ordinal * SLOTS),
    direction: directionOf(state, ordinal),
    status,
    from,
    to,
    body: body === null ? null : body + state.canary,
    dateCreated: hasTrait(state, ordinal, TRAIT.oddCreated) ? pick(ODD_DATES, odd) : created,
    dateSent: hasTrait(state, ordinal, TRAIT.oddSent) ? pick(ODD_DATES, odd) : sent,
    dateUpdated: sent ?? created,
    errorCode: failed ? pick(ERROR_CODES, hash(state.seed, ordinal, FIELD.error)) : null,
    mediaCount: state.mediaCount[ordinal] ?? 0,
    mediaLeft: bits(state.present[ordinal] ?? 0),
  };
}

/** When a media item was really stored; seconds. */
export function mediaCreatedAtOf(state: State, id: number): number {
  const date = state.addedMedia.get(id)?.dateCreated;
  return date
    ? secondsOf(date)
    : createdAtOf(state, Math.floor(id / SLOTS)) + (hash(state.seed, id, FIELD.mediaDelay) % 5);
}

export function contentTypeOf(state: State, id: number): string | null {
  const added: NewMedia | undefined = state.addedMedia.get(id);
  if (added?.contentType !== undefined) return added.contentType;
  return drawn(CONTENT_TYPES, hash(state.seed, id, FIELD.type) % 1000);
}

export function mediaPortraitOf(state: State, id: number): MediaPortrait {
  const ordinal = Math.floor(id / SLOTS);
  const odd = hasTrait(state, ordinal, TRAIT.oddMedia);
  return {
    sid: sidOf(state, id),
    parentSid: sidOf(state, ordinal * SLOTS),
    contentType: contentTypeOf(state, id),
    dateCreated: odd ? pick(ODD_DATES, hash(state.seed, id, FIELD.odd)) : state.writeDate(mediaCreatedAtOf(state, id)),
  };
}

/** The caller's tables are never empty. */
const pick = <Entry>(table: readonly [Entry, ...Entry[]], chance: number): Entry =>
  table[chance % table.length] ?? table[0];

function bits(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}
