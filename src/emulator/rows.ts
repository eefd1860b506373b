import { isRemoved, placeOf } from './account.ts';
import type { Filter, Span } from './filter.ts';
import type { Rows } from './paging.ts';
import { createdAtOf } from './portrait.ts';
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
  const [first, last] = filter ? arrivals(state, filter.created) : [0, size];
  const [from, to] = order === 'newest-first' ? [size - last, size - first] : [first, last];
  return {
    from,
    to,
    at: (place) => ordinalAt(place) * SLOTS,
    placeOf: (id) => mirror(ordinals === undefined ? id / SLOTS : placeOf(state, ordinals, size, id / SLOTS)),
    shows: (place) => {
      const ordinal = ordinalAt(place);
      return !isRemoved(state, ordinal) && (filter === undefined || filter.shows(ordinal));
    },
  };
}

/** Where those begin and end that were created within `span`, from the oldest on: who asks for a day need not wait for all. */
function arrivals(state: State, { from, until }: Span): readonly [number, number] {
  const firstFrom = (second: number): number => {
    let [low, high] = [0, state.size];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (createdAtOf(state, state.order?.[middle] ?? middle) < second) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [firstFrom(from), firstFrom(until)];
}

/** The media of one message, oldest first: those that are there, and for `lagMs` those that were. */
export function mediaRows(state: State, ordinal: number, lagMs: number): Rows {
  const base = ordinal * SLOTS + 1;
  const nowMs = lagMs > 0 ? state.now().getTime() : 0;
  return {
    from: 0,
    to: state.mediaCount[ordinal] ?? 0,
    at: (place) => base + place,
    placeOf: (id) => id - base,
    shows: (place) => isPresent(state, base + place) || (lagMs > 0 && nowMs < deletedAtOf(state, base + place) + lagMs),
  };
}
