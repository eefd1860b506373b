/** Something that can be paged through: places in the order of the list, `from` the first to before `to`, some of them invisible. */
export interface Rows {
  readonly from: number;
  readonly to: number;
  /** The id that stands at a place. */
  at(place: number): number;
  /** Where an id stands, also one that is not visible any more. */
  placeOf(id: number): number;
  shows(place: number): boolean;
}

export interface PageRequest {
  readonly page: number;
  readonly size: number;
  /** The row next to which this page begins. */
  readonly cursor: Cursor | undefined;
}

export interface Cursor {
  /** `after`: the page that follows this row. `before`: the page that ends just above it. */
  readonly side: 'after' | 'before';
  readonly id: number;
}

export interface Page {
  readonly ids: readonly number[];
  readonly more: boolean;
}

/** A page that begins at a row: what is inserted or removed elsewhere cannot move it. */
export function pageByCursor(rows: Rows, { size, cursor }: PageRequest): Page {
  if (cursor?.side === 'before') {
    const above = take(rows, rows.placeOf(cursor.id) - 1, -1, size).ids.toReversed();
    return { ids: above, more: true }; // at least the row the cursor names came after it
  }
  return take(rows, cursor ? rows.placeOf(cursor.id) + 1 : rows.from, 1, size);
}

/** A page that begins at a number of rows: whatever is inserted above pushes rows down into the next page. */
export function pageByOffset(rows: Rows, { page, size }: PageRequest): Page {
  let place = rows.from;
  for (let skip = page * size; skip > 0 && place < rows.to; place++) {
    if (rows.shows(place)) skip--;
  }
  return take(rows, place, 1, size);
}

function take(rows: Rows, start: number, step: 1 | -1, size: number): Page {
  const ids: number[] = [];
  const first = step === 1 ? Math.max(start, rows.from) : Math.min(start, rows.to - 1);
  for (let place = first; place >= rows.from && place < rows.to; place += step) {
    if (!rows.shows(place)) continue;
    if (ids.length === size) return { ids, more: true };
    ids.push(rows.at(place));
  }
  return { ids, more: false };
}
