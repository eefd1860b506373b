import type { Body } from './body.ts';

/** How a request reaches the service: a socket, or in a simulation none at all. */
export interface Transport {
  /**
   * One exchange, whole or not at all: no retry, no redirect. What the network does is a value; it rejects only with
   * `signal.reason`, at once, the exchange being given up. A DELETE is sent without a signal: it is never given up.
   */
  send(request: ApiRequest, signal?: AbortSignal): Promise<Reply | Failure>;
  /** Gives up what is in flight, its connections with it, and takes nothing new. */
  close(): Promise<void>;
}

export interface ApiRequest {
  readonly method: 'GET' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  /** The most bytes of body worth reading. */
  readonly bodyMax: number;
  /**
   * Offered the pieces of a 200's body as they come, where the transport has them one by one.
   * @returns whether it has taken them: then they are not in `body`. If not, it is offered them again with the next one.
   */
  readonly take?: ((pieces: Body) => boolean) | undefined;
}

/** A complete answer. Of its headers only these; one that comes twice reads as none. */
export interface Reply {
  readonly kind: 'reply';
  readonly status: number;
  readonly contentType: string | undefined;
  readonly retryAfter: string | undefined;
  readonly date: string | undefined;
  /** What nobody has taken of it. `undefined`: compressed, though nobody asked for it, or not UTF-8 to the letter. */
  readonly body: Body | undefined;
}

/** No complete answer. */
export interface Failure {
  readonly kind: 'failure';
  readonly why: FailureKind;
  /** False only where it is certain that not a byte of the request was written. */
  readonly isSent: boolean;
}

/**
 * A closed set of words in place of errors, which carry headers, URLs and text of others.
 * `dns`: the host's name does not resolve. `unreachable`: no connection. `certificate`: not trusted. `tls`: no handshake.
 * `proxy`: it opened no tunnel. `timeout`: the deadline. `reset`: the connection broke. `protocol`: not HTTP.
 * `oversize`: more body than was worth reading.
 */
export type FailureKind =
  | 'dns'
  | 'unreachable'
  | 'certificate'
  | 'tls'
  | 'proxy'
  | 'timeout'
  | 'reset'
  | 'protocol'
  | 'oversize';
