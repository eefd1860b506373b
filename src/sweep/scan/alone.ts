import type { ScanMessage } from '../../ledger/scan.ts';
import type { MessageSid } from '../../retention/resource.ts';
import { addCounts } from '../tally.ts';
import { DAY_MS, HOUR_MS, UNSENT } from './days.ts';
import { isDue, staysAlone, type OneEntry } from './entries.ts';

/** Messages that count by themselves although they are not young: in progress, of no day with something left, or of no readable age. */
export class Alone {
  readonly #asOf: Date;
  readonly #ones = new Map<MessageSid, OneEntry>();
  readonly #forgotten = new Set<MessageSid>();

  constructor(asOf: Date) {
    this.#asOf = asOf;
  }

  /** @param isDueNext whether it has to be asked for by the next sweep, whatever else is known of it */
  know({ day = UNSENT, ...known }: ScanMessage, isDueNext = false): void {
    this.#ones.set(known.sid, { ...known, ...(isDueNext && { dueAt: known.seenAt }), day, expiredAt: undefined });
  }

  get(sid: MessageSid | null): OneEntry | undefined {
    return sid === null ? undefined : this.#ones.get(sid);
  }

  add(sid: MessageSid, one: OneEntry): void {
    this.#ones.set(sid, one);
  }

  /** It counts elsewhere, or is not there any more. */
  drop(sid: MessageSid): void {
    if (this.#ones.delete(sid)) this.forget(sid);
  }

  /** These were asked for in vain: whatever they have is unlisted, until they are read. */
  couldNotBeHad(sids: readonly MessageSid[]): void {
    for (const sid of sids) {
      const one = this.#ones.get(sid);
      if (one) this.#ones.set(sid, { ...one, retained: { unlisted: Math.max(1, addCounts({}, one.retained)) } });
    }
  }

  forget(sid: MessageSid): void {
    this.#forgotten.add(sid);
  }

  isUnread({ seenAt }: OneEntry): boolean {
    return seenAt < this.#asOf;
  }

  ones(): IteratorObject<OneEntry> {
    return this.#ones.values();
  }

  unread(): IteratorObject<OneEntry> {
    return this.ones().filter((one) => this.isUnread(one));
  }

  /** Something of it is due, or it is in progress: worth a look, if that costs nothing. */
  isWorthALook(one: OneEntry): boolean {
    return this.isUnread(one) && (one.isInProgress || isDue(one, this.#asOf));
  }

  /** Those that have to be asked for: something of them is due, or they were in progress when they were asked for yesterday. */
  due(): MessageSid[] {
    const yesterday = new Date(this.#asOf.getTime() - DAY_MS + HOUR_MS); // no daily sweep begins to the second
    const isLongSeen = ({ isInProgress, seenAt }: OneEntry): boolean => isInProgress && seenAt <= yesterday;
    const due = this.unread().filter((one) => isDue(one, this.#asOf) || isLongSeen(one));
    return due.flatMap(({ sid }) => (sid === null ? [] : [sid])).toArray();
  }

  /** Lets go of those that were read and do not count by themselves any more. */
  release(): OneEntry[] {
    const released = this.ones()
      .filter((one) => !this.isUnread(one) && !staysAlone(one))
      .toArray();
    for (const { sid } of released) if (sid !== null) this.drop(sid);
    return released;
  }

  /** What is not to be remembered any more, since this was asked last. @param written these are */
  takeForgotten(written: readonly ScanMessage[]): MessageSid[] {
    for (const { sid } of written) this.#forgotten.delete(sid);
    const forgotten = [...this.#forgotten];
    this.#forgotten.clear();
    return forgotten;
  }
}
