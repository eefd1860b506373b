import type { Hold, HoldMatch, Match, Policy } from '../../src/retention/policy.ts';
import type { MessageSid } from '../../src/retention/resource.ts';
import type { Chance } from './chance.ts';
import type { TrueMedia, TrueMessage } from './truth.ts';

/** One text of the policy file, as plain data. */
export interface Law {
  /** Which text of the file this is; each edit makes another. */
  readonly version: number;
  readonly ageFrom: 'sent' | 'created';
  /** `null`: for ever. */
  readonly defaultDays: number | null;
  readonly minimumHours: number;
  readonly rules: readonly Clause[];
  readonly holds: readonly Clause[];
}

/** A rule (with `days`) or a hold. Every condition that is given has to hold. */
export interface Clause {
  readonly id: string;
  readonly days: number | null;
  readonly status?: readonly string[];
  readonly direction?: readonly string[];
  /** `image/*` or `audio/ogg`. */
  readonly type?: readonly string[];
  readonly number?: readonly string[];
  readonly message?: readonly string[];
  /** Whole days since 1970, both included. */
  readonly fromDay?: number;
  readonly toDay?: number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Written down once more: the statuses in which a message is over. */
const OVER = new Set('delivered undelivered failed received sent read canceled partially_delivered'.split(' '));
const SERVICE_BEGAN_MS = Date.UTC(2016, 0, 1);
const AHEAD_MS = 5 * 60_000;

/** What a SID begins with that cannot be one. */
export const STRANGE = '../';

type Verdict = 'yes' | 'no' | 'unknown';

/**
 * What the policy says of one media item, from what users are promised and in no words of the worker's: the instant after
 * which it may be deleted. `undefined`: it has to stay.
 * @param nowMs what is now for whoever decides: a date far beyond it is none
 */
export function dueAfterMs(message: TrueMessage, media: TrueMedia, law: Law, nowMs: number): number | undefined {
  if (message.sid.startsWith(STRANGE) || !OVER.has(message.status)) return undefined;
  const dates = [message.createdMs, media.createdMs, ...(message.sentMs === null ? [] : [message.sentMs])];
  if (dates.some((date) => date === 'odd' || date < SERVICE_BEGAN_MS || date > nowMs + AHEAD_MS)) return undefined;
  if (law.holds.some((hold) => covers(hold, message, media) !== 'no')) return undefined;

  const verdicts = law.rules.map((rule) => covers(rule, message, media));
  if (verdicts.includes('unknown')) return undefined;
  const governing = law.rules.filter((_, at) => verdicts[at] === 'yes').map(({ days }) => days);
  const periods = governing.length > 0 ? governing : [law.defaultDays];
  if (periods.includes(null)) return undefined;
  const counted = law.ageFrom === 'created' ? dates.slice(0, 2) : dates;
  const longestMs = Math.max(...(periods as number[])) * DAY_MS;
  return Math.max(
    Math.max(...(counted as number[])) + longestMs,
    Math.max(...(dates as number[])) + law.minimumHours * HOUR_MS,
  );
}

function covers(clause: Clause, message: TrueMessage, media: TrueMedia): Verdict {
  const { status, direction, type, number, message: sids } = clause;
  const verdicts: Verdict[] = [];
  const say = (isSo: boolean): number => verdicts.push(isSo ? 'yes' : 'no');
  if (status) say(status.includes(message.status));
  if (direction) say(direction.includes(message.direction));
  if (sids) say(sids.includes(message.sid));
  if (type) verdicts.push(media.type === null ? 'unknown' : among(type, media.type));
  if (number) verdicts.push(ofNumbers(number, [message.from, message.to]));
  if (clause.fromDay !== undefined) say(isOnDays(clause, [message.createdMs, message.sentMs, media.createdMs]));
  return verdicts.includes('no') ? 'no' : verdicts.includes('unknown') ? 'unknown' : 'yes';
}

const among = (patterns: readonly string[], value: string): Verdict =>
  patterns.some((each) => (each.endsWith('*') ? value.startsWith(each.slice(0, -1)) : each === value)) ? 'yes' : 'no';

/** A short code is no number of the kind that conditions are about. */
function ofNumbers(patterns: readonly string[], numbers: readonly string[]): Verdict {
  const readable = numbers.filter((each) => each.startsWith('+'));
  if (readable.some((each) => among(patterns, each) === 'yes')) return 'yes';
  return readable.length < numbers.length ? 'unknown' : 'no';
}

const isOnDays = (
  { fromDay = -Infinity, toDay = Infinity }: Clause,
  dates: readonly (number | 'odd' | null)[],
): boolean =>
  dates.some((date) => {
    const day = typeof date === 'number' ? Math.floor(date / DAY_MS) : Number.NaN;
    return day >= fromDay && day <= toDay;
  });

const PERIODS = [1, 2, 7, 30] as const;

export function drawLaw(chance: Chance, version: number): Law {
  const rules = Array.from({ length: chance.pick([0, 0, 1, 1, 2, 3]) }, (_, at) => ({
    id: `rule-${at}`,
    ...drawClause(chance),
  }));
  return {
    version,
    ageFrom: chance.happens(0.8) ? 'sent' : 'created',
    defaultDays: rules.length > 0 && chance.happens(0.3) ? null : chance.pick(PERIODS),
    minimumHours: chance.pick([1, 24, 48]),
    rules,
    holds: [],
  };
}

function drawClause(chance: Chance): Omit<Clause, 'id'> {
  return {
    days: chance.happens(0.1) ? null : chance.pick(PERIODS),
    ...(chance.happens(0.3) && {
      status: chance.pick([['failed', 'undelivered'], ['sent'], ['delivered', 'received']]),
    }),
    ...(chance.happens(0.3) && { direction: chance.pick([['inbound'], ['outbound-api', 'outbound-reply']]) }),
    ...(chance.happens(0.3) && { type: chance.pick([['image/*'], ['audio/ogg', 'image/png']]) }),
    ...(chance.happens(0.1) && { number: [chance.pick(NUMBERS)] }),
  };
}

/** All of them begin so, and nothing else does: where one is found, a number has leaked. */
export const NUMBER_MARK = '+1555';
const NUMBERS = ['+15550001111', '+1555000*'] as const;

/** A hold on some of what is there. */
export function drawHold(chance: Chance, id: string, messages: readonly TrueMessage[], nowMs: number): Clause {
  const today = Math.floor(nowMs / DAY_MS);
  return chance.pick([
    {
      id,
      days: null,
      message: chance
        .some(messages, 0.5)
        .map(({ sid }) => sid)
        .concat('message-none'),
    },
    { id, days: null, number: [chance.pick(NUMBERS)] },
    { id, days: null, fromDay: today - chance.pick(PERIODS) - 1, toDay: today - 1 },
    { id, days: null, type: ['image/*'] },
  ]);
}

/** The same for the worker. */
export const policyOf = ({ ageFrom, defaultDays, minimumHours, rules }: Law): Policy => ({
  ageFrom,
  default: periodOf(defaultDays),
  minimumAge: { kind: 'span', months: 0, hours: minimumHours },
  rules: rules.map((rule) => ({ id: rule.id, match: matchOf(rule), retain: periodOf(rule.days) })),
});

export const holdsOf = ({ holds }: Law): Hold[] =>
  holds.map((hold) => ({ id: hold.id, reason: 'simulated', match: matchOf(hold) }));

const periodOf = (days: number | null): Policy['default'] =>
  days === null ? { kind: 'forever' } : { kind: 'span', months: 0, hours: days * 24 };

function matchOf({ status, direction, type, number, message, fromDay, toDay }: Clause): HoldMatch {
  return {
    ...(status && { status: status as NonNullable<Match['status']> }),
    ...(direction && { direction: direction as NonNullable<Match['direction']> }),
    ...(type && { contentType: type }),
    ...(number && { number }),
    ...(message && { messageSid: message as readonly MessageSid[] }),
    ...(fromDay !== undefined && { since: new Date(fromDay * DAY_MS) }),
    ...(toDay !== undefined && { until: new Date(toDay * DAY_MS) }),
  };
}
