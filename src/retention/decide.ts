import { DEFAULT_RULE, retain, type Decision, type Reason, type Retained, type UnknownReason } from './decision.ts';
import { matches, type UnknownCondition } from './match.ts';
import { endMs, type Period } from './period.ts';
import type { Hold, Policy } from './policy.ts';
import type { Item, Media, Message, ReadDate } from './resource.ts';

/**
 * What happens to one media item at `now`, and why.
 * Total: what cannot be understood is retained. A hold beats every rule; of the rules that govern an item the one that
 * keeps it longest wins, so that their order never matters; the policy's default speaks only where none governs.
 */
export function decide({ message, media }: Item, policy: Policy, holds: readonly Hold[], now: Date): Decision {
  const obstacle = obstacleOf(message, [...datesOf(message), media.createdAt], now);
  if (obstacle) return retain(obstacle);
  if (message.sid === null || media.sid === null) return retain({ kind: 'strange-sid' });

  const held = holdOn(message, holds, media);
  if (held) return retain(held);

  const governing = rulesOn(message, policy, media);
  if (governing.unknown) return retain({ kind: governing.unknown });

  const { rule, dueMs } = longest(governing.sure, policy, startsOf(message, policy, media));
  if (dueMs === Infinity) return retain({ kind: 'forever', rule });
  const dueAt = new Date(dueMs);
  if (now.getTime() > dueMs)
    return { kind: 'delete', messageSid: message.sid, mediaSid: media.sid, rule, expiredAt: dueAt };
  return retain({ kind: 'not-due', rule, dueAt });
}

/** What a message says of all its media before they are looked at. `may-be-due`: only a look can tell. */
export type Outlook = Retained | { readonly kind: 'may-be-due' };

/**
 * Whether a message can have anything due at `now`, judged without its media. `retain` is certain for every one of them:
 * the date of a media item can only make it stay longer, and a rule on content type that may or may not govern counts
 * wherever that would bring the expiry forward.
 */
export function earliestDue(message: Message, policy: Policy, holds: readonly Hold[], now: Date): Outlook {
  const obstacle = obstacleOf(message, datesOf(message), now);
  if (obstacle) return retain(obstacle);
  if (message.sid === null) return retain({ kind: 'strange-sid' });

  const held = holdOn(message, holds);
  if (held) return retain(held);

  const { sure, possible, unknown } = rulesOn(message, policy);
  if (unknown) return retain({ kind: unknown });

  const starts = startsOf(message, policy);
  const { rule, dueMs } = sure.length > 0 ? longest(sure, policy, starts) : shortest(possible, policy, starts);
  if (dueMs === Infinity) return retain({ kind: 'forever', rule });
  return now.getTime() > dueMs ? MAY_BE_DUE : retain({ kind: 'not-due', rule, dueAt: new Date(dueMs) });
}

const MAY_BE_DUE: Outlook = { kind: 'may-be-due' };

/** What keeps an item before any rule or hold is asked. */
function obstacleOf(message: Message, dates: readonly ReadDate[], now: Date): Reason | undefined {
  if (message.status.kind === 'in-progress') return { kind: 'in-progress' };
  if (message.status.kind !== 'terminal') return { kind: 'unknown-status' };
  const doubt = doubtAbout(dates, now);
  return doubt && { kind: doubt };
}

/** A message that was never sent has no date of that. */
const datesOf = ({ createdAt, sentAt }: Message): readonly ReadDate[] =>
  sentAt === null ? [createdAt] : [createdAt, sentAt];

function doubtAbout(dates: readonly ReadDate[], now: Date): UnknownReason | undefined {
  for (const date of dates) {
    const ms = date instanceof Date ? date.getTime() : NaN;
    // An invalid `Date` is neither before nor after anything: it would slip through every comparison below.
    if (Number.isNaN(ms)) return 'unreadable-date';
    if (ms > now.getTime() + CLOCK_TOLERANCE_MS) return 'future-date';
    if (ms < SERVICE_BEGAN_MS) return 'implausible-date';
  }
  return undefined;
}

/** An item created in the minutes since `now` is merely young; further ahead, its date says something that cannot be. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** SignalWire did not exist before 2016: an older date is a default or a mistake, and 1970 would make everything due. */
const SERVICE_BEGAN_MS = Date.UTC(2016);

