import { DAY_SECONDS, secondsOf } from './dates.ts';
import type { EmulatorOptions } from './options.ts';
import { DELAY_MAX_SECONDS } from './portrait.ts';
import type { Shares } from './random.ts';
import { drawn, hash } from './random.ts';
import { DIRECTIONS, emptyState, IN_PROGRESS_STATUSES, TRAIT } from './state.ts';
import type { State, StateBase } from './state.ts';

/** Fields whose chance is drawn here; `portrait.ts` uses numbers from 16 on. */
const FIELD = { time: 1, direction: 2, status: 3, media: 4, more: 5, odd: 6, unsent: 7 } as const;

/** Shares of 1000. About 1 % in progress, whatever their age; the last ones of each table are nobody's documented status. */
const INBOUND: Shares<string> = [
  ['received', 984],
  ['receiving', 12],
  ['Received', 2],
  ['pending_review', 2],
];
const OUTBOUND: Shares<string> = [
  ['delivered', 500],
  ['sent', 330],
  ['undelivered', 60],
  ['failed', 60],
  ['read', 15],
  ['canceled', 12],
  ['partially_delivered', 10],
  ['queued', 3],
  ['sending', 3],
  ['initiated', 2],
  ['accepted', 2],
  ['scheduled', 1],
  ['teleported', 2],
];

const ODD_STATUSES: ReadonlySet<string> = new Set(['Received', 'pending_review', 'teleported']);

/** 60 % have media: mostly one to three, some up to eight. */
const MEDIA_SHARE = 600;
const MANY_SHARE = 40;

export type Seeding = Required<Pick<EmulatorOptions, 'messages' | 'days' | 'inProgressDays' | 'oddities'>>;

/** The account at the start: `messages` messages over the last `days` days. Equal arguments give equal accounts. */
export function seedState(base: StateBase, { messages, days, inProgressDays, oddities }: Seeding): State {
  const state = emptyState(base, messages);
  const names = [...INBOUND, ...OUTBOUND].map(([name]) => name);
  state.statusNames.push(...names);
  state.seeded = messages;
  state.size = messages;

  const indexes = { inbound: indexesIn(INBOUND, names), outbound: indexesIn(OUTBOUND, names) };
  const end = secondsOf(base.now());
  const span = days * DAY_SECONDS;
  const endedBefore = end - inProgressDays * DAY_SECONDS;
  let media = 0;
  for (let ordinal = 0; ordinal < messages; ordinal++) {
    const chance = (field: number): number => hash(base.seed, ordinal, field) % 1000;
    const within = hash(base.seed, ordinal, FIELD.time) / 4_294_967_296;
    const created = Math.max(0, Math.floor(end - span * (1 - (ordinal + within) / messages)));
    state.created[ordinal] = created;

    const direction = directionOf(chance(FIELD.direction));
    const statuses = direction === 0 ? indexes.inbound : indexes.outbound;
    const first = statuses[chance(FIELD.status)] ?? 0;
    const hasEnded = created < endedBefore && IN_PROGRESS_STATUSES.has(names[first] ?? '');
    const isPlain = !hasEnded && (oddities || !ODD_STATUSES.has(names[first] ?? ''));
    const status = isPlain ? first : (statuses[0] ?? 0);
    state.status[ordinal] = status;
    const unsent = neverSent(names[status] ?? '', chance(FIELD.unsent)) ? TRAIT.unsent : 0;
    state.traits[ordinal] = direction | unsent | (oddities ? oddity(chance(FIELD.odd)) : 0);

    const count = mediaCount(chance(FIELD.media), hash(base.seed, ordinal, FIELD.more));
    state.mediaCount[ordinal] = count;
    state.present[ordinal] = (1 << (count + 1)) - 2;
    state.mediaStart[ordinal] = media;
    media += count;
  }
  state.sentApart.after = DELAY_MAX_SECONDS;
  state.deletedAt = new Float64Array(media);
  return state;
}

/** For each chance out of a thousand the status it means, as an index into `names`. */
const indexesIn = (shares: Shares<string>, names: readonly string[]): Uint8Array =>
  Uint8Array.from({ length: 1000 }, (_, chance) => names.indexOf(drawn(shares, chance)));

function directionOf(chance: number): number {
  if (chance < 400) return DIRECTIONS.indexOf('inbound');
  if (chance < 850) return DIRECTIONS.indexOf('outbound-api');
  return chance < 980 ? DIRECTIONS.indexOf('outbound-reply') : DIRECTIONS.indexOf('outbound-call');
}

/** What waits has not been sent; of what failed, two in five got as far. */
function neverSent(status: string, chance: number): boolean {
  if (status === 'failed') return chance < 600;
  return status === 'canceled' || IN_PROGRESS_STATUSES.has(status);
}

/** Eight in a thousand messages say something no client can read. */
function oddity(chance: number): number {
  if (chance < 1) return TRAIT.oddCreated;
  if (chance < 3) return TRAIT.oddSent;
  if (chance < 4) return TRAIT.oddMedia;
  return chance < 8 ? TRAIT.oddNumber : 0;
}

function mediaCount(chance: number, more: number): number {
  if (chance >= MEDIA_SHARE) return 0;
  return chance < MANY_SHARE ? 4 + (more % 5) : 1 + (more % 3);
}
