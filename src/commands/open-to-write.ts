import { existsSync } from 'node:fs';
import { ledgerPathOf, openForWriting, type Configuration } from '../app/compose.ts';
import { createLog } from '../app/log.ts';
import type { Ledger } from '../ledger/contract.ts';
import { write, type Io } from './io.ts';

/**
 * Opens the ledger to write in it, and says so where there was none: a mistyped path or a volume that is not mounted would
 * otherwise look like an account that was never swept.
 */
export async function openToWrite(configuration: Configuration, io: Io): Promise<Ledger> {
  const { settings } = configuration;
  const path = ledgerPathOf(settings);
  const isThere = existsSync(path);
  const ledger = await openForWriting(configuration);
  if (!isThere) await tellMade(path, configuration, io);
  return ledger;
}

async function tellMade(path: string, { settings: { logLevel, logLevelGiven } }: Configuration, io: Io): Promise<void> {
  if (io.err.isTTY && !logLevelGiven)
    return write(io.err, `A new ledger was made at ${path}: nothing is known of earlier sweeps.\n`);
  const log = createLog(logLevel, io.err);
  log.tell({ event: 'ledger.made', path });
  await log.flush();
}
