import {
  DIRECTIONS,
  isSameSid,
  mediaSid,
  messageSid,
  statusOf,
  type Direction,
  type Media,
  type Message,
  type ReadDate,
} from '../retention/resource.ts';
import type { Body } from './body.ts';
import { apiDate, dayMs, rememberingLast } from './dates.ts';
import { LongList } from './long-list.ts';

/** `malformed`: not what the API promises. `foreign`: about another project or message than was asked for. */
export type Unread = 'malformed' | 'foreign';

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** `next_page_uri`, not yet looked at. */
  readonly next: string | null;
}

/** A page that may be taken in piece by piece, as it comes. */
export interface IncomingPage<Row> {
  /** As in `LongList`. */
  readonly take: (pieces: Body) => boolean;
  /**
   * @param body what has not been taken
   * @throws {SyntaxError}
   */
  readonly end: (body: Body) => Page<Row> | Unread;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * A page of messages. The envelope has to be right; an oddity of one row never fails the page, it becomes a `null` or
 * an `unknown` that retains the row. Only known fields are copied: bodies, names and whatever else there is stay behind.
 */
export function messagePage(projectId: string): IncomingPage<Message> {
  const days = rememberingLast(dayMs);
  return incomingPage('messages', (row) => messageRow(row, projectId, days));
}

/** A page of one message's media; every row has to be of that message and project. */
export const mediaPage = (body: Body, projectId: string, parent: string): Page<Media> | Unread =>
  incomingPage('media_list', (row) => mediaRow(row, projectId, parent)).end(body);

/** One message, which has to be the one that was asked for. */
export function oneMessage(value: unknown, projectId: string, sid: string): Message | Unread {
  return isRecord(value) ? asked(messageRow(value, projectId), sid) : 'malformed';
}

/** One media item's metadata, which has to be the one that was asked for. */
export function oneMedia(value: unknown, projectId: string, parent: string, sid: string): Media | Unread {
  return isRecord(value) ? asked(mediaRow(value, projectId, parent), sid) : 'malformed';
}

function asked<Row extends { readonly sid: string | null }>(row: Row | 'foreign', sid: string): Row | Unread {
  if (row === 'foreign') return 'foreign';
  if (row.sid === null) return 'malformed';
  return isSameSid(row.sid, sid) ? row : 'foreign';
}

function incomingPage<Row>(name: string, read: (row: Json) => Row | 'foreign'): IncomingPage<Row> {
  const list = new LongList(name, (row) => (isRecord(row) ? read(row) : 'malformed'));
  return {
    take: (pieces) => list.take(pieces),
    end(body) {
      const { value, rows } = list.end(body);
      if (!isRecord(value)) return 'malformed';
      const next = value['next_page_uri'];
      if (!Array.isArray(value[name]) || (next !== null && typeof next !== 'string')) return 'malformed';
      const odd = rows.find((row) => row === 'malformed' || row === 'foreign');
      return (odd as Unread | undefined) ?? { rows: rows as readonly Row[], next };
    },
  };
}

function messageRow(row: Json, projectId: string, days = dayMs): Message | 'foreign' {
  if (!isOf(row['account_sid'], projectId)) return 'foreign';
  const { date_created: created, date_sent: sent, date_updated: updated } = row;
  const createdAt = readDate(created, days);
  // Stryker disable next-line ConditionalExpression: the same text twice is only read once.
  const sentAt = sent === created ? createdAt : readDate(sent, days); // most are sent within the second
  return {
    sid: messageSid(row['sid']),
    status: statusOf(row['status']),
    direction: DIRECTION.get(row['direction']) ?? 'unknown',
    from: e164(row['from']),
    to: e164(row['to']),
    createdAt,
    sentAt: sent === null ? null : sentAt,
    mediaCount: countOf(row['num_media']),
    // Stryker disable next-line ConditionalExpression: as above.
    updatedAt: updated === sent ? sentAt : readDate(updated, days),
  };
}

function mediaRow(row: Json, projectId: string, parent: string): Media | 'foreign' {
  if (!isOf(row['account_sid'], projectId) || !isOf(row['parent_sid'], parent)) return 'foreign';
  return {
    sid: mediaSid(row['sid']),
    contentType: contentType(row['content_type']),
    createdAt: readDate(row['date_created']),
  };
}

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A row that does not say whose it is cannot contradict what was asked for; one that says something else does. */
const isOf = (value: unknown, owner: string): boolean =>
  value === undefined || value === null || (typeof value === 'string' && isSameSid(value, owner));

const DIRECTION = new Map<unknown, Direction>(DIRECTIONS.map((name) => [name, name]));

const E164 = /^\+[1-9][0-9]{1,14}$/;
const e164 = (value: unknown): string | null => (typeof value === 'string' && E164.test(value) ? value : null);

const readDate = (value: unknown, days = dayMs): ReadDate =>
  typeof value === 'string' ? apiDate(value, days) : 'unreadable';

/** A number here, a string at Twilio. More than a message can carry is a sign of something else. */
const COUNT_MAX = 1000;
const DIGITS = /^[0-9]{1,4}$/;

function countOf(value: unknown): number | 'unknown' {
  const count = (typeof value === 'string' && DIGITS.test(value) ? Number(value) : value) as number;
  return Number.isInteger(count) && count >= 0 && count <= COUNT_MAX ? count : 'unknown';
}

/** RFC 6838: at most 127 characters either side. */
const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

function contentType(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const end = value.indexOf(';');
  const type = (end === -1 ? value : value.slice(0, end)).trim().toLowerCase();
  return TYPE.test(type) ? type : null;
}
