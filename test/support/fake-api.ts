import type { NumberedItem } from '../../src/ledger/entries.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Answer, ClockAhead, Deleter, MediaList, Reader, RequestCounts } from '../../src/provider/contract.ts';
import type { Media, MediaSid, Message, MessageSid } from '../../src/retention/resource.ts';
import { aMedia, aMessage, NOW } from './items.ts';

/** A message and what is attached to it. */
export interface Conversation {
  readonly message: Message;
  readonly media: readonly Media[];
}

/** What a test says of the API. Whatever it leaves out happens as it should. */
export interface Script {
  /** So many messages a page; 100 where it does not say. */
  readonly pageSize?: number;
  readonly ahead?: ClockAhead;
  /** Before page `n` (from 1) is given: may wait, or throw. */
  readonly page?: (n: number, signal: AbortSignal) => Promise<void> | void;
  /** Instead of the messages that were sent on a UTC day (`YYYY-MM-DD`). */
  readonly day?: (day: string, sent: readonly Message[], all: readonly Message[]) => readonly Message[];
  /** Before a list under a filter is given, as the log has it, and before it is said what was sent `BEFORE` a day: may throw. */
  readonly filter?: (line: string) => void;
  /** What a message is when it is asked for by itself. */
  readonly message?: (message: Message) => Message | Promise<Message>;
  /** Instead of a list; `undefined`: the true one. `nth`: the how-manieth list of this message, from 1. */
  readonly list?: (
    message: MessageSid,
    nth: number,
    signal: AbortSignal,
  ) => Promise<MediaList | undefined> | MediaList | undefined;
  /** Instead of an answer; `undefined`: it is deleted. `nth`: the how-manieth DELETE of all, from 1. */
  readonly delete?: (
    media: MediaSid,
    nth: number,
    stop: AbortSignal,
  ) => Promise<Answer | undefined> | Answer | undefined;
}

export interface FakeApi {
  readonly reader: Reader;
  readonly deleter: Deleter;
  /** Requests in their order: `PAGE 1`, `LIST message-1`, `DELETE media-1`. */
  readonly log: readonly string[];
  /** How many requests are being answered now, and how many were at once at most. */
  readonly inFlight: { now: number; most: number };
  /** Whether it is really there: in any message, or in this one. */
  has(media: MediaSid, message?: MessageSid): boolean;
  /** Takes it out of every message. */
  remove(media: MediaSid): void;
  /** Changes what the API does from now on. */
  become(script: Script): void;
}

/** The day, where there is one. */
const sentOn = ({ sentAt }: Message): string | undefined =>
  sentAt instanceof Date ? sentAt.toISOString().slice(0, 10) : undefined;

