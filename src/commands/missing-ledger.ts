import { missingLedger } from '../app/compose.ts';
import { write, type Io } from './io.ts';

/** A ledger that is not there reads as an empty one: whoever stands in the wrong folder must not take that for an answer. */
export async function sayMissing(io: Io): Promise<void> {
  const path = missingLedger(io.env);
  if (path !== undefined) await write(io.err, `There is no ledger at ${path}: nothing was ever swept with it.\n`);
}
