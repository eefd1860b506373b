import { OUTCOMES, type OutcomeCounts, type SweepMode, type SweepResult, type Tally } from '../ledger/entries.ts';
import type { RequestCounts } from '../provider/contract.ts';
import type { Scan } from './plan.ts';
import type { PlanTally, RetainedKind } from './tally.ts';

/** What a sweep found and did. Instants are ISO 8601 in UTC. It adds up: media = retained + planned; planned = the sum of outcomes. */
export interface Report {
  readonly version: string;
  readonly sweepId: string;
  readonly project: string;
  readonly projectId: string;
  readonly mode: SweepMode;
  readonly policyHash: string;
  readonly asOf: string;
  readonly result: SweepResult;
  readonly messages: number;
  readonly media: number;
  readonly retained: Readonly<Partial<Record<RetainedKind, number>>>;
  readonly planned: number;
  /** `false`: reading stopped early, and `planned` is a lower bound. */
  readonly planComplete: boolean;
  readonly outcomes: OutcomeCounts;
  /** Of those deleted, how many no list has shown to be gone (`verify: never`). */
  readonly unverified: number;
  /** Items that earlier sweeps left open and this one settled. They count nowhere else. */
  readonly settledEarlier: OutcomeCounts;
  readonly requests: RequestCounts;
  readonly scan: ScanReport;
  /** The earliest expiry among what is due and still there. */
  readonly oldestOverdueAt: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** How the account was read. What was not read is known from earlier sweeps, and counted as that. */
interface ScanReport {
  /** `none`: reading it was ended by something else than want of time, or its clock was refused. */
  readonly kind: Scan['kind'] | 'none';
  /** UTC days of sending that were read by themselves. */
  readonly days: number;
  /** When the last full scan began; `null`: none is known of. */
  readonly lastFullAt: string | null;
}

/** What a report is made of: some of it as it is, the rest from the plan and from what the ledger counts. */
type ReportParts = Pick<
  Report,
  'version' | 'sweepId' | 'project' | 'projectId' | 'mode' | 'policyHash' | 'result' | 'requests'
> & {
  readonly asOf: Date;
  readonly plan: PlanTally;
  readonly tally: Tally;
  readonly scan: Scan | undefined;
  readonly oldestOverdueAt: Date | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date;
};

export function reportOf(parts: ReportParts): Report {
  const { plan, tally, scan } = parts;
  return {
    version: parts.version,
    sweepId: parts.sweepId,
    project: parts.project,
    projectId: parts.projectId,
    mode: parts.mode,
    policyHash: parts.policyHash,
    asOf: parts.asOf.toISOString(),
    result: parts.result,
    messages: plan.messages,
    media: plan.media,
    retained: plan.retained,
    planned: plan.planned,
    planComplete: plan.complete,
    outcomes: tally.outcomes,
    unverified: tally.unverified,
    settledEarlier: tally.settledEarlier,
    requests: parts.requests,
    scan: {
      kind: scan?.kind ?? 'none',
      days: scan?.days ?? 0,
      lastFullAt: scan?.lastFullAt?.toISOString() ?? null,
    },
    oldestOverdueAt: parts.oldestOverdueAt?.toISOString() ?? null,
    startedAt: parts.startedAt.toISOString(),
    endedAt: parts.endedAt.toISOString(),
  };
}

/** Those that failed, this sweep's own and those that earlier ones had left open. */
export const failedItems = ({ outcomes, settledEarlier }: Pick<Report, 'outcomes' | 'settledEarlier'>): number =>
  outcomes.failed + settledEarlier.failed;

export const totalOf = (outcomes: OutcomeCounts): number =>
  OUTCOMES.reduce((sum, outcome) => sum + outcomes[outcome], 0);
