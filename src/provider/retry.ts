import { httpDateMs } from './dates.ts';

const BACKOFF_BASE_MS = 500;
const BACKOFF_MAX_MS = 30_000;
const THROTTLE_BASE_MS = 1_000;
const THROTTLE_MAX_MS = 300_000;
const RETRY_AFTER_JITTER_MS = 500;

/** Tries for an answer that is not what the API promises: it rarely gets better, and a wrong address never does. */
export const MALFORMED_TRIES_MAX = 3;

/**
 * Exponential backoff with full jitter: anything from 0 to 500 ms, 1 s, 2 s … at most 30 s.
 * @param failures how often the request has failed, from 1
 */
export const backoffMs = (failures: number, random: () => number): number =>
  random() * Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (failures - 1));

/**
 * How long all requests pause for a 429. What the service asks for is never cut short, only lengthened a little, so
 * that its clients do not all come back at once. Where it asks for nothing: full jitter up to 1 s, 2 s … at most 5 min.
 * @param throttles 429s in a row, from 1
 */
export const throttlePauseMs = (throttles: number, askedMs: number | undefined, random: () => number): number =>
  askedMs === undefined
    ? random() * Math.min(THROTTLE_MAX_MS, THROTTLE_BASE_MS * 2 ** (throttles - 1))
    : askedMs + random() * RETRY_AFTER_JITTER_MS;

const SECONDS = /^\d{1,12}(?:\.\d{1,9})?$/;

/**
 * `Retry-After` in milliseconds: seconds (a fraction is honoured), or a date, counted from the answer's own `Date`, since a
 * clock of ours that runs ahead would cut the pause short. `undefined`: none, past, or unreadable, and so no instruction.
 * @param date the answer's `Date` header
 * @param nowMs our wall clock, for an answer without one
 */
export function retryAfterMs(value: string | undefined, date: string | undefined, nowMs: number): number | undefined {
  const text = String(value).trim(); // none reads as a word that says no time
  const ms = SECONDS.test(text) ? Math.ceil(Number(text) * 1000) : untilMs(text, date, nowMs);
  return ms > 0 ? ms : undefined;
}

/** What cannot be read has passed. */
const untilMs = (text: string, date: string | undefined, nowMs: number): number =>
  (httpDateMs(text) ?? -Infinity) - (httpDateMs(date) ?? nowMs);
