import type { Message, MessageSid } from '../../retention/resource.ts';
import { dayFor, UNSENT } from './days.ts';
import { digestOfText, includes } from './digest.ts';

/** Which messages of which days have been read in this sweep: if the filter turns out not to be right, a walk reads the rest. */
export class ReadDays {
  /** Short digests of SIDs, as they come. */
  readonly #begun = new Map<number, number[]>();
  /** The same in their order. */
  readonly #ended = new Map<number, Uint32Array>();
  /** Those of no day are read one after the other, and never at an end. */
  readonly #unsent = new Set<number>();

  take(day: number, rows: readonly Message[]): void {
    const digests = this.#begun.get(day) ?? [];
    for (const { sid } of rows) digests.push(shortDigestOf(sid));
    this.#begun.set(day, digests);
  }

  /** All of a day has been read, or as much of it as there will be. */
  end(day: number): void {
    const digests = this.#begun.get(day);
    if (!digests) return;
    this.#begun.delete(day);
    const before = this.#ended.get(day);
    this.#ended.set(day, new Uint32Array(before ? [...before, ...digests] : digests).toSorted());
  }

  addUnsent(sid: MessageSid): void {
    this.#unsent.add(digestOfText(sid));
  }

  has(message: Message): boolean {
    const { sid } = message;
    const day = dayFor(message);
    if (day === UNSENT) return sid !== null && this.#unsent.has(digestOfText(sid));
    this.end(day); // to search it: who asks reads no more of it
    const ended = this.#ended.get(day);
    return ended !== undefined && includes(ended, shortDigestOf(sid));
  }

  /** Reading is over: nobody asks any more. */
  forget(): void {
    this.#begun.clear();
    this.#ended.clear();
    this.#unsent.clear();
  }
}

/**
 * The upper 32 bits, for there are as many as messages. That one which the filter left out is taken for read, of some
 * thousands of its day, is one chance in a million; then it stays until everything is read the next time.
 */
const shortDigestOf = (sid: MessageSid | null): number => Math.floor(digestOfText(String(sid)) / 2 ** 21);
