import { guard } from '../retention/guard.ts';
import { unansweredInARow } from './answers.ts';
import { conclude } from './conclude.ts';
import type { Stop } from './events.ts';
import type { SweepDeps, SweepDone, SweepOrder } from './order.ts';
import { carryOut, makePlan, type Pass } from './phases.ts';
import { emptyTally, type PlanTally } from './plan.ts';

/**
 * One pass over one project: settle what was left open, plan, ask the guard, execute, report.
 * @param signal aborted with a `Stop` to end it early
 * @throws {LedgerError} before there is a plan, or where not even a report can be taken from the ledger
 */
export async function sweep(order: SweepOrder, deps: SweepDeps, signal: AbortSignal): Promise<SweepDone> {
  const pass = await begin(order, deps, signal);
  pass.tell({ event: 'sweep.started', mode: order.mode, policyHash: order.policyHash, asOf: order.asOf });

  const { left, ...planned } = await makePlan(order, pass);
  if (planned.stop || planned.refusal) return conclude(order, pass, planned);

  const refusal = guard(mayBeDue(pass.plan), order.limits);
  if (refusal) return conclude(order, pass, { refusal });
  if (order.mode !== 'enforce') return conclude(order, pass, {});

  return conclude(order, pass, await carryOut(order, pass, left));
}

async function begin(order: SweepOrder, deps: SweepDeps, signal: AbortSignal): Promise<Pass> {
  const startedAt = deps.clock.now();
  const record = await deps.ledger.begin({ ...order, sweepId: deps.newId(), startedAt });
  const halted = new AbortController();
  const halt = (stop: Stop): void => halted.abort(stop);
  return {
    ...deps,
    record,
    startedAt,
    plan: emptyTally(),
    halt,
    unanswered: unansweredInARow(halt),
    stop: AbortSignal.any([signal, halted.signal, record.lost]),
    tell: (event) => deps.tell({ ...event, sweepId: record.sweepId, project: order.project }),
  };
}

/** Media that could not be looked at may be due as well: a limit counts them as if they were. */
const mayBeDue = (plan: PlanTally): number => plan.planned + (plan.retained.unlisted ?? 0);
