import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';

import type { Clock } from '../lib/clock.ts';
import { Exchange } from './exchange.ts';
import { newSlots } from './slots.ts';
import type { ApiRequest, Transport } from './transport.ts';

export interface UndiciSettings {
  /** URL origin of the API. Plain http is for loopback, and never goes through a proxy. */
  readonly origin: string;
  /** The most sockets, 1–256: as many as there are requests at once. */
  readonly connections: number;
  /** Bounds one exchange from its beginning, the connection included, to the last byte of its answer. */
  readonly timeoutMs: number;
  readonly proxy?: Proxy | undefined;
}

export interface Proxy {
  /** May hold a password: never shown. */
  readonly url: string;
  /** As in `NO_PROXY`. */
  readonly noProxy: string;
}

/**
 * The proxy that the environment asks for, in lower case before upper case as everywhere. Only `HTTPS_PROXY` counts:
 * plain http goes to loopback alone.
 */
export function proxyFrom(env: Readonly<Record<string, string | undefined>>): Proxy | undefined {
  const url = env['https_proxy'] ?? env['HTTPS_PROXY'];
  return url ? { url, noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '' } : undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * A keep-alive pool to one origin. HTTP/1.1 without pipelining: undici would otherwise negotiate HTTP/2, and a DELETE
 * behind another request on the same connection shares its fate.
 * @throws where the proxy's URL is none (the message does not repeat it)
 */
export function undiciTransport(settings: UndiciSettings, deps: { readonly clock: Clock }): Transport {
  const { origin, timeoutMs } = settings;
  const { clock } = deps;
  const dispatcher = dispatcherOf(settings);
  const closed = new AbortController();
  const open = newSlots<Exchange>();
  const watched = new WeakSet<AbortSignal>();
  let isKeepingTime = false;

  /** One timer for all deadlines: one per request costs a third of the throughput. */
  async function keepTime(): Promise<void> {
    isKeepingTime = true;
    try {
      for (let first = firstDue(open.values()); first !== undefined; first = firstDue(open.values())) {
        const ms = first.dueMs - clock.monotonicMs();
        if (ms > 0) await clock.sleep(ms, closed.signal);
        else first.fail('timeout');
      }
    } catch {
      // closed: nothing is open any more
    } finally {
      isKeepingTime = false;
    }
  }

  /** One listener per signal, however many requests it can end. */
  function watch(signal: AbortSignal): void {
    watched.add(signal);
    const giveUp = (): void => {
      for (const exchange of open.values()) if (exchange.signal === signal) exchange.giveUp(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true, signal: closed.signal });
  }

  return {
    send(request: ApiRequest, signal?: AbortSignal) {
      if (signal?.aborted) return Promise.reject(signal.reason as Error);
      if (signal && !watched.has(signal)) watch(signal);
      return new Promise((resolve, reject) => {
        const { method, path, headers } = request;
        const exchange = new Exchange(request, clock.monotonicMs() + timeoutMs, signal, open, resolve, reject);
        open.add(exchange);
        if (!isKeepingTime) void keepTime();
        dispatcher.dispatch({ origin, method, path, headers: headers as string[] }, exchange);
      });
    },
    async close() {
      for (const exchange of open.values()) exchange.fail('reset');
      await dispatcher.destroy();
      closed.abort();
    },
  };
}

function firstDue(exchanges: readonly Exchange[]): Exchange | undefined {
  let first: Exchange | undefined;
  for (const exchange of exchanges) if (first === undefined || exchange.dueMs < first.dueMs) first = exchange;
  return first;
}

function dispatcherOf({ origin, connections, timeoutMs, proxy }: UndiciSettings): Dispatcher {
  const options = {
    connections,
    pipelining: 1,
    allowH2: false,
    connectTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
    // The deadline of the whole exchange does their work; they only watch the gaps, and to half a second.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const { protocol, hostname } = new URL(origin);
  if (!proxy || protocol !== 'https:' || LOOPBACK.test(hostname)) return new Pool(origin, options);
  try {
    return new EnvHttpProxyAgent({ ...options, httpProxy: '', httpsProxy: proxy.url, noProxy: proxy.noProxy });
  } catch {
    throw new Error('HTTPS_PROXY is not the URL of a proxy. Expected http://host:port or https://host:port.');
  }
}
