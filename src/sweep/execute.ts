import type { Clock } from '../lib/clock.ts';
import type { SweepRecord } from '../ledger/contract.ts';
import type { ItemId, NumberedItem, PlanOrder, Settlement } from '../ledger/entries.ts';
import type { Answer, Clearance, Deleter } from '../provider/contract.ts';
import { settled, type SweepEvent } from './events.ts';
import { byMessage, inBatches, inLanes, oneAhead } from './lanes.ts';
import { ifListed, notSent, recorded, settleByAnswer, settleByList, type Known } from './settle.ts';
import { pauseOutlasts, readList, unauthorized, type Listing } from './answers.ts';
import { untilAborted } from '../lib/waiting.ts';

export interface ExecuteOrder {
  readonly order: PlanOrder;
  /** The most items that may be sent. */
  readonly limit: number;
  /** List a message again after deleting from it. */
  readonly verify: 'always' | 'never';
  /** How many messages are worked on at once. */
  readonly lanes: number;
  /** How many items are marked ahead at most, 1 to 500, in two commits; a message's are not divided unless they are more. */
  readonly markAhead: number;
}

export interface ExecuteDeps extends Listing {
  readonly deleter: Deleter;
  readonly mayBegin: Clearance;
  readonly record: SweepRecord;
  readonly clock: Clock;
  readonly tell: (event: SweepEvent) => void;
}

/**
 * Deletes what is planned: marks a block of the plan as being sent, durably, and then works through it, a message at a
 * time in each lane. Once `stop` is aborted no DELETE begins; those that have begun get their answer and their messages
 * one list, until `drained` is aborted too. What is open then stays open in the ledger. Never throws for what the API did.
 * @throws {LedgerError} as soon as something cannot be written; nothing is sent after it
 */
export async function execute(
  { order, limit, verify, lanes, markAhead }: ExecuteOrder,
  deps: ExecuteDeps,
  stop: AbortSignal,
  drained: AbortSignal,
): Promise<void> {
  const lane: Lane = { ...deps, isVerified: verify === 'always', marked: new Map(), stop, drained };
  const work = inLanes(lanes, messagesOf(order, limit, markAhead, lane), (items) => deleteFrom(items, lane), deps.halt);
  await Promise.race([work, untilAborted(drained)]);
  // After `drained` no lane writes anything more; what it waits for is nobody's, and what it never began was not sent.
  for (const item of lane.marked.values()) settle(item, notSent(deps.clock.now()), deps.clock.monotonicMs(), lane);
}

/** What every lane works with. */
interface Lane extends ExecuteDeps {
  readonly isVerified: boolean;
  /** On record as being sent, and not begun. */
  readonly marked: Map<ItemId, NumberedItem>;
  readonly stop: AbortSignal;
  readonly drained: AbortSignal;
}

/** The plan, a message at a time; every item of it is durably marked before it is handed out. */
async function* messagesOf(
  order: PlanOrder,
  limit: number,
  markAhead: number,
  lane: Lane,
): AsyncGenerator<readonly NumberedItem[]> {
  for await (const messages of oneAhead(batchesOf(order, limit, Math.ceil(markAhead / 2), lane))) yield* messages;
}

/** The next batch is marked while one is worked on, so that no lane waits for the disk. */
async function* batchesOf(
  order: PlanOrder,
  limit: number,
  size: number,
  { record, clock, marked, stop }: Lane,
): AsyncGenerator<readonly (readonly NumberedItem[])[]> {
  for await (const block of record.plan(order, limit)) {
    for (const messages of inBatches(byMessage(block), size)) {
      if (stop.aborted) return;
      const items = messages.flat();
      for (const item of items) marked.set(item.id, item); // before they are: a stop may come while that is written
      await record.markSending(
        items.map(({ id }) => id),
        clock.now(),
      );
      yield messages;
    }
  }
}

interface Sent {
  readonly item: NumberedItem;
  readonly known: Known;
  readonly startedMs: number;
}

async function deleteFrom(items: readonly NumberedItem[], lane: Lane): Promise<void> {
  const unsettled: Sent[] = [];
  for (const item of items) {
    if (lane.drained.aborted) return;
    const sent = await deleteOne(item, lane);
    if (sent) unsettled.push(sent);
  }
  if (unsettled.length > 0) await settleTogether(unsettled, lane);
}

/** @returns what only a list can settle */
async function deleteOne(item: NumberedItem, lane: Lane): Promise<Sent | undefined> {
  const { record, clock, stop, marked } = lane;
  marked.delete(item.id);
  const startedMs = clock.monotonicMs();
  const answer = await lane.deleter.deleteMedia(item.messageSid, item.mediaSid, stop, lane.mayBegin);
  if (lane.drained.aborted) return undefined;
  hear(answer, lane);

  const settlement = settleByAnswer(answer, lane.isVerified, clock.now());
  if (settlement) {
    settle(item, settlement, startedMs, lane);
    return undefined;
  }
  const known = recorded(answer, clock.now());
  record.answered(item.id, known);
  return { item, known: { ...known, ifListed: ifListed(answer) }, startedMs };
}

/** What an answer says of the service rather than of the item. */
function hear({ kind, status, endedBy }: Answer, { unanswered, halt }: Lane): void {
  if (kind === 'unauthorized') halt(unauthorized(status));
  if (endedBy === 'pause') halt(pauseOutlasts());
  unanswered(kind !== 'lost' && kind !== 'not-sent');
}

/** One list of their message settles what it can; the rest stays open. */
async function settleTogether(sent: readonly Sent[], lane: Lane): Promise<void> {
  const items = sent.map(({ item }) => item);
  const list = await readList(items, lane, lane.drained);
  if (!list || lane.drained.aborted) return;
  for (const { item, known, startedMs } of sent) {
    const settlement = settleByList(item, known, list, false, lane.clock.now());
    if (settlement) settle(item, settlement, startedMs, lane);
  }
}

function settle(item: NumberedItem, settlement: Settlement, startedMs: number, { record, clock, tell }: Lane): void {
  record.settled(item.id, settlement);
  tell(settled(item, settlement, clock.monotonicMs() - startedMs));
}
