import type { Problem } from './problems.ts';

/** `process.env`, with what `.env` adds to it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The one thing to say of any variable that is set to nothing: whatever should have filled it has not. */
export const EMPTY = { found: 'is set, but empty', expected: 'a value, or no such variable' } as const;

/** A variable that is set to nothing is a problem, and then as good as not set. */
export function given(env: Environment, name: string, problems: Problem[]): string | undefined {
  const value = env[name];
  if (value !== '') return value;
  problems.push({ place: name, ...EMPTY });
  return undefined;
}
