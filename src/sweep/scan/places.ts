import type { RemainingItem } from '../../ledger/entries.ts';
import { earliest } from '../../lib/instants.ts';
import type { MessageSid } from '../../retention/resource.ts';
import type { Seen } from '../plan-page.ts';
import { digestOf } from './digest.ts';
import type { Gone } from './emptied.ts';
import type { DayEntry, Entry, OneEntry } from './entries.ts';

type Owner = DayEntry | OneEntry;

/** What has become of what was planned of one message. */
export interface Settled {
  readonly entry: Owner;
  /** Where nothing is left of it. */
  readonly emptied: Gone | undefined;
}

/** A message of which nothing is left. */
export interface Sample {
  readonly sid: MessageSid;
  readonly digest: number;
}

/** So many messages get room at a time. */
const BLOCK = 16_384;

/** Of each message its first place, how many, whose they are, and its digest, or `NaN` where something else stays of it. */
class Block {
  readonly from = new Uint32Array(BLOCK);
  readonly count = new Uint32Array(BLOCK);
  readonly owner = new Uint32Array(BLOCK);
  readonly digest = new Float64Array(BLOCK);
}

/** Which places of the plan belong to which message: a few numbers each, off the heap, for there may be a million. */
export class Places {
  readonly #blocks: Block[] = [];
  #messages = 0;
  #items = 0;
  readonly #owners: Owner[] = [];
  readonly #known = new Map<Owner, number>();
  #sample: { readonly n: number; readonly sid: MessageSid } | undefined;

  add({ message, place, planned, retained, isListedAtOnce }: Seen, entry: Owner): void {
    if (planned === 0) return;
    const isAll = isListedAtOnce && Object.keys(retained).length === 0;
    const n = this.#messages++;
    if (isAll && message.sid !== null) this.#sample ??= { n, sid: message.sid };
    const { from, count, owner, digest } = this.#blockOf(n);
    from[n % BLOCK] = place;
    count[n % BLOCK] = planned;
    owner[n % BLOCK] = this.#ownerNumber(entry);
    digest[n % BLOCK] = isAll ? digestOf(message) : NaN;
    this.#items = Math.max(this.#items, place + planned);
  }

  /**
   * What is not shown to be gone is due again; the rest is not.
   * @returns also the first message of which all was planned, if nothing is left of it
   */
  async settle(
    remaining: AsyncIterable<readonly RemainingItem[]>,
  ): Promise<{ readonly settled: Iterable<Settled>; readonly sample: Sample | undefined }> {
    for (const owner of this.#owners) whereItIs(owner).expiredAt = undefined;
    let messageAt: Uint32Array | undefined; // mostly everything is gone, and nobody asks
    const isLeft = new Uint8Array(this.#messages);
    for await (const block of remaining) {
      for (const { place, expiredAt } of block) {
        messageAt ??= this.#messageAt();
        const n = messageAt[place];
        const entry = n === undefined ? undefined : this.#entryOf(n);
        if (n === undefined || !entry) continue;
        isLeft[n] = 1;
        entry.expiredAt = earliest([entry.expiredAt, expiredAt]);
      }
    }
    const { n = NaN, sid } = this.#sample ?? {};
    const sample = sid === undefined || isLeft[n] === 1 ? undefined : { sid, digest: this.#numberOf(n, 'digest') };
    return { settled: this.#settled(isLeft), sample };
  }

  *#settled(isLeft: Uint8Array): Generator<Settled> {
    for (let n = 0; n < this.#messages; n++) {
      const entry = this.#entryOf(n);
      const digest = this.#numberOf(n, 'digest');
      const isGone = isLeft[n] === 0 && !Number.isNaN(digest);
      if (entry) yield { entry, emptied: isGone ? { day: entry.day, digest } : undefined };
    }
  }

  /** The message that each place belongs to. */
  #messageAt(): Uint32Array {
    const messages = new Uint32Array(this.#items).fill(this.#messages); // none
    for (let n = 0; n < this.#messages; n++) {
      const from = this.#numberOf(n, 'from');
      messages.fill(n, from, from + this.#numberOf(n, 'count'));
    }
    return messages;
  }

  #numberOf(n: number, what: keyof Block): number {
    return this.#blockOf(n)[what][n % BLOCK] ?? NaN;
  }

  #blockOf(n: number): Block {
    return (this.#blocks[Math.floor(n / BLOCK)] ??= new Block());
  }

  #entryOf(n: number): Owner | undefined {
    const owner = this.#owners[this.#numberOf(n, 'owner')];
    return owner && whereItIs(owner);
  }

  #ownerNumber(owner: Owner): number {
    const known = this.#known.get(owner);
    if (known !== undefined) return known;
    this.#known.set(owner, this.#owners.length);
    return this.#owners.push(owner) - 1;
  }
}

/** A message that counted by itself may have become part of its day. */
const whereItIs = (entry: Owner): Owner => (isDay(entry) ? entry : (entry.into ?? entry));

const isDay = (entry: Entry): entry is DayEntry => 'messages' in entry;
