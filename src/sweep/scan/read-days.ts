import type { Message, MessageSid } from '../../retention/resource.ts';
import { dayFor, UNSENT } from './days.ts';
import { digestOfText, includes } from './digest.ts';

/** Which messages of which days have been read in this sweep: if the filter turns out not to be right, a walk reads the rest. */
export class ReadDays {
  /** Short digests of SIDs, in their order. */
  readonly #ended = new Map<number, Uint32Array>();
  readonly #begun = new Map<number, Set<MessageSid | null>>();
  /** Those of no day are read one after the other, and never at an end. */
  readonly #unsent = new Set<number>();

  take(day: number, rows: readonly Message[]): void {
    const sids = this.#begun.get(day) ?? new Set();
    for (const { sid } of rows) sids.add(sid);
    this.#begun.set(day, sids);
  }

  /** All of a day has been read: a digest of each will do. */
  end(day: number): void {
    const sids = this.#begun.get(day) ?? [];
    this.#begun.delete(day);
    this.#ended.set(day, Uint32Array.from(sids, shortDigestOf).toSorted());
  }

  addUnsent(sid: MessageSid): void {
    this.#unsent.add(digestOfText(sid));
  }

  has(message: Message): boolean {
    const { sid } = message;
    const day = dayFor(message);
    if (day === UNSENT) return sid !== null && this.#unsent.has(digestOfText(sid));
    const ended = this.#ended.get(day);
    return ended ? includes(ended, shortDigestOf(sid)) : (this.#begun.get(day)?.has(sid) ?? false);
  }
}

/**
 * The upper 32 bits, for there are as many as messages. That one which the filter left out is taken for read, of some
 * thousands of its day, is one chance in a million; then it stays until everything is read the next time.
 */
const shortDigestOf = (sid: MessageSid | null): number => Math.floor(digestOfText(String(sid)) / 2 ** 21);
