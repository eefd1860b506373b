import { unreachable } from '../../lib/exhaustive.ts';
import type { Refusal } from '../../retention/guard.ts';
import type { SweepDone } from '../../sweep/order.ts';
import type { RetainedKind } from '../../sweep/tally.ts';
import type { Report } from '../../sweep/report.ts';
import { REASONS } from './reasons.ts';
import { count, counted, duration } from '../../lib/format.ts';
import { table } from './table.ts';

/** What a person reads at the end of a sweep: why things stay, and one verdict that cannot be misread. */
export function inFull(done: SweepDone, maxDeletions: number): string {
  const { report } = done;
  const parts = [retainedTable(report), settledEarlier(report), `${verdict(done, maxDeletions)}\n`];
  return parts.filter((part) => part !== '').join('\n');
}

/** One sentence, or two. */
export function verdict({ report, refusal, stop }: SweepDone, maxDeletions: number): string {
  if (refusal) return `Refused: ${refusalInWords(refusal, report)} Nothing was deleted.`;
  if (stop?.kind === 'unauthorized') return `Failed: ${stop.message} ${progress(report)}`;
  if (stop?.kind === 'ledger') return `Failed: ${stop.message} ${progress(report)}`;
  if (report.result === 'partial') {
    return `Partial: ${partialInWords(report, stop?.message, maxDeletions)} ${progress(report)}`;
  }
  if (report.mode !== 'enforce') return dryRun(report, maxDeletions);
  return progress(report);
}

function dryRun(report: Report, maxDeletions: number): string {
  const beyond =
    report.planned > maxDeletions
      ? ` A sweep takes the longest overdue ${count(maxDeletions)} of them (limits.maxDeletions).`
      : '';
  const due = counted(report.planned, 'media item is', 'media items are');
  return `Dry run: ${due} due, ${count(report.media - report.planned)} retained.${beyond} Nothing was deleted.`;
}

function partialInWords(report: Report, stopped: string | undefined, maxDeletions: number): string {
  if (stopped !== undefined) return stopped;
  if (report.retained.unlisted) return 'not every message could be listed.';
  if (!report.planComplete) {
    return report.planned >= maxDeletions
      ? 'the limit was reached, and the rest was not read.'
      : 'half of limits.maxDuration did not suffice to read all of it; the next sweep goes on from there.';
  }
  if (report.outcomes['not-sent'] > 0)
    return `the limit was reached; ${count(report.outcomes['not-sent'])} more are due.`;
  return 'not every item could be settled.';
}

/** What this sweep did, and what became of what earlier ones had left open. */
function progress(report: Report): string {
  const { failed } = report.settledEarlier;
  const earlier =
    failed > 0
      ? ` Of what earlier sweeps had left open, ${counted(failed, 'item has', 'items have')} failed and will be planned again.`
      : '';
  return `${ownProgress(report)}${earlier}`;
}

function ownProgress({ planned, planComplete, outcomes, unverified, startedAt, endedAt, mode }: Report): string {
  const took = duration(Date.parse(endedAt) - Date.parse(startedAt));
  const all = `${planComplete ? '' : 'at least '}${count(planned)}`;
  if (mode !== 'enforce') return `Nothing was deleted.`;
  if (planned === 0) return planComplete ? `Nothing was due; nothing was deleted (${took}).` : 'Nothing was deleted.';
  const rest = [
    outcomes['already-gone'] > 0 && `${count(outcomes['already-gone'])} gone, not shown to be by this sweep`,
    outcomes.deferred > 0 && `${count(outcomes.deferred)} deferred (message in progress)`,
    outcomes.failed > 0 &&
      `${count(outcomes.failed)} failed ("ledger export" names them; still due, they are planned again)`,
    outcomes.uncertain > 0 && `${count(outcomes.uncertain)} uncertain: settled by the next sweep`,
    outcomes['not-sent'] > 0 && `${count(outcomes['not-sent'])} not sent`,
  ].filter((part) => part !== false);
  const unproven = unverified > 0 ? ' (not verified: requests.verify is never)' : '';
  return `Deleted ${count(outcomes.deleted)} of ${all} expired media${unproven} in ${took}.${rest.length > 0 ? ` ${rest.join(', ')}.` : ''}`;
}

function refusalInWords(refusal: Refusal, { mode, planComplete }: Report): string {
  switch (refusal.kind) {
    case 'limit': {
      const due = `${planComplete ? '' : 'at least '}${counted(refusal.planned, 'item is', 'items are')}`;
      if (refusal.maxDeletions === 0) {
        return `${due} due, and limits.maxDeletions is 0, which forbids deleting.`;
      }
      return (
        `${due} due, and limits.maxDeletions allows ${count(refusal.maxDeletions)} a sweep. ` +
        `${mode === 'plan' ? 'Raise' : 'Look at them with "plan"; then raise'} limits.maxDeletions, or set limits.onLimit: oldest-first to work through them sweep by sweep.`
      );
    }
    case 'clock':
      return (
        `this machine's clock is ${duration(refusal.aheadMs)} ahead of the API's, so media would look older than they are. ` +
        'Set the clock right.'
      );
    default:
      return unreachable(refusal);
  }
}

function settledEarlier({ settledEarlier: earlier }: Report): string {
  const settled = Object.entries(earlier).filter(([, n]) => n > 0);
  if (settled.length === 0) return '';
  const counts = settled.map(([outcome, n]) => `${count(n)} ${outcome}`).join(', ');
  return `Left open by earlier sweeps, settled now: ${counts}.\n`;
}

function retainedTable({ retained }: Report): string {
  const rows = Object.entries(retained) as [RetainedKind, number][];
  if (rows.length === 0) return '';
  return `Retained:\n${table(rows.toSorted(([, a], [, b]) => b - a).map(([kind, n]) => [kind, REASONS[kind], n]))}`;
}
