const DAY_S = 86_400;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Writes whole seconds since 1970 as the API writes dates: `Mon, 05 Jan 2026 10:00:00 +0000`. */
export type DateWriter = (seconds: number) => string;

/** Days are kept once written: a page of a thousand messages is mostly a handful of days. */
export function createDateWriter(): DateWriter {
  const days = new Map<number, string>();
  return (seconds) => {
    const day = Math.floor(seconds / DAY_S);
    let text = days.get(day);
    if (text === undefined) {
      text = writeDay(new Date(day * DAY_S * 1000));
      days.set(day, text);
    }
    const rest = seconds - day * DAY_S;
    const minutes = Math.floor(rest / 60);
    return `${text} ${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}:${pad(rest % 60)} +0000`;
  };
}

const writeDay = (date: Date): string =>
  `${WEEKDAYS[date.getUTCDay()]}, ${pad(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCFullYear()).padStart(4, '0')}`;

const pad = (value: number): string => (value < 10 ? `0${value}` : String(value));

export const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000);

/**
 * The first second of a UTC day written `YYYY-MM-DD`; of a date-time, which the SDKs send for a `Date`, the day counts.
 * `undefined` where there is no such day.
 */
export function dayStart(text: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)(?:T[\d:.]+Z?)?$/.exec(text);
  if (!parts) return undefined;
  const at = Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
  return new Date(at).toISOString().startsWith(text.slice(0, 10)) ? at / 1000 : undefined;
}

export const DAY_SECONDS = DAY_S;

/** As HTTP headers write dates: whole seconds, GMT. */
export const httpDate = (ms: number): string => new Date(ms).toUTCString();
