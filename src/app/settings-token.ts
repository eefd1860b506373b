import { readFileSync, statSync } from 'node:fs';
import { EMPTY, type Environment } from './environment.ts';
import type { Token } from '../provider/login.ts';
import type { Problem } from './problems.ts';

/** A token, or why there is none: `missing` where nobody has given one. */
export type TokenResult =
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'missing' | 'wrong'; readonly problem: Problem };

/**
 * The secret that `variable` or `variable_FILE` gives; a name that ends in `_FILE` is that of a path.
 * What the variables hold is never shown: a secret may stand where a path belongs. The secret itself lives in a closure,
 * where neither `inspect` nor `JSON.stringify` finds it.
 * @param noun what it is called in messages
 */
export function readToken(variable: string, env: Environment, noun = 'API token'): TokenResult {
  const ofFile = variable.endsWith('_FILE') ? variable : `${variable}_FILE`;
  const [text, path] = [variable === ofFile ? undefined : env[variable], env[ofFile]];
  if (text !== undefined && path !== undefined) {
    return wrong(variable, `is set, and ${ofFile} too`, 'exactly one of them');
  }
  if (text !== undefined) return fromText(text, variable, noun);
  if (path !== undefined) return tokenInFile(path, ofFile, noun);
  const other = variable === ofFile ? '' : `, or the path of a file that holds it in ${ofFile}`;
  const expected = `the ${variable === ofFile ? `path of a file that holds the ${noun}` : noun}${other}`;
  return { kind: 'missing', problem: { place: variable, found: 'is not set', expected } };
}

function fromText(text: string, place: string, noun: string): TokenResult {
  if (text === '') return wrong(place, EMPTY.found, EMPTY.expected);
  if (!TOKEN.test(text))
    return wrong(place, 'has white space or control characters in it', `the ${noun} and nothing else`);
  return { kind: 'token', token: { current: () => text } };
}

/** The secret in the file at `path`, which may be replaced while it is in use. `place` names the path in messages. */
export function tokenInFile(path: string, place: string, noun: string): TokenResult {
  if (path === '') return wrong(place, EMPTY.found, EMPTY.expected);
  const read = readTokenFile(path);
  if (typeof read !== 'string')
    return wrong(place, read.found, `the path of a file that holds the ${noun} and nothing else`);
  let current = read;
  const refresh = async (): Promise<boolean> => {
    const next = readTokenFile(path);
    if (typeof next !== 'string' || next === current) return false; // half-written or gone: what we have may still do
    current = next;
    return true;
  };
  return { kind: 'token', token: { current: () => current, refresh } };
}

/** Printable ASCII without blanks: what can go into a header. */
const TOKEN = /^[\x21-\x7e]{1,1024}$/;
const FILE_BYTES_MAX = 4096;

function readTokenFile(path: string): string | { readonly found: string } {
  try {
    const status = statSync(path);
    if (status.isDirectory()) return { found: 'names a folder' };
    if (status.size > FILE_BYTES_MAX) return { found: `names a file of ${status.size} bytes, which is no token` };
    const text = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
    if (text === '') return { found: 'names an empty file' };
    return TOKEN.test(text) ? text : { found: 'names a file with white space or control characters in it' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return {
      found: code === 'ENOENT' ? 'names a file that does not exist' : `names a file that cannot be read (${code})`,
    };
  }
}

const wrong = (place: string, found: string, expected: string): TokenResult => ({
  kind: 'wrong',
  problem: { place, found, expected },
});
