import { LedgerError } from '../ledger/contract.ts';
import type { Clock } from '../lib/clock.ts';
import { Unauthorized, Unreachable } from '../provider/contract.ts';
import { basisOf, keepsWhat, type Basis } from '../retention/basis.ts';
import type { Limits } from '../retention/policy.ts';
import type { MediaSid } from '../retention/resource.ts';
import { ledgerLost, unansweredInARow, unauthorized } from './answers.ts';
import { Stop } from './events.ts';
import { execute } from './execute.ts';
import { lookAtOpen, settleOpen } from './open-items.ts';
import type { SweepOrder } from './order.ts';
import type { Ending, Left, Pass } from './pass.ts';
import { plan, type ScanOrder } from './plan.ts';
import { PolicyWatch } from './policy-watch.ts';
import { rememberPlan } from './remember.ts';
import { DRAIN_MS, settleRest } from './settle-rest.ts';
import { hasWaited, untilAborted } from '../lib/waiting.ts';

/** Settles what earlier sweeps left open, as far as a list can tell now, and plans. */
export async function makePlan(order: SweepOrder, pass: Pass): Promise<Ending> {
  const open = new Set<MediaSid>();
  const left = await settleEarlier(order, pass, open);
  try {
    pass.tell({ event: 'sweep.planning' });
    const scan = await plan({ ...order, open }, await scanOrder(order, pass), pass.plan, pass, pass.stop);
    await pass.record.sealPlan();
    const { messages, media, planned } = pass.plan;
    pass.tell({ event: 'sweep.planned', messages, media, planned });
    if (scan.kind === 'clock' || scan.kind === 'limit') return { left, refusal: scan };
    pass.scan = scan;
    if (order.mode !== 'plan') await rememberPlan(pass);
    return { left };
  } catch (error) {
    if (pass.scan && error instanceof LedgerError) return { left, stop: ledgerLost(error) }; // there is a plan to report of
    const stop = stopOf(error);
    await pass.record.sealPlan(); // what was found so far can still be looked at
    return { left, stop };
  }
}

async function scanOrder(order: SweepOrder, { ledger, digest, startedMs }: Pass): Promise<ScanOrder> {
  const { policy, holds, asOf, fullScanEvery, concurrency, planMs, mode } = order;
  const index = await ledger.scanIndex(order.projectId);
  const before = index && (JSON.parse(index.state.basis) as Basis);
  const isIndexValid = before !== undefined && keepsWhat(before, policy, holds, asOf, digest);
  const basis = JSON.stringify(basisOf(policy, holds, asOf, digest));
  const enough = mode === 'enforce' ? enoughFor(order.limits) : { refusedAt: Infinity, executableAt: Infinity };
  const within = (share: number): number => (mode === 'enforce' ? startedMs + share * planMs : Infinity);
  return {
    index,
    isIndexValid,
    basis,
    fullScanEvery,
    lanes: concurrency,
    untilMs: within(1),
    untilAtMostMs: within(1.5),
    enough,
  };
}

/** Who only looks wants to see all of it. */
function enoughFor({ onLimit, maxDeletions }: Limits): ScanOrder['enough'] {
  if (onLimit === 'refuse') return { refusedAt: maxDeletions + 1, executableAt: Infinity };
  return { refusedAt: Infinity, executableAt: maxDeletions > 0 ? maxDeletions : Infinity };
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

/** A plan that was ended by anything but its share of the time is never executed. */
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
