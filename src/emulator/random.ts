/**
 * A bijection on 32 bits that scatters its input: `lowbias32` from Chris Wellons' hash-prospector (public domain,
 * https://nullprogram.com/blog/2018/07/31/). Being a bijection it makes SIDs that cannot collide and can be read back.
 */
export function mix(value: number): number {
  let x = value | 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}

/** The way back: `unmix(mix(x)) === x` for every 32-bit `x`. */
export function unmix(value: number): number {
  let x = value | 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x43021123);
  x ^= (x >>> 15) ^ (x >>> 30);
  x = Math.imul(x, 0x1d69e2a5);
  x ^= x >>> 16;
  return x >>> 0;
}

/**
 * 32 bits that depend on nothing but the three numbers: a field of a row can be derived again whenever it is asked for.
 * The seed goes in twice, because once would only permute the rows: every seed would give the same ones in another order.
 */
export function hash(seed: number, row: number, field: number): number {
  const key = mix(seed);
  return mix(mix(row ^ key) + Math.imul(field, 0x9e3779b1) + key);
}

/** What there is to draw from, each with its share of 1000. */
export type Shares<Entry> = readonly [readonly [Entry, number], ...(readonly [Entry, number])[]];

/** The entry that a chance, 0 to 999, falls on. */
export function drawn<Entry>(shares: Shares<Entry>, chance: number): Entry {
  let left = chance;
  for (const [entry, share] of shares) {
    if (left < share) return entry;
    left -= share;
  }
  return shares[0][0];
}

/** Numbers in [0, 1) from a seed: Tommy Ettinger's mulberry32 (public domain), 32 bits of state, enough to pick faults. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}
