import type { Message } from '../../retention/resource.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A message may show in the list a while after it was created, and clocks differ. */
export const SLACK_MS = 60 * 60_000;

/** In place of a day, for messages without a readable date of being sent. */
export const UNSENT = -1;

/** UTC days since 1 January 1970. */
export const dayOf = (instant: Date): number => Math.floor(instant.getTime() / DAY_MS);

/** The day that a message counts in. */
export const dayFor = ({ sentAt }: Message): number => (sentAt instanceof Date ? dayOf(sentAt) : UNSENT);

/** `YYYY-MM-DD` */
export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
