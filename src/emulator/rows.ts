import { isRemoved, placeOf } from './account.ts';
import type { Filter } from './filter.ts';
import type { Rows } from './paging.ts';
import { SLOTS } from './sids.ts';
import { deletedAtOf, isPresent } from './state.ts';
import type { State } from './state.ts';
import type { Switches } from './switches.ts';

/** The messages of the account as a list shows them. Ids are message ids. */
export function messageRows(state: State, filter: Filter | undefined, order: Switches['order']): Rows {
  const { size, order: ordinals } = state;
  const mirror = (place: number): number => (order === 'newest-first' ? size - 1 - place : place);
  const ordinalAt = (place: number): number => {
    const arrival = mirror(place);
    return ordinals === undefined ? arrival : (ordinals[arrival] ?? 0);
  };
  return {
    length: size,
    at: (place) => ordinalAt(place) * SLOTS,
    placeOf: (id) => mirror(ordinals === undefined ? id / SLOTS : placeOf(state, ordinals, size, id / SLOTS)),
    shows: (place) => {
      const ordinal = ordinalAt(place);
      return !isRemoved(state, ordinal) && (filter === undefined || filter(ordinal));
    },
  };
}

/** The media of one message, oldest first: those that are there, and for `lagMs` those that were. */
export function mediaRows(state: State, ordinal: number, lagMs: number): Rows {
  const base = ordinal * SLOTS + 1;
  const nowMs = lagMs > 0 ? state.now().getTime() : 0;
  return {
    length: state.mediaCount[ordinal] ?? 0,
    at: (place) => base + place,
    placeOf: (id) => id - base,
    shows: (place) => isPresent(state, base + place) || (lagMs > 0 && nowMs < deletedAtOf(state, base + place) + lagMs),
  };
}
