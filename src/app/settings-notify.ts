import type { Token } from '../provider/login.ts';
import type { Environment } from './environment.ts';
import { isLoopback } from './origin.ts';
import type { NotifySettings } from './policy-file.ts';
import type { Problem } from './problems.ts';
import { readToken, type Secret } from './settings-token.ts';

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
    const read = readToken(variable, env, URL_TO_CALL);
    if (read.kind === 'token') return read.token;
    (read.kind === 'missing' ? missing : problems).push(read.problem);
    return undefined;
  };
  return {
    notify: { webhook: url(named?.webhookEnv), heartbeat: url(named?.heartbeatEnv), on: named?.on ?? [] },
    missing,
  };
}

const URL_TO_CALL: Secret = {
  noun: 'URL',
  fault(text) {
    const what = unsafe(text);
    return what === undefined
      ? undefined
      : { what, expected: 'an https URL without user and password; plain http only on this machine' };
  },
};

/** Why what was found is not called. Nothing of it is shown. */
function unsafe(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return 'something that is no URL';
  const { protocol, hostname, username, password } = url;
  if (username !== '' || password !== '') return 'a URL with a user or password';
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return undefined;
  return protocol === 'http:' ? 'a plain http URL of another machine' : 'a URL that is not https';
}
