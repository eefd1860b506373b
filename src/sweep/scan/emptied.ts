import type { ScanChange, ScanDay, ScanState } from '../../ledger/scan.ts';
import type { Message } from '../../retention/resource.ts';
import { dayFor, dayOf } from './days.ts';
import { digestOf, digestOfText, digestsOf, includes } from './digest.ts';
import { asScanDay, newDay } from './entries.ts';

/** Of the messages of which nothing was left, one in so many is looked at all the same whenever everything is read. */
const SAMPLE = 100;

/** A message as it was when something of it was left. */
export interface Gone {
  readonly day: number;
  readonly digest: number;
}

/** Messages that had nothing left when they were looked at: by the day that they count in, as digests. */
export class Emptied {
  readonly #before: Map<number, Float64Array>;
  readonly #known: ReadonlyMap<number, Float64Array>;
  readonly #seen = new Map<number, number[]>();
  readonly #gone = new Map<number, number[]>();
  readonly #sampled: number | undefined;

  #isCountKept: boolean;

  /** @param isWhole everything is read anew */
  constructor(asOf: Date, before: readonly ScanDay[], isWhole: boolean, isCountKept = false) {
    this.#isCountKept = isCountKept;
    this.#known = new Map(before.map(({ day, emptied }) => [day, emptied]));
    this.#before = new Map(this.#known);
    this.#sampled = isWhole ? digestOfText(String(dayOf(asOf))) % SAMPLE : undefined; // another one each time, however far apart
  }

  /** Whether nothing was left of a message when it was just what it is now; a sample is not believed. */
  has(message: Message): boolean {
    const digests = this.#known.get(dayFor(message));
    if (!digests) return false;
    const digest = digestOf(message);
    return digest % SAMPLE !== this.#sampled && includes(digests, digest);
  }

  /** A list has shown that nothing is left of a message. */
  add(message: Message): void {
    push(this.#seen, dayFor(message), digestOf(message));
  }

  /**
   * All that a message had has been deleted. It may be taken for empty when it is the same the next time only where the
   * service goes on to count what is gone: otherwise as many as it had would be new ones.
   */
  addGone({ day, digest }: Gone): void {
    push(this.#gone, day, digest);
  }

  /** A message was just the same when all that it had was deleted, and nothing else had come. */
  keepCount(): void {
    this.#isCountKept = true;
  }

  /** Whether the service counts media that are gone, as far as has been seen. */
  get isCountKept(): boolean {
    return this.#isCountKept;
  }

  /** All messages of a day have been looked at: what did not turn up need not be remembered. */
  forgetBefore(day: number): void {
    this.#before.delete(day);
  }

  /** Days of which there is something new. */
  changed(): number[] {
    return [...new Set([...this.#seen.keys(), ...(this.#isCountKept ? this.#gone.keys() : [])])];
  }

  /** What is to be remembered of a day. */
  of(day: number): Float64Array {
    const before = this.#before.get(day) ?? NONE;
    const seen = this.#seen.get(day) ?? [];
    const gone = (this.#isCountKept && this.#gone.get(day)) || [];
    return seen.length + gone.length === 0 ? before : digestsOf([...before, ...seen, ...gone]);
  }

  /**
   * What can be said although not all was read: of which messages nothing is left.
   * @param before what is known of days, which stays as it was
   */
  changeAlone(state: Omit<ScanState, 'isCountKept'>, before: readonly ScanDay[]): ScanChange {
    const known = new Map(before.map((day) => [day.day, day]));
    return {
      state: { ...state, isCountKept: this.#isCountKept },
      days: this.changed().map((day) => asScanDay(known.get(day) ?? newDay(day), this.of(day))),
      messages: [],
      forgotten: [],
      isWhole: false,
    };
  }
}

function push(days: Map<number, number[]>, day: number, digest: number): void {
  const digests = days.get(day);
  if (digests) digests.push(digest);
  else days.set(day, [digest]);
}

const NONE = new Float64Array();
