import { hasLedger, ledgerPathOf, openForWriting, type Configuration } from '../app/compose.ts';
import type { Ledger } from '../ledger/contract.ts';
import { beside } from './beside.ts';
import type { Io } from './io.ts';

/**
 * Opens the ledger to write in it, and says so where there was none: a mistyped path or a volume that is not mounted would
 * otherwise look like an account that was never swept.
 */
export async function openToWrite(configuration: Configuration, io: Io): Promise<Ledger> {
  const { settings } = configuration;
  const isNew = !hasLedger(settings);
  const ledger = await openForWriting(configuration);
  if (!isNew) return ledger;
  const { tell, flush } = beside(settings, io);
  tell({ event: 'ledger.made', path: ledgerPathOf(settings) });
  await flush();
  return ledger;
}
