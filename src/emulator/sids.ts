import { hash, mix, unmix } from './random.ts';

/** A message owns this many consecutive ids: its own (slot 0) and those of its media (slots 1 to 30). */
export const SLOTS = 32;
/** Far beyond the API's 8 to 10; one bit of a signed 32-bit number stays free. */
export const MEDIA_MAX = 30;
/** What 32 bits of id leave room for. */
export const MESSAGES_MAX = 2 ** 32 / SLOTS;

/**
 * How SIDs are written. `uuid`: as seen in practice. `letters`: UUIDs whose end is not hexadecimal, as in the documents'
 * own samples. `twilio`: `MM…`, `ME…` and 32 hexadecimal digits.
 */
export type SidStyle = 'uuid' | 'letters' | 'twilio';

/**
 * Every SID is computed from seed and id, and leads back to its id by arithmetic: a million messages need no index.
 * An id is `ordinal * SLOTS + slot`.
 */
export interface Sids {
  of(id: number): string;
  /** -1 for a SID that is not one of this seed's. Whether the id is in use is not asked here. */
  find(sid: string): number;
}

export function createSids(seed: number, style: SidStyle): Sids {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
  const key = mix(seed ^ 0x51d5);
  const hex4 = (value: number): string => `${bytes[(value >>> 8) & 255]}${bytes[value & 255]}`;
  const hex8 = (value: number): string => hex4(value >>> 16) + hex4(value & 0xffff);

  const of = (id: number): string => {
    const first = hex8(mix(id ^ key));
    const second = hash(key, id, 1);
    const third = hash(key, id, 2);
    const fourth = hash(key, id, 3);
    const version = hex4((second & 0x0fff) | 0x4000);
    const variant = hex4(((third >>> 16) & 0x3fff) | 0x8000);
    const node = hex4(third & 0xffff) + hex8(fourth);
    if (style === 'twilio')
      return (id % SLOTS === 0 ? 'MM' : 'ME') + first + hex4(second >>> 16) + version + variant + node;
    const end = style === 'letters' ? `${node.slice(0, 10)}me` : node;
    return `${first}-${hex4(second >>> 16)}-${version}-${variant}-${end}`;
  };

  const start = style === 'twilio' ? 2 : 0;
  const find = (sid: string): number => {
    const first = Number.parseInt(sid.slice(start, start + 8), 16);
    if (Number.isNaN(first)) return -1;
    const id = (unmix(first) ^ key) >>> 0;
    return of(id) === sid ? id : -1;
  };
  return { of, find };
}
