import type { Media, MediaSid, Message, MessageSid, TerminalStatus } from '../retention/resource.ts';

/** What planning may use. It has no way to delete: the compiler proves the dry run. */
export interface Reader {
  /**
   * Every message of the project, newest first, one page at a time and without any server filter.
   * A SID that the pages just before had too is left out (new messages shift offset pages down).
   * @throws {Unauthorized} the credentials or their scope do not suffice
   * @throws {PauseOutlasts} the service asked for a pause beyond the deadline: no later request will be sent either
   * @throws {Unreachable} no trustworthy answer within the attempts, another project's data, or a walk that does not end
   * @throws `signal.reason` when stopped
   */
  messagePages(signal: AbortSignal): AsyncIterable<readonly Message[]>;

  /**
   * Messages that the service says were sent on a UTC day (`YYYY-MM-DD`), or are in a status, a page at a time. Whether it
   * filters as it says is for the caller to see. Throws like `messagePages`.
   */
  messagesOn(day: string, signal: AbortSignal): AsyncIterable<readonly Message[]>;
  messagesIn(status: TerminalStatus, signal: AbortSignal): AsyncIterable<readonly Message[]>;

  /** Whether the service shows a message that was sent before a day; two official texts disagree on that day itself. */
  hasSentBefore(day: string, signal: AbortSignal): Promise<boolean>;

  /**
   * All media of one message, each SID once, over as many pages as there are. Throws like `messagePages`.
   * Only this is evidence of absence: a list that was read to its end and validated; and where it had several pages, only
   * together with what the service says of the item itself.
   */
  listMedia(message: MessageSid, signal: AbortSignal): Promise<MediaList>;

  /** One message, `absent` where the service itself says (404 with code 20404) that there is none. Throws like `messagePages`. */
  getMessage(message: MessageSid, signal: AbortSignal): Promise<Message | 'absent'>;

  /** One media item's metadata; never its bytes. Throws like `messagePages`. */
  getMedia(message: MessageSid, media: MediaSid, signal: AbortSignal): Promise<Media | 'absent'>;

  /** How the first readable `Date` header compares with the clock at its arrival; `undefined` before the first answer. */
  clockAhead(): ClockAhead | undefined;

  /** Requests so far, retries included. */
  requests(): RequestCounts;
}

export type MediaList =
  | {
      readonly kind: 'listed';
      readonly media: readonly Media[];
      /** It came in one answer, and so is of one instant. What a list of several pages lacks may have slipped between them. */
      readonly isOneAnswer: boolean;
    }
  /** The service itself says (404 with code 20404) that there is no such message. Says nothing of its media. */
  | { readonly kind: 'no-such-message' };

/**
 * Positive: our clock is ahead of the service's, the dangerous direction. Right to a second, plus the time the answer
 * took to arrive. `unknown`: no answer so far had a `Date` header that can be read.
 */
export type ClockAhead = { readonly ms: number } | 'unknown';

export interface Deleter {
  /**
   * Sends DELETE for one media item until an answer can be trusted or the attempts are used up.
   * Never throws for what the network or the service did: that is the answer. An attempt that has begun is never
   * aborted; once `stop` is aborted none begins, and an answer that has been lost meanwhile stays lost.
   * @param mayBegin asked before the first byte of every attempt
   */
  deleteMedia(message: MessageSid, media: MediaSid, stop: AbortSignal, mayBegin?: Clearance): Promise<Answer>;
}

/** `undefined`: now. Otherwise what it returns is waited for, and it is asked again. */
export type Clearance = () => Promise<void> | undefined;

export interface Answer {
  readonly kind: AnswerKind;
  /** Requests that were sent, or may have been, those answered by 429 not counted. 0 for `not-sent`. */
  readonly attempts: number;
  /** Of the last answer, where there was one. */
  readonly status?: number;
  readonly code?: number;
  /**
   * Set where an attempt (not necessarily the last) ended without a trustworthy answer: the instant by which the last
   * such attempt was due. The service may still apply it for a while after.
   */
  readonly lostAt?: Date;
  /** What kept a (further) attempt from being sent. Always set for `not-sent`; for `lost` where attempts were left. */
  readonly endedBy?: EndedBy;
}

/**
 * `stop`: the caller's signal. `no-connection`: the attempts were used up without a connection (name not resolved,
 * refused, certificate not trusted, proxy), so that not a byte was sent. `pause`: the service asked for a pause that
 * outlasts the sweep; what `PauseOutlasts` is for a read, and as much a reason to stop sending.
 */
export type EndedBy = 'stop' | 'no-connection' | 'pause';

/**
 * `accepted`: 204. `absent`: 404 with the service's own code 20404. `in-progress`: code 20009, whatever the status.
 * `refused`: any other answer that says nothing was deleted. `unauthorized`: 401 or 403. `lost`: no trustworthy answer:
 * timeout, reset, 5xx, redirect, an unexpected 2xx, a 404 that need not be the service's. `not-sent`: not a byte left
 * us, or nothing but a 429 came back; `endedBy` says why.
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
    super(
      `The API refused the credentials (HTTP ${status}). Check the project ID, the token, and that it has the scope Messaging.`,
    );
    this.status = status;
  }
}

/** The API cannot be reached, or does not answer as itself. The message is for people: no server text, no URL beyond the origin. */
export class Unreachable extends Error {
  override readonly name: string = 'Unreachable';
}

/** It was not given: no answer, or one that says no. Something else may still be; what leads astray or is not the API's is not this. */
export class Unavailable extends Unreachable {
  override readonly name = 'Unavailable';
}

/** The service asked for a pause (`Retry-After`) that ends after the deadline: nothing more can be had from it in time. */
export class PauseOutlasts extends Unreachable {
  override readonly name = 'PauseOutlasts';
}
