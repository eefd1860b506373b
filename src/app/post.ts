import { Agent, EnvHttpProxyAgent, errors, request, type Dispatcher } from 'undici';
import type { Clock } from '../lib/clock.ts';
import { hasWaited } from '../lib/waiting.ts';
import type { Token } from '../provider/login.ts';
import { retryAfterMs } from '../provider/retry.ts';
import type { Proxy } from '../provider/undici-transport.ts';
import { isLoopback } from './origin.ts';

/** What came of a notification. `why` is a word of ours or the system's, never text of the server's, never the URL. */
export type Posted = { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly why: string };

/** Calls `url`: with a body it is posted as JSON. Never throws; takes half a minute at most. */
export type Post = (url: Token, body?: object) => Promise<Posted>;

/** Three attempts of 8 s and two pauses of up to 3 s. A message that arrives twice is better than one that does not arrive. */
const ATTEMPT_MS = 8_000;
const PAUSES_MS = [1_000, 3_000];
/** A server that asks for more gets no message: nothing waits longer for one. */
const PAUSE_MAX_MS = 3_000;

/** @param stop gives up what is being sent, and sends nothing more */
export function newPost(proxy: Proxy | undefined, clock: Clock, stop: AbortSignal): Post {
  return async (url, body) => {
    await url.refresh?.();
    const send = (): Promise<Attempt> => attempt(new URL(url.current()), body, proxy, clock, stop);
    let last = await send();
    for (const pauseMs of PAUSES_MS) {
      if (last.kind === 'sent' || last.askedMs === undefined || last.askedMs > PAUSE_MAX_MS) break;
      last = (await hasWaited(Math.max(pauseMs, last.askedMs), clock, stop)) ? await send() : STOPPED;
    }
    return last.kind === 'sent' ? last : { kind: 'failed', why: last.why };
  };
}

type Attempt =
  | { readonly kind: 'sent' }
  /** `askedMs`: worth another attempt, not before so many milliseconds. */
  | { readonly kind: 'failed'; readonly why: string; readonly askedMs?: number };

const STOPPED: Attempt = { kind: 'failed', why: 'stopped' };

/**
 * The status is the whole answer, and its body is never read. undici's own retries do read it: a 2xx that breaks off would
 * be sent a second time, and one that never ends would be waited for.
 */
async function attempt(
  url: URL,
  body: object | undefined,
  proxy: Proxy | undefined,
  clock: Clock,
  stop: AbortSignal,
): Promise<Attempt> {
  if (stop.aborted) return STOPPED;
  const dispatcher = dispatcherFor(url, proxy);
  const over = new AbortController();
  // Ends every request at once. A request's own signal is not looked at while its connection is being made.
  const giveUp = (): void => void dispatcher.destroy();
  stop.addEventListener('abort', giveUp, { once: true, signal: over.signal });
  let isLate = false;
  const beLate = async (): Promise<void> => {
    isLate = await hasWaited(ATTEMPT_MS, clock, over.signal);
    if (isLate) giveUp();
  };
  void beLate();
  try {
    const answer = await request(url, {
      dispatcher,
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : { method: 'GET' }),
      headers: { 'user-agent': 'media-retention-worker', ...(body && { 'content-type': 'application/json' }) },
    });
    answer.body.on('error', () => {}); // it ends with the connection
    return meaningOf(answer, clock.now());
  } catch (error) {
    return stop.aborted ? STOPPED : { kind: 'failed', why: isLate ? 'timeout' : wordFor(error), askedMs: 0 };
  } finally {
    over.abort();
    giveUp(); // not waited for: a handshake that hangs lasts until its own timeout
  }
}

function meaningOf({ statusCode, headers }: Dispatcher.ResponseData, now: Date): Attempt {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'sent' };
  const why = `HTTP ${statusCode}`;
  if (statusCode !== 408 && statusCode !== 429 && statusCode < 500) return { kind: 'failed', why };
  const [after, date] = [headers['retry-after'], headers['date']].map((value) =>
    typeof value === 'string' ? value : undefined,
  );
  return { kind: 'failed', why, askedMs: retryAfterMs(after, date, now.getTime()) ?? 0 };
}

function dispatcherFor({ protocol, hostname }: URL, proxy: Proxy | undefined): Dispatcher {
  const options = { connections: 1, pipelining: 1, allowH2: false, connectTimeout: ATTEMPT_MS };
  if (!proxy || protocol !== 'https:' || isLoopback(hostname)) return new Agent(options);
  return new EnvHttpProxyAgent({ ...options, httpProxy: '', httpsProxy: proxy.url, noProxy: proxy.noProxy });
}

/** Error codes are words of the system's or of undici's; the message of an error may hold the URL. */
function wordFor(error: unknown): string {
  if (error instanceof errors.HTTPParserError) return 'not HTTP'; // has no code
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'unknown error';
}
