import type { Clock } from '../lib/clock.ts';
import type { Message } from '../retention/resource.ts';
import { answerTo } from './answer-to.ts';
import { callsOf } from './calls.ts';
import type { Deleter, Reader } from './contract.ts';
import { clockWatch } from './clock-ahead.ts';
import { newGate } from './gate.ts';
import { newProgress, request, type Call, type Line, type Observer } from './http.ts';
import { newLogin, type Token } from './login.ts';
import { wholeList } from './media-list.ts';
import type { Page } from './payload.ts';
import type { Transport } from './transport.ts';
import { errorFor } from './trouble.ts';
import { walkOf } from './walk.ts';

/** The client of one project: what `plan` is handed of it is a `Reader`, which has no way to delete. */
export interface Provider extends Reader, Deleter {
  /**
   * The first page that is not empty of the list under the server's own filter by UTC day of `date_sent`. Two official
   * texts disagree on whether `<` and `>` include the day itself: for finding that out, never for deciding. Throws like
   * `messagePages`.
   * @param day YYYY-MM-DD
   */
  filteredPage(filter: '=' | '<' | '>', day: string, signal: AbortSignal): Promise<readonly Message[]>;
  /** Gives up what is in flight, its connections with it: from then on a DELETE of ours has its minute, and no more. */
  close(): Promise<void>;
}

export interface Account {
  /** A UUID, or of the shape of a SID. */
  readonly projectId: string;
  /** As `new URL(…).origin` spells it. */
  readonly origin: string;
  readonly token: Token;
}

export interface RequestSettings {
  /** 1–256 */
  readonly concurrency: number;
  /** 1–100000 */
  readonly perSecond: number;
  /** Of one attempt, from first byte to last. */
  readonly timeoutMs: number;
  /** 1–20; a 429 uses up none. */
  readonly attemptsMax: number;
}

export interface ProviderDeps {
  readonly transport: Transport;
  readonly clock: Clock;
  /** From 0 to below 1, for jitter. */
  readonly random: () => number;
  /** Monotonic milliseconds at which the sweep has to end: a pause that lasts longer is not waited for. */
  readonly deadlineMs?: number;
  /** Told of every attempt as it ends. */
  readonly observer?: Observer | undefined;
}

/** The largest page there is. */
const MESSAGES_QUERY = 'PageSize=1000';
/** Ten million messages, should the page size be ignored (50 a page by default). */
const MESSAGES_WALK = { window: 4, pagesMax: 200_000 };
const SID = /^[A-Za-z0-9-]{8,64}$/;

/** SignalWire's Compatibility REST API, for one project. */
export function signalwire(account: Account, settings: RequestSettings, deps: ProviderDeps): Provider {
  const { projectId, origin } = account;
  if (!SID.test(projectId)) throw new Error('The project ID is not one: it cannot stand in a URL.');
  if (URL.parse(origin)?.origin !== origin) throw new Error('The origin of the API is not a URL origin.');

  const calls = callsOf(projectId);
  const watch = clockWatch(deps.clock);
  const line = lineOf(account, settings, deps, (date) => watch.heard(date));

  /** @returns undefined where the service itself says that there is no such resource */
  async function read<T>(call: Call<T>, signal: AbortSignal): Promise<T | undefined> {
    const round = await request(call, line, newProgress(), signal);
    if (round.result === 'ok') return round.value;
    if (round.result === 'absent') return undefined;
    throw errorFor(round, origin, settings.timeoutMs);
  }

  async function* pagesOf(first: string, signal: AbortSignal): AsyncGenerator<readonly Message[]> {
    const walk = walkOf<Message>({ origin, path: calls.messagesPath }, first, MESSAGES_WALK);
    for (let query: string | undefined = first; query !== undefined;) {
      const page: Page<Message> | undefined = await read(calls.messages(query), signal);
      if (!page) throw errorFor({ result: 'absent', status: 404, code: undefined }, origin, settings.timeoutMs);
      const step = walk(page);
      if (step.rows.length > 0) yield step.rows;
      query = step.next;
    }
  }

  async function filteredPage(filter: '=' | '<' | '>', day: string, signal: AbortSignal): Promise<readonly Message[]> {
    const operator = filter === '=' ? '' : encodeURIComponent(filter); // it is part of the key
    return firstPage(pagesOf(`DateSent${operator}=${day}&${MESSAGES_QUERY}`, signal));
  }

  return {
    messagePages: (signal) => pagesOf(MESSAGES_QUERY, signal),
    messagesOn: (day, signal) => pagesOf(`DateSent=${day}&${MESSAGES_QUERY}`, signal),
    messagesIn: (status, signal) => pagesOf(`Status=${status}&${MESSAGES_QUERY}`, signal),
    async hasSentBefore(day, signal) {
      const page = await filteredPage('<', day, signal);
      return page.some(({ sentAt }) => sentAt instanceof Date);
    },
    filteredPage,
    listMedia: (message, signal) =>
      wholeList({ origin, path: calls.mediaPath(message) }, (query) => read(calls.media(message, query), signal)),
    getMessage: async (message, signal) => (await read(calls.message(message), signal)) ?? 'absent',
    getMedia: async (message, media, signal) => (await read(calls.mediaItem(message, media), signal)) ?? 'absent',
    deleteMedia: (message, media, stop, mayBegin) => answerTo(calls.deletion(message, media, mayBegin), line, stop),
    clockAhead: () => watch.ahead(),
    requests: () => ({ ...line.counts }),
    close: () => deps.transport.close(),
  };
}

/** The first page that is not empty, if there is one; its link has been looked at. */
export async function firstPage(pages: AsyncIterable<readonly Message[]>): Promise<readonly Message[]> {
  for await (const page of pages) return page;
  return [];
}

function lineOf(
  { projectId, token }: Account,
  { concurrency, perSecond, timeoutMs, attemptsMax }: RequestSettings,
  { transport, clock, random, deadlineMs, observer }: ProviderDeps,
  heard: (date: string | undefined) => void,
): Line {
  return {
    transport,
    gate: newGate({ concurrency, perSecond }, { clock, random, deadlineMs }),
    login: newLogin(projectId, token),
    clock,
    random,
    timeoutMs,
    attemptsMax,
    counts: { listMessages: 0, getMessage: 0, listMedia: 0, getMedia: 0, deleteMedia: 0, retries: 0, throttled: 0 },
    heard,
    observer,
  };
}
