import type { Message, MessageSid } from '../../retention/resource.ts';
import { dayFor, UNSENT } from './days.ts';
import { digestOfText, digestsOf, includes } from './digest.ts';

/** A day that is being read. */
export interface Begun {
  take(rows: readonly Message[]): void;
  readonly count: number;
  readonly pages: number;
  /** All of it was read. */
  end(): void;
}

/** Which messages of which days have been read in this sweep: if the filter turns out not to be right, a walk reads the rest. */
export class ReadDays {
  /** Digests of SIDs, in their order. */
  readonly #ended = new Map<number, Float64Array>();
  readonly #begun = new Map<number, ReadonlySet<MessageSid | null>>();
  /** Those of no day are read one after the other, and never at an end. */
  readonly #unsent = new Set<number>();

  begin(day: number): Begun {
    const sids = new Set<MessageSid | null>();
    this.#begun.set(day, sids);
    let count = 0;
    let pages = 0;
    return {
      take: (rows) => {
        pages++;
        count += rows.length;
        for (const { sid } of rows) sids.add(sid);
      },
      get count() {
        return count;
      },
      get pages() {
        return pages;
      },
      end: () => {
        this.#begun.delete(day);
        this.#ended.set(day, digestsOf([...sids].map(digestOfSid)));
      },
    };
  }

  addUnsent(sid: MessageSid): void {
    this.#unsent.add(digestOfSid(sid));
  }

  has(message: Message): boolean {
    const { sid } = message;
    const day = dayFor(message);
    if (day === UNSENT) return sid !== null && this.#unsent.has(digestOfSid(sid));
    const ended = this.#ended.get(day);
    return ended ? includes(ended, digestOfSid(sid)) : (this.#begun.get(day)?.has(sid) ?? false);
  }
}

const digestOfSid = (sid: MessageSid | null): number => digestOfText(String(sid));
