import type { Clock } from '../lib/clock.ts';
import { unreachable } from '../lib/exhaustive.ts';
import { LedgerError, type Ledger } from './contract.ts';
import { openFile, openMemory } from './sqlite/database.ts';
import { existsToRead } from './sqlite/files.ts';
import { sqliteLedger } from './sqlite/ledger.ts';
import { LedgerUrlError, parseLedgerUrl } from './url.ts';

export interface LedgerOptions {
  readonly clock: Clock;
  /**
   * `write`, the default, makes a ledger that is missing and brings an older one up to date. `read` is for commands that
   * only look: it changes nothing, and a ledger that is not there reads as an empty one. Its `lock` and `begin` throw.
   */
  readonly mode?: 'write' | 'read';
  /** With `write`: a ledger that is missing is a fault. For who has seen it there: a new one would have forgotten everything. */
  readonly mustExist?: boolean;
  /** Runs something after what is at hand: durable writes asked for until then share a commit. */
  readonly soon?: (run: () => void) => void;
}

/**
 * @throws {LedgerUrlError} where the URL names no ledger this program knows
 * @throws {LedgerError} where it cannot be opened, is damaged, newer than this program, something else, or not durable
 */
export async function openLedger(url: string, options: LedgerOptions): Promise<Ledger> {
  const { clock, mode = 'write', mustExist = false, soon = setImmediate } = options;
  const where = parseLedgerUrl(url);
  switch (where?.kind) {
    case undefined:
      throw new LedgerUrlError('The ledger URL is neither sqlite:PATH nor postgres://….');
    case 'postgres':
      throw new LedgerUrlError('A ledger in PostgreSQL is not built yet. Use sqlite:PATH.');
    case 'memory':
      return sqliteLedger(openMemory(), mode, { clock, soon });
    case 'file':
      if (mustExist && !existsToRead(where.path)) throw new LedgerError(gone(where.path));
      return mode === 'read' && !existsToRead(where.path)
        ? sqliteLedger(openMemory(), 'nothing-to-read', { clock, soon })
        : sqliteLedger(openFile(where.path, mode), mode, { clock, soon });
    default:
      return unreachable(where);
  }
}

const gone = (path: string): string =>
  `The ledger ${path} is not there any more. Put it back, or restore a backup; only a restart would make a new one.`;
