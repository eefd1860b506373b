import { readFile, stat } from 'node:fs/promises';
import type { Span } from '../retention/period.ts';
import type { Hold, HoldMatch, Limits, Policy } from '../retention/policy.ts';
import { judge, problemsOf } from './policy-problems.ts';
import type { ParsedPolicyFile } from './policy-schema.ts';
import { formatPath } from './policy-value.ts';
import { readYaml, type YamlText } from './policy-yaml.ts';
import { ConfigError } from './problems.ts';

/** A policy file, understood and with every default filled in. */
export interface PolicyFile {
  /** As it was named, for messages. */
  readonly file: string;
  readonly version: 1;
  readonly mode: 'dry-run' | 'enforce';
  readonly schedule: string;
  readonly timezone: string;
  /** Left out: the one project of the environment. */
  readonly projects?: readonly ListedProject[];
  readonly policy: Policy;
  readonly holds: readonly Hold[];
  readonly limits: FileLimits;
  readonly requests: RequestSettings;
  readonly serve: ServeSettings;
  readonly notify: NotifySettings;
}

export interface ListedProject {
  readonly name: string;
  readonly projectId: string;
  readonly origin: string;
  readonly tokenEnv: string;
  /** `file:line:col` and path of its id, for what only the environment shows to be wrong. */
  readonly idAt: { readonly place: string; readonly path: string };
}

/** `minimumAge` is part of the law: it is in the policy. */
interface FileLimits extends Limits {
  /** Of the whole command. */
  readonly maxDurationMs: number;
}

interface RequestSettings {
  readonly concurrency: number;
  readonly perSecond: number;
  /** Of one attempt, from first byte to last. */
  readonly timeoutMs: number;
  readonly attemptsMax: number;
  readonly verify: 'always' | 'never';
  /** Everything is read at least so often. */
  readonly fullScanEvery: Span;
}

interface ServeSettings {
  readonly listen: { readonly host: string; readonly port: number };
  readonly tokenFile?: string;
  readonly catchUp: boolean;
  readonly jitterMs: number;
}

export interface NotifySettings {
  readonly webhookEnv?: string;
  readonly heartbeatEnv?: string;
  readonly on: readonly ('refused' | 'failed' | 'digest')[];
}

/** Reads and understands a policy file. Throws `ConfigError` with every problem there is. */
export async function readPolicyFile(path: string): Promise<{ readonly file: PolicyFile; readonly text: string }> {
  const text = await readPolicyText(path);
  return { file: parsePolicyFile(text, path), text };
}

/** More than any policy needs, and little enough that no file can occupy the parser for long. */
const SIZE_MAX = 256 * 1024;

/** The text alone, as `readPolicyFile` gives it: to see whether it is still the same. */
export async function readPolicyText(path: string): Promise<string> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw unusable(path, 'is a folder');
    if (!status.isFile()) throw unusable(path, 'is not a regular file');
    if (status.size > SIZE_MAX) throw unusable(path, `has ${status.size} bytes`, `at most ${SIZE_MAX} (256 KiB)`);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw unusable(path, UNREADABLE[code] ?? `cannot be read (${code})`);
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8 text',
};

const unusable = (
  place: string,
  found: string,
  expected = 'a policy file; --config or RETENTION_CONFIG says where it is',
) => new ConfigError([{ place, found, expected }]);

/** Understands the text of a policy file; `file` names it in messages. Throws `ConfigError` with every problem there is. */
export function parsePolicyFile(text: string, file: string): PolicyFile {
  const yaml = readYaml(text.replace(/^\uFEFF/, ''));
  const { parsed, findings } = judge(yaml);
  const problems = problemsOf(findings, yaml, file);
  if (problems.length > 0 || parsed === undefined) throw new ConfigError(problems);
  return toPolicyFile(parsed, yaml, file);
}

function toPolicyFile(parsed: ParsedPolicyFile, yaml: YamlText, file: string): PolicyFile {
  const { policy, holds = [], limits, requests, serve, notify, projects, ...rest } = parsed;
  return {
    file,
    ...rest,
    ...(projects && { projects: projects.map((project, index) => listed(project, index, yaml, file)) }),
    policy: {
      ageFrom: policy.ageFrom,
      default: policy.default,
      minimumAge: limits.minimumAge,
      rules: (policy.rules ?? []).map(toLaw),
    },
    holds: holds.map(toLaw),
    limits: { maxDeletions: limits.maxDeletions, onLimit: limits.onLimit, maxDurationMs: limits.maxDuration },
    requests: {
      concurrency: requests.concurrency,
      perSecond: requests.perSecond,
      timeoutMs: requests.timeout,
      attemptsMax: requests.attempts,
      verify: requests.verify,
      fullScanEvery: requests.fullScanEvery,
    },
    serve: {
      listen: serve.listen,
      catchUp: serve.catchUp,
      jitterMs: serve.jitter,
      ...(serve.tokenFile !== undefined && { tokenFile: serve.tokenFile }),
    },
    notify,
  };
}

/** A match without conditions matches everything, and in the file only `all` can say so. */
function toLaw<T extends { readonly match: HoldMatch | 'all' }>(
  entry: T,
): Omit<T, 'match'> & { match: Exclude<T['match'], 'all'> } {
  const match = (entry.match === 'all' ? {} : entry.match) as Exclude<T['match'], 'all'>;
  return { ...entry, match };
}

function listed(
  { name, id, space, baseUrl, tokenEnv }: NonNullable<ParsedPolicyFile['projects']>[number],
  index: number,
  yaml: YamlText,
  file: string,
): ListedProject {
  const path = ['projects', index, 'id'];
  const place = `${file}:${yaml.lineAndColumn(yaml.offsetOf({ path, found: '' }))}`;
  return { name, projectId: id, origin: baseUrl ?? space ?? '', tokenEnv, idAt: { place, path: formatPath(path) } };
}
