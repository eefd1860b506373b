import type { ApiRequest, Failure, Reply, Transport } from '../../src/provider/transport.ts';
import type { HandClock } from '../support/hand-clock.ts';
import { placeOf, type Conversation, type Picture } from './account.ts';
import type { Truth } from './truth.ts';

/** A request, as a script is asked about it. */
export interface Asked {
  readonly kind: 'page' | 'message' | 'list' | 'item' | 'delete';
  readonly message: string;
  readonly media: string;
  /** The how-manieth of its kind, from 1. */
  readonly nth: number;
  /** The how-manieth for this page, message or media item, from 1. */
  readonly again: number;
}

type Understood = Asked & { readonly project: string; readonly page: number; readonly query: URLSearchParams };

/** What happens instead of what should. */
export interface Act {
  /** Instead of the true answer. */
  readonly answer?: Reply | Failure;
  /** Of a DELETE with such an answer: whether it is applied all the same. A number: so many ms after it was sent. */
  readonly applied?: boolean | number;
  /** From the sending to the answer: 10 unless it says so. */
  readonly afterMs?: number;
}

/** `undefined`: as it should be. */
export type Script = (asked: Asked) => Act | undefined | void;

export interface ApiSettings {
  /** Messages a page. */
  readonly pageSize: number;
  /** Media a page. */
  readonly mediaPageSize: number;
  /** Our clock less the service's. */
  readonly aheadMs: number;
}

const LATENCY_MS = 10;
const JSON_TYPE = 'application/json';

/** The service without a socket: what it answers is the truth, unless the script says otherwise. */
export function apiOf(truth: Truth, settings: ApiSettings, clock: HandClock, script: Script = () => {}): Transport {
  const counts = new Map<string, number>();
  const counted = (key: string): number => {
    const n = (counts.get(key) ?? 0) + 1;
    counts.set(key, n);
    return n;
  };

  function understand({ method, path }: ApiRequest): Understood {
    const [, project = '', message = '', ofMedia, rest = ''] =
      /Accounts\/([^/]+)\/Messages(?:\/([^/.]+)(\/Media)?)?(.*)$/.exec(path) ?? [];
    const media = /^\/([^/]+)\.json$/.exec(rest)?.[1] ?? '';
    const page = Number(/[?&]Page=(\d+)/.exec(rest)?.[1] ?? 0);
    const get = message === '' ? 'page' : !ofMedia ? 'message' : media === '' ? 'list' : 'item';
    const kind = method === 'DELETE' ? 'delete' : get;
    const query = new URLSearchParams(/\?(.*)$/.exec(rest)?.[1] ?? '');
    return {
      kind,
      project,
      message,
      media,
      page,
      query,
      nth: counted(kind),
      again: counted(`${kind} ${message} ${media} ${page}`),
    };
  }

  async function read(request: ApiRequest, signal: AbortSignal | undefined): Promise<Reply | Failure> {
    const { project, page, query, ...asked } = understand(request);
    const act = script(asked) ?? {};
    const ms = act.afterMs ?? LATENCY_MS;
    await clock.sleep(ms / 2, signal);
    truth.pass(clock.monotonicMs());
    const answer = act.answer ?? honestly(project, asked, page, query);
    await clock.sleep(ms / 2, signal);
    return dated(answer);
  }

  function honestly(project: string, { kind, message, media }: Asked, page: number, query: URLSearchParams): Reply {
    if (kind === 'page') return pageOf(project, page, query);
    if (kind === 'message') return messageOf(project, message);
    return kind === 'list' ? listOf(project, message, page) : itemOf(project, message, media);
  }

  const conversationOf = (project: string, message: string): Conversation | undefined =>
    truth.lostMessages.has(message) ? undefined : truth.accounts.get(project)?.find(({ sid }) => sid === message);

  function itemOf(project: string, message: string, media: string): Reply {
    const picture = conversationOf(project, message)?.pictures.find(({ sid }) => sid === media);
    if (!picture || !truth.has(placeOf(message, media))) return error(404, 20404);
    return reply(200, mediaRow(picture, project, message));
  }

  async function remove(request: ApiRequest): Promise<Reply | Failure> {
    const { project: _, query: __, ...asked } = understand(request);
    const { answer, applied = answer === undefined, afterMs = LATENCY_MS } = script(asked) ?? {};
    const sent = {
      sweep: `sweep-${truth.sweeps}`,
      place: placeOf(asked.message, asked.media),
      atMs: clock.monotonicMs(),
    };
    truth.send(sent);
    await clock.sleep(afterMs / 2);
    truth.pass(clock.monotonicMs());
    const honest = deletion(sent.place);
    if (answer && isUnread(answer)) truth.unsend(sent);
    else if (applied === true) truth.apply(sent, clock.monotonicMs());
    else if (applied === false) truth.neverApply(sent);
    else truth.applyLater(sent, sent.atMs + applied);
    await clock.sleep(afterMs / 2);
    return dated(answer ?? honest);
  }

  const dated = (answer: Reply | Failure): Reply | Failure => {
    if (answer.kind === 'failure' || answer.date !== undefined) return answer;
    return { ...answer, date: new Date(clock.now().getTime() - settings.aheadMs).toUTCString() };
  };

  function deletion(place: string): Reply {
    if (!truth.has(place)) return error(404, 20404);
    return truth.isInProgress(place) ? error(409, 20009) : reply(204);
  }

  function messageOf(project: string, message: string): Reply {
    const found = conversationOf(project, message);
    return found ? reply(200, messageRow(found, project)) : error(404, 20404);
  }

  function pageOf(project: string, page: number, query: URLSearchParams): Reply {
    const status = query.get('Status');
    const isOfDay = query.has('DateSent') || query.has('DateSent<'); // none of them has been sent on a day
    const all = (truth.accounts.get(project) ?? [])
      .filter((each) => !truth.lostMessages.has(each.sid) && !isOfDay && (status ?? each.status) === each.status)
      .flatMap((each) => Array.from({ length: each.listedTimes }, () => each));
    const rows = cut(all, page, settings.pageSize).map((each) => messageRow(each, project));
    const more = (page + 1) * settings.pageSize < all.length;
    return reply(200, {
      messages: rows,
      next_page_uri: more
        ? `${pathOf(project)}.json?Page=${page + 1}&PageSize=1000${status === null ? '' : `&Status=${status}`}`
        : null,
    });
  }

  function listOf(project: string, message: string, page: number): Reply {
    const conversation = conversationOf(project, message);
    if (!conversation) return error(404, 20404);
    const all = conversation.pictures
      .filter(({ sid }) => truth.has(placeOf(message, sid)))
      .flatMap((each) => Array.from({ length: conversation.picturesTimes }, () => each));
    const rows = cut(all, page, settings.mediaPageSize).map((each) => mediaRow(each, project, message));
    const more = (page + 1) * settings.mediaPageSize < all.length;
    return reply(200, {
      media_list: rows,
      next_page_uri: more ? `${pathOf(project)}/${message}/Media.json?Page=${page + 1}` : null,
    });
  }

  return {
    send: async (request, signal) => (request.method === 'DELETE' ? remove(request) : read(request, signal)),
    close: async () => {},
  };
}

