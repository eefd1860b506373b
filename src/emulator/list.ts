import type { Answer, ApiError } from './answer.ts';
import { ERROR, errorAnswer, jsonAnswer } from './answer.ts';
import { FILTER_KEYS, readFilter } from './filter.ts';
import type { Cursor, PageRequest, Rows } from './paging.ts';
import { pageByCursor, pageByOffset } from './paging.ts';
import { mediaPortraitOf, portraitOf } from './portrait.ts';
import type { RenderContext } from './render.ts';
import { renderEnvelope, renderMedia, renderMessage, withRaw } from './render.ts';
import { mediaRows, messageRows } from './rows.ts';
import { SLOTS } from './sids.ts';
import type { Sids } from './sids.ts';
import type { State } from './state.ts';

const PAGE_SIZE_DEFAULT = 50;
const PAGE_SIZE_MAX = 1000;

export function listMessages(query: URLSearchParams, state: State, context: RenderContext, origin: string): Answer {
  const { switches } = context;
  const asked = readPageRequest(query, state.sids, (id) => id % SLOTS === 0 && id / SLOTS < state.size);
  if ('code' in asked) return errorAnswer(asked, switches, context.canary);
  const filter = readFilter(query, state, switches);
  if (filter === 'unreadable') return errorAnswer(ERROR.badRequest, switches, context.canary);

  const rows = messageRows(state, filter, switches.order);
  const filters = switches.filtersInLinks ? filtersOf(query) : '';
  const path = `${origin}${context.base}/Messages${context.ending}?${filters}`;
  return answerPage('messages', asked, rows, { path, state, context });
}

export function listMedia(
  query: URLSearchParams,
  ordinal: number,
  messageSid: string,
  state: State,
  context: RenderContext,
  origin: string,
): Answer {
  const asked = readPageRequest(query, state.sids, (id) => id % SLOTS !== 0 && Math.floor(id / SLOTS) === ordinal);
  if ('code' in asked) return errorAnswer(asked, context.switches, context.canary);

  const rows = mediaRows(state, ordinal, context.switches.listLagMs);
  const path = `${origin}${context.base}/Messages/${encodeURIComponent(messageSid)}/Media${context.ending}?`;
  return answerPage('media_list', asked, rows, { path, state, context });
}

export function messageJson(state: State, ordinal: number, context: RenderContext): string {
  return withRaw(renderMessage(portraitOf(state, ordinal), context), state.added.get(ordinal)?.raw);
}

export function mediaJson(state: State, id: number, context: RenderContext): string {
  return withRaw(renderMedia(mediaPortraitOf(state, id), context), state.addedMedia.get(id)?.raw);
}

interface Place {
  /** The list's own address up to the paging parameters. */
  readonly path: string;
  readonly state: State;
  readonly context: RenderContext;
}

function answerPage(
  key: 'messages' | 'media_list',
  asked: PageRequest,
  rows: Rows,
  { path, state, context }: Place,
): Answer {
  const { page, size, cursor } = asked;
  const { switches } = context;
  const { ids, more } = switches.paging === 'offset' ? pageByOffset(rows, asked) : pageByCursor(rows, asked);
  const render =
    key === 'messages'
      ? (id: number) => messageJson(state, id / SLOTS, context)
      : (id: number) => mediaJson(state, id, context);

  const link = (to: number, token: string): string => `${path}Page=${to}&PageSize=${size}${token}`;
  const tokenOf = ({ side, id }: Cursor): string => `&PageToken=${side === 'after' ? 'PA' : 'PB'}${state.sids.of(id)}`;
  const [first, last] = [ids[0], ids.at(-1)];
  const hasNext = last !== undefined && (more || (switches.emptyLastPage && ids.length === size));
  const hasPrevious = first !== undefined && page > 0;
  return jsonAnswer(
    renderEnvelope({
      key,
      rows: ids.map(render),
      page,
      size,
      uri: link(page, cursor ? tokenOf(cursor) : ''),
      first: link(0, ''),
      next: hasNext ? link(page + 1, tokenOf({ side: 'after', id: last })) : null,
      previous: hasPrevious ? link(page - 1, tokenOf({ side: 'before', id: first })) : null,
    }),
  );
}

function readPageRequest(query: URLSearchParams, sids: Sids, belongs: (id: number) => boolean): PageRequest | ApiError {
  const size = readNumber(query.get('PageSize') ?? String(PAGE_SIZE_DEFAULT));
  if (size === undefined || size < 1 || size > PAGE_SIZE_MAX) return ERROR.badPageSize;
  const page = readNumber(query.get('Page') ?? '0');
  if (page === undefined) return ERROR.badRequest;

  const token = query.get('PageToken');
  if (token === null) return page > 0 ? ERROR.badPageToken : { page, size, cursor: undefined };
  const cursor = readToken(token, sids);
  return cursor && belongs(cursor.id) ? { page, size, cursor } : ERROR.badPageToken;
}

const readNumber = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

/** A token names a row by the SID it was born with: it stays good when the row is removed. */
function readToken(token: string, sids: Sids): Cursor | undefined {
  const side = { PA: 'after', PB: 'before' }[token.slice(0, 2)] as Cursor['side'] | undefined;
  const id = sids.find(token.slice(2));
  return side && id >= 0 ? { side, id } : undefined;
}

const filtersOf = (query: URLSearchParams): string =>
  FILTER_KEYS.flatMap((key) =>
    query.getAll(key).map((value) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}&`),
  ).join('');
