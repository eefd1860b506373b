import { resolve } from 'node:path';

/** Where a ledger is, as `LEDGER_URL` says it. */
export type LedgerUrl =
  | { readonly kind: 'file'; readonly path: string }
  /** Gone when it is closed: for tests, simulations and the demo. */
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres' };

/** `sqlite:PATH` (relative to the working directory), `sqlite::memory:` or `postgres://…`; anything else: `undefined`. */
export function parseLedgerUrl(url: string): LedgerUrl | undefined {
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: 'postgres' };
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  if (path === undefined) return undefined;
  return path === ':memory:' ? { kind: 'memory' } : { kind: 'file', path: resolve(path) };
}

/** A ledger that this program cannot have: a mistake in the settings, not a fault of the ledger. */
export class LedgerUrlError extends Error {
  override readonly name = 'LedgerUrlError';
}