/** Not a byte was written, or the service was too busy to look at it. */
const isUnread = (answer: Reply | Failure): boolean =>
  answer.kind === 'failure' ? !answer.isSent : answer.status === 429;

const pathOf = (project: string): string => `/api/laml/2010-04-01/Accounts/${project}/Messages`;
const cut = <T>(rows: readonly T[], page: number, size: number): readonly T[] =>
  rows.slice(page * size, (page + 1) * size);

const messageRow = ({ sid, status, createdAt, from, pictures }: Conversation, project: string): object => ({
  sid,
  account_sid: project,
  status,
  direction: 'inbound',
  from,
  to: '+15550002222',
  num_media: pictures.length,
  date_created: createdAt,
  date_sent: null,
});

const mediaRow = ({ sid, contentType, createdAt }: Picture, project: string, message: string): object => ({
  sid,
  account_sid: project,
  parent_sid: message,
  content_type: contentType,
  date_created: createdAt,
});

/** @param body JSON, or a text as it is */
export const reply = (status: number, body: unknown = '', more: Partial<Reply> = {}): Reply => ({
  kind: 'reply',
  status,
  contentType: JSON_TYPE,
  retryAfter: undefined,
  date: undefined,
  body: [Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))],
  ...more,
});

export const error = (status: number, code: number | string): Reply => reply(status, { code, message: 'No.', status });
export const html = (status: number): Reply => reply(status, '<html>Not found</html>', { contentType: 'text/html' });
export const timeout: Act = { answer: { kind: 'failure', why: 'timeout', isSent: true }, afterMs: 15_000 };
export const reset: Act = { answer: { kind: 'failure', why: 'reset', isSent: true } };
export const refused: Act = { answer: { kind: 'failure', why: 'unreachable', isSent: false } };
