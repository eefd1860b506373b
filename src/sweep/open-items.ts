import type { Clock } from '../lib/clock.ts';
import { earliest } from '../lib/instants.ts';
import type { Ledger, SweepRecord } from '../ledger/contract.ts';
import type { OpenItem } from '../ledger/entries.ts';
import { readList, type Listing } from './answers.ts';
import { settled, type SweepEvent } from './events.ts';
import { byMessage, inLanes } from './lanes.ts';
import { isGone, settleByList } from './settle.ts';

export interface OpenItemsDeps extends Listing {
  readonly ledger: Ledger;
  readonly record: SweepRecord;
  readonly clock: Clock;
  readonly tell: (event: SweepEvent) => void;
}

/** What was sent and never settled. Counted, not held: it can be as long as a plan. */
export interface Open {
  readonly count: number;
  /** Of these, how many this sweep sent. */
  readonly ours: number;
  /** The earliest expiry among those that earlier sweeps sent. */
  readonly oldestEarlierAt: Date | undefined;
}

/** Looks at what is open in the ledger, without asking the API. */
export async function lookAtOpen(
  projectId: string,
  { ledger, record }: Pick<OpenItemsDeps, 'ledger' | 'record'>,
  each: (item: OpenItem) => void = () => {},
): Promise<Open> {
  let count = 0;
  let ours = 0;
  let oldestEarlierAt: Date | undefined;
  for await (const block of ledger.openItems(projectId)) {
    for (const item of block) {
      count++;
      if (item.sweepId === record.sweepId) ours++;
      else oldestEarlierAt = earliest([oldestEarlierAt, item.expiredAt]);
      each(item);
    }
  }
  return { count, ours, oldestEarlierAt };
}

/**
 * Settles what was sent and never settled, by one list per message, whichever sweep sent it.
 * @param isOver whether no DELETE of ours can be applied any more: then what is still listed has failed
 * @returns the earliest expiry among what it settled as not gone
 */
export async function settleOpen(
  projectId: string,
  isOver: boolean,
  lanes: number,
  deps: OpenItemsDeps,
  signal: AbortSignal,
): Promise<Date | undefined> {
  let oldestFailedAt: Date | undefined;
  const settleMessage = async (items: readonly OpenItem[]): Promise<void> => {
    const list = signal.aborted ? undefined : await readList(items, deps, signal);
    if (!list) return;
    for (const item of items) {
      const settlement = settleByList(item, item.answer, list, isOver, deps.clock.now());
      if (!settlement) continue;
      deps.record.settled(item.id, settlement);
      const isOurs = item.sweepId === deps.record.sweepId;
      deps.tell({ ...settled(item, settlement, 0), ...(!isOurs && { plannedBy: item.sweepId }) });
      if (!isGone(settlement.outcome)) oldestFailedAt = earliest([oldestFailedAt, item.expiredAt]);
    }
  };
  await deps.record.flush(); // what is settled but not yet written is not open
  await inLanes(lanes, messagesOf(deps.ledger, projectId), settleMessage, deps.halt);
  await deps.record.flush();
  return oldestFailedAt;
}

async function* messagesOf(ledger: Ledger, projectId: string): AsyncGenerator<readonly OpenItem[]> {
  for await (const block of ledger.openItems(projectId)) yield* byMessage(block);
}
