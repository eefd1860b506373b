import { parsePolicyFile, type PolicyFile } from '../../src/app/policy-file.ts';
import { ConfigError } from '../../src/app/problems.ts';

/** The beginning of a good policy file, and one to which a rule can be added. */
export const GOOD = 'version: 1\npolicy: { default: 1y }\n';
export const RULES = 'version: 1\npolicy:\n  rules:\n';

/** `RULES` with one rule that has `match`; it begins at 4:30. */
export const matching = (match: string): string => `${RULES}    - { id: a, retain: 1d, match: ${match} }`;

/** All that is wrong with a policy file, a line per problem: line and column, path, what was found, what was expected. */
export function verdict(text: string): string[] {
  try {
    parsePolicyFile(text, 'f');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ place, path, found, hint, expected }) =>
      [place.slice(2), path && `${path}:`, `${found}.`, hint, expected && `Expected ${expected}.`]
        .filter((part) => part)
        .join(' '),
    );
  }
  return [];
}

/** A policy file that is fine. */
export const understood = (text: string): PolicyFile => parsePolicyFile(text, 'f');
