import type { RemainingItem } from '../../ledger/entries.ts';
import type { ScanChange, ScanIndex, ScanState } from '../../ledger/scan.ts';
import { earliest } from '../../lib/instants.ts';
import type { Message, MessageSid } from '../../retention/resource.ts';
import type { Seen } from '../plan-page.ts';
import { addUnread, type PlanTally } from '../tally.ts';
import { Alone } from './alone.ts';
import { dayFor, UNSENT } from './days.ts';
import { Emptied } from './emptied.ts';
import {
  add,
  addOne,
  asScanDay,
  asScanMessage,
  isDue,
  isStuck,
  newDay,
  oneOf,
  overdueSince,
  staysAlone,
} from './entries.ts';
import type { DayEntry, OneEntry } from './entries.ts';
import { Places, type Sample } from './places.ts';
import { ReadDays } from './read-days.ts';
import { Young } from './young.ts';

/** All but what the book knows itself. */
type State = Omit<ScanState, 'isCountKept'>;

/**
 * What is known of an account, from earlier sweeps and from this one as it reads. Every message counts in one place: among
 * the young ones, which each sweep reads anew; in the UTC day it was sent on; or alone.
 */
export class Book {
  readonly young: Young;
  readonly emptied: Emptied;
  readonly alone: Alone;
  readonly readDays = new ReadDays();
  readonly #asOf: Date;
  readonly #isWhole: boolean;
  readonly #before: ScanIndex | undefined;
  readonly #days = new Map<number, DayEntry>();
  /** Days of which something was read in this sweep. */
  readonly #opened = new Set<number>();
  readonly #changed = new Set<number>();
  readonly #places = new Places();

  /**
   * @param before what earlier sweeps remembered
   * @param isWhole everything is read anew: of what was remembered only that counts of which nothing was left
   */
  constructor(asOf: Date, before: ScanIndex | undefined, isWhole: boolean) {
    this.#asOf = asOf;
    this.#isWhole = isWhole;
    this.#before = before;
    this.young = new Young(asOf, isWhole ? undefined : before?.state.headFrom);
    this.emptied = new Emptied(asOf, before?.days ?? [], isWhole, before?.state.isCountKept);
    this.alone = new Alone(asOf);
    if (isWhole || !before) return;
    for (const { day, messages, dueAt, retained } of before.days) {
      this.#days.set(day, { day, messages, dueAt, retained: { ...retained }, expiredAt: undefined });
    }
    for (const message of before.messages) {
      if (this.young.includes(message)) this.alone.forget(message.sid); // read anew by every sweep
      else this.alone.know(message);
    }
  }

  /** Whether a message counts by itself, on whatever page it turns up. */
  countsAlone(message: Message): boolean {
    const { sid, createdAt } = message;
    return this.alone.get(sid) !== undefined || !(createdAt instanceof Date) || this.young.includes(message);
  }

  /** Whether one that counts by itself has to be looked at where it turns up on a page. */
  isWanted(message: Message): boolean {
    const alone = this.alone.get(message.sid);
    return this.countsAlone(message) && (!alone || this.alone.isWorthALook(alone));
  }