/** The API in memory: no HTTP, no retries, no pace; requests take no time unless the script says so. */
export function fakeApi(account: readonly Conversation[], script: Script = {}): FakeApi {
  let now = script;
  const log: string[] = [];
  const inFlight = { now: 0, most: 0 };
  const gone = new Set<string>();
  const counts: { -readonly [Kind in keyof RequestCounts]: number } = { ...NO_REQUESTS };
  const lists = new Map<MessageSid, number>();

  async function flight<T>(line: string, answer: () => Promise<T>): Promise<T> {
    log.push(line);
    inFlight.most = Math.max(inFlight.most, ++inFlight.now);
    try {
      return await answer();
    } finally {
      inFlight.now--;
    }
  }

  const placesOf = (media: MediaSid): string[] =>
    account
      .filter((each) => each.media.some(({ sid }) => sid === media))
      .map(({ message }) => placeOf(media, message.sid));
  const isThere = (media: MediaSid, message: MessageSid): boolean =>
    placesOf(media).includes(placeOf(media, message)) && !gone.has(placeOf(media, message));

  const trueList = (message: MessageSid): MediaList => {
    const media = account.find((each) => each.message.sid === message)?.media ?? [];
    return {
      kind: 'listed',
      isOneAnswer: true,
      media: media.filter(({ sid }) => sid === null || isThere(sid, message)),
    };
  };

  async function* messagePages(signal: AbortSignal): AsyncGenerator<readonly Message[]> {
    const size = now.pageSize ?? 100;
    for (let n = 1; n === 1 || (n - 1) * size < account.length; n++) {
      signal.throwIfAborted();
      counts.listMessages++;
      await flight(`PAGE ${n}`, async () => now.page?.(n, signal));
      signal.throwIfAborted();
      yield account.slice((n - 1) * size, n * size).map(({ message }) => message);
    }
  }

  /** Pages of the messages that a filter finds. */
  async function* filtered(
    line: string,
    finds: (message: Message) => boolean,
    signal: AbortSignal,
    instead: (found: readonly Message[], all: readonly Message[]) => readonly Message[] = (found) => found,
  ): AsyncGenerator<readonly Message[]> {
    const all = account.map(({ message }) => message);
    const found = instead(all.filter(finds), all);
    const size = now.pageSize ?? 100;
    for (let n = 1; n === 1 || (n - 1) * size < found.length; n++) {
      signal.throwIfAborted();
      counts.listMessages++;
      await flight(`${line} ${n}`, async () => now.filter?.(line));
      yield found.slice((n - 1) * size, n * size);
    }
  }

  async function getMessage(message: MessageSid, signal: AbortSignal): Promise<Message | 'absent'> {
    signal.throwIfAborted();
    counts.getMessage++;
    await flight(`MESSAGE ${message}`, async () => undefined);
    const found = account.find((each) => each.message.sid === message)?.message;
    const said = found && (await now.message?.(found));
    signal.throwIfAborted();
    return said ?? found ?? 'absent';
  }

  async function listMedia(message: MessageSid, signal: AbortSignal): Promise<MediaList> {
    signal.throwIfAborted();
    counts.listMedia++;
    const nth = (lists.get(message) ?? 0) + 1;
    lists.set(message, nth);
    const scripted = await flight(`LIST ${message}`, async () => now.list?.(message, nth, signal));
    signal.throwIfAborted();
    return scripted ?? trueList(message);
  }

  async function getMedia(message: MessageSid, media: MediaSid, signal: AbortSignal): Promise<Media | 'absent'> {
    signal.throwIfAborted();
    counts.getMedia++;
    await flight(`GET ${media}`, async () => undefined);
    const known = account.find((each) => each.message.sid === message)?.media.find(({ sid }) => sid === media);
    return known && isThere(media, message) ? known : 'absent';
  }

  async function deleteMedia(message: MessageSid, media: MediaSid, stop: AbortSignal): Promise<Answer> {
    if (stop.aborted) return { kind: 'not-sent', attempts: 0, endedBy: 'stop' };
    counts.deleteMedia++;
    const scripted = await flight(`DELETE ${media}`, async () => now.delete?.(media, counts.deleteMedia, stop));
    if (scripted) return scripted;
    if (!isThere(media, message)) return ABSENT;
    gone.add(placeOf(media, message));
    return ACCEPTED;
  }

  return {
    reader: {
      messagePages,
      listMedia,
      messagesOn: (day, signal) =>
        filtered(
          `DAY ${day}`,
          (message) => sentOn(message) === day,
          signal,
          (sent, all) => now.day?.(day, sent, all) ?? sent,
        ),
      messagesIn: (status, signal) =>
        filtered(`STATUS ${status}`, ({ status: is }) => is.kind === 'terminal' && is.name === status, signal),
      hasSentBefore: async (day) => {
        now.filter?.(`BEFORE ${day}`);
        return account.some(({ message }) => (sentOn(message) ?? '9') < day);
      },
      getMessage,
      getMedia,
      clockAhead: () => now.ahead ?? { ms: 0 },
      requests: () => ({ ...counts }),
    },
    deleter: { deleteMedia },
    log,
    inFlight,
    has: (media, message) =>
      message === undefined ? placesOf(media).some((place) => !gone.has(place)) : isThere(media, message),
    remove: (media) => {
      for (const place of placesOf(media)) gone.add(place);
    },
    become: (next) => {
      now = next;
    },
  };
}

const placeOf = (media: MediaSid, message: MessageSid | null): string => `${message}/${media}`;

export const NO_REQUESTS: RequestCounts = {
  listMessages: 0,
  getMessage: 0,
  listMedia: 0,
  getMedia: 0,
  deleteMedia: 0,
  retries: 0,
  throttled: 0,
};

export const ACCEPTED: Answer = { kind: 'accepted', attempts: 1, status: 204 };
export const ABSENT: Answer = { kind: 'absent', attempts: 1, status: 404, code: 20404 };
/** A timeout: what the service made of it nobody knows. */
export const lost = (clock: Clock): Answer => ({ kind: 'lost', attempts: 1, lostAt: clock.now() });

export const messageSidOf = (n: number): MessageSid => `message-${n}` as MessageSid;
export const mediaSidOf = (n: number, of = 1): MediaSid => `media-${n}-${of}` as MediaSid;

/** Item `n`, as a plan has it. */
export const numbered = (n: number): NumberedItem => ({
  id: n,
  messageSid: messageSidOf(n),
  mediaSid: mediaSidOf(n),
  contentType: null,
  rule: 'r',
  expiredAt: NOW,
  plannedAt: NOW,
});

/** Message `n` with so many pictures, all long due. */
export function conversation(n: number, pictures = 1, own: Partial<Message> = {}): Conversation {
  const message = aMessage({ sid: messageSidOf(n), mediaCount: pictures, ...own });
  const media = Array.from({ length: pictures }, (_, i) =>
    aMedia({ sid: mediaSidOf(n, i + 1), createdAt: message.createdAt }),
  );
  return { message, media };
}

/** Messages 1 to `count`, each with so many pictures. */
export const conversations = (count: number, pictures = 1): Conversation[] =>
  Array.from({ length: count }, (_, i) => conversation(i + 1, pictures));

/** Never settles by itself: what hangs until it is given up. */
export const hangs = (signal?: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason as Error);
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
