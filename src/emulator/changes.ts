/** Left out: a delivered message of this moment, sent to one of many numbers from one of the account's own, without media. */
export interface NewMessage {
  /** Any text, to see what a client makes of it. */
  readonly sid?: string;
  readonly status?: string;
  readonly direction?: string;
  readonly from?: string;
  readonly to?: string;
  readonly body?: string | null;
  /** Also its place in the list. */
  readonly dateCreated?: Date;
  /** `null`: never sent. Left out: `null` while in progress, else as created. */
  readonly dateSent?: Date | null;
  /** A number means that many pictures. */
  readonly media?: number | readonly NewMedia[];
  /** JSON fields that stand in the answers instead of what the API would say: strange dates, wrong types, `null`. */
  readonly raw?: Readonly<Record<string, unknown>>;
}

/** Left out: a JPEG as old as its message. */
export interface NewMedia {
  readonly sid?: string;
  readonly contentType?: string | null;
  readonly dateCreated?: Date;
  readonly raw?: Readonly<Record<string, unknown>>;
}

export interface AddedMessage {
  readonly sid: string;
  readonly mediaSids: readonly string[];
}

/** The other side of the API: what happens to the account without anybody's request. Unknown SIDs are a RangeError. */
export interface Account {
  addMessage(message?: NewMessage): AddedMessage;
  /** Any text. A message that leaves progress by it counts as sent now, unless it failed or was canceled. */
  setStatus(messageSid: string, status: string): void;
  /** As if deleted in the console; what becomes of its media is a switch. */
  removeMessage(messageSid: string): void;
  /** The new item's SID. */
  addMedia(messageSid: string, media?: NewMedia): string;
  /** As if deleted in the console, in whatever status. */
  removeMedia(messageSid: string, mediaSid: string): void;
}
