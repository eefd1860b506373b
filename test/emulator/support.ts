import { request } from 'undici';
import { startEmulator } from '../../src/emulator/server.ts';
import type { Emulator } from '../../src/emulator/server.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';

export const NOW = new Date('2026-06-15T12:00:00.400Z');

export interface Row {
  readonly [key: string]: unknown;
  readonly sid: string;
}

export interface ListBody {
  readonly [key: string]: unknown;
  readonly messages: readonly Row[];
  readonly media_list: readonly Row[];
  readonly next_page_uri: string | null;
  readonly previous_page_uri: string | null;
  readonly first_page_uri: string;
  readonly uri: string;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** An emulator with a clock that stands still until it is moved, and a client that knows the way to it. */
export interface Bench extends AsyncDisposable {
  readonly emulator: Emulator;
  /** `/api/laml/2010-04-01/Accounts/…` */
  readonly base: string;
  advance(ms: number): void;
  /** Rejects like undici where there is no answer. */
  send(
    method: 'GET' | 'DELETE' | 'POST',
    path: string,
    options?: { authorization?: string | null; signal?: AbortSignal },
  ): Promise<Reply>;
  list(path: string): Promise<ListBody>;
  get(path: string): Promise<Row>;
  /** Follows `next_page_uri` to the end. */
  walk(path: string): Promise<ListBody[]>;
  mediaPath(messageSid: string, mediaSid?: string): string;
}

export async function bench(options: EmulatorOptions = {}): Promise<Bench> {
  let nowMs = NOW.getTime();
  const emulator = await startEmulator({ messages: 0, now: () => new Date(nowMs), ...options });
  const base = `/api/laml/2010-04-01/Accounts/${emulator.project}`;
  const authorization = `Basic ${Buffer.from(`${emulator.project}:${emulator.token}`).toString('base64')}`;

  const send: Bench['send'] = async (method, path, given = {}) => {
    const credentials = given.authorization === undefined ? authorization : given.authorization;
    const { statusCode, headers, body } = await request(emulator.url + path, {
      method,
      headers: credentials === null ? {} : { authorization: credentials },
      ...(given.signal && { signal: given.signal }),
    });
    return { status: statusCode, headers, text: await body.text() };
  };
  const json = async (path: string): Promise<unknown> => {
    const { status, text } = await send('GET', path);
    if (status !== 200) throw new Error(`GET ${path} brought ${status}: ${text}`);
    return JSON.parse(text);
  };
  const list = async (path: string): Promise<ListBody> => (await json(path)) as ListBody;
  return {
    emulator,
    base,
    advance: (ms) => {
      nowMs += ms;
    },
    send,
    list,
    get: async (path) => (await json(path)) as Row,
    walk: async (path) => {
      const pages: ListBody[] = [];
      for (let next: string | null = path; next !== null;) {
        const page: ListBody = await list(next.replace(emulator.url, ''));
        pages.push(page);
        next = page.next_page_uri;
      }
      return pages;
    },
    mediaPath: (messageSid, mediaSid) =>
      `${base}/Messages/${messageSid}/Media${mediaSid === undefined ? '' : `/${mediaSid}`}.json`,
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

export const sids = (rows: readonly Row[]): string[] => rows.map(({ sid }) => sid);

/** A message with one picture. */
export function withMedia({ emulator }: Bench, status = 'delivered'): { messageSid: string; mediaSid: string } {
  const { sid, mediaSids } = emulator.account.addMessage({ status, media: 1 });
  return { messageSid: sid, mediaSid: mediaSids[0] ?? '' };
}

/** Whether the emulator still has the only media item there is. */
export const stillThere = ({ emulator }: Bench): boolean => emulator.truth.count().present === 1;
