import type { AddedMessage, NewMedia, NewMessage } from './changes.ts';
import { secondsOf } from './dates.ts';
import { createdAtOf } from './portrait.ts';
import { MEDIA_MAX, SLOTS } from './sids.ts';
import type { State } from './state.ts';
import {
  DIRECTIONS,
  grow,
  hasTrait,
  IN_PROGRESS_STATUSES,
  inProgress,
  isPresent,
  markDeleted,
  sidOf,
  statusOf,
  TRAIT,
} from './state.ts';

export const NOT_FOUND = -1;

/** The id of a SID that the account has or had; `NOT_FOUND` for any other. */
function idOf(state: State, sid: string): number {
  const chosen = state.chosenIds.get(sid);
  if (chosen !== undefined) return chosen;
  const id = state.sids.find(sid);
  if (id < 0 || state.chosenSids.has(id)) return NOT_FOUND;
  const ordinal = Math.floor(id / SLOTS);
  return ordinal < state.size && id % SLOTS <= (state.mediaCount[ordinal] ?? 0) ? id : NOT_FOUND;
}

/** The ordinal of a message, removed or not. */
export function ordinalOf(state: State, sid: string): number {
  const id = idOf(state, sid);
  return id >= 0 && id % SLOTS === 0 ? id / SLOTS : NOT_FOUND;
}

/** The id of a media item under this message, deleted or not. */
export function mediaIdOf(state: State, ordinal: number, sid: string): number {
  const id = idOf(state, sid);
  return id >= 0 && id % SLOTS !== 0 && Math.floor(id / SLOTS) === ordinal ? id : NOT_FOUND;
}

export const isRemoved = (state: State, ordinal: number): boolean => hasTrait(state, ordinal, TRAIT.removed);

export function addMessage(state: State, message: NewMessage = {}): AddedMessage {
  grow(state);
  const ordinal = state.size++;
  const status = message.status ?? 'delivered';
  const direction = message.direction ?? 'outbound-api';
  const unsent = message.dateSent === undefined ? IN_PROGRESS_STATUSES.has(status) : message.dateSent === null;
  state.created[ordinal] = secondsOf(message.dateCreated ?? state.now());
  state.status[ordinal] = statusIndex(state, status);
  state.traits[ordinal] =
    Math.max(0, (DIRECTIONS as readonly string[]).indexOf(direction)) | (unsent ? TRAIT.unsent : 0);
  state.mediaCount[ordinal] = 0;
  state.present[ordinal] = 0;
  state.added.set(ordinal, { ...message, direction });
  if (message.dateSent) noteSent(state, ordinal, secondsOf(message.dateSent));
  if (message.sid !== undefined) chooseSid(state, ordinal * SLOTS, message.sid);
  takePlace(state, ordinal);

  const media =
    typeof message.media === 'number' ? Array.from({ length: message.media }, () => ({})) : (message.media ?? []);
  const mediaSids = media.map((each) => addMediaTo(state, ordinal, each));
  return { sid: sidOf(state, ordinal * SLOTS), mediaSids };
}

export function addMediaTo(state: State, ordinal: number, media: NewMedia = {}): string {
  const slot = (state.mediaCount[ordinal] ?? 0) + 1;
  if (slot > MEDIA_MAX) throw new RangeError(`A message has room for ${MEDIA_MAX} media.`);
  const id = ordinal * SLOTS + slot;
  state.mediaCount[ordinal] = slot;
  state.present[ordinal] = (state.present[ordinal] ?? 0) | (1 << slot);
  state.addedMedia.set(id, {
    contentType: 'image/jpeg',
    dateCreated: new Date(createdAtOf(state, ordinal) * 1000),
    ...media,
  });
  if (media.sid !== undefined) chooseSid(state, id, media.sid);
  return sidOf(state, id);
}

export function setStatus(state: State, ordinal: number, status: string): void {
  const leaves = inProgress(state, ordinal) && !IN_PROGRESS_STATUSES.has(status);
  if (leaves && hasTrait(state, ordinal, TRAIT.unsent) && status !== 'failed' && status !== 'canceled') {
    const sentAt = secondsOf(state.now());
    state.sentAt.set(ordinal, sentAt);
    noteSent(state, ordinal, sentAt);
  }
  state.status[ordinal] = statusIndex(state, status);
}

