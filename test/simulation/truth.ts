import { Chance } from './chance.ts';
import type { Dimensions } from './dimensions.ts';
import { DAY_MS, dueAfterMs, HOUR_MS, STRANGE, type Law } from './law.ts';

/** What is really so, whatever the API says. Instants are ms since 1970, in whole seconds; `odd`: written so that nobody can read it. */
export interface TrueMessage {
  readonly sid: string;
  readonly createdMs: number | 'odd';
  sentMs: number | 'odd' | null;
  status: string;
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly media: TrueMedia[];
  isRemoved: boolean;
  /** Where it stands in the list. */
  readonly place: number;
  /** What it was before each change, until when: true time, in ms since the history began. */
  readonly past: { readonly status: string; readonly sentMs: number | 'odd' | null; readonly untilMs: number }[];
  /** True time of its last change, or of anything that came or went with it. */
  changedMs: number;
}

export interface TrueMedia {
  readonly sid: string;
  readonly createdMs: number | 'odd';
  readonly type: string | null;
  /** True time at which it went, in ms since the history began. */
  goneMs: number | undefined;
  goneBy: 'us' | 'others' | undefined;
}

/** When histories begin. */
export const BEGIN_MS = Date.UTC(2026, 10, 16, 3, 0, 0);

const STATUSES = ['delivered', 'sent', 'failed', 'received', 'undelivered', 'queued', 'sending', 'read'] as const;
export const ODD_STATUSES: readonly string[] = ['Delivered', '', 'archived', 'SENT'];
const DIRECTIONS = ['inbound', 'outbound-api', 'outbound-reply', 'outbound-call'] as const;
const TYPES = ['image/png', 'image/jpeg', 'audio/ogg', 'text/vcard'] as const;
const PARTIES = ['+15550001111', '+15550002222', '+15559990000', '24555'] as const;

/**
 * The account at the beginning. Most of it comes due near the beginning or shortly after it: a day too early or a second too
 * late is what mistakes are made of.
 */
export function drawMessages(dimensions: Dimensions, law: Law): TrueMessage[] {
  return Array.from({ length: dimensions.messages }, (_, place) => {
    const chance = new Chance(dimensions.seed, `age ${place}`);
    const ageMs = chance.int(1, 60 * 24) * HOUR_MS;
    const message = drawMessage(place, ageMs, dimensions);
    const dueMs = message.media[0] && dueAfterMs(message, message.media[0], law, BEGIN_MS);
    if (dueMs === undefined || chance.happens(0.3)) return message;
    const offsetMs = chance.pick([30 * 60_000, 30 * 60_000, 30 * HOUR_MS]) * (2 * chance.next() - 1);
    return drawMessage(place, ageMs + inSeconds(dueMs - BEGIN_MS - offsetMs), dimensions);
  });
}

/** A message that arrives while a history goes on. */
export const drawNewMessage = (place: number, nowMs: number, dimensions: Dimensions): TrueMessage => ({
  ...drawMessage(place, -nowMs, dimensions),
  changedMs: nowMs,
});

/** @param ageMs how much older than the history's beginning it is */
function drawMessage(place: number, ageMs: number, { seed, faults }: Dimensions): TrueMessage {
  const chance = new Chance(seed, `message ${place}`);
  const oddRow = faults.get('odd-rows') ?? 0;
  const oddDate = faults.get('odd-dates') ?? 0;
  const createdMs = inSeconds(BEGIN_MS - ageMs);
  const sent = chance.pick([null, createdMs, createdMs + 60_000, createdMs + 2 * DAY_MS]);
  const status = chance.happens(oddRow) ? chance.pick(ODD_STATUSES) : chance.pick(STATUSES);
  const sid = `message-${String(place).padStart(4, '0')}`;
  return {
    sid: chance.happens(oddRow) ? `${STRANGE}${sid}` : sid,
    createdMs: chance.happens(oddDate) ? 'odd' : createdMs,
    sentMs: chance.happens(oddDate) ? 'odd' : sent,
    status,
    direction: chance.pick(DIRECTIONS),
    from: chance.pick(PARTIES),
    to: chance.pick(PARTIES),
    media: Array.from({ length: chance.pick([0, 1, 1, 2, 3, 5]) }, (_, at) =>
      drawMedia(sid, at + 1, createdMs + chance.pick([0, 1000, 5 * HOUR_MS]), oddDate, chance),
    ),
    isRemoved: false,
    place,
    past: [],
    changedMs: -1,
  };
}

export const drawMedia = (
  message: string,
  nth: number,
  createdMs: number,
  oddDate: number,
  chance: Chance,
): TrueMedia => ({
  sid: `media-${message.slice(-4)}-${nth}`,
  createdMs: chance.happens(oddDate) ? 'odd' : createdMs,
  type: chance.happens(0.05) ? null : chance.pick(TYPES),
  goneMs: undefined,
  goneBy: undefined,
});

const inSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;
