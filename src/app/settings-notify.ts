import type { Token } from '../provider/login.ts';
import type { Environment } from './environment.ts';
import { isLoopback } from './origin.ts';
import type { NotifySettings } from './policy-file.ts';
import type { Problem } from './problems.ts';
import { readToken } from './settings-token.ts';

/** Who is told of what. URLs of webhooks are secrets: whoever knows one can write there. */
export interface Notify {
  readonly webhook: Token | undefined;
  readonly heartbeat: Token | undefined;
  readonly on: NotifySettings['on'];
}

/**
 * The URLs in the variables that the policy file names, or in the files that `…_FILE` names. What is named and empty is a
 * mistake always, what is named and not set where it is needed. Adds to `problems`.
 */
export function readNotify(
  env: Environment,
  named: NotifySettings | undefined,
  problems: Problem[],
): { readonly notify: Notify; readonly missing: readonly Problem[] } {
  const missing: Problem[] = [];
  const url = (variable: string | undefined): Token | undefined => {
    if (variable === undefined) return undefined;
    const read = readToken(variable, env, 'URL');
    if (read.kind === 'token' && isSafe(read.token.current())) return read.token;
    if (read.kind === 'missing') missing.push(read.problem);
    else
      problems.push(
        read.kind === 'wrong' ? read.problem : { place: variable, found: 'is not a URL', expected: URL_EXPECTED },
      );
    return undefined;
  };
  return {
    notify: { webhook: url(named?.webhookEnv), heartbeat: url(named?.heartbeatEnv), on: named?.on ?? [] },
    missing,
  };
}

const URL_EXPECTED = 'an https URL without user and password; plain http only on this machine';

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
