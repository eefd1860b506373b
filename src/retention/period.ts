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

/**
 * When a period that starts at `start` is over, in UTC; `undefined` for ever, which is also what lies beyond the last
 * instant a `Date` can name.
 * Months go by the calendar and keep the time of day; a day the month does not have becomes its last one
 * (31 January and a month is 28 or 29 February).
 */
export function endOf(period: Period, start: Date): Date | undefined {
  // Stryker disable next-line ConditionalExpression,StringLiteral: without it for ever comes to no date either, by way of NaN.
  if (period.kind === 'forever') return undefined;
  const end =
    period.months === 0 ? new Date(start.getTime() + period.hours * HOUR_MS) : addMonths(start, period.months);
  return Number.isNaN(end.getTime()) ? undefined : end;
}

/** The day to show people: what began before it has outlasted `period` at `now`. Exact but for clamped month ends, which `endOf` decides. */
export function cutOff(period: Span, now: Date): Date {
  return period.months === 0 ? new Date(now.getTime() - period.hours * HOUR_MS) : addMonths(now, -period.months);
}

function addMonths(start: Date, months: number): Date {
  const month = start.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(start.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const end = new Date(start);
  end.setUTCFullYear(start.getUTCFullYear(), month, Math.min(start.getUTCDate(), lastDay));
  return end;
}

const HOUR_MS = 3_600_000;
