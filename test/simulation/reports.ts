import type { SweepDone, SweepOrder } from '../../src/sweep/order.ts';
import { dueAfterMs, type Law } from './law.ts';
import type { Row } from './mirror.ts';
import type { TrueMedia, TrueMessage } from './truth.ts';
import type { Worker } from './worker.ts';
import type { World } from './world.ts';

export interface Reported {
  readonly order: SweepOrder;
  readonly beganMs: number;
  readonly worker: Worker;
  readonly law: Law;
  readonly world: World;
}

/** What a report says and is not so. */
export function faultsOfReport(done: SweepDone, reported: Reported): string[] {
  const { report, stop, refusal } = done;
  const { order } = reported;
  const { world, worker } = reported;
  const found: string[] = [];
  if (report.media !== sum(report.retained) + report.planned) found.push('media are not retained + planned');
  if (report.planned !== sum(report.outcomes)) found.push('planned are not the sum of outcomes');

  const sweep = world.oracle.mirror.sweepOf(worker);
  const rows = [...world.oracle.mirror.rows.values()].filter((row) => row.sweep === sweep);
  if (report.planned !== rows.length) found.push(`${report.planned} planned, on disk ${rows.length}`);
  for (const [outcome, count] of Object.entries(report.outcomes)) {
    const onDisk = rows.filter((row) => outcomeOf(row) === outcome).length;
    if (onDisk !== count) found.push(`${count} ${outcome}, on disk ${onDisk}`);
  }
  if (refusal && rows.some(({ sender }) => sender)) found.push('refused, and sent');
  const { uncertain, 'not-sent': notSent } = report.outcomes;
  if (report.result === 'complete' && (!report.planComplete || uncertain + notSent > 0)) {
    found.push('complete, though it was not');
  }
  if (report.result === 'complete') found.push(...leftOut(reported));
  const isLost = world.oracle.hasLostLedger(worker);
  if (isLost && report.result !== 'failed') found.push(`the ledger was lost, and the result is ${report.result}`);
  const earlier = [...world.oracle.mirror.rows.values()].filter(
    (row) => row.settledBy === sweep && row.sweep !== sweep,
  );
  for (const [outcome, count] of Object.entries(report.settledEarlier)) {
    const onDisk = earlier.filter((row) => row.outcome === outcome).length;
    if (onDisk !== count) found.push(`${count} settled earlier as ${outcome}, on disk ${onDisk}`);
  }
  const unverified = rows.filter(({ outcome, isVerified }) => isGone(outcome) && !isVerified).length;
  if (report.unverified !== unverified) found.push(`${report.unverified} unverified, on disk ${unverified}`);
  const remaining = rows.filter(({ outcome }) => !isGone(outcome)).map(({ expiredMs }) => expiredMs);
  const oldestMs = report.oldestOverdueAt === null ? Infinity : Date.parse(report.oldestOverdueAt);
  if (oldestMs > Math.min(...remaining)) found.push('something is overdue for longer than it says');
  if (oldestMs < Infinity && !mayBeOverdue(oldestMs, sweep, world)) found.push('nothing is overdue for so long');
  const unsent = rows.filter(({ sender }) => !sender).map(({ expiredMs }) => expiredMs);
  const sent = rows.filter(({ sender }) => sender).map(({ expiredMs }) => expiredMs);
  if (rows.length > order.limits.maxDeletions && Math.max(...sent) > Math.min(...unsent)) {
    found.push('not the longest overdue first');
  }
  for (const row of isLost ? [] : rows.filter(({ sender }) => sender)) {
    if (worker.told.get(row.media) !== outcomeOf(row))
      found.push(`told ${worker.told.get(row.media)}, on disk ${outcomeOf(row)}`);
  }
  if (sent.length > 0 && !worker.hasReadToEnd) found.push('sent without having read to the end');
  for (const [kind, count] of Object.entries(worker.asked)) {
    const said = report.requests[kind as keyof typeof report.requests];
    if (said !== count) found.push(`${said} ${kind}, and there were ${count}`);
  }
  if (stop?.kind === 'ledger' && !world.oracle.hasLostLedger(worker)) found.push(`the ledger is lost: ${stop.message}`);
  return found;
}

const isGone = (outcome: string | undefined): boolean => outcome === 'deleted' || outcome === 'already-gone';

const mayBeOverdue = (atMs: number, sweep: number | undefined, world: World): boolean =>
  [...world.oracle.mirror.rows.values()].some(
    (row) => row.expiredMs === atMs && (row.sweep !== sweep || !isGone(row.outcome)),
  );

const sum = (counts: object): number => Object.values(counts as Record<string, number>).reduce((a, b) => a + b, 0);

const outcomeOf = ({ sender, outcome }: Row): string => outcome ?? (sender ? 'uncertain' : 'not-sent');

/** What a complete sweep should have found, and neither deleted nor wrote down. Only of messages that stood still meanwhile. */
function leftOut(reported: Reported): string[] {
  const { order, beganMs, law, world } = reported;
  const found: string[] = [];
  const isShifted = world.dimensions.api.paging === 'offset' && world.dimensions.faults.has('message-removed');
  if (isShifted) return []; // a row may slip from one page to the one before: the next sweep finds it
  const standing = world.messages.filter(({ isRemoved, changedMs }) => !isRemoved && changedMs < beganMs);
  for (const message of standing) {
    for (const media of message.media) {
      const due = dueAfterMs(message, media, law, order.asOf.getTime());
      const isDue = due !== undefined && order.asOf.getTime() > due;
      if (isDue && media.goneMs === undefined && !isOnRecord(message, media, reported)) {
        found.push(`complete, though ${media.sid} is due and there`);
      }
    }
  }
  return found;
}

function isOnRecord(message: TrueMessage, media: TrueMedia, { world, worker }: Reported): boolean {
  const sweep = world.oracle.mirror.sweepOf(worker);
  return world.oracle.mirror
    .rowsOf(media.sid)
    .some((row) => row.message === message.sid && row.settledBy === sweep && row.outcome !== 'not-sent');
}
