import type { Clock } from '../../src/lib/clock.ts';
import type { Body } from '../../src/provider/body.ts';
import { signalwire, type Provider, type ProviderDeps, type RequestSettings } from '../../src/provider/signalwire.ts';
import type { ApiRequest, Failure, FailureKind, Reply, Transport } from '../../src/provider/transport.ts';
import type { MediaSid, MessageSid } from '../../src/retention/resource.ts';

export const PROJECT = 'ea108133-d6b3-407c-9536-9fad8a929a6a';
export const ORIGIN = 'https://example.signalwire.com';
export const MESSAGE = '5d2a8f4e-0001-4000-8000-000000000001' as MessageSid;
export const MEDIA = '5d2a8f4e-0002-4000-8000-000000000002' as MediaSid;

export interface FakeClock extends Clock {
  /** Every wait there was, in ms. */
  readonly slept: readonly number[];
}

/** Time that passes only while everybody waits, and then at once: to the end of the shortest wait. */
export function fakeClock(startAt = Date.UTC(2026, 10, 23, 3)): FakeClock {
  let nowMs = 1_000_000;
  const slept: number[] = [];
  const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  const pump = (): void => {
    sleepers.sort((a, b) => a.atMs - b.atMs);
    const next = sleepers.shift();
    if (!next) return;
    nowMs = Math.max(nowMs, next.atMs);
    next.wake();
    setImmediate(pump);
  };

  return {
    slept,
    now: () => new Date(startAt + nowMs - 1_000_000),
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        slept.push(ms);
        const giveUp = (): void => reject(signal?.reason as Error);
        signal?.addEventListener('abort', giveUp, { once: true });
        const wake = (): void => {
          signal?.removeEventListener('abort', giveUp);
          resolve();
        };
        sleepers.push({ atMs: nowMs + ms, wake });
        if (sleepers.length === 1) setImmediate(pump);
      }),
  };
}

type Act = (request: ApiRequest, nth: number, signal?: AbortSignal) => Reply | Failure | Promise<Reply | Failure>;

export interface ScriptedTransport extends Transport {
  readonly sent: readonly ApiRequest[];
}

/** No socket at all: what each attempt comes to is said by the test. */
export function scripted(act: Act): ScriptedTransport {
  const sent: ApiRequest[] = [];
  return {
    sent,
    send: async (request, signal) => {
      sent.push(request);
      return await act(request, sent.length, signal);
    },
    close: async () => {},
  };
}

/** The answers one after another; the last of them for ever. */
export const inTurn = (...answers: readonly (Reply | Failure)[]): ScriptedTransport =>
  scripted((_, nth) => answers[Math.min(nth, answers.length) - 1] ?? reply(500));

/** A body that came in one piece: a text as it is, anything else as JSON. */
export const bodyOf = (value: unknown): Body => [
  Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')),
];

export const reply = (status: number, content: unknown = '', more: Partial<Reply> = {}): Reply => ({
  kind: 'reply',
  status,
  contentType: 'application/json',
  retryAfter: undefined,
  date: undefined,
  body: bodyOf(content),
  ...more,
});

export const failure = (why: FailureKind, isSent = true): Failure => ({ kind: 'failure', why, isSent });

export interface Made {
  readonly provider: Provider;
  readonly clock: FakeClock;
}

/** A provider on a fake clock, with full jitter always full. */
export function provider(
  transport: Transport,
  settings: Partial<RequestSettings> = {},
  deps: Partial<Omit<ProviderDeps, 'transport' | 'clock'>> & { readonly clock?: FakeClock } = {},
): Made {
  const clock = deps.clock ?? fakeClock();
  const full = { concurrency: 4, perSecond: 1000, timeoutMs: 15_000, attemptsMax: 3, ...settings };
  const account = { projectId: PROJECT, origin: ORIGIN, token: { current: () => 'PTsecret' } };
  return { provider: signalwire(account, full, { random: () => 1, ...deps, transport, clock }), clock };
}

export const never = new AbortController().signal;

export const messageRow = (sid: string, more: object = {}): object => ({
  sid,
  account_sid: PROJECT,
  status: 'delivered',
  direction: 'inbound',
  from: '+15550001111',
  to: '+15550002222',
  num_media: 1,
  date_created: 'Mon, 16 Nov 2026 03:00:00 +0000',
  date_sent: null,
  body: 'a body',
  ...more,
});

export const messages = (rows: readonly object[], next: string | null = null): Reply =>
  reply(200, { messages: rows, next_page_uri: next, page: 0, page_size: 1000 });

export const mediaRow = (sid: string, more: object = {}): object => ({
  sid,
  account_sid: PROJECT,
  parent_sid: MESSAGE,
  content_type: 'image/jpeg',
  date_created: 'Mon, 16 Nov 2026 03:00:00 +0000',
  ...more,
});

export const mediaList = (rows: readonly object[], next: string | null = null): Reply =>
  reply(200, { media_list: rows, next_page_uri: next });

export async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}
