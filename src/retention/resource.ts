/** What the law knows of a message and its media. Numbers stay in memory for matching and are never written anywhere. */

declare const kind: unique symbol;
/** A SID of one kind cannot stand where the other kind belongs: the compiler tells a message from a media item. */
export type MessageSid = string & { readonly [kind]: 'message' };
export type MediaSid = string & { readonly [kind]: 'media' };

/** SIDs are UUIDs in practice, but the documents' own samples are not, so the shape is wider; nothing in it can leave a URL path. */
const SID = /^[A-Za-z0-9-]{8,64}$/;

/** `null`: strange, and never part of a URL. */
export const messageSid = (value: unknown): MessageSid | null => (isSid(value) ? (value as MessageSid) : null);
export const mediaSid = (value: unknown): MediaSid | null => (isSid(value) ? (value as MediaSid) : null);
const isSid = (value: unknown): boolean => typeof value === 'string' && SID.test(value);

/** SIDs are UUIDs, and a UUID does not mind its case. */
export const isSameSid = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Statuses in which the API refuses to delete media. From SignalWire's documents, its older ones, and Twilio's. */
export const IN_PROGRESS = ['queued', 'initiated', 'sending', 'receiving', 'accepted', 'scheduled'] as const;

/** `sent` is here because carriers give no delivery receipt for MMS: an outbound message with media stays `sent` for ever. */
export const TERMINAL = [
  'delivered',
  'undelivered',
  'failed',
  'received',
  'sent',
  'read',
  'canceled',
  'partially_delivered',
] as const;

export const DIRECTIONS = ['inbound', 'outbound-api', 'outbound-call', 'outbound-reply'] as const;

export type InProgressStatus = (typeof IN_PROGRESS)[number];
export type TerminalStatus = (typeof TERMINAL)[number];
export type Direction = (typeof DIRECTIONS)[number];

/** A status outside both tables keeps no name: text of the server's own choosing goes no further than its parser. */
export type Status =
  | { readonly kind: 'in-progress'; readonly name: InProgressStatus }
  | { readonly kind: 'terminal'; readonly name: TerminalStatus }
  | { readonly kind: 'unknown' };

/** A date that is missing where one belongs, or that does not follow its format to the letter, is `unreadable`: never guessed. */
export type ReadDate = Date | 'unreadable';

export interface Message {
  /** `null`: strange. */
  readonly sid: MessageSid | null;
  readonly status: Status;
  readonly direction: Direction | 'unknown';
  /** E.164, or `null` for what is not. */
  readonly from: string | null;
  readonly to: string | null;
  readonly createdAt: ReadDate;
  /** `null`: never sent. */
  readonly sentAt: ReadDate | null;
  /** What the message says of its number of media; only 0 is trusted. */
  readonly mediaCount: number | 'unknown';
  /** Decides nothing: it tells whether a message is still what it was. */
  readonly updatedAt: ReadDate;
}

export interface Media {
  readonly sid: MediaSid | null;
  /** Lower case without parameters, or `null` where it is missing or not a `type/subtype`. */
  readonly contentType: string | null;
  readonly createdAt: ReadDate;
}

/** One media item in the light of its message: what a decision is about. */
export interface Item {
  readonly message: Message;
  readonly media: Media;
}

const STATUSES = new Map<unknown, Status>([
  ...IN_PROGRESS.map((name) => [name, { kind: 'in-progress', name }] as const),
  ...TERMINAL.map((name) => [name, { kind: 'terminal', name }] as const),
]);
const UNKNOWN: Status = { kind: 'unknown' };

/** Exact and case-sensitive: `Delivered` is nobody's status. */
export const statusOf = (value: unknown): Status => STATUSES.get(value) ?? UNKNOWN;
