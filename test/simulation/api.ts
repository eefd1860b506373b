import type { Dimensions, Fault } from './dimensions.ts';
import { Chance } from './chance.ts';
import { filterOf } from './filter.ts';
import { STRANGE } from './law.ts';
import { BEGIN_MS, ODD_STATUSES, type TrueMedia, type TrueMessage } from './truth.ts';

/** In every text of the API that is nobody's business, and so in nothing that the worker writes. */
export const CANARY = 'CANARY';
export const PROJECT = 'ea108133-d6b3-407c-9536-9fad8a929a6a';
export const ORIGIN = 'https://example.signalwire.com';

export interface Asked {
  readonly kind: 'messages' | 'message' | 'media' | 'item' | 'delete';
  readonly message: string | undefined;
  readonly media: string | undefined;
  readonly query: URLSearchParams;
}

export interface Said {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

const PATH = new RegExp(
  `^/api/laml/2010-04-01/Accounts/${PROJECT}/Messages(?:/([A-Za-z0-9-]+)(/Media(?:/([A-Za-z0-9-]+))?)?)?\\.json(?:\\?(.*))?$`,
);

/** @returns undefined for whatever is none of the worker's requests */
export function readPath(method: string, path: string): Asked | undefined {
  const [, message, list, media, query] = PATH.exec(path) ?? [];
  if (!PATH.test(path) || (method === 'DELETE' && media === undefined)) return undefined;
  const one = method === 'DELETE' ? 'delete' : 'item';
  const many = list === undefined ? 'message' : 'media';
  const kind = media !== undefined ? one : message !== undefined ? many : 'messages';
  return { kind, message, media, query: new URLSearchParams(query ?? '') };
}

/** The simulated service: the truth, and what it says of it. */
export class Api {
  readonly messages: TrueMessage[];
  readonly #dimensions: Dimensions;
  readonly #chance: Chance;
  readonly #now: () => number;
  readonly #happened: (fault: Fault) => void;

  /** @param happened told of each oddity that somebody is shown */
  constructor(messages: TrueMessage[], dimensions: Dimensions, now: () => number, happened: (fault: Fault) => void) {
    this.messages = messages;
    this.#dimensions = dimensions;
    this.#chance = new Chance(dimensions.seed, 'lists');
    this.#now = now;
    this.#happened = happened;
  }

  find(messageSid: string | undefined): TrueMessage | undefined {
    return this.messages.find(({ sid }) => sid === messageSid);
  }

  answer(asked: Asked): Said {
    if (asked.kind === 'messages') return this.#messagePage(asked.query);
    const message = this.find(asked.message);
    if (!message) return this.error(404, 20404);
    if (asked.kind === 'delete') return this.#delete(message, asked.media ?? '');
    if (asked.kind === 'message')
      return message.isRemoved ? this.error(404, 20404) : json(200, this.#messageRow(message));
    const { removedMessageListsMedia, removedMessageKeepsMedia } = this.#dimensions.api;
    const isListed = !message.isRemoved || (removedMessageListsMedia && removedMessageKeepsMedia);
    if (!isListed) return this.error(404, 20404);
    return asked.kind === 'item' ? this.#item(message, asked.media ?? '') : this.#mediaPage(message, asked.query);
  }

  error(status: number, code: number): Said {
    const { codeAs, errorBody } = this.#dimensions.api;
    const error = { code: codeAs === 'string' ? String(code) : code, message: `No: ${CANARY}` };
    const body = errorBody === 'flat' ? { ...error, more_info: CANARY, status } : { errors: [error] };
    return json(status, body);
  }

  #delete(message: TrueMessage, sid: string): Said {
    const media = message.media.find((each) => each.sid === sid);
    const { repeatedDelete, inProgressStatus, inProgressDelete, checksStatusFirst } = this.#dimensions.api;
    if (!media) return this.error(404, 20404);
    const isInProgress = IN_PROGRESS.has(message.status) && inProgressDelete === 'refused';
    if (isInProgress && checksStatusFirst) return this.error(inProgressStatus, 20009);
    if (media.goneMs !== undefined) return repeatedDelete === 204 ? NO_CONTENT : this.error(404, 20404);
    if (isInProgress) return this.error(inProgressStatus, 20009);
    media.goneMs = this.#now();
    media.goneBy = 'us';
    return NO_CONTENT;
  }

  #messagePage(query: URLSearchParams): Said {
    const ordered = this.#dimensions.api.newestFirst
      ? this.messages.toSorted((a, b) => startOf(b) - startOf(a) || b.place - a.place)
      : this.messages;
    const finds = filterOf(query, this.#dimensions.api);
    const rows = ordered.filter(finds).map((message) => ({ key: String(message.place), message }));
    return this.#page(
      'messages',
      rows,
      ({ message }) => message.isRemoved,
      query,
      '/Messages',
      ({ message }) => this.#messageRow(message),
    );
  }

