import { DEFAULT_RULE, retain, type Decision, type Reason, type Retained, type UnknownReason } from './decision.ts';
import { matches, type UnknownCondition } from './match.ts';
import { endOf, type Period } from './period.ts';
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

  const { rule, dueAt } = longest(governing.sure, policy, startsOf(message, policy, media));
  if (dueAt === undefined) return retain({ kind: 'forever', rule });
  if (now > dueAt) return { kind: 'delete', messageSid: message.sid, mediaSid: media.sid, rule, expiredAt: dueAt };
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
  const { rule, dueAt } = sure.length > 0 ? longest(sure, policy, starts) : shortest(possible, policy, starts);
  if (dueAt === undefined) return retain({ kind: 'forever', rule });
  return now > dueAt ? MAY_BE_DUE : retain({ kind: 'not-due', rule, dueAt });
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
    // An invalid `Date` is neither before nor after anything: it would slip through every comparison below.
    if (!(date instanceof Date) || Number.isNaN(date.getTime())) return 'unreadable-date';
    if (date.getTime() > now.getTime() + CLOCK_TOLERANCE_MS) return 'future-date';
    if (date < SERVICE_BEGAN_AT) return 'implausible-date';
  }
  return undefined;
}

/** An item created in the minutes since `now` is merely young; further ahead, its date says something that cannot be. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** SignalWire did not exist before 2016: an older date is a default or a mistake, and 1970 would make everything due. */
const SERVICE_BEGAN_AT = new Date('2016-01-01T00:00:00Z');

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
  const created = [message.createdAt, media?.createdAt].filter((date) => date instanceof Date);
  const all = message.sentAt instanceof Date ? [...created, message.sentAt] : created;
  return { all, counted: policy.ageFrom === 'sent' ? all : created };
}

interface Starts {
  /** What periods begin at. */
  readonly counted: readonly Date[];
  /** What the minimum age begins at, which nothing may be younger than, whatever its age is counted from. */
  readonly all: readonly Date[];
}

interface Expiry {
  readonly rule: string;
  /** `undefined`: for ever. */
  readonly dueAt: Date | undefined;
}

function longest(terms: readonly Term[], policy: Policy, starts: Starts): Expiry {
  return ends(terms.length > 0 ? terms : [fallback(policy)], policy, starts).reduce((a, b) => (isLater(b, a) ? b : a));
}

/** The earliest that can come of rules of which any may govern, or none. */
function shortest(possible: readonly Term[], policy: Policy, starts: Starts): Expiry {
  return ends([...possible, fallback(policy)], policy, starts).reduce((a, b) => (isLater(a, b) ? b : a));
}

const fallback = (policy: Policy): Term => ({ id: DEFAULT_RULE, retain: policy.default });

/** In the order of their names, so that of two equal ends always the same rule is named. */
function ends(terms: readonly Term[], policy: Policy, starts: Starts): Expiry[] {
  const floor = lastEnd(policy.minimumAge, starts.all);
  return terms
    .toSorted(byId)
    .map(({ id, retain: period }) => ({ rule: id, dueAt: later(lastEnd(period, starts.counted), floor) }));
}

// Stryker disable next-line EqualityOperator: no two rules have the same name.
const byId = (a: Term, b: Term): number => (a.id < b.id ? -1 : 1);

const lastEnd = (period: Period, starts: readonly Date[]): Date | undefined =>
  starts.map((start) => endOf(period, start)).reduce(later);

const isLater = (a: Expiry, b: Expiry): boolean => msOf(a.dueAt) > msOf(b.dueAt);

// Stryker disable next-line EqualityOperator: of two equal instants either is the later.
const later = (a: Date | undefined, b: Date | undefined): Date | undefined => (msOf(a) > msOf(b) ? a : b);

/** `undefined` is for ever, so it is later than everything. */
const msOf = (date: Date | undefined): number => date?.getTime() ?? Infinity;
