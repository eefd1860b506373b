import type { Dispatcher } from 'undici';

import { Utf8InPieces } from './body.ts';
import type { Slots } from './slots.ts';
import type { ApiRequest, Failure, FailureKind, Reply } from './transport.ts';

type Headers = Record<string, string | string[] | undefined>;

/**
 * One request on undici's socket: collects the answer, and knows whether a byte was written. It was not before
 * `onRequestStart`: undici calls that in the same breath as it writes the head, and not while a request waits for a
 * connection. That is surer than any error code, which is the same for both. It is in `open` for as long as it lasts.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Monotonic milliseconds at which nobody waits any longer. */
  readonly dueMs: number;
  /** Its place in `open`. */
  slot = -1;
  readonly signal: AbortSignal | undefined;
  readonly #request: ApiRequest;
  readonly #open: Slots<Exchange>;
  readonly #resolve: (end: Reply | Failure) => void;
  readonly #reject: (reason: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Headers = {};
  #size = 0;
  #chunks: Buffer[] = [];
  readonly #utf8 = new Utf8InPieces();

  constructor(
    request: ApiRequest,
    dueMs: number,
    signal: AbortSignal | undefined,
    open: Slots<Exchange>,
    resolve: (end: Reply | Failure) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#request = request;
    this.dueMs = dueMs;
    this.signal = signal;
    this.#open = open;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Ends it without an answer; one that has not been written never will be. */
  fail(why: FailureKind): void {
    if (!this.#open.delete(this)) return;
    this.#resolve({ kind: 'failure', why, isSent: this.#controller !== undefined });
    this.#controller?.abort(new Ended());
  }

  /** Ends it because its caller has lost interest. */
  giveUp(reason: unknown): void {
    if (!this.#open.delete(this)) return;
    this.#reject(reason);
    this.#controller?.abort(new Ended());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // A second start would be undici writing the request again, behind the back of whoever counts attempts.
    if (this.#controller !== undefined) this.fail('reset');
    if (!this.#open.has(this)) controller.abort(new Ended());
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status; // of several the last: those before it were informational
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#request.bodyMax) {
      this.fail('oversize');
      return;
    }
    this.#utf8.add(chunk);
    this.#chunks.push(chunk);
    if (this.#status === 200 && this.#request.take?.(this.#chunks) === true) this.#chunks = [];
  }

  onResponseEnd(): void {
    if (!this.#open.delete(this)) return;
    const headers = this.#headers;
    const encoding = headers['content-encoding'];
    const isPlain = encoding === undefined || encoding === 'identity';
    this.#resolve({
      kind: 'reply',
      status: this.#status,
      contentType: single(headers['content-type']),
      retryAfter: single(headers['retry-after']),
      date: single(headers['date']),
      body: isPlain && this.#utf8.isUtf8() ? this.#chunks : undefined,
    });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.fail(failureOf((error as { code?: unknown }).code));
  }
}

/** What an aborted exchange is told; nobody hears it. */
class Ended extends Error {
  override readonly name = 'Ended';
}

const single = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const FAILURES: ReadonlyMap<unknown, FailureKind> = new Map<unknown, FailureKind>([
  ['ENOTFOUND', 'dns'],
  ['EAI_AGAIN', 'dns'],
  ['ECONNREFUSED', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['UND_ERR_CONNECT_TIMEOUT', 'unreachable'],
  ['ETIMEDOUT', 'unreachable'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
  ['INVALID_CA', 'certificate'],
  ['INVALID_PURPOSE', 'certificate'],
  ['PATH_LENGTH_EXCEEDED', 'certificate'],
  ['EPROTO', 'tls'],
  // undici's own word for a request that it gave up by itself: only a tunnel that was refused does that.
  ['UND_ERR_ABORTED', 'proxy'],
  ['UND_ERR_PRX_TLS', 'proxy'],
  ['UND_ERR_PRX_CONN', 'proxy'],
  ['UND_ERR_HEADERS_OVERFLOW', 'protocol'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'protocol'],
]);

/** Families of codes; those of certificates are OpenSSL's words for them, of which there are some thirty. */
const FAMILIES: readonly (readonly [RegExp, FailureKind])[] = [
  [/^(?:CERT|CRL|UNABLE_TO|ERROR_IN_(?:CERT|CRL))_/, 'certificate'],
  [/^HPE_/, 'protocol'],
  [/^ERR_(?:SSL|TLS)_/, 'tls'],
];

/** Of an error that says nothing to us, the connection broke. */
export function failureOf(code: unknown): FailureKind {
  if (typeof code !== 'string') return 'reset';
  return FAILURES.get(code) ?? FAMILIES.find(([family]) => family.test(code))?.[1] ?? 'reset';
}
