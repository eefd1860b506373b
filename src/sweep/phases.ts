import { LedgerError } from '../ledger/contract.ts';
import type { Clock } from '../lib/clock.ts';
import { Unauthorized, Unreachable } from '../provider/contract.ts';
import type { MediaSid } from '../retention/resource.ts';
import { ledgerLost, unansweredInARow, unauthorized } from './answers.ts';
import { Stop } from './events.ts';
import { execute } from './execute.ts';
import { lookAtOpen, settleOpen } from './open-items.ts';
import type { SweepOrder } from './order.ts';
import type { Ending, Left, Pass } from './pass.ts';
import { plan } from './plan.ts';
import { PolicyWatch } from './policy-watch.ts';
import { DRAIN_MS, settleRest } from './settle-rest.ts';
import { hasWaited, untilAborted } from '../lib/waiting.ts';

/** Settles what earlier sweeps left open, as far as a list can tell now, and plans. */
export async function makePlan(order: SweepOrder, pass: Pass): Promise<Ending> {
  const open = new Set<MediaSid>();
  const left = await settleEarlier(order, pass, open);
  try {
    pass.tell({ event: 'sweep.planning' });
    const refusal = await plan({ ...order, open }, pass.plan, pass, pass.stop);
    await pass.record.sealPlan();
    const { messages, media, planned } = pass.plan;
    pass.tell({ event: 'sweep.planned', messages, media, planned });
    return refusal ? { left, refusal } : { left };
  } catch (error) {
    const stop = stopOf(error);
    await pass.record.sealPlan(); // what was found so far can still be looked at
    return { left, stop };
  }
}

/**
 * A sweep that is only looked at settles nothing.
 * @param open is filled with what stays open: it must not be planned a second time
 */
async function settleEarlier(order: SweepOrder, pass: Pass, open: Set<MediaSid>): Promise<Left> {
  if (order.mode !== 'plan') {
    const before = await lookAtOpen(order.projectId, pass);
    if (before.count === 0) return { open: 0, oldestAt: undefined };
    pass.tell({ event: 'sweep.settling', open: before.count });
    const enough = new AbortController();
    const deps = { ...pass, unanswered: unansweredInARow(() => enough.abort()) }; // it may be these messages, not the service
    const until = AbortSignal.any([pass.stop, enough.signal]);
    await settleOpen(order.projectId, false, order.concurrency, deps, until);
  }
  const { count, oldestEarlierAt } = await lookAtOpen(order.projectId, pass, ({ mediaSid }) => open.add(mediaSid));
  return { open: count, oldestAt: oldestEarlierAt };
}

/** A plan that cannot be made whole is never executed. */
function stopOf(error: unknown): Stop {
  if (error instanceof Stop) return error;
  if (error instanceof Unauthorized) return unauthorized(error.status);
  if (error instanceof Unreachable) return new Stop('unreachable', error.message, { cause: error });
  throw error;
}

/** Executes the plan, and settles what can be settled of what was sent. */
export async function carryOut(order: SweepOrder, pass: Pass, leftEarlier: Left | undefined): Promise<Ending> {
  const { clock, stop } = pass;
  try {
    await executePlan(order, pass);
    const left = await settleRest(order, pass, clock.monotonicMs());
    return stop.aborted ? { left, stop: stopOf(stop.reason) } : { left };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { ...(leftEarlier && { left: leftEarlier }), stop: ledgerLost(error) };
  }
}

async function executePlan(order: SweepOrder, pass: Pass): Promise<void> {
  const { clock, stop } = pass;
  const { planned } = pass.plan;
  const { maxDeletions } = order.limits;
  if (planned === 0 || stop.aborted) return;
  const over = new AbortController();
  const policy = new PolicyWatch(pass, AbortSignal.any([stop, over.signal]));
  await policy.look(); // reading the account may have taken hours
  if (stop.aborted) return;

  pass.tell({ event: 'sweep.executing', planned });
  const watched = policy.keepLooking();
  try {
    await execute(
      {
        order: planned > maxDeletions ? 'oldest-first' : 'as-planned',
        limit: maxDeletions,
        verify: order.verify,
        lanes: order.concurrency,
        markAhead: order.markAhead,
      },
      { ...pass, mayBegin: () => policy.mayBegin() },
      stop,
      drainedAfter(stop, clock, over.signal),
    );
  } finally {
    over.abort();
    await watched;
  }
}

/** Aborted when those that had been sent by the time of `stop` have had their time. */
function drainedAfter(stop: AbortSignal, clock: Clock, over: AbortSignal): AbortSignal {
  const drained = new AbortController();
  const wait = async (): Promise<void> => {
    await untilAborted(AbortSignal.any([stop, over]));
    if (await hasWaited(DRAIN_MS, clock, over)) drained.abort();
  };
  void wait();
  return drained.signal;
}
