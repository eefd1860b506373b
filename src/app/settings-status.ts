import type { Token } from '../provider/login.ts';
import type { PolicyFile } from './policy-file.ts';
import { ConfigError } from './problems.ts';
import { tokenInFile } from './settings-token.ts';

/** A token that can be guessed guards nothing. */
const LENGTH_MIN = 16;

/**
 * The token of the status server, where the policy file names one; beyond loopback it has to.
 * @throws {ConfigError} where the file holds none
 */
export function statusToken({ file, serve: { tokenFile } }: PolicyFile): Token | undefined {
  if (tokenFile === undefined) return undefined;
  const place = `${file} serve.tokenFile`;
  const read = tokenInFile(tokenFile, place, 'token of the status page');
  if (read.kind !== 'token') throw new ConfigError([read.problem]);
  const { length } = read.token.current();
  if (length >= LENGTH_MIN) return read.token;
  const found = `names a file with a token of ${length} characters`;
  throw new ConfigError([{ place, found, expected: `at least ${LENGTH_MIN}` }]);
}
