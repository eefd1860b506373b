import { chmodSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Configuration } from '../app/compose.ts';
import { LedgerError, type Ledger } from '../ledger/contract.ts';
import { figuresOf, type ProjectFigures } from '../serve/figures.ts';
import type { Metrics, Shown } from '../serve/metrics.ts';
import { write, type Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** What can be seen before a sweep should not be found out behind it. @throws {UsageError} */
export function assertFolder(path: string): void {
  const expected = 'Expected a file in a folder that is there.';
  if (path === '') throw new UsageError(`--metrics-file: is empty. ${expected}`);
  const folder = dirname(path);
  if (isFolder(path)) throw new UsageError(`--metrics-file ${path}: is a folder. ${expected}`);
  if (!isFolder(folder)) throw new UsageError(`--metrics-file ${path}: there is no folder ${folder}. ${expected}`);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // or one that cannot be reached
  }
}

/**
 * What a Prometheus server would be told, as a file: whole at every instant, so that a collector never reads half of it.
 * @returns whether it is there; where it is not, it has been said
 */
export async function writeMetricsFile(
  path: string,
  configuration: Configuration,
  ledger: Ledger,
  metrics: Metrics,
  io: Io,
): Promise<boolean> {
  const partial = `${path}.partial`;
  try {
    metrics.show(await standing(configuration, ledger));
    writeFileSync(partial, await metrics.text());
    chmodSync(partial, 0o644); // whatever the umask: collectors are other users
    renameSync(partial, path);
    return true;
  } catch (error) {
    removeIfThere(partial);
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined && !(error instanceof LedgerError)) throw error;
    await write(io.err, `--metrics-file ${path}: cannot be written (${code ?? (error as Error).message}).\n`);
    return false;
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // it is not there, or what is there is not ours
  }
}

/** Of every project, also where `--project` has swept one alone: a project that is not in the file is one nobody watches. */
async function standing({ file, settings }: Configuration, ledger: Ledger): Promise<Shown> {
  const projects: ProjectFigures[] = [];
  for (const project of file.projects ?? settings.projects)
    projects.push(await figuresOf(project, settings.mode === 'enforce', ledger));
  const ledgerBytes = await ledger.size();
  const isLedgerWritable = await ledger.assertWritable().then(
    () => true,
    () => false,
  );
  return { projects, ledgerBytes, isLedgerWritable, isPolicyReadable: true, isArmed: settings.mode === 'enforce' };
}
