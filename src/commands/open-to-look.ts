import { existsSync } from 'node:fs';
import { ledgerPathOf, openForReading, settingsToLook } from '../app/compose.ts';
import type { Ledger } from '../ledger/contract.ts';
import { write, type Io } from './io.ts';

/** Opens the ledger for looking. One that is not there reads as empty: whoever stands in the wrong folder is told so. */
export async function openToLook(io: Io): Promise<Ledger> {
  const settings = settingsToLook(io.env);
  const path = ledgerPathOf(settings);
  if (!existsSync(path)) await write(io.err, `There is no ledger at ${path}: nothing was ever swept with it.\n`);
  return openForReading(settings);
}
