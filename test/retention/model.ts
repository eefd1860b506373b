import type { Period } from '../../src/retention/period.ts';
import type { Hold, HoldMatch, Policy } from '../../src/retention/policy.ts';
import type { Item, ReadDate } from '../../src/retention/resource.ts';

/**
 * The law a second time, from what users are promised and in other words than the code's: whether an item may be
 * deleted. Ends come from `Temporal`.
 */
export function mayDelete({ message, media }: Item, policy: Policy, holds: readonly Hold[], now: Date): boolean {
  const dates = [message.createdAt, media.createdAt, ...(message.sentAt === null ? [] : [message.sentAt])];
  const isUnderstood =
    message.status.kind === 'terminal' &&
    message.sid !== null &&
    media.sid !== null &&
    dates.every((date) => isBetween(date, '2016-01-01T00:00:00Z', now.getTime() + 300_000));
  if (!isUnderstood || holds.some(({ match }) => covers(match, { message, media }) !== false)) return false;

  const answers = policy.rules.map(({ match }) => covers(match, { message, media }));
  if (answers.includes('unknown')) return false;
  const governing = policy.rules.filter((_, index) => answers[index] === true).map(({ retain }) => retain);
  const periods = governing.length > 0 ? governing : [policy.default];
  const counted = policy.ageFrom === 'sent' ? dates : [message.createdAt, media.createdAt];
  return (
    periods.every((period) => counted.every((date) => isOver(period, date, now))) &&
    dates.every((date) => isOver(policy.minimumAge, date, now))
  );
}

type Answer = boolean | 'unknown';

function covers(match: HoldMatch, { message, media }: Item): Answer {
  const { status, direction, from, to } = message;
  const answers = new Set<Answer>([
    match.messageSid === undefined || match.messageSid.some((sid) => sid === message.sid),
    match.status === undefined || (status.kind !== 'unknown' && match.status.includes(status.name)),
    match.direction === undefined || (direction === 'unknown' ? 'unknown' : match.direction.includes(direction)),
    like(match.from, [from]),
    like(match.to, [to]),
    like(match.number, [from, to]),
    like(match.contentType, [media.contentType]),
    onDays(match, [message.createdAt, message.sentAt, media.createdAt]),
  ]);
  if (answers.has(false)) return false;
  return answers.has('unknown') ? 'unknown' : true;
}

function like(patterns: readonly string[] | undefined, values: readonly (string | null)[]): Answer {
  if (patterns === undefined) return true;
  const expressions = patterns.map((each) => new RegExp(`^${RegExp.escape(each).replace(/\\\*$/, '.*')}$`, 's'));
  if (values.some((value) => value !== null && expressions.some((each) => each.test(value)))) return true;
  return values.includes(null) ? 'unknown' : false;
}

function onDays({ since, until }: HoldMatch, dates: readonly (ReadDate | null)[]): boolean {
  if (!since && !until) return true;
  return dates.some((date) => {
    if (date === null || date === 'unreadable') return false;
    const day = date.toISOString().slice(0, 10);
    return (!since || day >= since.toISOString().slice(0, 10)) && (!until || day <= until.toISOString().slice(0, 10));
  });
}

const isBetween = (date: ReadDate, first: string, lastMs: number): boolean =>
  date instanceof Date && date.getTime() >= Date.parse(first) && date.getTime() <= lastMs;

function isOver(period: Period, date: ReadDate, now: Date): boolean {
  return period.kind === 'span' && date !== 'unreadable' && now.getTime() > endMs(period, date);
}

/** Calendar arithmetic by somebody else. */
export function endMs({ months, hours }: { readonly months: number; readonly hours: number }, start: Date): number {
  const inUtc = Temporal.Instant.fromEpochMilliseconds(start.getTime()).toZonedDateTimeISO('UTC');
  return inUtc.add({ months, hours }, { overflow: 'constrain' }).epochMilliseconds;
}
