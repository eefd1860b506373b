import { earliest } from '../../lib/instants.ts';
import type { Message, MessageSid } from '../../retention/resource.ts';
import { DAY_MS, HOUR_MS, SLACK_MS } from './days.ts';
import type { OneEntry } from './entries.ts';

/** What is in progress for longer is kept by itself, and asked for once a day. */
const HEAD_MS = 72 * HOUR_MS;

/** Messages that every sweep reads anew: those created lately, from the oldest on that was in progress. */
export class Young {
  readonly #asOf: Date;
  readonly #from: Date;
  readonly #sids = new Set<MessageSid>();
  #ones: OneEntry[] = [];

  /** @param from from when on messages are young, where an earlier sweep has said so */
  constructor(asOf: Date, from: Date | undefined) {
    this.#asOf = asOf;
    this.#from = from ?? new Date(asOf.getTime() - HEAD_MS);
  }

  includes({ createdAt }: { readonly createdAt: Message['createdAt'] | undefined }): boolean {
    return createdAt instanceof Date && createdAt.getTime() >= this.#from.getTime();
  }

  /** Whether they are over with this page of the list, newest first. */
  areOver(page: readonly Message[]): boolean {
    const dated = page.filter(({ createdAt }) => createdAt instanceof Date);
    return dated.length * 2 > page.length && !dated.some((message) => this.includes(message));
  }

  add(one: OneEntry): void {
    this.#ones.push(one);
    if (one.sid !== null) this.#sids.add(one.sid);
  }

  has(sid: MessageSid | null): boolean {
    return sid !== null && this.#sids.has(sid);
  }

  ones(): readonly OneEntry[] {
    return this.#ones;
  }

  /** How many messages a day were created lately. */
  perDay(): number {
    const days = (this.#asOf.getTime() - this.#from.getTime()) / DAY_MS;
    return days > 0 ? this.#ones.length / days : 0;
  }

  /**
   * From when on messages are young for the next sweep: never from earlier than they are now, since those that were older
   * count elsewhere.
   */
  nextFrom(): Date {
    const headMs = this.#asOf.getTime() - HEAD_MS;
    const inProgress = this.#ones.flatMap(({ isInProgress, createdAt }) =>
      isInProgress && createdAt && createdAt.getTime() > headMs ? [createdAt] : [],
    );
    const next = earliest([new Date(this.#asOf.getTime() - SLACK_MS), ...inProgress]);
    return next && next > this.#from ? next : this.#from;
  }

  /** Lets go of those that are not young any more. */
  age(next: Date): OneEntry[] {
    const isAged = ({ createdAt }: OneEntry): boolean => createdAt === undefined || createdAt < next;
    const aged = this.#ones.filter(isAged);
    this.#ones = this.#ones.filter((one) => !isAged(one));
    return aged;
  }
}
