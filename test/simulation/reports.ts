import type { SweepDone, SweepOrder } from '../../src/sweep/order.ts';
import type { Report } from '../../src/sweep/report.ts';
import { dueAfterMs, type Law } from './law.ts';
import { isGone, outcomeOf, type Row } from './mirror.ts';
import type { TrueMedia, TrueMessage } from './truth.ts';
import type { Worker } from './worker.ts';
import type { World } from './world.ts';

/** What the oracle has seen of one sweep. */
export interface Sweeping {
  readonly order: SweepOrder;
  /** True time, as all of these. */
  readonly beganMs: number;
  /** When it was told to stop, and for how long it had been frozen by then. */
  stop: { readonly atMs: number; readonly frozenMs: number } | undefined;
  hasLostLedger: boolean;
  /** The list of messages was read to its last page. */
  hasReadToEnd: boolean;
  /** Some page of it had a link that leads elsewhere. */
  isMisled: boolean;
  /** When a look at the policy has failed for the first time. */
  unreadableMs: number;
  /** Requests so far, as the network has seen them. */
  readonly asked: Record<'listMessages' | 'getMessage' | 'listMedia' | 'getMedia' | 'deleteMedia', number>;
  /** What was told of each item last. */
  readonly told: Map<string, string>;
  readonly sentItems: Set<number>;
}

export interface Reported {
  readonly sweeping: Sweeping;
  readonly worker: Worker;
  readonly law: Law;
  readonly world: World;
}

/** What a report says and is not so. */
export function faultsOfReport(done: SweepDone, reported: Reported): string[] {
  const { report, stop, refusal } = done;
  const { sweeping, world, worker } = reported;
  const all = [...world.oracle.mirror.rows.values()];
  const sweep = world.oracle.mirror.sweepOf(worker);
  const rows = all.filter((row) => row.sweep === sweep);
  const found: string[] = [];
  if (refusal && rows.some(({ sender }) => sender)) found.push('refused, and sent');
  const { uncertain, 'not-sent': notSent } = report.outcomes;
  if (report.result === 'complete' && (!report.planComplete || uncertain + notSent > 0)) {
    found.push('complete, though it was not');
  }
  if (report.result === 'complete') found.push(...leftOut(report, reported));
  const { hasLostLedger } = sweeping;
  if (hasLostLedger && report.result !== 'failed') {
    found.push(`the ledger was lost, and the result is ${report.result}`);
  }
  if (stop?.kind === 'ledger' && !hasLostLedger) found.push(`the ledger is lost: ${stop.message}`);
  const earlier = all.filter((row) => row.settledBy === sweep && row.sweep !== sweep);
  return [
    ...found,
    ...miscounted(report, rows, earlier),
    ...misjudgedOverdue(report, rows, all, stop ? [] : leftOver(all, sweep)),
    ...mistaken(report, rows, sweeping),
  ];
}

function miscounted(report: Report, rows: readonly Row[], earlier: readonly Row[]): string[] {
  const found: string[] = [];
  if (report.media !== sum(report.retained) + report.planned) found.push('media are not retained + planned');
  if (report.planned !== sum(report.outcomes)) found.push('planned are not the sum of outcomes');
  if (report.planned !== rows.length) found.push(`${report.planned} planned, on disk ${rows.length}`);
  for (const [outcome, count] of Object.entries(report.outcomes)) {
    const onDisk = rows.filter((row) => outcomeOf(row) === outcome).length;
    if (onDisk !== count) found.push(`${count} ${outcome}, on disk ${onDisk}`);
  }
  for (const [outcome, count] of Object.entries(report.settledEarlier)) {
    const onDisk = earlier.filter((row) => row.outcome === outcome).length;
    if (onDisk !== count) found.push(`${count} settled earlier as ${outcome}, on disk ${onDisk}`);
  }
  const unverified = rows.filter((row) => isGone(row) && !row.isVerified).length;
  if (report.unverified !== unverified) found.push(`${report.unverified} unverified, on disk ${unverified}`);
  return found;
}

