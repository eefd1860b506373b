/** A set of few things that come and go all the time. A `Set` would grow a new table every few dozen of them. */
export interface Slots<T> {
  add(item: T): void;
  has(item: T): boolean;
  /** @returns whether it was there */
  delete(item: T): boolean;
  /** In no order; what comes or goes meanwhile may be missed. */
  values(): readonly T[];
}

/** @param T knows its own place, which is nobody else's business */
export function newSlots<T extends { slot: number }>(): Slots<T> {
  const items: (T | undefined)[] = [];
  const free: number[] = [];
  const has = (item: T): boolean => items[item.slot] === item;
  return {
    has,
    add(item) {
      item.slot = free.pop() ?? items.length;
      items[item.slot] = item;
    },
    delete(item) {
      if (!has(item)) return false;
      items[item.slot] = undefined;
      free.push(item.slot);
      return true;
    },
    values: () => items.filter((item) => item !== undefined),
  };
}
