import * as z from 'zod';
import { parsePeriod, parseSpan, type Period, type Span } from '../retention/period.ts';
import { type MessageSid, messageSid } from '../retention/resource.ts';

/** What the values of a policy file are made of: a schema each, which also says what it expected. */

/** `noun` completes `… is not a …`, `expected` completes `Expected …`. */
export interface Expectation {
  readonly noun: string;
  readonly expected: string;
}

/** zod has room for one text per issue: both parts of an expectation travel in it. */
export const says = (noun: string, expected: string): { error: string } => ({ error: `${noun}\n${expected}` });

/** The other end of `says`. */
export function heard(message: string): Expectation {
  const [noun = '', expected = ''] = message.split('\n');
  return { noun, expected };
}

/** What every section of the file is. */
export const MAPPING = says('a mapping', 'keys and their values, indented below it');

const PERIOD = says('a period', 'a whole number and h, d, mo (months) or y, such as 30d or 3mo');

/** A length of retention, or `forever`. */
export const period = () =>
  z
    .string(PERIOD)
    .regex(/^(?:[1-9][0-9]{0,6}(?:h|d|mo|y)|forever)$/, PERIOD)
    .transform(parsed<Period>(parsePeriod, PERIOD));

/** As `period`, without `forever`. */
export const span = () =>
  z
    .string(PERIOD)
    .regex(/^[1-9][0-9]{0,6}(?:h|d|mo|y)$/, PERIOD)
    .transform(parsed<Span>(parseSpan, PERIOD));

/** Milliseconds from `15s`, `30min`, `6h` or `7d`, between two of the same form. */
export function duration(min: string, max: string) {
  const DURATION = says('a duration', `a whole number and s, min, h or d, from ${min} to ${max}`);
  const within = (text: string): number | undefined => {
    const ms = durationMs(text);
    return ms !== undefined && ms >= (durationMs(min) ?? 0) && ms <= (durationMs(max) ?? 0) ? ms : undefined;
  };
  return z.string(DURATION).regex(DURATION_FORM, DURATION).transform(parsed<number>(within, DURATION));
}

const DURATION_FORM = /^(0|[1-9][0-9]{0,6})(s|min|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

function durationMs(text: string): number | undefined {
  const [, digits, unit = ''] = DURATION_FORM.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * (UNIT_MS[unit] ?? 0);
}

/** A number without a fraction, both bounds included. Text is none: `"5"` is a mistake worth knowing of. */
export function whole(min: number, max: number) {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
  const expected = `a whole number, ${range}, without quotes`;
  const RANGE = says(range, expected);
  return z.int(says('a whole number', expected)).min(min, RANGE).max(max, RANGE);
}

const ID = says(
  'an id',
  'lower-case letters, digits (fewer than 9 in a row) and -, beginning with a letter or digit, at most 64, such as failed-soon',
);
/** A run of nine digits could be somebody's number, and ids are written down where no number may be. */
const ID_FORM = /^(?!.*[0-9]{9})[a-z0-9][a-z0-9-]{0,63}$/;

/** The name of a rule, a hold or a project: it appears in reports, in the ledger and as a metric's label. */
export const id = () => z.string(ID).regex(ID_FORM, ID);

const TEXT = says('a line of text', 'one line of text, at most 200 characters');

/** One line for people; it is printed on terminals and in reports, so nothing in it can steer one. */
export const text = () => z.string(TEXT).regex(/^(?=.*\S)[^\p{Cc}\u2028-\u202e\u2066-\u2069]{1,200}$/u, TEXT);

const NUMBER = says(
  'a phone number',
  'E.164 in quotes, such as "+15550001111", or its beginning and a star, such as "+1555*"',
);

/** E.164, or its beginning and a `*`. A short one without the star is taken for a forgotten star, and refused. */
export const phoneNumber = () => z.string(NUMBER).regex(/^\+[1-9](?:[0-9]{6,14}|[0-9]{0,13}\*)$/, NUMBER);

const TYPE = says(
  'a content type',
  'type/subtype or type/* in lower case and without parameters, such as image/png or image/*',
);

/** Names as in RFC 6838. */
export const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/(?:\*|[a-z0-9][a-z0-9!#$&^_.+-]{0,126})$/;

export const contentType = () => z.string(TYPE).regex(CONTENT_TYPE, TYPE);

const SID = says('a message SID', 'the SID of a message in quotes: 8 to 64 letters, digits and -');

export const sid = () =>
  z
    .string(SID)
    .regex(/^[A-Za-z0-9-]{8,64}$/, SID)
    .transform(parsed<MessageSid>((value) => messageSid(value) ?? undefined, SID));

const DAY = says('a day', 'a day of the calendar as YYYY-MM-DD, such as 2026-03-31');

/** 00:00 UTC of a day that there is. */
export const day = () => z.string(DAY).regex(DAY_FORM, DAY).transform(parsed<Date>(dayOf, DAY));

const DAY_FORM = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/** `undefined` for what no calendar has: `Date` would turn 30 February into 2 March. */
export function dayOf(value: string): Date | undefined {
  const date = new Date(DAY_FORM.test(value) ? `${value}T00:00:00Z` : Number.NaN);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) ? date : undefined;
}

const VARIABLE = says(
  'the name of an environment variable',
  'a name such as SIGNALWIRE_API_TOKEN, never the value itself',
);

export const variable = () => z.string(VARIABLE).regex(/^[A-Z_][A-Z0-9_]{0,99}$/i, VARIABLE);

/** One of a few fixed words. */
export const choice = <const T extends readonly [string, ...string[]]>(noun: string, values: T) =>
  z.enum(values, says(noun, `one of ${values.join(', ')}`));

/** A list that has something in it: an empty one could mean everything or nothing. */
export function listOf<T extends z.ZodType>(each: T, example: string) {
  const LIST = says('a list', `a list with at least one entry, such as ${example}`);
  return z.array(each, LIST).min(1, LIST);
}

/** Runs a parser of the law on text that has the right form: what it does not accept is an issue like any other. */
export function parsed<T>(parse: (value: string) => T | undefined, { error }: { error: string }) {
  return (value: string, context: z.RefinementCtx<string>): T => {
    const result = parse(value);
    if (result !== undefined) return result;
    context.addIssue({ code: 'custom', message: error });
    return z.NEVER;
  };
}
