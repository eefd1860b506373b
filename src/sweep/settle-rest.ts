import type { OpenItem } from '../ledger/entries.ts';
import { uncertain } from './events.ts';
import { earliest } from '../lib/instants.ts';
import { lookAtOpen, settleOpen } from './open-items.ts';
import type { SweepOrder } from './order.ts';
import type { Left, Pass } from './pass.ts';
import { hasWaited } from '../lib/waiting.ts';

/** Those that have been sent when the sweep stops get this long for their answer and their list. */
export const DRAIN_MS = 15_000;

/** How long after its own deadline a DELETE may still be applied. An assumption: the API documents no such time. */
const LATE_APPLICATION_MS = 60_000;

/**
 * What is open after executing is settled once, when no DELETE of ours can be applied any more. A sweep that was told
 * to stop leaves it to the next one.
 * @param executedMs monotonic: no DELETE of this sweep began later
 */
export async function settleRest(order: SweepOrder, pass: Pass, executedMs: number): Promise<Left> {
  const { clock, record, stop, tell } = pass;
  await record.flush();
  const before = await lookAtOpen(order.projectId, pass);
  if (before.count === 0) return { open: 0, oldestAt: undefined };

  const overMs = before.ours > 0 ? overAfter(executedMs, order) : overAfterEarlier(order);
  const ms = Math.max(0, overMs - clock.monotonicMs());
  if (!stop.aborted) tell({ event: 'sweep.waiting', open: before.count, ms });
  const isOver = await hasWaited(ms, clock, stop);
  const oldestFailedAt = isOver ? await settleOpen(order.projectId, true, order.concurrency, pass, stop) : undefined;

  const tellOurs = (item: OpenItem): void => (item.sweepId === record.sweepId ? tell(uncertain(item)) : undefined);
  const { count, oldestEarlierAt } = await lookAtOpen(order.projectId, pass, tellOurs);
  return { open: count, oldestAt: earliest([oldestFailedAt, oldestEarlierAt]) };
}

const overAfter = (sentMs: number, { timeoutMs }: SweepOrder): number => sentMs + timeoutMs + LATE_APPLICATION_MS;

/** Whoever swept before has died, or has closed its connections before it gave back the lock: it has given up by then. */
const overAfterEarlier = (order: SweepOrder): number => order.lockedMs + LATE_APPLICATION_MS;
