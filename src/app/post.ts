import { Agent, EnvHttpProxyAgent, interceptors, request, type Dispatcher } from 'undici';
import type { Clock } from '../lib/clock.ts';
import type { Token } from '../provider/login.ts';
import type { Proxy } from '../provider/undici-transport.ts';
import { isLoopback } from './origin.ts';

/** What came of a notification. `why` is a word of ours or the system's, never text of the server's, never the URL. */
export type Posted = { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly why: string };

/** Calls `url`: with a body it is posted as JSON. Never throws; takes half a minute at most. */
export type Post = (url: Token, body?: object) => Promise<Posted>;

/** Three attempts in all. A message that arrives twice is better than one that does not arrive. */
const RETRIES = {
  maxRetries: 2,
  minTimeout: 1_000,
  maxTimeout: 5_000,
  methods: ['GET', 'POST'] as Dispatcher.HttpMethod[],
};
const ALL_IN_ALL_MS = 30_000;

/** @param stop gives up what is being sent, and sends nothing more */
export function newPost(proxy: Proxy | undefined, clock: Clock, stop: AbortSignal): Post {
  return async (url, body) => {
    await url.refresh?.();
    const target = new URL(url.current());
    const dispatcher = dispatcherFor(target, proxy);
    const done = new AbortController();
    const late = new AbortController();
    clock.sleep(ALL_IN_ALL_MS, done.signal).then(
      () => late.abort(),
      () => {}, // answered in time
    );
    try {
      const answer = await request(target, {
        dispatcher: dispatcher.compose(interceptors.retry(RETRIES)),
        signal: AbortSignal.any([late.signal, stop]),
        ...(body
          ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
          : { method: 'GET' }),
      });
      await answer.body.dump();
      const { statusCode } = answer;
      return statusCode >= 200 && statusCode < 300 ? { kind: 'sent' } : { kind: 'failed', why: `HTTP ${statusCode}` };
    } catch (error) {
      return { kind: 'failed', why: stop.aborted ? 'stopped' : late.signal.aborted ? 'timeout' : wordFor(error) };
    } finally {
      done.abort();
      await dispatcher.destroy();
    }
  };
}

function dispatcherFor({ protocol, hostname }: URL, proxy: Proxy | undefined): Dispatcher {
  const options = { connections: 1, pipelining: 1, allowH2: false, connectTimeout: 10_000 };
  if (!proxy || protocol !== 'https:' || isLoopback(hostname)) return new Agent(options);
  return new EnvHttpProxyAgent({ ...options, httpProxy: '', httpsProxy: proxy.url, noProxy: proxy.noProxy });
}

/** Error codes are words of the system's or of undici's; the message of an error may hold the URL. */
function wordFor(error: unknown): string {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof statusCode === 'number') return `HTTP ${statusCode}`;
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'unknown error';
}
