import type { Ledger } from '../ledger/contract.ts';
import { earliest } from '../lib/instants.ts';
import type {
  Attention,
  HistoryFilter,
  OutcomeCounts,
  SweepMode,
  SweepResult,
  SweepSummary,
} from '../ledger/entries.ts';

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

/**
 * @param isArmed whether sweeps are to delete: then one that was only a dry run, by hand, is none of those that count
 */
export async function figuresOf(project: Project, isArmed: boolean, ledger: Ledger): Promise<ProjectFigures> {
  const { name, projectId } = project;
  const counting = { projectId, modes: modesThatCount(isArmed) };
  const sweeps = await sinceWholePlan(counting, ledger);
  const [last] = sweeps;
  const [complete] = await ledger.history({ ...counting, results: ['complete', 'dry-run'], limit: 1 });
  return {
    project: name,
    last: last && lastOf(last),
    lastCompleteAt: complete?.end?.endedAt,
    oldestOverdueAt: earliest(sweeps.map(({ report }) => dateOf(report.oldestOverdueAt))),
    nextDueAt: earliest(sweeps.map(({ end }) => end.outlook.nextDueAt)),
    openItems: await ledger.openCount(projectId),
    attention: await ledger.attention(projectId, ATTENTION_MAX),
  };
}

/** What only looked (`plan`) never counts; in an armed account a dry run has only looked, too. */
const modesThatCount = (isArmed: boolean): readonly SweepMode[] => (isArmed ? ['enforce'] : ['enforce', 'dry-run']);

/**
 * When the last sweep of these projects began, killed ones included. Of several projects the one that was swept longest
 * ago counts; those without history do not. `undefined`: none has any.
 */
export async function lastSweepAt(
  projects: readonly Project[],
  isArmed: boolean,
  ledger: Ledger,
): Promise<Date | undefined> {
  const modes = modesThatCount(isArmed);
  const begun: (Date | undefined)[] = [];
  for (const { projectId } of projects)
    begun.push((await ledger.history({ projectId, modes, limit: 1 }))[0]?.startedAt);
  return earliest(begun);
}

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

/**
 * The sweeps that have ended, newest first, back to the last whose plan was whole: what a sweep has not read it knows nothing
 * of, so the one before still speaks.
 */
async function sinceWholePlan(filter: HistoryFilters, ledger: Ledger): Promise<readonly Ended[]> {
  for (let limit = 20; ; limit *= 10) {
    const summaries = await ledger.history({ ...filter, limit });
    const sweeps = summaries.map(endedOf).filter((each) => each !== undefined);
    const whole = sweeps.findIndex(({ report }) => report.planComplete);
    if (whole !== -1) return sweeps.slice(0, whole + 1);
    if (summaries.length < limit || limit >= SWEEPS_MAX) return sweeps;
  }
}

type HistoryFilters = Pick<HistoryFilter, 'projectId' | 'modes'>;

/** Weeks of an hourly schedule without a single whole plan. */
const SWEEPS_MAX = 2_000;

function endedOf(summary: SweepSummary): Ended | undefined {
  const { end } = summary;
  if (!end) return undefined;
  return { ...summary, end, report: { ...NO_FIGURES, ...(JSON.parse(end.report) as Partial<ReportFigures>) } };
}

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
