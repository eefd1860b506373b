import type { SweepResult, Tally } from '../ledger/contract.ts';
import { earliest } from './open-items.ts';
import type { SweepDone, SweepOrder } from './order.ts';
import type { Ending, Pass } from './phases.ts';
import { reportOf } from './report.ts';

/** Writes the end of a sweep down and makes its report of what the ledger counts. */
export async function conclude(order: SweepOrder, pass: Pass, ending: Ending): Promise<SweepDone> {
  const { record, clock, plan, startedAt } = pass;
  const { refusal, stop, left } = ending;
  if (!record.lost.aborted) await record.flush();
  const tally = await record.tally();
  const result = resultOf(order, pass, ending, tally);
  const endedAt = clock.now();
  const report = reportOf({
    ...order,
    version: order.programVersion,
    sweepId: record.sweepId,
    result,
    plan,
    tally,
    requests: pass.reader.requests(),
    oldestOverdueAt: earliest([await record.oldestRemaining(), left?.oldestAt]),
    startedAt,
    endedAt,
  });
  if (!record.lost.aborted) await record.end({ result, endedAt, report: JSON.stringify(report) });
  pass.tell({
    event: 'sweep.ended',
    result,
    planned: plan.planned,
    outcomes: tally.outcomes,
    durationMs: endedAt.getTime() - startedAt.getTime(),
  });
  return { report, ...(refusal && { refusal }), ...(stop && { stop }) };
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
  const isWhole = outcomes.uncertain === 0 && outcomes['not-sent'] === 0 && (left?.open.size ?? 0) === 0;
  return isWhole ? 'complete' : 'partial';
}
