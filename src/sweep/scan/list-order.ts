import type { Message } from '../../retention/resource.ts';
import { SLACK_MS } from './days.ts';

/** Whether a list that is read page by page is in the order of being created, newest first. */
export class ListOrder {
  #oldestMs = Infinity;
  isNewestFirst = true;

  saw(page: readonly Message[]): void {
    const newestMs = Math.max(
      ...page.map(({ createdAt }) => (createdAt instanceof Date ? createdAt.getTime() : -Infinity)),
    );
    if (newestMs === -Infinity) return;
    if (newestMs > this.#oldestMs + SLACK_MS) this.isNewestFirst = false;
    this.#oldestMs = Math.min(this.#oldestMs, newestMs);
  }

  /** These were not on the newest pages, though they are as young. */
  missed(messages: readonly Message[], asOf: Date): void {
    const newest = new Date(asOf.getTime() - SLACK_MS); // since then they may have come while the account was read
    if (messages.some(({ createdAt }) => createdAt instanceof Date && createdAt < newest)) this.isNewestFirst = false;
  }
}
