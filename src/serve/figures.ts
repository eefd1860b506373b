import type { Ledger } from '../ledger/contract.ts';
import type { Attention, OutcomeCounts, SweepResult, SweepSummary } from '../ledger/entries.ts';

/** What the ledger says of one project: the source of metrics, page and digest, so that none of them forgets at a restart. */
export interface ProjectFigures {
  readonly project: string;
  /** The last sweep that has ended, whatever came of it; one that was only looked at (`plan`) is none. */
  readonly last: LastSweep | undefined;
  /** End of the last sweep that read everything and did all it planned. */
  readonly lastCompleteAt: Date | undefined;
  /** The earliest expiry among what was due and still there when the last sweep ended. */
  readonly oldestOverdueAt: Date | undefined;
  /** When the first of what was retained then comes due, or may. */
  readonly nextDueAt: Date | undefined;
  /** Items whose DELETE was or may have been sent, and of which nothing final is known. */
  readonly openItems: number;
  readonly attention: Attention;
}

interface LastSweep {
  readonly sweepId: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly mode: string;
  readonly result: SweepResult;
  readonly planned: number;
  readonly outcomes: OutcomeCounts;
  readonly retained: Readonly<Record<string, number>>;
  readonly stuckInProgress: number;
}

/** What is read of a sweep's report here. The ledger has it as text, written by this program or an older one. */
interface ReportFigures {
  readonly planComplete: boolean;
  readonly retained: Readonly<Record<string, number>>;
  readonly oldestOverdueAt: string | null;
}

const NO_FIGURES: ReportFigures = { planComplete: false, retained: {}, oldestOverdueAt: null };

export interface Project {
  readonly name: string;
  readonly projectId: string;
}

/** So many items of each kind are named on the page. */
const ATTENTION_MAX = 20;

export async function figuresOf({ name, projectId }: Project, ledger: Ledger): Promise<ProjectFigures> {
  const past = await lookBack(name, ledger);
  const [last] = past.sweeps;
  return {
    project: name,
    last: last && lastOf(last),
    lastCompleteAt: past.sweeps.find(isComplete)?.end.endedAt,
    oldestOverdueAt: earliest(past.sinceWholePlan.map(({ report }) => dateOf(report.oldestOverdueAt))),
    nextDueAt: earliest(past.sinceWholePlan.map(({ end }) => end.outlook.nextDueAt)),
    openItems: await ledger.openCount(projectId),
    attention: await ledger.attention(projectId, ATTENTION_MAX),
  };
}

/**
 * When the last sweep of these projects began, killed ones included. Of several projects the one that was swept longest
 * ago counts; those without history do not. `undefined`: none has any.
 */
export async function lastSweepAt(projects: readonly Project[], ledger: Ledger): Promise<Date | undefined> {
  const begun: (Date | undefined)[] = [];
  for (const { name } of projects) {
    const sweeps = await ledger.history({ project: name, limit: LOOKS_MAX });
    begun.push(sweeps.find(({ mode }) => mode !== 'plan')?.startedAt);
  }
  return earliest(begun);
}

/** More plans than anyone looks at between two sweeps. */
const LOOKS_MAX = 200;

/**
 * For how long the longest overdue item has been overdue, in milliseconds; 0: nothing is; `undefined`: nothing is known,
 * for there was no sweep yet. It grows while nothing is swept, and in a dry run: what was retained until its day comes due
 * by itself.
 */
export function overdueMs({ last, oldestOverdueAt, nextDueAt }: ProjectFigures, now: Date): number | undefined {
  if (!last) return undefined;
  const since = earliest([oldestOverdueAt, nextDueAt]);
  return since === undefined ? 0 : Math.max(0, now.getTime() - since.getTime());
}

interface Ended extends SweepSummary {
  readonly end: NonNullable<SweepSummary['end']>;
  readonly report: ReportFigures;
}

interface Past {
  /** Newest first, back to the last complete one. */
  readonly sweeps: readonly Ended[];
  /** Of these, back to the last whose plan was whole: what a sweep has not read it knows nothing of, so the one before still speaks. */
  readonly sinceWholePlan: readonly Ended[];
}

/** Looks back farther and farther: most often a few sweeps do. */
async function lookBack(project: string, ledger: Ledger): Promise<Past> {
  for (let limit = 20; ; limit *= 10) {
    const summaries = await ledger.history({ project, limit });
    const sweeps = summaries.map(endedOf).filter((each) => each !== undefined);
    const isEnough = sweeps.some(isComplete) || summaries.length < limit || limit > SWEEPS_MAX;
    if (!isEnough) continue;
    const whole = sweeps.findIndex(({ report }) => report.planComplete);
    return { sweeps, sinceWholePlan: whole === -1 ? sweeps : sweeps.slice(0, whole + 1) };
  }
}

const SWEEPS_MAX = 10_000;

function endedOf(summary: SweepSummary): Ended | undefined {
  const { end, mode } = summary;
  if (!end || mode === 'plan') return undefined;
  return { ...summary, end, report: { ...NO_FIGURES, ...(JSON.parse(end.report) as Partial<ReportFigures>) } };
}

/** In a dry run too: that nothing is deleted then shows in what is overdue. */
const isComplete = ({ end: { result } }: Ended): boolean => result === 'complete' || result === 'dry-run';

const lastOf = ({ sweepId, startedAt, mode, end, report, planned, outcomes }: Ended): LastSweep => ({
  sweepId,
  startedAt,
  endedAt: end.endedAt,
  mode,
  result: end.result,
  planned,
  outcomes, // as they are now, should a later sweep have settled what this one had left open
  retained: report.retained,
  stuckInProgress: end.outlook.stuckInProgress,
});

const dateOf = (text: string | null): Date | undefined => (text === null ? undefined : new Date(text));

function earliest(dates: readonly (Date | undefined)[]): Date | undefined {
  return dates.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a), undefined);
}
