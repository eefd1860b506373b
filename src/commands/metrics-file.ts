import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Configuration } from '../app/compose.ts';
import type { Ledger } from '../ledger/contract.ts';
import { LedgerError } from '../ledger/contract.ts';
import { figuresOf, type ProjectFigures } from '../serve/figures.ts';
import type { Metrics } from '../serve/metrics.ts';
import { write, type Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** What can be seen before a sweep should not be found out behind it. @throws {UsageError} */
export function assertFolder(path: string): void {
  const folder = dirname(path);
  if (path !== '' && statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new UsageError(
    `--metrics-file ${path}: there is no folder ${folder}. Expected a file in a folder that is there.`,
  );
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
    writeFileSync(partial, await metrics.text(), { mode: 0o644 });
    renameSync(partial, path);
    return true;
  } catch (error) {
    rmSync(partial, { force: true });
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined && !(error instanceof LedgerError)) throw error;
    await write(io.err, `--metrics-file ${path}: cannot be written (${code ?? (error as Error).message}).\n`);
    return false;
  }
}

async function standing({ settings }: Configuration, ledger: Ledger): Promise<Parameters<Metrics['show']>[0]> {
  const projects: ProjectFigures[] = [];
  for (const project of settings.projects) projects.push(await figuresOf(project, ledger));
  const ledgerBytes = await ledger.size();
  const isLedgerWritable = await ledger.assertWritable().then(
    () => true,
    () => false,
  );
  return { projects, ledgerBytes, isLedgerWritable, isPolicyReadable: true, isArmed: settings.mode === 'enforce' };
}
