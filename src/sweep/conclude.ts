import { LedgerError, type SweepResult, type Tally } from '../ledger/contract.ts';
import { ledgerLost } from './answers.ts';
import { earliest } from './open-items.ts';
import type { SweepDone, SweepOrder } from './order.ts';
import type { Ending, Pass } from './pass.ts';
import { reportOf, type Report } from './report.ts';

/**
 * Makes a sweep's report of what the ledger counts, and writes its end down. Where the ledger can be read and not written,
 * there is a report of what is on disk, which says that the sweep has failed.
 */
export async function conclude(order: SweepOrder, pass: Pass, ending: Ending): Promise<SweepDone> {
  const { record, tell } = pass;
  const before = await unlessLost(ending, () => record.flush());
  const found = await takeReport(order, pass, before);
  const { result, endedAt } = found;
  const after = await unlessLost(before, () =>
    record.end({ result, endedAt: new Date(endedAt), report: JSON.stringify(found) }),
  );
  const report = after === before ? found : { ...found, result: 'failed' as const };
  tell({
    event: 'sweep.ended',
    result: report.result,
    planned: report.planned,
    outcomes: report.outcomes,
    durationMs: Date.parse(endedAt) - Date.parse(report.startedAt),
  });
  const { refusal, stop } = after;
  return { report, ...(refusal && { refusal }), ...(stop && { stop }) };
}

/** The ending after a write: the same, or the loss of the ledger, which outweighs whatever else ended the sweep. */
async function unlessLost(ending: Ending, write: () => Promise<void>): Promise<Ending> {
  if (ending.stop?.kind === 'ledger') return ending;
  try {
    await write();
    return ending;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { ...(ending.left && { left: ending.left }), stop: ledgerLost(error) };
  }
}

async function takeReport(order: SweepOrder, pass: Pass, ending: Ending): Promise<Report> {
  const { record, plan, startedAt, reader, clock } = pass;
  const tally = await record.tally();
  return reportOf({
    ...order,
    version: order.programVersion,
    sweepId: record.sweepId,
    result: resultOf(order, pass, ending, tally),
    plan,
    tally,
    requests: reader.requests(),
    oldestOverdueAt: earliest([await record.oldestRemaining(), ending.left?.oldestAt]),
    startedAt,
    endedAt: clock.now(),
  });
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
