import type { Media, MediaSid, Message, MessageSid } from '../retention/resource.ts';

/** What planning may use. It has no way to delete: the compiler proves the dry run. */
export interface Reader {
  /**
   * Every message of the project, newest first, one page at a time and without any server filter.
   * A SID that the pages just before had too is left out (new messages shift offset pages down).
   * @throws {Unauthorized} the credentials or their scope do not suffice
   * @throws {Unreachable} no trustworthy answer within the attempts, or a walk that does not end
   * @throws `signal.reason` when stopped
   */
  messagePages(signal: AbortSignal): AsyncIterable<readonly Message[]>;

  /**
   * All media of one message, each SID once, over as many pages as there are. Throws like `messagePages`.
   * Only this is evidence of absence: a list that was read to its end and validated.
   */
  listMedia(message: MessageSid, signal: AbortSignal): Promise<MediaList>;

  /** One message, `absent` where the service itself says (404 with code 20404) that there is none. Throws like `messagePages`. */
  getMessage(message: MessageSid, signal: AbortSignal): Promise<Message | 'absent'>;

  /** One media item's metadata; never its bytes. Throws like `messagePages`. */
  getMedia(message: MessageSid, media: MediaSid, signal: AbortSignal): Promise<Media | 'absent'>;

  /** How the first answer's `Date` header compares with the clock at its arrival; `undefined` before the first answer. */
  clockAhead(): ClockAhead | undefined;

  /** Requests so far, retries included. */
  requests(): RequestCounts;
}

export type MediaList =
  | { readonly kind: 'listed'; readonly media: readonly Media[] }
  /** The service itself says (404 with code 20404) that there is no such message. Says nothing of its media. */
  | { readonly kind: 'no-such-message' };

/** Positive: our clock is ahead of the service's, the dangerous direction. `unknown`: no `Date` header, or one that cannot be read. */
export type ClockAhead = { readonly ms: number } | 'unknown';

export interface Deleter {
  /**
   * Sends DELETE for one media item until an answer can be trusted or the attempts are used up.
   * Never throws for what the network or the service did: that is the answer. An attempt that has begun is never
   * aborted; once `stop` is aborted none begins, and an answer that has been lost meanwhile stays lost.
   */
  deleteMedia(message: MessageSid, media: MediaSid, stop: AbortSignal): Promise<Answer>;
}

export interface Answer {
  readonly kind: AnswerKind;
  /** Requests that were sent, those answered by 429 not counted. 0 for `not-sent`. */
  readonly attempts: number;
  /** Of the last answer, where there was one. */
  readonly status?: number;
  readonly code?: number;
  /**
   * Set where an attempt (not necessarily the last) ended without a trustworthy answer: the instant by which the last
   * such attempt was due. The service may still apply it for a while after.
   */
  readonly lostAt?: Date;
}

/**
 * `accepted`: 204. `absent`: 404 with the service's own code 20404. `in-progress`: code 20009, whatever the status.
 * `refused`: any other answer that says nothing was deleted. `unauthorized`: 401 or 403. `lost`: no trustworthy answer:
 * timeout, reset, 5xx, redirect, an unexpected 2xx, a 404 that need not be the service's. `not-sent`: stopped before the first byte.
 */
export type AnswerKind = 'accepted' | 'absent' | 'in-progress' | 'refused' | 'unauthorized' | 'lost' | 'not-sent';

export interface RequestCounts {
  readonly listMessages: number;
  readonly getMessage: number;
  readonly listMedia: number;
  readonly getMedia: number;
  readonly deleteMedia: number;
  /** Attempts beyond a request's first, after anything but a 429. */
  readonly retries: number;
  /** Answers with 429. */
  readonly throttled: number;
}

/** Credentials or scope do not suffice (401, 403): fatal for the project, not worth a retry. */
export class Unauthorized extends Error {
  override readonly name = 'Unauthorized';
  readonly status: number;
  constructor(status: number) {
    super(`The API refused the credentials (HTTP ${status}).`);
    this.status = status;
  }
}

/** The API cannot be reached, or does not answer as itself. The message is for people: no server text, no URL beyond the origin. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}
