import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import type { Ledger } from '../ledger/contract.ts';
import type { SweepMode } from '../ledger/entries.ts';
import { openLedger } from '../ledger/open.ts';
import { parseLedgerUrl } from '../ledger/url.ts';
import { systemClock } from '../lib/clock.ts';
import type { Observer } from '../provider/http.ts';
import { signalwire, type Provider } from '../provider/signalwire.ts';
import { proxyFrom, undiciTransport } from '../provider/undici-transport.ts';
import { canonicalPolicy } from '../retention/canonical.ts';
import type { SweepDeps, SweepOrder } from '../sweep/order.ts';
import type { Environment } from './environment.ts';
import { readPolicyFile, readPolicyText, type PolicyFile } from './policy-file.ts';
import { newPost, type Post } from './post.ts';
import { ConfigError } from './problems.ts';
import type { ProjectSettings, SettingsOptions } from './settings-projects.ts';
import { configPath, readSettings, type Settings } from './settings.ts';
import { programVersion } from './version.ts';

/** The only place where real things are made: everything else is handed what it works with. */

export const clock = systemClock;
/** From 0 to below 1. */
export const random = Math.random;

/** What a command was told: by its policy file, and by the environment. */
export interface Configuration {
  readonly file: PolicyFile;
  /** The policy file to the letter. */
  readonly text: string;
  readonly settings: Settings;
  readonly env: Environment;
}

export interface ConfigureOptions {
  /** `--config` */
  readonly config?: string;
  /** `--project` */
  readonly project?: string;
}

/**
 * @param needs what has to be there: what is missing of the rest is no mistake
 * @throws {ConfigError} with every problem of the file, or of the environment
 */
export async function configure(
  env: Environment,
  { config, project }: ConfigureOptions,
  needs: Pick<SettingsOptions, 'credentials' | 'notify'>,
): Promise<Configuration> {
  const whole = withDotenv(env);
  const { file, text } = await readPolicyFile(configPath(whole, config));
  const settings = readSettings(whole, file, { ...needs, ...(project !== undefined && { project }) });
  return { file, text, settings, env: whole };
}

/** Variables of `.env` in this folder, where the environment does not have them itself. */
function withDotenv(env: Environment): Environment {
  try {
    return { ...parse(readFileSync('.env')), ...env };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return env;
    throw new ConfigError([{ place: '.env', found: `cannot be read (${code})`, expected: 'a file, or none' }], {
      cause: error,
    });
  }
}

/** The settings of a command that only looks at the ledger. Needs no policy file, which may be what is broken. */
export const settingsToLook = (env: Environment): Settings =>
  readSettings(withDotenv(env), undefined, { credentials: 'ignored' });

export const openForReading = ({ ledgerUrl }: Settings): Promise<Ledger> =>
  openLedger(ledgerUrl, { clock, mode: 'read' });

/** Where the ledger is, in full: a relative path alone does not tell which one is meant. */
export function ledgerPathOf({ ledgerUrl }: Settings): string {
  const where = parseLedgerUrl(ledgerUrl);
  return where?.kind === 'file' ? where.path : ledgerUrl;
}

export const hasLedger = (settings: Settings): boolean => existsSync(ledgerPathOf(settings));

/** @param mustExist for who has seen it there before */
export const openForWriting = ({ settings }: Configuration, mustExist = false): Promise<Ledger> =>
  openLedger(settings.ledgerUrl, { clock, mustExist });

export interface ConnectOptions {
  /** Monotonic; a pause that the API asks for and that would end later is not waited for. */
  readonly deadlineMs?: number;
  readonly observer?: Observer | undefined;
}

export function connect(
  project: ProjectSettings,
  { file, env }: Configuration,
  { deadlineMs = clock.monotonicMs() + file.limits.maxDurationMs, observer }: ConnectOptions = {},
): Provider {
  const { concurrency, perSecond, timeoutMs, attemptsMax } = file.requests;
  const { projectId, origin, token } = project;
  const proxy = proxyFrom(env);
  const transport = undiciTransport(
    { origin, connections: concurrency, timeoutMs, ...(proxy && { proxy }) },
    { clock },
  );
  return signalwire(
    { projectId, origin, token },
    { concurrency, perSecond, timeoutMs, attemptsMax },
    { transport, clock, random, deadlineMs, observer },
  );
}

/** @param stop gives up what is being sent */
export const postFor = ({ env }: Configuration, stop: AbortSignal): Post => newPost(proxyFrom(env), clock, stop);

export interface SweepChoice {
  readonly mode: SweepMode;
  readonly asOf: Date;
  readonly lockedMs: number;
}

export function orderFor(
  { name, projectId }: ProjectSettings,
  { file }: Configuration,
  choice: SweepChoice,
): SweepOrder {
  const { policy, holds, limits, requests } = file;
  return {
    project: name,
    projectId,
    policy,
    holds,
    policyHash: policyHashOf(file),
    policyText: canonicalPolicy(policy, holds, 'withheld'),
    limits,
    verify: requests.verify,
    concurrency: requests.concurrency,
    timeoutMs: requests.timeoutMs,
    fullScanEvery: requests.fullScanEvery,
    planMs: limits.maxDurationMs / 2,
    // About a second's worth: more would wait marked for nothing, fewer would make each commit wait for the disk.
    markAhead: Math.min(500, Math.max(requests.concurrency, requests.perSecond)),
    programVersion: programVersion(),
    ...choice,
  };
}

export function depsFor(
  provider: Provider,
  ledger: Ledger,
  { file, text }: Configuration,
  tell: SweepDeps['tell'],
): SweepDeps {
  return {
    reader: provider,
    deleter: provider,
    ledger,
    clock,
    newId: randomUUID,
    digest,
    policyStands: () => hasText(file.file, text),
    tell,
  };
}

/** A file that cannot be read any more is not the one that was planned with either. */
async function hasText(path: string, text: string): Promise<boolean> {
  try {
    return (await readPolicyText(path)) === text;
  } catch {
    return false;
  }
}

/** Under which the ledger keeps the law that a sweep went by. */
export const policyHashOf = ({ policy, holds }: PolicyFile): string => digest(canonicalPolicy(policy, holds, 'shown'));

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