/** What earlier sweeps have sent and is open still, or was called failed by this one. */
const leftOver = (all: readonly Row[], sweep: number | undefined): readonly Row[] =>
  all.filter(
    (row) =>
      row.sweep !== sweep &&
      ((row.sender !== undefined && row.outcome === undefined) ||
        (row.settledBy === sweep && row.outcome === 'failed')),
  );

function misjudgedOverdue(
  { oldestOverdueAt }: Report,
  rows: readonly Row[],
  all: readonly Row[],
  earlier: readonly Row[],
): string[] {
  const found: string[] = [];
  const remaining = [...rows.filter((row) => !isGone(row)), ...earlier].map(({ expiredMs }) => expiredMs);
  const oldestMs = oldestOverdueAt === null ? Infinity : Date.parse(oldestOverdueAt);
  if (oldestMs > Math.min(...remaining)) found.push('something is overdue for longer than it says');
  const mayBe = all.some((row) => row.expiredMs === oldestMs && !(rows.includes(row) && isGone(row)));
  if (oldestMs < Infinity && !mayBe) found.push('nothing is overdue for so long');
  return found;
}

/** In what was sent, told and asked for. */
function mistaken({ requests, scan, planComplete }: Report, rows: readonly Row[], sweeping: Sweeping): string[] {
  const { order, told, asked, hasLostLedger, hasReadToEnd } = sweeping;
  const found: string[] = [];
  const sent = rows.filter(({ sender }) => sender);
  const latestMs = Math.max(...sent.map(({ expiredMs }) => expiredMs));
  const unsent = rows.filter(({ sender }) => !sender).map(({ expiredMs }) => expiredMs);
  if (rows.length > order.limits.maxDeletions && latestMs > Math.min(...unsent)) {
    found.push('not the longest overdue first');
  }
  for (const row of hasLostLedger ? [] : sent) {
    const said = told.get(row.media);
    if (said !== outcomeOf(row)) found.push(`told ${said}, on disk ${outcomeOf(row)}`);
  }
  if (sent.length > 0 && scan.kind === 'none') found.push('sent, though reading has failed');
  if (scan.kind === 'full' && planComplete && !hasReadToEnd) found.push('nothing was read to its end');
  for (const kind of ['listMessages', 'getMessage', 'listMedia', 'getMedia', 'deleteMedia'] as const) {
    if (requests[kind] !== asked[kind]) found.push(`${requests[kind]} ${kind}, and there were ${asked[kind]}`);
  }
  return found;
}

const sum = (counts: object): number => Object.values(counts as Record<string, number>).reduce((a, b) => a + b, 0);

/** Messages in these may lack a date of being sent; others that do are looked for by full scans only. */
const UNSENT = new Set(['failed', 'undelivered', 'canceled', 'partially_delivered']);

/** What a complete sweep should have found, and neither deleted nor wrote down. Only of messages that stood still meanwhile. */
function leftOut({ scan }: Report, reported: Reported): string[] {
  const { law, world } = reported;
  const { order, beganMs } = reported.sweeping;
  const found: string[] = [];
  // From a list by offsets a row may slip to the page before, when what stood there goes: the next sweep finds it.
  const { paging, pageMax } = world.dimensions.api;
  if (paging === 'offset' && world.dimensions.faults.has('message-removed')) return [];
  const mayShift = ({ media }: TrueMessage): boolean => paging === 'offset' && media.length > pageMax;
  // Nobody can tell what a filter leaves out; and what has changed after it was read waits for the next full scan.
  const isFull = scan.kind === 'full';
  if (!isFull && world.dimensions.api.filters === 'leave some out') return [];
  const standing = world.messages.filter(
    (message) =>
      !message.isRemoved &&
      message.changedMs < (isFull ? beganMs : 0) &&
      !mayShift(message) &&
      (isFull || typeof message.sentMs === 'number' || UNSENT.has(message.status)),
  );
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
