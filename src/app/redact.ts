import { maskNumber } from '../retention/words.ts';

/** What a problem may say of a value somebody wrote: enough to find it, never a secret and never a whole phone number. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(shorten(redact(value.slice(0, READ_MAX))));
  if (typeof value === 'number' || typeof value === 'boolean') return redact(String(value));
  return Array.isArray(value) ? 'a list' : 'a mapping';
}

/** As `shown`, where a phone number belongs: whatever stands there is taken for one. */
export function shownNumber(value: unknown): string {
  if (typeof value === 'number') return mask(`+${value}`);
  if (typeof value !== 'string') return shown(value);
  return looksSecret(value) ? '"…"' : quoted(mask(value));
}

const quoted = (text: string): string => visible(JSON.stringify(text));

/** What somebody wrote is shown on terminals and in logs: nothing in it may steer one, begin a line, or turn it round. */
export const visible = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);

/** Without its `+` a number has one digit less that says only where it is from. */
const mask = (text: string): string =>
  text.startsWith('+') || text.length <= 8 ? maskNumber(text) : maskNumber(`+${text}`).slice(1);

/** Text with everything taken out of it that may be a secret or a phone number. */
export function redact(text: string): string {
  return text
    .replaceAll(USER_INFO, '…@')
    .replaceAll(QUERY, '?…')
    .replaceAll(WORD, (word) => (isSecret(word) ? '…' : word))
    .replaceAll(DIGITS, (digits) => (isPhoneNumber(digits) ? mask(digits) : digits));
}

/** Something in it has the looks of a token or a password in a URL. UUIDs and SIDs have not. */
export function looksSecret(text: string): boolean {
  return (text.match(WORD) ?? []).some(isSecret) || text.search(USER_INFO) >= 0;
}

const USER_INFO = /(?:\/\/[^/@\s]{1,512}|:[^/@\s:]{1,256}:[^/@\s:]{1,256})@/g;
const QUERY = /\?[^\s"]{1,512}=[^\s"]*/g;
const WORD = /[A-Za-z0-9_+=-]{20,}/g;
const DIGITS = /\+?[0-9][0-9 ().-]{5,30}[0-9]/g;

function isSecret(word: string): boolean {
  if (SID.test(word)) return false;
  return PREFIXED.test(word) || HEX.test(word) || (word.length >= 40 && MIXED.every((kind) => kind.test(word)));
}

/** A UUID, or two letters and 32 hexadecimal digits: identifiers, which messages may name. */
const SID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?!PT)[A-Z]{2}[0-9a-f]{32})$/i;
/** API tokens and signing keys of SignalWire, and the beginning of every JSON Web Token. */
const PREFIXED = /^(?:PT[0-9a-f]{18,}|PSK_.+|eyJ[A-Za-z0-9_-]{17,})$/i;
const HEX = /^[0-9a-f]{32,}$/i;
const MIXED = [/[a-z]/, /[A-Z]/, /[0-9]/];

function isPhoneNumber(text: string): boolean {
  if (DATE.test(text)) return false;
  const digits = text.replaceAll(/[^0-9]/g, '').length;
  return text.startsWith('+') ? digits >= 7 : digits >= 10;
}

const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

function shorten(text: string): string {
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}…`;
}

const SHOWN_MAX = 60;
/** What lies behind this cannot be shown, and a secret that begins before has more than its looks before it. */
const READ_MAX = 1000;
