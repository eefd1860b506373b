const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const DAY = new RegExp(`^(${WEEKDAYS.join('|')}), (\\d{1,2}) (${MONTHS.join('|')}) (\\d{4})$`);
const TIME = ' 03:00:00';
const OFFSET = ' +0000';
const GMT = ' GMT';
const IMF_FIXDATE_LENGTH = 'Mon, 16 Nov 2026 03:00:00 GMT'.length;

/**
 * A date as the API documents it: RFC 2822, `Mon, 16 Nov 2026 03:00:00 +0000`. Any numeric offset is honoured; the
 * weekday has to be right. Zones by name, `GMT` and `Z` among them, are not the documented format and not read.
 * `Date.parse` is no help here: it guesses ("message 7" becomes 2001).
 * @param days reads the day: whoever has many dates of few days takes a third of the time with `rememberingLast(dayMs)`
 */
export function apiDate(text: string, days = dayMs): Date | 'unreadable' {
  const zoneAt = text.length - OFFSET.length;
  const timeAt = zoneAt - TIME.length;
  const ms = days(text.slice(0, timeAt)) + timeMs(text, timeAt) - offsetMs(text, zoneAt);
  return Number.isNaN(ms) ? 'unreadable' : new Date(ms);
}

/** A date in an HTTP header, RFC 7231 IMF-fixdate, as milliseconds since 1970. The obsolete forms are not read. */
export function httpDateMs(text: string | undefined): number | undefined {
  if (text?.length !== IMF_FIXDATE_LENGTH || !text.endsWith(GMT)) return undefined;
  const timeAt = text.length - GMT.length - TIME.length;
  const ms = dayMs(text.slice(0, timeAt)) + timeMs(text, timeAt);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * When a day begins in UTC, in milliseconds since 1970, where it names one and its weekday is right; else `NaN`. Years before
 * 1970 are not asked for; nor can `Date.UTC` be asked for those before 100.
 */
export function dayMs(text: string): number {
  const fields = DAY.exec(text);
  const year = Number(fields?.[4]);
  if (!fields || year < 1970) return NaN;
  const day = Number(fields[2]);
  const ms = Date.UTC(year, MONTHS.indexOf(String(fields[3])), day);
  const date = new Date(ms); // of a later month, where there is no such day
  return date.getUTCDate() === day && WEEKDAYS[date.getUTCDay()] === fields[1] ? ms : NaN;
}

/** As `read`, which is not asked again for the text that it was asked for last. */
export function rememberingLast(read: (text: string) => number): (text: string) => number {
  let last: { readonly text: string; readonly value: number } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) };
    return last.value;
  };
}

/** ` 03:00:00` in milliseconds, or `NaN`. */
function timeMs(text: string, at: number): number {
  if (text[at] !== ' ' || text[at + 3] !== ':' || text[at + 6] !== ':') return NaN;
  return ((digits(text, at + 1, 23) * 60 + digits(text, at + 4, 59)) * 60 + digits(text, at + 7, 59)) * 1000;
}

/** ` +0000` in milliseconds, or `NaN`; no zone is further off than 14 hours. */
function offsetMs(text: string, at: number): number {
  const sign = text[at + 1];
  if (text[at] !== ' ' || (sign !== '+' && sign !== '-')) return NaN;
  const ms = (digits(text, at + 2, 14) * 60 + digits(text, at + 4, 59)) * 60_000;
  return sign === '+' ? ms : -ms;
}

/** Two digits that come to `max` at most, or `NaN`. */
function digits(text: string, at: number, max: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  const isNumber = tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9;
  const value = tens * 10 + ones;
  return isNumber && value <= max ? value : NaN;
}

const ZERO = '0'.charCodeAt(0);
