import type { Environment } from '../../src/app/environment.ts';
import { parsePolicyFile, type PolicyFile } from '../../src/app/policy-file.ts';
import { ConfigError } from '../../src/app/problems.ts';
import type { SettingsOptions } from '../../src/app/settings-projects.ts';
import { readSettings, type Settings } from '../../src/app/settings.ts';

export const ID = 'ea108133-d6b3-407c-9536-9fad8a929a6a';
export const TOKEN = `PT${'0123456789abcdef'.repeat(3)}`;
export const GOOD: Environment = {
  SIGNALWIRE_SPACE: 'example',
  SIGNALWIRE_PROJECT_ID: ID,
  SIGNALWIRE_API_TOKEN: TOKEN,
};

/** A policy file with these lines beside what is required. */
export const policyFile = (lines = ''): PolicyFile =>
  parsePolicyFile(`version: 1\npolicy: { default: 1y }\n${lines}`, 'f.yaml');

export const read = (
  env: Environment,
  policy = policyFile(),
  options: SettingsOptions = { credentials: 'required' },
): Settings => readSettings(env, policy, options);

/** What somebody reads who has set up this; fails where nothing is wrong. */
export function problemsOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('There is no problem.');
}