  /** Days in which something is due, the longest overdue first. */
  dueDays(): number[] {
    const due = [...this.#days.values()].filter((entry) => entry.day !== UNSENT && isDue(entry, this.#asOf));
    return due.toSorted((a, b) => overdueSince(a) - overdueSince(b) || a.day - b.day).map(({ day }) => day);
  }

  /** Messages that counted by themselves for earlier sweeps and have not been read by this one. */
  aloneBefore(): MessageSid[] {
    const sids = this.#before?.messages.map(({ sid }) => sid) ?? [];
    return sids.filter((sid) => !this.alone.get(sid) && !this.young.has(sid));
  }

  /** These, which have not been read, go on to count by themselves, and are asked for by the next sweep. */
  keepAlone(left: readonly MessageSid[]): void {
    const sids = new Set(left);
    for (const message of this.#before?.messages ?? []) if (sids.has(message.sid)) this.alone.know(message, true);
  }

  messagesOn(day: number): number {
    return this.#days.get(day)?.messages ?? 0;
  }

  /** A day is read anew: what was known of it is forgotten. */
  begin(day: number): void {
    Object.assign(this.#day(day), newDay(day));
    this.#changed.add(day);
    this.#opened.add(day);
  }

  /** All of a day has been read; or there was no time for all of it, and the next sweep reads it again. */
  end(day: number, isWhole: boolean): void {
    if (!isWhole) {
      this.#day(day).dueAt = this.#asOf;
      return;
    }
    this.emptied.forgetBefore(day);
    this.readDays.end(day);
  }

  /** As `begin`, for a day of which single messages turn up. */
  openOnce(day: number): void {
    if (!this.#opened.has(day)) this.begin(day);
  }

  /** Whether a message has been read in this sweep. */
  isRead(message: Message): boolean {
    const { sid } = message;
    if (this.young.includes(message)) return this.young.has(sid);
    const alone = this.alone.get(sid);
    return alone ? !this.alone.isUnread(alone) : this.readDays.has(message);
  }

  /** Everything has been read: what did not turn up is not there. */
  forgetUnread(): void {
    for (const day of this.#days.keys()) {
      this.openOnce(day);
      this.emptied.forgetBefore(day);
    }
    for (const { sid } of this.alone.unread()) if (sid !== null) this.alone.drop(sid);
  }

  /** A message that was seen. */
  add(seen: Seen): void {
    const { sid } = seen.message;
    if (seen.isEmptied) this.emptied.add(seen.message);
    const one = oneOf(seen, this.#asOf);
    const wasAlone = this.alone.get(sid) !== undefined; // and is so until `close`: its day may be read anew as well
    if (this.young.includes(seen.message)) this.#addYoung(one);
    else if (sid !== null && (wasAlone || staysAlone(one))) this.alone.add(sid, one);
    else return this.#addToDay(seen);
    this.#places.add(seen, one);
  }

  /** Adds what is known of everything that was not read in this sweep. To be asked for before `close`. */
  addUnread(tally: PlanTally): void {
    for (const day of this.#days.values()) if (!this.#opened.has(day.day)) addUnread(tally, day);
    for (const one of this.alone.unread()) addUnread(tally, one);
  }

  /**
   * Reading is over: what is not young any more becomes part of its day.
   * @returns from when on messages are young for the next sweep
   */
  close(tally: PlanTally): Date {
    this.readDays.forget();
    const next = this.young.nextFrom();
    const aged = this.young.age(next);
    for (const one of [...this.alone.release(), ...aged]) this.#age(one);
    tally.nextDueAt = earliest([...this.#days.values()].map(({ dueAt }) => dueAt));
    tally.stuckInProgress = 0;
    for (const one of this.#ones()) {
      tally.nextDueAt = earliest([tally.nextDueAt, one.dueAt]);
      if (isStuck(one, this.#asOf)) tally.stuckInProgress++;
    }
    return next;
  }

  /**
   * What of the plan is not shown to be gone is due again; the rest is not.
   * @param isVerified whether the rest was seen to be gone: only then are its messages known to have nothing left
   * @returns a message of which nothing is left, where there is one to learn from
   */
  async settle(remaining: AsyncIterable<readonly RemainingItem[]>, isVerified: boolean): Promise<Sample | undefined> {
    const { settled, sample } = await this.#places.settle(remaining);
    for (const { entry, emptied } of settled) {
      if ('messages' in entry) this.#changed.add(entry.day);
      if (emptied && isVerified) this.emptied.addGone(emptied);
    }
    for (const one of this.alone.release()) this.#age(one);
    return isVerified ? sample : undefined;
  }

  /** All that has to be written down, the first time and again after `settle`. */
  change(state: State, isFirst: boolean): ScanChange {
    const isWhole = this.#isWhole && isFirst;
    const alone = this.alone.ones().filter((one) => isWhole || !this.alone.isUnread(one));
    const young = this.young.ones().filter(staysAlone); // the others have days, and are read anew
    const messages = [...young, ...alone].flatMap((one) => asScanMessage(one) ?? []);
    const forgotten = this.alone.takeForgotten(messages);
    const days = new Set([...(isWhole ? this.#days.keys() : this.#changed), ...this.emptied.changed()]);
    return {
      state: { ...state, isCountKept: this.emptied.isCountKept },
      days: [...days].map((day) => asScanDay(this.#day(day), this.emptied.of(day))),
      messages,
      forgotten: isWhole ? [] : forgotten,
      isWhole,
    };
  }

  /** Every message that counts by itself. */
  *#ones(): Generator<OneEntry> {
    yield* this.alone.ones();
    yield* this.young.ones();
  }

  #addYoung(one: OneEntry): void {
    this.young.add(one);
    if (one.sid !== null) this.alone.drop(one.sid);
  }

  #addToDay(seen: Seen): void {
    const entry = this.#day(dayFor(seen.message));
    add(entry, seen);
    const { sid } = seen.message;
    if (entry.day === UNSENT && sid !== null) this.readDays.addUnsent(sid);
    this.#changed.add(entry.day);
    this.#places.add(seen, entry);
  }

  #age(one: OneEntry): void {
    if (one.sid !== null && staysAlone(one)) return this.alone.add(one.sid, one);
    const entry = this.#day(one.day);
    addOne(entry, one);
    this.#changed.add(one.day);
  }

  #day(day: number): DayEntry {
    const known = this.#days.get(day);
    if (known) return known;
    const entry = newDay(day);
    this.#days.set(day, entry);
    return entry;
  }
}