/** What depends on media not yet seen is no hold yet: they are judged one by one before anything is planned. */
function holdOn(message: Message, holds: readonly Hold[], media?: Media): HoldReason | undefined {
  let covering: string | undefined;
  let doubt: UnknownCondition | undefined;
  for (const { id, match } of holds) {
    const verdict = matches(match, message, media);
    if (verdict === 'yes') covering = first(id, covering);
    else if (verdict !== 'no' && verdict !== 'depends') doubt = first(verdict, doubt);
  }
  if (covering !== undefined) return { kind: 'hold', hold: covering };
  return doubt && { kind: doubt };
}

/** In the order of their names, so that of several holds, doubts or equal ends the same is named in whatever order they stand. */
// Stryker disable next-line EqualityOperator: of two equal names either is the first.
const first = <T extends string>(a: T, b: T | undefined): T => (b === undefined || a < b ? a : b);

type HoldReason = { readonly kind: 'hold'; readonly hold: string } | { readonly kind: UnknownCondition };

interface Governing {
  readonly sure: readonly Term[];
  /** Govern or not, as the media say. */
  readonly possible: readonly Term[];
  readonly unknown: UnknownCondition | undefined;
}

/** How long something says an item stays: a rule, or the default. */
interface Term {
  readonly id: string;
  readonly retain: Period;
}

function rulesOn(message: Message, policy: Policy, media?: Media): Governing {
  const sure: Term[] = [];
  const possible: Term[] = [];
  let unknown: UnknownCondition | undefined;
  for (const rule of policy.rules) {
    const verdict = matches(rule.match, message, media);
    if (verdict === 'yes') sure.push(rule);
    else if (verdict === 'depends') possible.push(rule);
    else if (verdict !== 'no') unknown = first(verdict, unknown);
  }
  return { sure, possible, unknown };
}

/**
 * What age is counted from: a period has to be over from each of these dates, so where they disagree, the item stays
 * longer. The youngest alone would not do: a month from 30 January 23:00 ends after a month from 31 January 01:00.
 */
function startsOf(message: Message, policy: Policy, media?: Media): Starts {
  const all = startsAt([message.createdAt, media?.createdAt, message.sentAt]);
  return { all, counted: policy.ageFrom === 'sent' ? all : startsAt([message.createdAt, media?.createdAt]) };
}

/** Each once: most messages are sent within the second. */
function startsAt(dates: readonly (ReadDate | null | undefined)[]): number[] {
  const starts: number[] = [];
  for (const date of dates) {
    if (date instanceof Date && !starts.includes(date.getTime())) starts.push(date.getTime());
  }
  return starts;
}

/** In milliseconds since 1970. */
interface Starts {
  /** What periods begin at. */
  readonly counted: readonly number[];
  /** What the minimum age begins at, which nothing may be younger than, whatever its age is counted from. */
  readonly all: readonly number[];
}

interface Expiry {
  readonly rule: string;
  /** In milliseconds since 1970; `Infinity`: never. */
  readonly dueMs: number;
}

function longest(terms: readonly Term[], policy: Policy, starts: Starts): Expiry {
  const ends = endsOf(terms.length > 0 ? terms : [fallback(policy)], policy, starts);
  return ends.reduce((a, b) => (b.dueMs > a.dueMs || isNamedFirst(b, a) ? b : a));
}

/** The earliest that can come of rules of which any may govern, or none. */
function shortest(possible: readonly Term[], policy: Policy, starts: Starts): Expiry {
  const ends = endsOf([...possible, fallback(policy)], policy, starts);
  return ends.reduce((a, b) => (b.dueMs < a.dueMs || isNamedFirst(b, a) ? b : a));
}

/** Of two equal ends always the same rule is named, in whatever order they stand. */
// Stryker disable next-line EqualityOperator: no two rules have the same name.
const isNamedFirst = (a: Expiry, b: Expiry): boolean => a.dueMs === b.dueMs && a.rule < b.rule;

const fallback = (policy: Policy): Term => ({ id: DEFAULT_RULE, retain: policy.default });

function endsOf(terms: readonly Term[], policy: Policy, starts: Starts): Expiry[] {
  const floorMs = lastEnd(policy.minimumAge, starts.all);
  return terms.map(({ id, retain: period }) => ({
    rule: id,
    dueMs: Math.max(lastEnd(period, starts.counted), floorMs),
  }));
}

const lastEnd = (period: Period, startsMs: readonly number[]): number =>
  startsMs.map((startMs) => endMs(period, startMs)).reduce((a, b) => Math.max(a, b));
