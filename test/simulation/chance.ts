import { mulberry32 } from '../../src/emulator/random.ts';

/**
 * Chance for one purpose. What is drawn for one purpose changes nothing of what is drawn for another: a fault can be left
 * out of a history, and everything else happens in it as before.
 */
export class Chance {
  /** From 0 to below 1. */
  readonly next: () => number;

  constructor(seed: number, purpose: string) {
    let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
    for (let at = 0; at < purpose.length; at++) hash = Math.imul(hash ^ purpose.charCodeAt(at), 0x01000193);
    this.next = mulberry32(hash ^ (hash >>> 15) ^ Math.floor(seed / 2 ** 32));
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number, both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)] as T;
  }

  /** Each with this probability, in their order. */
  some<T>(from: readonly T[], probability: number): T[] {
    return from.filter(() => this.happens(probability));
  }
}