  #mediaPage(message: TrueMessage, query: URLSearchParams): Said {
    const rows = message.media.map((media) => ({ key: media.sid, media }));
    const path = `/Messages/${message.sid}/Media`;
    return this.#page(
      'media_list',
      rows,
      ({ media }) => !this.#isShown(media),
      query,
      path,
      ({ media }) => mediaRow(message, media),
    );
  }

  #item(message: TrueMessage, sid: string): Said {
    const media = message.media.find((each) => each.sid === sid);
    return media && this.#isShown(media) ? json(200, mediaRow(message, media)) : this.error(404, 20404);
  }

  /** A replica that is behind shows what is gone; none hides what is there. */
  #isShown({ goneMs }: TrueMedia): boolean {
    if (goneMs === undefined) return true;
    const isBehind = this.#now() < goneMs + this.#dimensions.api.lagMs && this.#chance.happens(0.5);
    if (isBehind) this.#happened('list-lags');
    return isBehind;
  }

  #page<Row extends { readonly key: string }>(
    name: 'messages' | 'media_list',
    all: readonly Row[],
    isHidden: (row: Row) => boolean,
    query: URLSearchParams,
    path: string,
    render: (row: Row) => object,
  ): Said {
    const { paging, pageMax, emptyLastPage, links } = this.#dimensions.api;
    const size = Math.min(Number(query.get('PageSize') ?? 50), pageMax);
    const page = Number(query.get('Page') ?? 0);
    const token = query.get('PageToken')?.slice(2);
    if (page > 0 && token === undefined) return this.error(400, 54453);
    const from = token === undefined ? 0 : all.findIndex(({ key }) => key === token) + 1;
    const visible = (paging === 'cursor' ? all.slice(from) : all).filter((row) => !isHidden(row));
    const start = paging === 'cursor' ? 0 : page * size;
    const rows = visible.slice(start, start + size);
    const isLast = visible.length <= start + size && !(emptyLastPage && rows.length === size);
    const last = rows.at(-1);
    const kept = [...query]
      .filter(([key]) => !key.startsWith('Page'))
      .map(([key, value]) => `&${encodeURIComponent(key)}=${value}`)
      .join('');
    const base = { relative: '/api/laml', json: '/api/laml', unprefixed: '', absolute: `${ORIGIN}/api/laml` }[links];
    const list = `${base}/2010-04-01/Accounts/${PROJECT}${path}${links === 'relative' ? '' : '.json'}`;
    return json(200, {
      uri: list,
      first_page_uri: `${list}?Page=0`,
      next_page_uri:
        isLast || !last ? null : `${list}?Page=${page + 1}&PageSize=${size}&PageToken=PA${last.key}${kept}`,
      previous_page_uri: null,
      page,
      page_size: size,
      [name]: this.#repeated(rows).map(render),
    });
  }

  #repeated<Row>(rows: readonly Row[]): readonly Row[] {
    const rate = this.#dimensions.faults.get('repeated-rows') ?? 0;
    return rows.flatMap((row) => {
      if (!this.#chance.happens(rate)) return [row];
      this.#happened('repeated-rows');
      return [row, row];
    });
  }

  #messageRow(message: TrueMessage): object {
    if (message.sid.startsWith(STRANGE) || ODD_STATUSES.includes(message.status)) this.#happened('odd-rows');
    if (message.createdMs === 'odd' || message.sentMs === 'odd') this.#happened('odd-dates');
    const { numMediaFalls, numMediaAs } = this.#dimensions.api;
    const count = numMediaFalls
      ? message.media.filter(({ goneMs }) => goneMs === undefined).length
      : message.media.length;
    return {
      sid: message.sid,
      account_sid: PROJECT,
      body: `${CANARY} \u2028`,
      num_segments: 1,
      num_media: numMediaAs === 'string' ? String(count) : count,
      date_created: dateText(message.createdMs),
      date_sent: message.sentMs === null ? null : dateText(message.sentMs),
      date_updated: dateText(BEGIN_MS),
      direction: message.direction,
      status: message.status,
      error_message: CANARY,
      from: message.from,
      to: message.to,
      uri: `/${CANARY}`,
    };
  }
}

const mediaRow = (message: TrueMessage, media: TrueMedia): object => ({
  sid: media.sid,
  account_sid: PROJECT,
  parent_sid: message.sid,
  content_type: media.type,
  date_created: dateText(media.createdMs),
  date_updated: dateText(BEGIN_MS),
  uri: `/${CANARY}`,
});

/** Written down once more: statuses in which the API refuses. */
export const IN_PROGRESS: ReadonlySet<string> = new Set(
  'queued initiated sending receiving accepted scheduled'.split(' '),
);

export const NO_CONTENT: Said = { status: 204, type: undefined, body: '' };

export const json = (status: number, body: object): Said => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});

const startOf = ({ createdMs }: TrueMessage): number => (createdMs === 'odd' ? 0 : createdMs);

/** As the API writes it: RFC 2822 in UTC; and one of its own samples that does not follow it. */
const dateText = (ms: number | 'odd'): string =>
  ms === 'odd' ? 'Sat, 15 Sept 2018 20:00:00 +0000' : new Date(ms).toUTCString().replace('GMT', '+0000');
