import { unreachable } from '../../lib/exhaustive.ts';
import type { Refusal } from '../../retention/guard.ts';
import type { SweepDone } from '../../sweep/order.ts';
import type { RetainedKind } from '../../sweep/plan.ts';
import type { Report } from '../../sweep/report.ts';
import { count, counted, duration, table } from './table.ts';

/** What a person reads at the end of a sweep: why things stay, and one verdict that cannot be misread. */
export function inFull(done: SweepDone): string {
  const { report } = done;
  const parts = [retainedTable(report), settledEarlier(report), `${verdict(done)}\n`];
  return parts.filter((part) => part !== '').join('\n');
}

/** One sentence, or two. */
export function verdict({ report, refusal, stop }: SweepDone): string {
  if (refusal) return `Refused: ${refusalInWords(refusal)} Nothing was deleted.`;
  if (stop?.kind === 'unauthorized') return `Failed: ${stop.message} ${progress(report)}`;
  if (stop?.kind === 'ledger') return `Failed: ${stop.message} ${progress(report)}`;
  if (report.result === 'partial') return `Partial: ${partialInWords(report, stop?.message)} ${progress(report)}`;
  if (report.mode !== 'enforce') return dryRun(report);
  return progress(report);
}

function dryRun(report: Report): string {
  const due = counted(report.planned, 'media item is', 'media items are');
  return `Dry run: ${due} due, ${count(report.media - report.planned)} retained. Nothing was deleted.`;
}

function partialInWords(report: Report, stopped: string | undefined): string {
  if (stopped !== undefined) return stopped;
  if (!report.planComplete) return 'not every message could be listed.';
  if (report.outcomes['not-sent'] > 0)
    return `the limit was reached; ${count(report.outcomes['not-sent'])} more are due.`;
  return 'not every item could be settled.';
}

function progress({ planned, planComplete, outcomes, startedAt, endedAt, mode }: Report): string {
  const took = duration(Date.parse(endedAt) - Date.parse(startedAt));
  const all = `${planComplete ? '' : 'at least '}${count(planned)}`;
  if (mode !== 'enforce') return `Nothing was deleted.`;
  if (planned === 0) return planComplete ? `Nothing was due; nothing was deleted (${took}).` : 'Nothing was deleted.';
  const rest = [
    outcomes['already-gone'] > 0 && `${count(outcomes['already-gone'])} were already gone`,
    outcomes.deferred > 0 && `${count(outcomes.deferred)} deferred (message in progress)`,
    outcomes.failed > 0 && `${count(outcomes.failed)} failed`,
    outcomes.uncertain > 0 && `${count(outcomes.uncertain)} uncertain: settled by the next sweep`,
    outcomes['not-sent'] > 0 && `${count(outcomes['not-sent'])} not sent`,
  ].filter((part) => part !== false);
  return `Deleted ${count(outcomes.deleted)} of ${all} expired media in ${took}.${rest.length > 0 ? ` ${rest.join(', ')}.` : ''}`;
}

function refusalInWords(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'limit':
      return (
        `${counted(refusal.planned, 'item is', 'items are')} due, and limits.maxDeletions allows ${count(refusal.maxDeletions)} a sweep. ` +
        'Look at them with "plan"; then raise limits.maxDeletions, or set limits.onLimit: oldest-first to work through them sweep by sweep.'
      );
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
  return `Left open by earlier sweeps, settled now: ${settled.map(([outcome, n]) => `${count(n)} ${outcome}`).join(', ')}.\n`;
}

function retainedTable({ retained }: Report): string {
  const rows = Object.entries(retained) as [RetainedKind, number][];
  if (rows.length === 0) return '';
  return `Retained:\n${table(rows.toSorted(([, a], [, b]) => b - a).map(([kind, n]) => [kind, WHY[kind], n]))}`;
}

/** Every reason in words. */
const WHY: Readonly<Record<RetainedKind, string>> = {
  'not-due': 'its retention is not over',
  forever: 'kept for ever',
  hold: 'under a hold',
  'in-progress': 'its message is in progress',
  'unknown-status': 'its message has a status nobody has described',
  'unknown-direction': 'a rule or hold asks for a direction that is unknown',
  'unknown-number': 'a rule or hold asks for a number that cannot be read',
  'unknown-type': 'a rule or hold asks for a content type that is missing',
  'unreadable-date': 'a date cannot be read',
  'implausible-date': 'a date is older than the service',
  'future-date': 'a date is in the future',
  'strange-sid': 'its SID is not shaped like one',
  unsettled: 'sent by an earlier sweep, not settled yet',
  unlisted: 'its message could not be listed',
  'no-such-message': 'its message went while it was looked at',
};
