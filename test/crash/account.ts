/**
 * What a scenario's account holds, and beside each media item what should become of it, said by hand: nothing of the
 * product's decides what is expected of it.
 */

/**
 * `goes`: due, and on record as gone exactly once. `stays`: nobody may ever send a DELETE for it. `in-progress`: the API
 * refuses to delete it. `theirs`: somebody else takes it away. `either`: due until a policy is edited, kept afterwards.
 */
export type Fate = 'goes' | 'stays' | 'in-progress' | 'theirs' | 'either';

export interface Picture {
  readonly sid: string;
  readonly fate: Fate;
  readonly createdAt: string;
  readonly contentType: string;
}

export interface Conversation {
  readonly sid: string;
  readonly status: string;
  readonly createdAt: string;
  readonly from: string;
  readonly pictures: readonly Picture[];
  /** So often the list of messages has it. */
  readonly listedTimes: number;
  /** So often its list of media has each of them. */
  readonly picturesTimes: number;
}

export type Account = readonly Conversation[];

/** Where a media item is: the same SID in two messages would be two places. */
export const placeOf = (message: string, media: string): string => `${message}/${media}`;

export const messageOf = (n: number): string => `message-${n}`;
export const mediaOf = (n: number, of: number): string => `media-${n}-${of}`;

/** 2026-11-23 03:00 UTC, when every scenario begins. Rules keep for thirty days. */
export const START_MS = Date.UTC(2026, 10, 23, 3);
const DAY_MS = 86_400_000;

/** As the API writes dates. */
const daysAgo = (days: number): string => new Date(START_MS - days * DAY_MS).toUTCString().replace('GMT', '+0000');

interface More extends Partial<Omit<Conversation, 'sid' | 'pictures'>> {
  readonly fate?: Fate;
  readonly days?: number;
}

/** Message `n` with so many pictures, a hundred days old: long due, unless `more` says otherwise. */
export function old(n: number, pictures = 1, more: More = {}): Conversation {
  const { fate = 'goes', days = 100, ...own } = more;
  const createdAt = own.createdAt ?? daysAgo(days + n / 100); // each a little older than the one before, so that the oldest comes last
  return {
    status: 'delivered',
    from: '+15550001111',
    listedTimes: 1,
    picturesTimes: 1,
    ...own,
    sid: messageOf(n),
    createdAt,
    pictures: Array.from({ length: pictures }, (_, i) => ({
      sid: mediaOf(n, i + 1),
      fate,
      createdAt,
      contentType: 'image/jpeg',
    })),
  };
}

/** Five days old. */
export const young = (n: number, pictures = 1): Conversation => old(n, pictures, { days: 5, fate: 'stays' });

/** An old message whose second picture was added yesterday. */
export function mixed(n: number): Conversation {
  const whole = old(n, 2);
  const [first, second] = whole.pictures as [Picture, Picture];
  return { ...whole, pictures: [first, { ...second, createdAt: daysAgo(1), fate: 'stays' }] };
}
