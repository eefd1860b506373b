import { parseLedgerUrl } from '../ledger/url.ts';
import { type Environment, given } from './environment.ts';
import { didYouMean } from './nearest.ts';
import type { PolicyFile } from './policy-file.ts';
import { ConfigError, type Problem } from './problems.ts';
import { shown } from './redact.ts';
import { type Notify, readNotify } from './settings-notify.ts';
import { type ProjectSettings, readProjects, type SettingsOptions } from './settings-projects.ts';

export interface Settings {
  /** Those that are wholly known: with `required` all there are, with `ignored` none. */
  readonly projects: readonly ProjectSettings[];
  /** With `optional`: what a sweep would still ask for. */
  readonly missing: readonly Problem[];
  readonly notify: Notify;
  readonly ledgerUrl: string;
  /** The policy file's, disarmed where the environment says so. */
  readonly mode: 'dry-run' | 'enforce';
  readonly logLevel: LogLevel;
  /** `LOG_LEVEL` is set: somebody wants log lines, also on a terminal. */
  readonly logLevelGiven: boolean;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * What the environment says, together with the projects of the policy file. Reads no file but those of tokens.
 * Throws `ConfigError` with every problem there is.
 */
export function readSettings(env: Environment, policyFile: PolicyFile | undefined, options: SettingsOptions): Settings {
  const problems: Problem[] = [];
  const value = (name: string): string | undefined => given(env, name, problems);

  value('RETENTION_CONFIG');
  const ledgerUrl = readLedgerUrl(value('LEDGER_URL'), problems);
  const disarmed = readMode(env['RETENTION_MODE'], problems);
  const logLevel = readLogLevel(value('LOG_LEVEL'), problems);
  checkTls(env, problems);
  checkProxy(env, problems);
  const { projects, missing } = readProjects(env, policyFile?.projects, options, problems);
  const { notify, missing: silent } = readNotify(env, policyFile?.notify, problems);

  if (options.credentials === 'required') problems.push(...missing);
  if (options.notify === 'required') problems.push(...silent);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    projects,
    missing: [...missing, ...silent],
    notify,
    ledgerUrl,
    mode: disarmed ? 'dry-run' : (policyFile?.mode ?? 'dry-run'),
    logLevel: logLevel ?? 'info',
    logLevelGiven: logLevel !== undefined,
  };
}

/** Where the policy file is: what the command line says, else the environment, else `config/retention.yaml`. */
export function configPath(env: Environment, flag: string | undefined): string {
  const problems: Problem[] = [];
  const path = flag ?? given(env, 'RETENTION_CONFIG', problems);
  if (flag === '') problems.push({ place: '--config', found: 'is empty', expected: 'the path of a policy file' });
  if (problems.length > 0) throw new ConfigError(problems);
  return path ?? 'config/retention.yaml';
}

const DEFAULT_LEDGER = 'sqlite:data/ledger.db';

/** The URL is never shown: one of a database has a password in it. */
function readLedgerUrl(url: string | undefined, problems: Problem[]): string {
  if (url === undefined) return DEFAULT_LEDGER;
  const place = 'LEDGER_URL';
  const expected = 'sqlite: and a path, such as sqlite:data/ledger.db or sqlite:/var/lib/media-retention/ledger.db';
  // `sqlite://data/ledger.db` would mean /data/ledger.db to some and data/ledger.db to others.
  switch (url.startsWith('sqlite://') ? undefined : parseLedgerUrl(url)?.kind) {
    case 'file':
      break;
    case 'memory':
      problems.push({ place, found: 'names a ledger in memory, which proves nothing afterwards', expected });
      break;
    case 'postgres':
      problems.push({ place, found: 'names a PostgreSQL database, for which the ledger is not built yet', expected });
      break;
    default:
      problems.push({ place, found: 'names no ledger this program knows', expected });
  }
  return url;
}

/** True: the environment disarms. It can do nothing else, and what looks as if it meant to must not pass unnoticed. */
function readMode(mode: string | undefined, problems: Problem[]): boolean {
  if (mode !== undefined && mode !== 'dry-run') {
    const expected = 'dry-run or no such variable; only mode: enforce in the policy file arms';
    problems.push({
      place: 'RETENTION_MODE',
      found: `${shown(mode)} is refused: this variable can only disarm`,
      expected,
    });
  }
  return mode !== undefined;
}

function readLogLevel(value: string | undefined, problems: Problem[]): LogLevel | undefined {
  const level = LOG_LEVELS.find((known) => known === value);
  if (value !== undefined && level === undefined) {
    const hint = didYouMean(value, LOG_LEVELS);
    const expected = `one of ${LOG_LEVELS.join(', ')}`;
    problems.push({ place: 'LOG_LEVEL', found: `${shown(value)} is not a log level`, ...(hint && { hint }), expected });
  }
  return level;
}

function checkTls(env: Environment, problems: Problem[]): void {
  const place = 'NODE_TLS_REJECT_UNAUTHORIZED';
  if (env[place] !== '0') return;
  const expected = 'no such variable; NODE_EXTRA_CA_CERTS adds a certificate authority of your own';
  problems.push({ place, found: '"0" would send the token to anyone who claims to be SignalWire', expected });
}

/** It may hold a password, so it is never shown. */
function checkProxy(env: Environment, problems: Problem[]): void {
  const place = env['https_proxy'] ? 'https_proxy' : 'HTTPS_PROXY';
  const url = env[place];
  if (!url || /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return;
  problems.push({ place, found: 'is not a URL', expected: 'the URL of a proxy, such as http://proxy.example:3128' });
}
