import { LedgerError } from '../ledger/contract.ts';
import { guard } from '../retention/guard.ts';
import { conclude } from './conclude.ts';
import { Stop } from './events.ts';
import type { SweepDeps, SweepDone, SweepOrder } from './order.ts';
import { begin, tellStopping, type Pass } from './pass.ts';
import { carryOut, makePlan } from './phases.ts';
import type { PlanTally } from './tally.ts';

/**
 * One pass over one project: settle what was left open, plan, ask the guard, execute, report.
 * @param signal aborted with a `Stop` to end it early
 * @throws {LedgerError} before there is a plan, or where not even a report can be taken from the ledger
 */
export async function sweep(order: SweepOrder, deps: SweepDeps, signal: AbortSignal): Promise<SweepDone> {
  const pass = await begin(order, deps, signal);
  const over = new AbortController();
  try {
    pass.tell({ event: 'sweep.started', mode: order.mode, policyHash: order.policyHash, asOf: order.asOf });
    tellStopping(pass, over.signal);
    const done = await fromPlanToReport(order, pass);
    throwBug(pass.stop);
    return done;
  } finally {
    over.abort();
  }
}

async function fromPlanToReport(order: SweepOrder, pass: Pass): Promise<SweepDone> {
  const planned = await makePlan(order, pass);
  if (planned.stop || planned.refusal) return conclude(order, pass, planned);

  const refusal = guard(mayBeDue(pass.plan), order.limits);
  if (refusal) return conclude(order, pass, { ...planned, refusal });
  if (order.mode !== 'enforce') return conclude(order, pass, planned);

  return conclude(order, pass, await carryOut(order, pass, planned.left));
}

/** What stopped the sweep and is neither a reason to stop nor the ledger's loss: its end is on record, and now it is said. */
function throwBug({ aborted, reason }: AbortSignal): void {
  if (aborted && !(reason instanceof Stop || reason instanceof LedgerError)) throw reason as Error;
}

/** Media that could not be looked at may be due as well: a limit counts them as if they were. */
const mayBeDue = (plan: PlanTally): number => plan.planned + (plan.retained.unlisted ?? 0);
