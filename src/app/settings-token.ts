import { readFileSync, statSync } from 'node:fs';
import { EMPTY, type Environment } from './environment.ts';
import type { Token } from '../provider/login.ts';
import type { Problem } from './problems.ts';

/** A token, or why there is none: `missing` where nobody has given one. */
export type TokenResult =
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'missing' | 'wrong'; readonly problem: Problem };

/** What kind of secret is asked for. */
export interface Secret {
  /** What it is called in messages. */
  readonly noun: string;
  /** What is wrong with one that is printable ASCII without blanks, which is asked of all: `a token of 9 characters`. */
  readonly fault?: (text: string) => { readonly what: string; readonly expected: string } | undefined;
}

const API_TOKEN: Secret = { noun: 'API token' };

/**
 * The secret that `variable` or `variable_FILE` gives; a name that ends in `_FILE` is that of a path.
 * What the variables hold is never shown: a secret may stand where a path belongs. The secret itself lives in a closure,
 * where neither `inspect` nor `JSON.stringify` finds it.
 */
export function readToken(variable: string, env: Environment, secret = API_TOKEN): TokenResult {
  const ofFile = variable.endsWith('_FILE') ? variable : `${variable}_FILE`;
  const [text, path] = [variable === ofFile ? undefined : env[variable], env[ofFile]];
  if (text !== undefined && path !== undefined) {
    return wrong(variable, `is set, and ${ofFile} too`, 'exactly one of them');
  }
  if (text !== undefined) return fromText(text, variable, secret);
  if (path !== undefined) return tokenInFile(path, ofFile, secret);
  const { noun } = secret;
  const other = variable === ofFile ? '' : `, or the path of a file that holds it in ${ofFile}`;
  const expected = `the ${variable === ofFile ? `path of a file that holds the ${noun}` : noun}${other}`;
  return { kind: 'missing', problem: { place: variable, found: 'is not set', expected } };
}

function fromText(text: string, place: string, { noun, fault }: Secret): TokenResult {
  if (text === '') return wrong(place, EMPTY.found, EMPTY.expected);
  if (!TOKEN.test(text))
    return wrong(place, 'has white space or control characters in it', `the ${noun} and nothing else`);
  const amiss = fault?.(text);
  if (amiss) return wrong(place, `holds ${amiss.what}`, amiss.expected);
  return { kind: 'token', token: { current: () => text } };
}

/** The secret in the file at `path`, which may be replaced while it is in use. `place` names the path in messages. */
export function tokenInFile(path: string, place: string, secret: Secret): TokenResult {
  if (path === '') return wrong(place, EMPTY.found, EMPTY.expected);
  const read = readTokenFile(path, secret);
  if (typeof read !== 'string') return wrong(place, read.found, read.expected);
  let current = read;
  const refresh = async (): Promise<boolean> => {
    const next = readTokenFile(path, secret);
    if (typeof next !== 'string' || next === current) return false; // half-written, gone or wrong: what we have may still do
    current = next;
    return true;
  };
  return { kind: 'token', token: { current: () => current, refresh } };
}

/** Printable ASCII without blanks: what can go into a header. */
const TOKEN = /^[\x21-\x7e]{1,1024}$/;
const FILE_BYTES_MAX = 4096;

function readTokenFile(path: string, { noun, fault }: Secret): string | Pick<Required<Problem>, 'found' | 'expected'> {
  const expected = `the path of a file that holds the ${noun} and nothing else`;
  try {
    const status = statSync(path);
    if (status.isDirectory()) return { found: 'names a folder', expected };
    if (status.size > FILE_BYTES_MAX)
      return { found: `names a file of ${status.size} bytes, which is no token`, expected };
    const text = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
    if (text === '') return { found: 'names an empty file', expected };
    if (!TOKEN.test(text)) return { found: 'names a file with white space or control characters in it', expected };
    const amiss = fault?.(text);
    return amiss ? { found: `names a file that holds ${amiss.what}`, expected: amiss.expected } : text;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const found = code === 'ENOENT' ? 'names a file that does not exist' : `names a file that cannot be read (${code})`;
    return { found, expected };
  }
}

const wrong = (place: string, found: string, expected: string): TokenResult => ({
  kind: 'wrong',
  problem: { place, found, expected },
});
