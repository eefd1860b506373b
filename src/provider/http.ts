import type { Clock } from '../lib/clock.ts';
import { errorCode, meaningOf, type Meaning } from './answers.ts';
import type { Clearance, RequestCounts } from './contract.ts';
import type { Gate } from './gate.ts';
import type { Login } from './login.ts';
import type { Unread } from './payload.ts';
import { backoffMs, MALFORMED_TRIES_MAX, retryAfterMs } from './retry.ts';
import type { ApiRequest, Failure, FailureKind, Reply, Transport } from './transport.ts';

type RequestKind = Exclude<keyof RequestCounts, 'retries' | 'throttled'>;

/** One request, however many attempts it takes. */
export interface Call<T> {
  readonly kind: RequestKind;
  readonly method: 'GET' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly bodyMax: number;
  /** Makes one for each attempt: it may hold what has come of an answer. */
  readonly interpreter: () => Interpreter<T>;
  readonly mayBegin?: Clearance | undefined;
}

/** Makes of one successful answer what it says. */
export interface Interpreter<T> {
  /** As in `ApiRequest`. Never throws. */
  readonly take?: ApiRequest['take'];
  /** Never throws. */
  readonly read: (reply: Reply) => T | Unread;
}

/** What a complete answer came to. */
type Answered<T> =
  | { readonly result: 'ok'; readonly value: T; readonly status: number; readonly code: number | undefined }
  | { readonly result: Exclude<Meaning, 'ok'> | Unread; readonly status: number; readonly code: number | undefined };

/** What one attempt came to. */
export type Round<T> = Answered<T> | { readonly result: 'failed'; readonly why: FailureKind; readonly isSent: boolean };

/** How far a request has come: kept outside the loop, so that it can be told where the loop was ended by a signal. */
export interface Progress<T> {
  /** Between the first byte of an attempt and its end. */
  isInFlight: boolean;
  /** Of the last attempt that counts as sent. */
  last: Round<T> | undefined;
  /** Of the last of those that had an answer. */
  answer: Answered<T> | undefined;
  /** Attempts that were sent or may have been, without those answered by 429. */
  sent: number;
  /** Wall clock, in ms: when the last attempt that got no trustworthy answer was due. */
  lostAtMs: number | undefined;
}

export const newProgress = <T>(): Progress<T> => ({
  isInFlight: false,
  last: undefined,
  answer: undefined,
  sent: 0,
  lostAtMs: undefined,
});

/** What the requests of one project share. */
export interface Line {
  readonly transport: Transport;
  readonly gate: Gate;
  readonly login: Login;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timeoutMs: number;
  readonly attemptsMax: number;
  readonly counts: { -readonly [K in keyof RequestCounts]: number };
  readonly heard: (date: string | undefined) => void;
  readonly observer: Observer | undefined;
}

/** Told of every attempt, for metrics. */
export interface Observer {
  begun(): void;
  ended(attempt: Observed): void;
}

interface Observed {
  readonly kind: RequestKind;
  /** `given-up`: nobody waits for its answer any more. */
  readonly result: Round<unknown>['result'] | 'given-up';
  /** From its beginning to the last byte of its answer. */
  readonly ms: number;
}

/**
 * Sends until an answer can be trusted or the attempts are used up; the only place that tries anything again.
 * A 429 uses up no attempt, nor does the one 401 that brings new credentials. A GET is given up at once when `signal` is
 * aborted; of a DELETE only the waiting is.
 * @throws {PauseOutlasts} instead of an attempt
 * @throws `signal.reason`
 */
export async function request<T>(
  call: Call<T>,
  line: Line,
  progress: Progress<T>,
  signal: AbortSignal,
): Promise<Round<T>> {
  let failures = 0;
  let isRenewed = false;
  for (let isRetry = false; ;) {
    const headers = line.login.headers();
    const begin = (): Promise<Round<T>> => attempt(call, line, progress, headers, isRetry, signal);
    const round = await line.gate.pass(() => whenCleared(call.mayBegin, begin, signal), signal);
    if (round.result === 'throttled') {
      isRetry = false;
      continue;
    }
    isRetry = true;
    if (round.result === 'unauthorized') {
      if (isRenewed || round.status !== 401 || !(await line.login.renew(headers))) return round;
      isRenewed = true;
      continue;
    }
    if (++failures >= triesMax(round, call, line)) return round;
    await line.clock.sleep(backoffMs(failures, line.random), signal);
  }
}

