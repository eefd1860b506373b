import type { Clock } from '../lib/clock.ts';
import type { Ledger, OpenItem, SweepRecord } from '../ledger/contract.ts';
import type { MediaSid } from '../retention/resource.ts';
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

/** What a pass over the open items leaves. */
export interface Left {
  /** Still open. */
  readonly open: ReadonlySet<MediaSid>;
  /** The earliest expiry among what earlier sweeps sent and what is not gone, open or failed. */
  readonly oldestAt: Date | undefined;
}

/**
 * Settles what was sent and never settled, by one list per message, whichever sweep sent it.
 * @param isOver whether no DELETE of ours can be applied any more: then what is still listed has failed
 */
export async function settleOpen(
  projectId: string,
  isOver: boolean,
  lanes: number,
  deps: OpenItemsDeps,
  signal: AbortSignal,
): Promise<Left> {
  const open = new Set<MediaSid>();
  const earlier: Date[] = [];
  const settleMessage = async (items: readonly OpenItem[]): Promise<void> => {
    const message = items[0]?.messageSid;
    const list = message && !signal.aborted ? await readList(message, deps, signal) : undefined;
    for (const item of items) {
      const settlement = list && settleByList(item, item.answer, list, isOver, deps.clock.now());
      if (settlement) {
        deps.record.settled(item.id, settlement);
        deps.tell(settled(item, settlement, 0));
      } else open.add(item.mediaSid);
      if (item.sweepId !== deps.record.sweepId && !(settlement && isGone(settlement.outcome)))
        earlier.push(item.expiredAt);
    }
  };
  await deps.record.flush(); // what is settled but not yet written is not open
  await inLanes(lanes, messagesOf(deps.ledger, projectId), settleMessage);
  return { open, oldestAt: earliest(earlier) };
}

/** What is open, without asking the API. */
export async function readOpen(projectId: string, ledger: Ledger): Promise<Left> {
  const open = new Set<MediaSid>();
  for await (const block of ledger.openItems(projectId)) for (const item of block) open.add(item.mediaSid);
  return { open, oldestAt: undefined };
}

export function earliest(dates: readonly (Date | undefined)[]): Date | undefined {
  return dates.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a), undefined);
}

async function* messagesOf(ledger: Ledger, projectId: string): AsyncGenerator<readonly OpenItem[]> {
  for await (const block of ledger.openItems(projectId)) yield* byMessage(block);
}
