import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where results stay. */
export const BUILD = fileURLToPath(new URL('../../build/', import.meta.url));
/** Everything else that is written: on the disk of the checkout, which is a real one where a temporary folder may not be. */
export const WORK = join(BUILD, 'bench');
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PRELOAD = (name: string): string => fileURLToPath(new URL(`contenders/${name}`, import.meta.url));

export interface Started {
  /** After `node`. */
  readonly args: readonly string[];
  /** Nothing else of this process's environment gets in but what any program needs. */
  readonly env: Readonly<Record<string, string>>;
  /** Loaded before the program, beside what measures it. */
  readonly preload?: readonly string[];
  /** A folder for what it says and uses; emptied. */
  readonly folder: string;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly wallMs: number;
  /** User and system, all threads. */
  readonly cpuUs: number;
  readonly peakBytes: number;
}

/** @returns the folder, empty */
export function emptyFolder(...names: readonly string[]): string {
  const folder = join(WORK, ...names);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Runs a program of Node to its end. What it says goes into files: nobody's reading slows it down. */
export async function run({ args, env, preload = [], folder }: Started): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  const usage = join(folder, 'usage.json');
  const [out, err] = ['out', 'err'].map((name) => openSync(join(folder, name), 'w')) as [number, number];
  const startedAt = performance.timeOrigin + performance.now();
  const child = spawn(
    process.execPath,
    [...['usage.mjs', ...preload].flatMap((name) => ['--import', PRELOAD(name)]), ...args],
    { cwd: folder, env: { PATH, HOME, ...env, BENCH_USAGE: usage }, stdio: ['ignore', out, err] },
  );
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('exit', resolve);
  const code = await promise;
  const wallMs = performance.timeOrigin + performance.now() - startedAt;
  for (const file of [out, err]) closeSync(file);
  const stdout = readFileSync(join(folder, 'out'), 'utf8');
  return {
    code,
    stdout,
    startedAt,
    wallMs,
    ...(JSON.parse(readFileSync(usage, 'utf8')) as Pick<Ended, 'cpuUs' | 'peakBytes'>),
  };
}

/** A contender as JavaScript, for reading TypeScript costs time and memory that are none of its own. @returns its path */
export function stripped(name: string): string {
  const source = readFileSync(new URL(`contenders/${name}.ts`, import.meta.url), 'utf8');
  mkdirSync(WORK, { recursive: true });
  const path = join(WORK, `${name}.mjs`);
  writeFileSync(path, stripTypeScriptTypes(source));
  return path;
}

/** Compiles what is measured anew, so that it is what lies in `src`. */
export async function buildWorker(): Promise<void> {
  const child = spawn('npm', ['run', 'build', '--silent'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('exit', resolve);
  if ((await promise) !== 0) throw new Error('npm run build failed.');
}

/** The end of what a program said on standard error. */
export const lastWords = (folder: string): string => readFileSync(join(folder, 'err'), 'utf8').slice(-2_000);