/** Nothing may come between the last question and the first byte, so that an answer that says yes is used at once. */
function whenCleared<T>(mayBegin: Clearance | undefined, begin: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const waiting = mayBegin?.();
  if (waiting === undefined) return begin();
  return waiting.then(() => {
    signal.throwIfAborted();
    return whenCleared(mayBegin, begin, signal);
  });
}

/** How many failures such an answer is worth. */
function triesMax<T>(round: Round<T>, { method }: Call<T>, { attemptsMax }: Line): number {
  switch (round.result) {
    case 'failed':
      return round.why === 'oversize' ? Math.min(attemptsMax, MALFORMED_TRIES_MAX) : attemptsMax;
    case 'unavailable':
      return attemptsMax;
    case 'malformed':
      return Math.min(attemptsMax, MALFORMED_TRIES_MAX);
    case 'odd':
      // A router on the way may have lost its mind for a moment, which a read can wait for. A redirect is meant.
      return method === 'GET' && (round.status < 300 || round.status === 404)
        ? Math.min(attemptsMax, MALFORMED_TRIES_MAX)
        : 1;
    default:
      return 1;
  }
}

async function attempt<T>(
  call: Call<T>,
  line: Line,
  progress: Progress<T>,
  headers: readonly string[],
  isRetry: boolean,
  signal: AbortSignal,
): Promise<Round<T>> {
  const { method, path, bodyMax } = call;
  line.counts[call.kind]++;
  if (isRetry) line.counts.retries++;
  const startedMs = line.clock.monotonicMs();
  progress.isInFlight = true;
  line.observer?.begun();
  const { take, read } = call.interpreter();
  const sending = line.transport.send({ method, path, headers, bodyMax, take }, method === 'GET' ? signal : undefined);
  const end = await sending.catch((error: unknown) => {
    line.observer?.ended({ kind: call.kind, result: 'given-up', ms: line.clock.monotonicMs() - startedMs });
    throw error;
  });
  progress.isInFlight = false;

  const ms = line.clock.monotonicMs() - startedMs;
  const round: Round<T> =
    end.kind === 'reply' ? understood(method, read, end) : { result: 'failed', why: end.why, isSent: end.isSent };
  if (end.kind === 'reply') line.heard(end.date);
  if (round.result === 'throttled') line.counts.throttled++;
  keep(round, progress);
  if (isLost(round)) progress.lostAtMs = line.clock.now().getTime() - ms + line.timeoutMs;
  tellGate(round, end, line, startedMs);
  line.observer?.ended({ kind: call.kind, result: round.result, ms });
  return round;
}

function understood<T>(method: Call<T>['method'], read: Interpreter<T>['read'], reply: Reply): Round<T> {
  const { status } = reply;
  const success = method === 'GET' ? 200 : 204;
  const code = status === success ? undefined : errorCode(reply.body);
  const result = meaningOf(status, code, success);
  if (result !== 'ok') return { result, status, code };
  const value = read(reply);
  if (value === 'malformed') return malformed(reply);
  return value === 'foreign' ? { result: 'foreign', status, code } : { result, value, status, code };
}

/**
 * A 200 that does not carry what was asked for may still carry an error code, which decides whatever the status; not beside
 * rows that have been read already.
 */
function malformed({ status, body }: Reply): Round<never> {
  const code = errorCode(body);
  const result = code === undefined ? 'odd' : meaningOf(status, code, 204);
  return { result: result === 'ok' || result === 'odd' ? 'malformed' : result, status, code };
}

/** A 429 was never processed, and what was never sent changes nothing either. */
function keep<T>(round: Round<T>, progress: Progress<T>): void {
  if (round.result === 'throttled' || (round.result === 'failed' && !round.isSent)) return;
  progress.sent++;
  progress.last = round;
  if (round.result !== 'failed') progress.answer = round;
}

/** No trustworthy answer to something that was sent: it may have been applied, and may yet be. */
const isLost = (round: Round<unknown>): boolean =>
  round.result === 'unavailable' || round.result === 'odd' || (round.result === 'failed' && round.isSent);

function tellGate(round: Round<unknown>, end: Reply | Failure, { gate, clock }: Line, startedMs: number): void {
  const isOverloaded = round.result === 'throttled' || round.result === 'unavailable';
  if (end.kind === 'reply' && isOverloaded) {
    const pauseMs = retryAfterMs(end.retryAfter, end.date, clock.now().getTime());
    if (round.result === 'throttled' || pauseMs !== undefined) gate.throttled(startedMs, pauseMs);
    else gate.strained(startedMs);
  } else if (end.kind === 'failure') {
    if (end.why === 'timeout' && end.isSent) gate.strained(startedMs);
  } else {
    gate.succeeded(startedMs);
  }
}
