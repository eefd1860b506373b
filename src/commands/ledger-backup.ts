import { existsSync } from 'node:fs';
import { openForReading, settingsToLook } from '../app/compose.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { write, writeJson, type CommonOptions, type Io } from './io.ts';
import { UsageError } from './usage-error.ts';

export interface BackupOptions extends CommonOptions {
  readonly file: string;
}

/** Copies the ledger, also while a sweep writes to it. */
export async function ledgerBackup(options: BackupOptions, io: Io): Promise<ExitCode> {
  if (existsSync(options.file))
    throw new UsageError(`${options.file} is there already, and a backup overwrites nothing. Name a new file.`);
  await using ledger = await openForReading(settingsToLook(io.env));
  await ledger.backup(options.file);
  if (options.json) await writeJson(io, { backup: options.file });
  else await write(io.out, `Copied the ledger to ${options.file}.\n`);
  return EXIT.done;
}
