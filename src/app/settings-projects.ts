import type { Token } from '../provider/login.ts';
import { type Environment, given } from './environment.ts';
import { didYouMean } from './nearest.ts';
import { BASE_URL, originOf, originOfSpace, SPACE } from './origin.ts';
import type { ListedProject } from './policy-file.ts';
import type { Problem } from './problems.ts';
import { looksSecret, shown } from './redact.ts';
import { readToken } from './settings-token.ts';

export interface ProjectSettings {
  readonly name: string;
  readonly projectId: string;
  /** `https://example.signalwire.com`. */
  readonly origin: string;
  readonly token: Token;
}

export interface SettingsOptions {
  /**
   * `required` for what calls the API. `optional`: what is given must be right, what is missing is listed in `missing`.
   * `ignored`: not even looked at, so that somebody without access to secrets can read the ledger.
   */
  readonly credentials: 'required' | 'optional' | 'ignored';
  /** `required` for what sends notifications. Otherwise as with credentials that are optional. */
  readonly notify?: 'required';
  /** `--project`: this one alone. */
  readonly project?: string;
}

export interface Projects {
  readonly projects: readonly ProjectSettings[];
  readonly missing: readonly Problem[];
}

/** The projects of the policy file, or the one of the environment, which is called `main`. Adds to `problems`. */
export function readProjects(
  env: Environment,
  listed: readonly ListedProject[] | undefined,
  options: SettingsOptions,
  problems: Problem[],
): Projects {
  if (options.credentials === 'ignored') return { projects: [], missing: [] };
  const wanted = (name: string): boolean => options.project === undefined || options.project === name;
  const names = listed?.map(({ name }) => name) ?? [THE_ONE];
  if (!names.some(wanted)) problems.push(noSuchProject(options.project ?? '', names));

  const own = readOwn(env, problems);
  if (!listed) return fromEnvironment(env, own, problems);
  problems.push(...differing(listed, own.projectId));
  return fromFile(
    env,
    listed.filter(({ name }) => wanted(name)),
    problems,
  );
}

/** The name of the project that only the environment knows. */
const THE_ONE = 'main';

function noSuchProject(name: string, names: readonly string[]): Problem {
  const hint = didYouMean(name, names);
  const found = `${shown(name)} is not a project of the policy file`;
  return { place: '--project', found, ...(hint && { hint }), expected: `one of ${names.join(', ')}` };
}

/** What the environment says of its own project; it has to be right also where the policy file lists projects. */
interface Own {
  readonly projectId: string | undefined;
  readonly origin: string | undefined;
  readonly missing: readonly Problem[];
}

function readOwn(env: Environment, problems: Problem[]): Own {
  const value = (name: string): string | undefined => given(env, name, problems);
  const read = (place: string, parse: (text: string) => string | undefined, noun: string, expected: string) => {
    const text = value(place);
    const result = text === undefined ? undefined : parse(text);
    if (text !== undefined && result === undefined) problems.push({ place, found: notA(text, noun), expected });
    return result;
  };
  const projectId = read('SIGNALWIRE_PROJECT_ID', projectIdOf, 'a project id', PROJECT_ID);
  const space = read('SIGNALWIRE_SPACE', originOfSpace, 'a SignalWire space', SPACE);
  const baseUrl = read('SIGNALWIRE_BASE_URL', originOf, 'a base URL', BASE_URL);
  return { projectId, origin: baseUrl ?? space, missing: notSet(env) };
}

/** A token given as a project id would end up in URLs, reports and the ledger. */
const projectIdOf = (text: string): string | undefined =>
  /^[A-Za-z0-9-]{8,64}$/.test(text) && !looksSecret(text) ? text : undefined;

const PROJECT_ID = 'the id of a SignalWire project, such as ea108133-d6b3-407c-9536-9fad8a929a6a';

const notA = (text: string, noun: string): string =>
  looksSecret(text) ? `looks like a secret, not like ${noun}` : `${shown(text)} is not ${noun}`;

function notSet(env: Environment): Problem[] {
  const missing: Problem[] = [];
  if (env['SIGNALWIRE_SPACE'] === undefined && env['SIGNALWIRE_BASE_URL'] === undefined) {
    missing.push({ place: 'SIGNALWIRE_SPACE', found: 'is not set', expected: `${SPACE}, or SIGNALWIRE_BASE_URL` });
  }
  if (env['SIGNALWIRE_PROJECT_ID'] === undefined) {
    missing.push({ place: 'SIGNALWIRE_PROJECT_ID', found: 'is not set', expected: PROJECT_ID });
  }
  return missing;
}

function fromEnvironment(env: Environment, own: Own, problems: Problem[]): Projects {
  const { token, missing } = tokenOf('SIGNALWIRE_API_TOKEN', env, problems);
  const { projectId, origin } = own;
  const projects = projectId && origin && token ? [{ name: THE_ONE, projectId, origin, token }] : [];
  return { projects, missing: [...own.missing, ...missing] };
}

function fromFile(env: Environment, listed: readonly ListedProject[], problems: Problem[]): Projects {
  const projects: ProjectSettings[] = [];
  const missing: Problem[] = [];
  const tokens = new Map(
    [...new Set(listed.map(({ tokenEnv }) => tokenEnv))].map((variable) => {
      const read = tokenOf(variable, env, problems);
      missing.push(...read.missing);
      return [variable, read.token];
    }),
  );
  for (const { name, projectId, origin, tokenEnv } of listed) {
    const token = tokens.get(tokenEnv);
    if (token) projects.push({ name, projectId, origin, token });
  }
  return { projects, missing };
}

function tokenOf(variable: string, env: Environment, problems: Problem[]): { token?: Token; missing: Problem[] } {
  const result = readToken(variable, env);
  if (result.kind === 'token') return { token: result.token, missing: [] };
  if (result.kind === 'missing') return { missing: [result.problem] };
  problems.push(result.problem);
  return { missing: [] };
}

/** Where the environment names a project and the file lists others, one of the two is the wrong one. */
function differing(listed: readonly ListedProject[], own: string | undefined): Problem[] {
  if (own === undefined || listed.some(({ projectId }) => projectId.toLowerCase() === own.toLowerCase())) return [];
  return listed.map(({ projectId, idAt }) => ({
    ...idAt,
    found: `${shown(projectId)} differs from the project of the environment`,
    expected: `${own}, the value of SIGNALWIRE_PROJECT_ID, or no such variable`,
  }));
}
