import { LedgerError } from '../ledger/contract.ts';
import type { SweepResult, Tally } from '../ledger/entries.ts';
import { ledgerLost } from './answers.ts';
import { earliest } from '../lib/instants.ts';
import type { SweepDone, SweepOrder } from './order.ts';
import type { Ending, Pass } from './pass.ts';
import { rememberOutcome } from './remember.ts';
import { reportOf } from './report.ts';

/**
 * Makes a sweep's report of what the ledger counts, and writes its end down. Where the ledger can be read and not written,
 * there is a report of what is on disk, which says that the sweep has failed.
 */
export async function conclude(order: SweepOrder, pass: Pass, ending: Ending): Promise<SweepDone> {
  try {
    return await end(order, pass, ending);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return end(order, pass, { ...(ending.left && { left: ending.left }), stop: ledgerLost(error) });
  }
}

async function end(order: SweepOrder, pass: Pass, ending: Ending): Promise<SweepDone> {
  const { record, tell } = pass;
  const { refusal, stop, left } = ending;
  const isWritable = stop?.kind !== 'ledger';
  if (isWritable) await record.flush();
  if (isWritable && order.mode === 'enforce' && pass.plan.planned > 0)
    await rememberOutcome(pass, order.verify === 'always');
  const endedAt = pass.clock.now();
  const tally = await record.tally();
  const oldestAt = earliest([await record.oldestRemaining(), left?.oldestAt]);
  const report = reportOf({
    ...order,
    version: order.programVersion,
    sweepId: record.sweepId,
    result: resultOf(order, pass, ending, tally),
    plan: pass.plan,
    scan: pass.scan,
    tally,
    requests: pass.reader.requests(),
    oldestOverdueAt: oldestAt,
    startedAt: pass.startedAt,
    endedAt,
  });
  const { result, planned, outcomes, settledEarlier } = report;
  const { nextDueAt, stuckInProgress } = pass.plan;
  const outlook = { nextDueAt, stuckInProgress };
  if (isWritable) await record.end({ result, endedAt, report: JSON.stringify(report), outlook });
  const durationMs = endedAt.getTime() - pass.startedAt.getTime();
  tell({ event: 'sweep.ended', result, planned, outcomes, settledEarlier, durationMs });
  return { report, outlook, ...(refusal && { refusal }), ...(stop && { stop }) };
}

function resultOf(
  order: SweepOrder,
  { plan }: Pass,
  { refusal, stop, left }: Ending,
  { outcomes }: Tally,
): SweepResult {
  if (stop?.kind === 'unauthorized' || stop?.kind === 'ledger') return 'failed';
  if (refusal) return 'refused';
  if (!plan.complete) return 'partial';
  if (order.mode !== 'enforce') return 'dry-run';
  const isWhole = outcomes.uncertain === 0 && outcomes['not-sent'] === 0 && (left?.open ?? 0) === 0;
  return isWhole ? 'complete' : 'partial';
}