function noteSent(state: State, ordinal: number, sentAt: number): void {
  const after = sentAt - createdAtOf(state, ordinal);
  state.sentApart.after = Math.max(state.sentApart.after, after);
  state.sentApart.before = Math.max(state.sentApart.before, -after);
}

export function removeMessage(state: State, ordinal: number, keepsMedia: boolean): void {
  state.traits[ordinal] = (state.traits[ordinal] ?? 0) | TRAIT.removed;
  if (keepsMedia) return;
  for (const id of mediaIds(state, ordinal)) {
    if (isPresent(state, id)) markDeleted(state, id, state.now().getTime());
  }
}

/** Deletes a media item that is there; records it where the message was in progress. */
export function deleteMedia(state: State, id: number, atMs: number): void {
  const ordinal = Math.floor(id / SLOTS);
  if (inProgress(state, ordinal)) {
    const messageSid = sidOf(state, ordinal * SLOTS);
    state.violations.push({
      messageSid,
      mediaSid: sidOf(state, id),
      status: statusOf(state, ordinal),
      at: new Date(atMs),
    });
  }
  markDeleted(state, id, atMs);
}

/** Applies the deletions that were lost on the way and are due by now. Everybody who looks at the account calls this first. */
export function settleLate(state: State): void {
  if (state.late.length === 0) return;
  const nowMs = state.now().getTime();
  const due = state.late.filter(({ dueAt }) => dueAt <= nowMs);
  if (due.length === 0) return;
  state.late = state.late.filter(({ dueAt }) => dueAt > nowMs);
  for (const { id, dueAt } of due.toSorted((a, b) => a.dueAt - b.dueAt)) {
    if (isPresent(state, id) && !inProgress(state, Math.floor(id / SLOTS))) deleteMedia(state, id, dueAt);
  }
}

/** All media a message ever had, in the order they were added. */
export function mediaIds(state: State, ordinal: number): readonly number[] {
  return Array.from({ length: state.mediaCount[ordinal] ?? 0 }, (_, index) => ordinal * SLOTS + index + 1);
}

function statusIndex(state: State, name: string): number {
  const known = state.statusNames.indexOf(name);
  if (known >= 0) return known;
  if (state.statusNames.length > 255) throw new RangeError('There is room for 256 different statuses.');
  return state.statusNames.push(name) - 1;
}

function chooseSid(state: State, id: number, sid: string): void {
  if (idOf(state, sid) !== NOT_FOUND) throw new RangeError(`The SID ${sid} is taken.`);
  state.chosenSids.set(id, sid);
  state.chosenIds.set(sid, id);
}

/** Lists go by date of creation. Most messages come in that order; the first that does not makes the order explicit. */
function takePlace(state: State, ordinal: number): void {
  const last = ordinal - 1;
  const newest = state.order?.[last] ?? last;
  const inOrder = last < 0 || createdAtOf(state, newest) <= createdAtOf(state, ordinal);
  if (inOrder && state.order === undefined) return;

  const before = state.order ?? Uint32Array.from({ length: ordinal }, (_, index) => index);
  const order = before.length > ordinal ? before : new Uint32Array(Math.ceil(ordinal * 1.5) + 64);
  if (order !== before) order.set(before);
  const place = placeOf(state, order, ordinal, ordinal);
  order.copyWithin(place + 1, place, ordinal);
  order[place] = ordinal;
  state.order = order;
}

/** Where a message belongs, or is, among the first `length` of `order`: by creation, then by arrival. */
export function placeOf(state: State, order: Uint32Array, length: number, ordinal: number): number {
  const created = createdAtOf(state, ordinal);
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = order[middle] ?? 0;
    const otherCreated = createdAtOf(state, other);
    if (otherCreated < created || (otherCreated === created && other < ordinal)) low = middle + 1;
    else high = middle;
  }
  return low;
}
