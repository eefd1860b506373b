import type { Token } from '../provider/login.ts';
import type { PolicyFile } from './policy-file.ts';
import { ConfigError } from './problems.ts';
import { type Secret, tokenInFile } from './settings-token.ts';

/** A token that can be guessed guards nothing. */
const LENGTH_MIN = 16;

const STATUS_TOKEN: Secret = {
  noun: 'token of the status page',
  fault: ({ length }) =>
    length < LENGTH_MIN
      ? { what: `a token of ${length} characters`, expected: `at least ${LENGTH_MIN} characters` }
      : undefined,
};

/**
 * The token of the status server, where the policy file names one; beyond loopback it has to.
 * @throws {ConfigError} where the file holds none
 */
export function statusToken({ file, serve: { tokenFile } }: PolicyFile): Token | undefined {
  if (tokenFile === undefined) return undefined;
  const read = tokenInFile(tokenFile, `${file} serve.tokenFile`, STATUS_TOKEN);
  if (read.kind === 'token') return read.token;
  throw new ConfigError([read.problem]);
}
