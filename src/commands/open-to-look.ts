import { hasLedger, ledgerPathOf, openForReading, settingsToLook } from '../app/compose.ts';
import type { Ledger } from '../ledger/contract.ts';
import { write, type Io } from './io.ts';

/** Opens the ledger for looking. One that is not there reads as empty: whoever stands in the wrong folder is told so. */
export async function openToLook(io: Io): Promise<Ledger> {
  const settings = settingsToLook(io.env);
  if (!hasLedger(settings))
    await write(io.err, `There is no ledger at ${ledgerPathOf(settings)}: nothing was ever swept with it.\n`);
  return openForReading(settings);
}
