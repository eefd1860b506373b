import type { SweepRecord } from '../ledger/contract.ts';
import type { Refusal } from '../retention/guard.ts';
import { unansweredInARow } from './answers.ts';
import { Stop, type SweepEvent } from './events.ts';
import type { OpenItemsDeps } from './open-items.ts';
import type { SweepDeps, SweepOrder } from './order.ts';
import type { Scan } from './plan.ts';
import { emptyTally, type PlanTally } from './tally.ts';

/** What the phases of one sweep share. */
export interface Pass extends Omit<SweepDeps, 'tell'>, OpenItemsDeps {
  readonly record: SweepRecord;
  readonly startedAt: Date;
  /** The same on the monotonic clock. */
  readonly startedMs: number;
  readonly plan: PlanTally;
  /** How the account was read, once it has been. */
  scan: Scan | undefined;
  readonly tell: (event: SweepEvent) => void;
  /** Aborted with whatever ends the sweep early: the caller's reason, one from within, or the ledger's loss. */
  readonly stop: AbortSignal;
}

/** How a phase ended, where it was not simply done. */
export interface Ending {
  readonly refusal?: Refusal;
  readonly stop?: Stop;
  readonly left?: Left;
}

/** What was sent and is not gone. */
export interface Left {
  /** Items still open, whichever sweep sent them. */
  readonly open: number;
  /** The earliest expiry among what is open from earlier sweeps, or was settled at the end as not gone. */
  readonly oldestAt: Date | undefined;
}

export async function begin(order: SweepOrder, deps: SweepDeps, signal: AbortSignal): Promise<Pass> {
  const startedAt = deps.clock.now();
  const startedMs = deps.clock.monotonicMs();
  const record = await deps.ledger.begin({ ...order, sweepId: deps.newId(), startedAt });
  const halted = new AbortController();
  const halt = (why: Error): void => halted.abort(why);
  return {
    ...deps,
    record,
    startedAt,
    startedMs,
    plan: emptyTally(),
    scan: undefined,
    halt,
    unanswered: unansweredInARow(halt),
    stop: AbortSignal.any([signal, halted.signal, record.lost]),
    tell: (event) => {
      try {
        deps.tell({ ...event, sweepId: record.sweepId, project: order.project });
      } catch (error) {
        halt(error as Error); // a bug: it ends the sweep as one, but takes nothing with it that is on its way
      }
    },
  };
}

/** Tells once that the sweep is being stopped, until `over` is aborted: the caller's signal may live longer than the sweep. */
export function tellStopping({ stop, tell }: Pass, over: AbortSignal): void {
  const told = (): void => {
    const why = stop.reason instanceof Stop ? stop.reason.kind : 'ledger';
    tell({ event: 'sweep.stopping', why });
  };
  if (stop.aborted) told();
  else stop.addEventListener('abort', told, { once: true, signal: over });
}
