import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/commands/program.ts';
import type { Emulator } from '../../src/emulator/server.ts';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(ROOT, 'src', 'media-retention.mjs');

/** The policy of `oracle.ts`, armed and at full pace. `more`: further top-level keys. */
export const mixedPolicy = (more = ''): string => `version: 1
mode: enforce
policy:
  rules:
    - { id: failed, match: { status: [failed, undelivered] }, retain: 7d }
    - { id: pictures, match: { contentType: ["image/*"] }, retain: 90d }
    - { id: inbound, match: { direction: [inbound] }, retain: 200d }
requests: { concurrency: 8, perSecond: 100000, attempts: 3 }
${more}
`;

/** How a process ended, and all it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the first line on standard output, or `undefined` where there is none. */
  readonly firstLine: Promise<string | undefined>;
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** Starts a program; nothing of this process's environment gets in but what any program needs. */
function start(command: string, args: readonly string[], cwd: string, env: Variables): Running {
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  const started = spawn(command, args, {
    cwd,
    env: { PATH, HOME, TMPDIR, SystemRoot, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    started[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    started.once('error', reject);
    started.once('close', (code, signal) => resolve({ code, signal, ...said }));
  });
  const lines = createInterface({ input: started.stdout });
  const firstLine = new Promise<string | undefined>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(undefined));
  });
  return { process: started, ended, firstLine };
}

/** A folder of its own for the processes of one test: working folder, policy file and ledger. All is gone at its end. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'retention-'));
  readonly ledgerPath = join(this.folder, 'ledger.db');
  readonly env: Variables;
  readonly #running: Running[] = [];

  constructor(emulator: Emulator | undefined, policy: string, env: Variables = {}) {
    this.env = {
      SIGNALWIRE_BASE_URL: emulator?.url,
      SIGNALWIRE_PROJECT_ID: emulator?.project,
      SIGNALWIRE_API_TOKEN: emulator?.token,
      LEDGER_URL: `sqlite:${this.ledgerPath}`,
      RETENTION_CONFIG: 'retention.yaml',
      ...env,
    };
    this.write('retention.yaml', policy);
  }

  /** @returns the path */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs a verb to its end. */
  run(args: string, env: Variables = {}, cwd = this.folder): Promise<Ended> {
    return this.start(args, env, cwd).ended;
  }

  /**
   * Runs a verb in this process: everything but `main.ts`, and a hundred times as fast, for tables. Paths are not
   * relative to the folder here but for the policy file's.
   */
  async here(args: string, env: Variables = {}): Promise<Ended> {
    const said = { stdout: '', stderr: '' };
    const into = (name: keyof typeof said): NodeJS.WriteStream =>
      new Writable({
        write: (chunk, _, done) => {
          said[name] += String(chunk);
          done();
        },
      }) as unknown as NodeJS.WriteStream;
    const { RETENTION_CONFIG = 'retention.yaml', ...rest } = { ...this.env, ...env };
    const code = await run(args.split(' ').filter(Boolean), {
      env: { ...rest, RETENTION_CONFIG: join(this.folder, RETENTION_CONFIG) },
      out: into('stdout'),
      err: into('stderr'),
      stop: new AbortController().signal,
      onExit: () => {},
    });
    return { code, signal: null, ...said };
  }

  /** @param args parted by spaces */
  start(args: string, env: Variables = {}, cwd = this.folder): Running {
    return this.startProgram(process.execPath, [MAIN, ...args.split(' ').filter(Boolean)], env, cwd);
  }

  startProgram(command: string, args: readonly string[], env: Variables = {}, cwd = this.folder): Running {
    const running = start(command, args, cwd, { ...this.env, ...env });
    this.#running.push(running);
    return running;
  }

  /** What the ledger has, read by this process. */
  ledger(): Promise<Ledger> {
    return openLedger(`sqlite:${this.ledgerPath}`, { clock, mode: 'read' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { process } of this.#running) process.kill('SIGKILL');
    await Promise.allSettled(this.#running.map(({ ended }) => ended));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
