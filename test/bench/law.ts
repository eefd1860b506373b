import { readFileSync } from 'node:fs';
import type { TrueMedia } from '../../src/emulator/truth.ts';
import { ageFrom, DAY_MS } from './policies.ts';

/**
 * What the shipped policy, `config/retention.yaml`, means for the emulator's true media: a second time, and without any of
 * the product's code. What is deleted is held against it, and so is how often the API had to be asked.
 */

/** The shipped policy, armed and at full pace. `limits` and `requests` in place of its own. */
export function shippedPolicy(limits: string, requests: string): string {
  const text = readFileSync(new URL('../../config/retention.yaml', import.meta.url), 'utf8');
  const rules = text.slice(text.indexOf('\npolicy:'), text.indexOf('\nlimits:'));
  return `version: 1\nmode: enforce\n${rules}\nlimits: { ${limits} }\nrequests: { perSecond: 100000, ${requests} }\n`;
}

const PICTURES: ReadonlySet<string> = new Set('sent delivered partially_delivered received read canceled'.split(' '));
const DOCUMENTS: ReadonlySet<string> = new Set('sent delivered received read'.split(' '));

/** From when on an item is due, in ms since 1970; `Infinity`: never. */
export function dueFrom(media: TrueMedia): number {
  const { contentType, status } = media;
  const age = ageFrom(media);
  if (isLost(media)) return age + 7 * DAY_MS;
  if (contentType === null || age === Infinity) return Infinity;
  if (/^(?:image|audio|video)\//.test(contentType)) return PICTURES.has(status) ? age + 90 * DAY_MS : Infinity;
  return DOCUMENTS.has(status) ? inAYear(age) : Infinity;
}

/** The same as far as the message alone tells: the earliest instant at which an item of any type could be due. */
function lookFrom(media: TrueMedia): number {
  const age = ageFrom({ ...media, mediaDateCreated: media.dateCreated });
  if (isLost(media)) return age + 7 * DAY_MS;
  return PICTURES.has(media.status) ? age + 90 * DAY_MS : Infinity;
}

const isLost = ({ status, direction }: TrueMedia): boolean =>
  ['failed', 'undelivered'].includes(status) && direction !== 'inbound';

function inAYear(ms: number): number {
  const date = new Date(ms);
  const isLeapDay = date.getUTCMonth() === 1 && date.getUTCDate() === 29;
  return isLeapDay ? ms + 365 * DAY_MS - DAY_MS : date.setUTCFullYear(date.getUTCFullYear() + 1);
}

/** The requests without which a sweep could not have done what it did. */
export interface Minimum {
  readonly listMessages: number;
  readonly getMessage: number;
  readonly listMedia: number;
  readonly deleteMedia: number;
}

export interface Sweep {
  readonly now: number;
  /** When the account was last swept; `undefined`: never. */
  readonly since: number | undefined;
  /** How many messages there are, how many of them have come since then, and how many were sent on a day. */
  readonly all: number;
  readonly fresh: number;
  readonly perDay: number;
}

/** @param media all there ever were, as they are before the sweep */
export function minimumOf(media: Iterable<TrueMedia>, { now, since, all, fresh, perDay }: Sweep): Minimum {
  const looked = new Set<string>();
  const emptied = new Set<string>();
  const days = new Set<number>();
  const unsent = new Set<string>();
  let items = 0;
  for (const each of media) {
    const isDue = each.present && dueFrom(each) < now;
    if (!each.present || (!isDue && !hasCome(lookFrom(each), since, now))) continue;
    const { messageSid, dateSent } = each;
    looked.add(messageSid);
    if (dateSent instanceof Date) days.add(Math.floor(dateSent.getTime() / DAY_MS));
    else unsent.add(messageSid); // no list of a day has it
    if (!isDue) continue;
    emptied.add(messageSid);
    items++;
  }
  return {
    listMessages: since === undefined ? pagesOf(all) : pagesOf(fresh) + days.size * pagesOf(perDay),
    getMessage: since === undefined ? 0 : unsent.size,
    listMedia: looked.size + emptied.size,
    deleteMedia: items,
  };
}

const hasCome = (at: number, since: number | undefined, now: number): boolean =>
  at < now && (since === undefined || at >= since);

const PAGE = 1000;
const pagesOf = (messages: number): number => Math.max(1, Math.ceil(messages / PAGE));
