import type { Clock } from '../lib/clock.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Outlook, SweepMode } from '../ledger/entries.ts';
import type { Deleter, Reader } from '../provider/contract.ts';
import type { Refusal } from '../retention/guard.ts';
import type { Span } from '../retention/period.ts';
import type { Hold, Limits, Policy } from '../retention/policy.ts';
import type { Stop, ToldEvent } from './events.ts';
import type { Report } from './report.ts';

/** One pass over one project: everything that is decided before it begins. */
export interface SweepOrder {
  readonly project: string;
  readonly projectId: string;
  /** `plan` takes no part in settling and is never executed. */
  readonly mode: SweepMode;
  readonly policy: Policy;
  readonly holds: readonly Hold[];
  readonly policyHash: string;
  /** Canonical form, numbers withheld. */
  readonly policyText: string;
  readonly limits: Limits;
  readonly verify: 'always' | 'never';
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Everything is read at least so often. */
  readonly fullScanEvery: Span;
  /** The most time that reading may take where something is due, so that deleting has its share. */
  readonly planMs: number;
  /** So many items are marked ahead as being sent, 1 to 500: what a crash leaves open without ever having been sent. */
  readonly markAhead: number;
  /** The one `now` of every decision. */
  readonly asOf: Date;
  readonly programVersion: string;
  /** Monotonic ms at which the ledger's lock was taken: what a killed sweep had sent was sent before. */
  readonly lockedMs: number;
}

export interface SweepDeps {
  readonly reader: Reader;
  readonly deleter: Deleter;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly newId: () => string;
  /** SHA-256, in hexadecimal. */
  readonly digest: (text: string) => string;
  /** Whether the policy file still has the text that was planned with. */
  readonly policyStands: () => Promise<boolean>;
  readonly tell: (event: ToldEvent) => void;
}

export interface SweepDone {
  readonly report: Report;
  readonly outlook: Outlook;
  readonly refusal?: Refusal;
  /** Why it ended early. */
  readonly stop?: Stop;
}
