import type { NewMedia, NewMessage } from './changes.ts';
import type { DateWriter } from './dates.ts';
import type { Sids } from './sids.ts';
import { MESSAGES_MAX, SLOTS } from './sids.ts';

/** A deletion that the API should have refused: the message was in progress. */
export interface Violation {
  readonly messageSid: string;
  readonly mediaSid: string;
  readonly status: string;
  readonly at: Date;
}

/**
 * The whole account. A message is an ordinal (its place in order of arrival) and a few numbers in columns; everything
 * else about a seeded message is computed from seed and ordinal when somebody asks (`portrait.ts`). That is what makes
 * a million messages 25 MB. Maps hold only what tests added or changed.
 */
export interface State {
  readonly seed: number;
  readonly sids: Sids;
  readonly now: () => Date;
  readonly writeDate: DateWriter;
  readonly canary: string;
  readonly canaryNumber: string | undefined;
  /** Ordinals below this were seeded. */
  seeded: number;
  /** Ordinals below this exist. */
  size: number;
  /** Seconds since 1970. */
  created: Uint32Array;
  /** Index into `statusNames`. */
  status: Uint8Array;
  /** Bits, see `TRAIT`. */
  traits: Uint8Array;
  mediaCount: Uint8Array;
  /** Bit n: the media item in slot n is there. */
  present: Uint32Array;
  /** Where a seeded message's media begin in `deletedAt`. */
  mediaStart: Uint32Array;
  /** Milliseconds since 1970, 0 for never; of seeded media, 1.2 of them a message. */
  deletedAt: Float64Array;
  readonly deletedLater: Map<number, number>;
  readonly added: Map<number, NewMessage>;
  readonly addedMedia: Map<number, NewMedia>;
  /** When messages were sent that were in progress at first; seconds. */
  readonly sentAt: Map<number, number>;
  /** The most seconds by which a message was sent before it was made, or after it. */
  readonly sentApart: { before: number; after: number };
  /** SIDs that a test chose itself, by id and back. */
  readonly chosenSids: Map<number, string>;
  readonly chosenIds: Map<string, number>;
  readonly statusNames: string[];
  /** Ordinals from the oldest to the newest message; `undefined` while that is simply their order of arrival. */
  order: Uint32Array | undefined;
  /** Deletions that were lost on the way and are going to be applied. */
  late: { readonly id: number; readonly dueAt: number }[];
  readonly violations: Violation[];
}

export const TRAIT = {
  directionMask: 0b11,
  unsent: 1 << 2,
  removed: 1 << 3,
  /** A date that follows no format: of the message's creation, its sending, its media. */
  oddCreated: 1 << 4,
  oddSent: 1 << 5,
  oddMedia: 1 << 6,
  /** A party that is no E.164 number. */
  oddNumber: 1 << 7,
} as const;

export const DIRECTIONS = ['inbound', 'outbound-api', 'outbound-reply', 'outbound-call'] as const;

/** In these the API refuses to delete media. */
export const IN_PROGRESS_STATUSES: ReadonlySet<string> = new Set([
  'queued',
  'initiated',
  'accepted',
  'scheduled',
  'sending',
  'receiving',
]);

/** What the state starts with; the rest is empty. */
export type StateBase = Pick<State, 'seed' | 'sids' | 'now' | 'writeDate' | 'canary' | 'canaryNumber'>;

export function emptyState(base: StateBase, capacity: number): State {
  return {
    ...base,
    seeded: 0,
    size: 0,
    created: new Uint32Array(capacity),
    status: new Uint8Array(capacity),
    traits: new Uint8Array(capacity),
    mediaCount: new Uint8Array(capacity),
    present: new Uint32Array(capacity),
    mediaStart: new Uint32Array(capacity),
    deletedAt: new Float64Array(0),
    deletedLater: new Map(),
    added: new Map(),
    addedMedia: new Map(),
    sentAt: new Map(),
    sentApart: { before: 0, after: 0 },
    chosenSids: new Map(),
    chosenIds: new Map(),
    statusNames: [],
    order: undefined,
    late: [],
    violations: [],
  };
}

/** Makes room for one more message. */
export function grow(state: State): void {
  if (state.size < state.created.length) return;
  const capacity = Math.min(Math.max(64, Math.ceil(state.size * 1.5)), MESSAGES_MAX);
  if (capacity <= state.size) throw new RangeError(`No SIDs are left for more than ${MESSAGES_MAX} messages.`);
  state.created = copied(new Uint32Array(capacity), state.created);
  state.status = copied(new Uint8Array(capacity), state.status);
  state.traits = copied(new Uint8Array(capacity), state.traits);
  state.mediaCount = copied(new Uint8Array(capacity), state.mediaCount);
  state.present = copied(new Uint32Array(capacity), state.present);
  state.mediaStart = copied(new Uint32Array(capacity), state.mediaStart);
}

function copied<Column extends Uint8Array | Uint32Array>(to: Column, from: Column): Column {
  to.set(from);
  return to;
}

export const statusOf = (state: State, ordinal: number): string => state.statusNames[state.status[ordinal] ?? 0] ?? '';

export const inProgress = (state: State, ordinal: number): boolean =>
  IN_PROGRESS_STATUSES.has(statusOf(state, ordinal));

export const hasTrait = (state: State, ordinal: number, trait: number): boolean =>
  ((state.traits[ordinal] ?? 0) & trait) !== 0;

export const sidOf = (state: State, id: number): string => state.chosenSids.get(id) ?? state.sids.of(id);

export const isPresent = (state: State, id: number): boolean =>
  ((state.present[Math.floor(id / SLOTS)] ?? 0) & (1 << (id % SLOTS))) !== 0;

/** 0: never deleted. */
export function deletedAtOf(state: State, id: number): number {
  const index = deletionIndex(state, id);
  return index < 0 ? (state.deletedLater.get(id) ?? 0) : (state.deletedAt[index] ?? 0);
}

export function markDeleted(state: State, id: number, atMs: number): void {
  const ordinal = Math.floor(id / SLOTS);
  state.present[ordinal] = (state.present[ordinal] ?? 0) & ~(1 << (id % SLOTS));
  const index = deletionIndex(state, id);
  if (index < 0) state.deletedLater.set(id, atMs);
  else state.deletedAt[index] = atMs;
}

/** -1 where the item was not seeded. */
function deletionIndex(state: State, id: number): number {
  const ordinal = Math.floor(id / SLOTS);
  if (ordinal >= state.seeded || state.addedMedia.has(id)) return -1;
  return (state.mediaStart[ordinal] ?? 0) + (id % SLOTS) - 1;
}
