import { age, counted, instant } from '../../lib/format.ts';
import type { Day } from '../../ledger/entries.ts';
import type { SlotResult } from '../events.ts';
import { overdueMs, type ProjectFigures } from '../figures.ts';
import type { LastSlot } from '../scheduler.ts';
import type { PolicyInWords } from '../../retention/words.ts';

/** All that the status page shows. */
export interface Status {
  readonly now: Date;
  readonly version: string;
  readonly policy: PolicyView;
  readonly isLedgerWritable: boolean;
  readonly ledgerBytes: number;
  readonly isStopping: boolean;
  /** When the sweep that runs began. */
  readonly sweepingSince: Date | undefined;
  /** What became of the last slot, where there was one since the process started. */
  readonly lastSlot: LastSlot | undefined;
  readonly nextSlotAt: Date | undefined;
  /** From one slot of the schedule to the next. */
  readonly periodMs: number | undefined;
  readonly projects: readonly ProjectFigures[];
  readonly days: readonly Day[];
  /** Why media stay, in words, by the reason's name. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** The policy as it was last read whole. */
export interface PolicyView {
  readonly file: string;
  readonly policyHash: string;
  readonly mode: 'dry-run' | 'enforce';
  readonly schedule: string;
  readonly timezone: string;
  readonly words: PolicyInWords;
  /** Why it cannot be read now: places in the file. Empty where it can. */
  readonly problems: readonly string[];
  readonly isReadable: boolean;
}

/** The one thing to know first. */
export interface Verdict {
  readonly kind: 'good' | 'warn' | 'bad';
  readonly title: string;
  readonly detail: string;
}

/** What the alerts page for, under a daily schedule; under one with fewer slots, what two of them are apart. */
const overdueMaxMs = ({ periodMs = 0 }: Status): number => 2 * Math.max(86_400_000, periodMs);

/** The worst there is to say. */
export function verdictOn(status: Status): Verdict {
  return standstill(status) ?? lastSweepTrouble(status) ?? quiet(status);
}

function standstill({ policy, isLedgerWritable, isStopping }: Status): Verdict | undefined {
  if (isStopping)
    return { kind: 'warn', title: 'Stopping', detail: 'What was sent gets its answer; nothing new begins.' };
  if (!policy.isReadable) {
    return {
      kind: 'bad',
      title: 'Nothing is swept: the policy file cannot be used',
      detail: `The edit may be a hold, so nothing is deleted under the older text. ${policy.problems.join(' · ')}`,
    };
  }
  if (isLedgerWritable) return undefined;
  return {
    kind: 'bad',
    title: 'Nothing is deleted: the ledger cannot be written',
    detail: 'Look at its disk and its rights; the log has the error.',
  };
}

function lastSweepTrouble(status: Status): Verdict | undefined {
  const { projects, now } = status;
  const failed = projects.filter(({ last }) => last?.result === 'failed');
  if (failed.length > 0) return about(failed, 'failed', 'Credentials, permission, or the ledger: the log says which.');
  const refused = projects.filter(({ last }) => last?.result === 'refused');
  if (refused.some(({ last }) => last?.planned === 0))
    // no limit refuses a plan of nothing
    return about(
      refused,
      'was refused',
      "This machine's clock is ahead of the API's: set it right. Nothing was deleted.",
    );
  if (refused.length > 0) {
    const due = refused.map(({ project, last }) => `${project}: ${counted(last?.planned ?? 0, 'item')} due`).join(', ');
    return about(
      refused,
      'was refused',
      `${due}. Nothing was deleted. Look at them with "plan", then raise limits.maxDeletions or set limits.onLimit.`,
    );
  }
  const late = projects.filter((figures) => overdueOf(figures, now) > overdueMaxMs(status));
  if (late.length > 0) {
    const worst = Math.max(...late.map((figures) => overdueOf(figures, now)));
    return {
      kind: 'bad',
      title: 'Media are overdue',
      detail: `${names(late)}: for ${age(worst)} something has been due and is still there.`,
    };
  }
  return undefined;
}

function quiet({ projects, policy, lastSlot, nextSlotAt }: Status): Verdict {
  const next = nextSlotAt ? `The next sweep is due at ${instant(nextSlotAt)}.` : 'The schedule never comes again.';
  const items = projects.reduce((sum, { openItems, last }) => sum + openItems + (last?.outcomes.failed ?? 0), 0);
  if (lastSlot && NOT_SWEPT.has(lastSlot.slot))
    return {
      kind: 'warn',
      title: `The slot of ${instant(lastSlot.slotAt)} had no sweep: ${lastSlot.slot}`,
      detail: `The log says why. ${next}`,
    };
  const unswept = projects.filter(({ last }) => last === undefined);
  if (unswept.length > 0)
    return { kind: 'warn', title: `Waiting for the first sweep of ${names(unswept)}`, detail: next };
  if (policy.mode === 'dry-run')
    return {
      kind: 'warn',
      title: 'Dry run: nothing is deleted',
      detail: `The policy file does not say mode: enforce, or RETENTION_MODE disarms it. ${next}`,
    };
  if (items > 0)
    return {
      kind: 'warn',
      title: `${counted(items, 'item is', 'items are')} open or failed`,
      detail: `The status page and the ledger's export name them. ${next}`,
    };
  const partial = projects.filter(({ last }) => last?.result === 'partial');
  if (partial.length > 0)
    return {
      kind: 'warn',
      title: `The last sweep of ${names(partial)} was partial`,
      detail: `It goes on next time. ${next}`,
    };
  return { kind: 'good', title: 'All is well', detail: next };
}

const NOT_SWEPT: ReadonlySet<SlotResult> = new Set(['busy', 'refused', 'failed', 'missed']);

const about = (projects: readonly ProjectFigures[], did: string, detail: string): Verdict => ({
  kind: 'bad',
  title: `The last sweep of ${names(projects)} ${did}`,
  detail,
});

const overdueOf = (figures: ProjectFigures, now: Date): number => overdueMs(figures, now) ?? 0;

const names = (projects: readonly ProjectFigures[]): string => projects.map(({ project }) => project).join(', ');
