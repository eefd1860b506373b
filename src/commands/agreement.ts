import type { Truth } from '../emulator/truth.ts';
import type { Ledger } from '../ledger/contract.ts';

/** How the emulator's own truth compares with what a ledger proves. */
export interface Agreement {
  /** Items the ledger says were deleted. */
  readonly deleted: number;
  /** Media of messages in progress that are gone. */
  readonly goneInProgress: number;
  /** One line for each item on which the two differ. */
  readonly differences: readonly string[];
}

/** Compares item by item: what is gone must be proven deleted, exactly once, and what is proven deleted must be gone. */
export async function compare(truth: Truth, ledger: Ledger): Promise<Agreement> {
  const proven = new Map<string, number>();
  for await (const { mediaSid, outcome } of ledger.dispositions({})) {
    if (outcome === 'deleted') proven.set(mediaSid, (proven.get(mediaSid) ?? 0) + 1);
  }
  const deleted = proven.size;
  const differences: string[] = [];
  let goneInProgress = 0;
  for (const { mediaSid, present, status } of truth.media()) {
    const times = proven.get(mediaSid) ?? 0;
    if (present !== (times === 0))
      differences.push(
        `${mediaSid} is ${present ? 'there' : 'gone'}, the ledger says ${times === 0 ? 'nothing' : 'deleted'}`,
      );
    else if (times > 1) differences.push(`${mediaSid} was deleted ${times} times, says the ledger`);
    if (!present && IN_PROGRESS.has(status)) goneInProgress++;
    proven.delete(mediaSid);
  }
  for (const mediaSid of proven.keys()) differences.push(`${mediaSid} was deleted, says the ledger, and never existed`);
  return { deleted, goneInProgress, differences };
}

/** Written down once more: a comparison must not learn from the code it judges what may not be deleted. */
export const IN_PROGRESS: ReadonlySet<string> = new Set([
  'queued',
  'initiated',
  'sending',
  'receiving',
  'accepted',
  'scheduled',
]);
