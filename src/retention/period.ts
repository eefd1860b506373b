/** Lengths of retention: a number of hours or days, a number of calendar months, or for ever. */
export type Period = Span | { readonly kind: 'forever' };

/** Exactly one of the two is more than 0. */
export interface Span {
  readonly kind: 'span';
  readonly months: number;
  readonly hours: number;
}

export const FOREVER: Period = { kind: 'forever' };

const FORM = /^([1-9][0-9]{0,6})(h|d|mo|y)$/;
const MAX_YEARS = 100;
const HOURS_MAX = MAX_YEARS * 365 * 24;

/** `30d`, `12h`, `3mo`, `7y` or `forever`; anything else, zero, or more than a hundred years: `undefined`. */
export function parsePeriod(text: string): Period | undefined {
  return text === 'forever' ? FOREVER : parseSpan(text);
}

/** As `parsePeriod`, without `forever`. */
export function parseSpan(text: string): Span | undefined {
  const fields = FORM.exec(text);
  if (!fields) return undefined;
  const count = Number(fields[1]);
  switch (fields[2]) {
    case 'h':
      return span(0, count);
    case 'd':
      return span(0, count * 24);
    case 'mo':
      return span(count, 0);
    default: // y
      return span(count * 12, 0);
  }
}

function span(months: number, hours: number): Span | undefined {
  return months <= MAX_YEARS * 12 && hours <= HOURS_MAX ? { kind: 'span', months, hours } : undefined;
}

/** The shortest form that reads back as the same period: `24h` and `1d` are both `1d`. */
export function formatPeriod(period: Period): string {
  if (period.kind === 'forever') return 'forever';
  if (period.months > 0) return period.months % 12 === 0 ? `${period.months / 12}y` : `${period.months}mo`;
  return period.hours % 24 === 0 ? `${period.hours / 24}d` : `${period.hours}h`;
}

/**
 * Whether a period ends no sooner than another one, from whatever date both start. Hours and months are not compared: a
 * month is 28 days or 31, and a period that has one of the two has none of the other.
 */
export function isNoShorter(period: Period, than: Period): boolean {
  if (period.kind === 'forever') return true;
  // Stryker disable next-line ConditionalExpression,StringLiteral: for ever has neither months nor hours, and nothing is longer than none.
  return than.kind === 'span' && period.months >= than.months && period.hours >= than.hours;
}

/** As `endMs`; `undefined` for ever. */
export function endOf(period: Period, start: Date): Date | undefined {
  const ms = endMs(period, start.getTime());
  return ms === Infinity ? undefined : new Date(ms);
}

/**
 * When a period that starts at `startMs` is over, in UTC, in milliseconds since 1970; `Infinity` for ever, which is also what
 * lies beyond the last instant a `Date` can name.
 * Months go by the calendar and keep the time of day; a day the month does not have becomes its last one
 * (31 January and a month is 28 or 29 February).
 */
export function endMs(period: Period, startMs: number): number {
  // Stryker disable next-line ConditionalExpression,StringLiteral: without it for ever comes to the same by way of NaN.
  if (period.kind === 'forever') return Infinity;
  const ms = period.months === 0 ? startMs + period.hours * HOUR_MS : addMonths(startMs, period.months);
  return Math.abs(ms) <= DATE_MAX_MS ? ms : Infinity;
}

/** The day to show people: what began before it has outlasted `period` at `now`. Exact but for clamped month ends, which `endOf` decides. */
export function cutOff(period: Span, now: Date): Date {
  const nowMs = now.getTime();
  return new Date(period.months === 0 ? nowMs - period.hours * HOUR_MS : addMonths(nowMs, -period.months));
}

function addMonths(startMs: number, months: number): number {
  const end = new Date(startMs);
  const day = end.getUTCDate();
  end.setUTCMonth(end.getUTCMonth() + months);
  if (end.getUTCDate() !== day) end.setUTCDate(0); // the month had no such day, and it ran on into the next one
  return end.getTime();
}

const HOUR_MS = 3_600_000;
/** The last instant that a `Date` can name. */
const DATE_MAX_MS = 8.64e15;
