const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const RFC_2822 = new RegExp(
  `^(${WEEKDAYS.join('|')}), (\\d{1,2}) (${MONTHS.join('|')}) (\\d{4}) (\\d\\d):(\\d\\d):(\\d\\d) ([+-])(\\d\\d)(\\d\\d)$`,
);
const IMF_FIXDATE = new RegExp(
  `^(${WEEKDAYS.join('|')}), (\\d\\d) (${MONTHS.join('|')}) (\\d{4}) (\\d\\d):(\\d\\d):(\\d\\d) GMT$`,
);

/**
 * A date as the API documents it: RFC 2822, `Mon, 16 Nov 2026 03:00:00 +0000`. Any numeric offset is honoured; the
 * weekday has to be right. Zones by name, `GMT` and `Z` among them, are not the documented format and not read.
 * `Date.parse` is no help here: it guesses ("message 7" becomes 2001).
 */
export function apiDate(text: string): Date | 'unreadable' {
  const fields = RFC_2822.exec(text);
  if (!fields) return 'unreadable';
  const offsetHours = Number(fields[9]);
  const offsetMinutes = Number(fields[10]);
  const localMs = instantMs(fields);
  if (localMs === undefined || offsetHours > 14 || offsetMinutes > 59) return 'unreadable';
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000;
  return new Date(fields[8] === '+' ? localMs - offsetMs : localMs + offsetMs);
}

/** A date in an HTTP header, RFC 7231 IMF-fixdate, as milliseconds since 1970. The obsolete forms are not read. */
export function httpDateMs(text: string | undefined): number | undefined {
  const fields = IMF_FIXDATE.exec(String(text)); // none reads as a word that is no date
  return fields ? instantMs(fields) : undefined;
}

/** Weekday, day, month, year, hour, minute and second as if in UTC, where they name an instant and agree with each other. */
function instantMs(fields: RegExpExecArray): number | undefined {
  const day = Number(fields[2]);
  const month = MONTHS.indexOf(String(fields[3]));
  const year = Number(fields[4]);
  const hour = Number(fields[5]);
  const minute = Number(fields[6]);
  const second = Number(fields[7]);
  if (year < 1970 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  // Stryker disable next-line ConditionalExpression,EqualityOperator: no month is shorter, so this only saves the question.
  const mayExceed = day > 28;
  if (mayExceed && day > daysIn(year, month)) return undefined;
  const ms = Date.UTC(year, month, day, hour, minute, second);
  return WEEKDAYS[(Math.floor(ms / DAY_MS) + THURSDAY) % 7] === fields[1] ? ms : undefined;
}

const DAY_MS = 86_400_000;
/** The weekday of the day that milliseconds are counted from. Days before it are not asked for. */
const THURSDAY = 4;

/** Day 0 of a month is the last day of the one before. */
const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
