import type { Clock } from '../lib/clock.ts';
import { LedgerError, type SweepRecord } from '../ledger/contract.ts';
import { Unauthorized, Unreachable } from '../provider/contract.ts';
import type { Refusal } from '../retention/guard.ts';
import { unauthorized, untilAborted } from './answers.ts';
import { Stop, uncertain, type SweepEvent } from './events.ts';
import { execute } from './execute.ts';
import { readOpen, settleOpen, type Left, type OpenItemsDeps } from './open-items.ts';
import { plan, type PlanTally } from './plan.ts';
import type { SweepDeps, SweepOrder } from './order.ts';

/** What the phases of one sweep share. */
export interface Pass extends Omit<SweepDeps, 'tell'>, OpenItemsDeps {
  readonly record: SweepRecord;
  readonly startedAt: Date;
  readonly plan: PlanTally;
  readonly tell: (event: SweepEvent) => void;
  /** Aborted with whatever ends the sweep early: the caller's reason, one from within, or the ledger's loss. */
  readonly stop: AbortSignal;
}

/** How a phase ended, where it was not simply done. */
export interface Ending {
  readonly refusal?: Refusal;
  readonly stop?: Stop;
  /** What earlier sweeps sent and what is not gone. */
  readonly left?: Left;
}

const NOTHING_LEFT: Left = { open: new Set(), oldestAt: undefined };

/** Settles what earlier sweeps left open, as far as a list can tell now, and plans. A sweep that is only looked at settles nothing. */
export async function makePlan(order: SweepOrder, pass: Pass): Promise<Ending & { readonly left: Left }> {
  let left = NOTHING_LEFT;
  try {
    left = await (order.mode === 'plan'
      ? readOpen(order.projectId, pass.ledger)
      : settleOpen(order.projectId, false, order.concurrency, pass, pass.stop));
    pass.tell({ event: 'sweep.planning' });
    const refusal = await plan({ ...order, open: left.open }, pass.plan, pass, pass.stop);
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

/** A plan that cannot be made whole is never executed. */
function stopOf(error: unknown): Stop {
  if (error instanceof Stop) return error;
  if (error instanceof Unauthorized) return unauthorized(error.status);
  if (error instanceof Unreachable) return new Stop('unreachable', error.message, { cause: error });
  throw error;
}

/** Executes the plan, and settles what can be settled of what was sent. */
export async function carryOut(order: SweepOrder, pass: Pass, leftEarlier: Left): Promise<Ending> {
  const { clock, stop } = pass;
  const over = new AbortController();
  const watched = watchPolicy(pass, over.signal);
  try {
    await executeUntil(drainedAfter(stop, clock, over.signal), order, pass);
    const left = await settleRest(order, pass, leftEarlier, clock.monotonicMs());
    return stop.aborted ? { left, stop: stopOf(stop.reason) } : { left };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { left: leftEarlier, stop: new Stop('ledger', error.message, { cause: error }) };
  } finally {
    over.abort();
    await watched;
  }
}

async function executeUntil(drained: AbortSignal, order: SweepOrder, pass: Pass): Promise<void> {
  const { planned } = pass.plan;
  const { maxDeletions } = order.limits;
  if (planned === 0) return;
  if (!(await pass.policyStands())) return pass.halt(policyChanged());
  pass.tell({ event: 'sweep.executing', planned });
  await execute(
    {
      order: planned > maxDeletions ? 'oldest-first' : 'as-planned',
      limit: maxDeletions,
      verify: order.verify,
      lanes: order.concurrency,
    },
    pass,
    pass.stop,
    drained,
  );
}

/** Those that have been sent when the sweep stops get this long for their answer and their list. */
const DRAIN_MS = 15_000;

function drainedAfter(stop: AbortSignal, clock: Clock, over: AbortSignal): AbortSignal {
  const drained = new AbortController();
  const wait = async (): Promise<void> => {
    await untilAborted(AbortSignal.any([stop, over]));
    await clock.sleep(DRAIN_MS, over);
    drained.abort();
  };
  wait().catch(() => {}); // over before it was needed
  return drained.signal;
}

/** A hold that is written into the policy file in the middle of a sweep counts: planned with another text, nothing more is sent. */
async function watchPolicy({ policyStands, clock, halt }: Pass, over: AbortSignal): Promise<void> {
  try {
    while (await policyStands()) await clock.sleep(POLICY_LOOK_MS, over);
    halt(policyChanged());
  } catch (error) {
    if (!over.aborted) throw error;
  }
}

const POLICY_LOOK_MS = 1_000;
const policyChanged = (): Stop =>
  new Stop('policy-changed', 'the policy file is no longer the one that was planned with.');

/** How long after its own deadline a DELETE may still be applied. An assumption: the API documents no such time. */
const LATE_APPLICATION_MS = 60_000;

/**
 * What is open after executing is settled once, when no DELETE of ours can be applied any more. A sweep that was told
 * to stop leaves it to the next one.
 */
async function settleRest(order: SweepOrder, pass: Pass, leftEarlier: Left, executedMs: number): Promise<Left> {
  const { clock, record, stop, ledger, tell } = pass;
  await record.flush();
  const { open } = await readOpen(order.projectId, ledger);
  if (open.size === 0) return NOTHING_LEFT;

  const isOurs = [...open].some((sid) => !leftEarlier.open.has(sid));
  const overMs = (isOurs ? executedMs + order.timeoutMs : order.lockedMs) + LATE_APPLICATION_MS;
  const ms = Math.max(0, overMs - clock.monotonicMs());
  const left = (await waited(ms, open.size, pass))
    ? await settleOpen(order.projectId, true, order.concurrency, pass, stop)
    : leftEarlier;
  await record.flush();
  for await (const block of ledger.openItems(order.projectId)) for (const item of block) tell(uncertain(item));
  return left;
}

async function waited(ms: number, open: number, { clock, stop, tell }: Pass): Promise<boolean> {
  if (stop.aborted) return false;
  tell({ event: 'sweep.waiting', open, ms });
  try {
    await clock.sleep(ms, stop);
    return true;
  } catch (error) {
    if (stop.aborted) return false;
    throw error;
  }
}
