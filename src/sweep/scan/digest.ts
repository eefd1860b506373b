import type { Message } from '../../retention/resource.ts';

/** Digests in their order, each once, 8 bytes each. */
export const digestsOf = (digests: readonly number[]): Float64Array => Float64Array.from(new Set(digests)).toSorted();

/** Whether a digest is among others that stand in their order. */
export function includes(digests: Float64Array | Uint32Array, digest: number): boolean {
  let [from, to] = [0, digests.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((digests[middle] ?? 0) < digest) from = middle + 1;
    else to = middle;
  }
  return digests[from] === digest;
}

/** A message as it was seen, in one number: whoever sees it again with another count or date sees another number. */
export const digestOf = ({ sid, mediaCount, updatedAt }: Message): number =>
  digestOfText(`${sid} ${mediaCount} ${updatedAt instanceof Date ? updatedAt.getTime() : updatedAt}`);

/** Of 53 bits. */
export function digestOfText(text: string): number {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x5bd1e995) ^ (low >>> 13);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0); // 21 bits and 32: a whole number that a double holds
}
