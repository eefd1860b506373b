import { parsePolicyFile } from '../../src/app/policy-file.ts';
import { ConfigError } from '../../src/app/problems.ts';

/** What somebody reads who has written this file; fails where the file is fine. */
export function messageOf(text: string): string {
  try {
    parsePolicyFile(text, 'f.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The file has no problem.');
}

/** What a policy file may have at its top, but for the version. */
export const TOP_KEYS = [
  'mode',
  'schedule',
  'timezone',
  'projects',
  'policy',
  'holds',
  'limits',
  'requests',
  'serve',
  'notify',
] as const;
