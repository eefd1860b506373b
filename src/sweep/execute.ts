import type { Clock } from '../lib/clock.ts';
import type { NumberedItem, PlanOrder, Settlement, SweepRecord } from '../ledger/contract.ts';
import type { Answer, Deleter, Reader } from '../provider/contract.ts';
import { settled, type Stop, type SweepEvent } from './events.ts';
import { byMessage, inLanes } from './lanes.ts';
import { recorded, settleByAnswer, settleByList, type Known } from './settle.ts';
import { pauseOutlasts, readList, unansweredInARow, unauthorized, untilAborted } from './answers.ts';

export interface ExecuteOrder {
  readonly order: PlanOrder;
  /** The most items that may be sent. */
  readonly limit: number;
  /** List a message again after deleting from it. */
  readonly verify: 'always' | 'never';
  /** How many messages are worked on at once. */
  readonly lanes: number;
}

export interface ExecuteDeps {
  readonly reader: Reader;
  readonly deleter: Deleter;
  readonly record: SweepRecord;
  readonly clock: Clock;
  readonly tell: (event: SweepEvent) => void;
  /** Ends the sweep from within: the first reason counts. */
  readonly halt: (stop: Stop) => void;
}

/**
 * Deletes what is planned: marks a block of the plan as being sent, durably, and then works through it, a message at a
 * time in each lane. Once `stop` is aborted no DELETE begins; those that have begun get their answer and their messages
 * one list, until `drained` is aborted too. What is open then stays open in the ledger. Never throws for what the API did.
 * @throws {LedgerError} as soon as something cannot be written; nothing is sent after it
 */
export async function execute(
  { order, limit, verify, lanes }: ExecuteOrder,
  deps: ExecuteDeps,
  stop: AbortSignal,
  drained: AbortSignal,
): Promise<void> {
  const lane: Lane = {
    ...deps,
    isVerified: verify === 'always',
    stop,
    drained,
    unanswered: unansweredInARow(deps.halt),
  };
  const work = inLanes(lanes, messagesOf(order, limit, deps, stop), (items) => deleteFrom(items, lane));
  await Promise.race([work, untilAborted(drained)]);
  work.catch(() => {}); // after `drained` it writes nothing more, and what it waited for is nobody's
}

/** The plan, a message at a time; every item of it is durably marked before it is handed out. */
async function* messagesOf(
  order: PlanOrder,
  limit: number,
  { record, clock }: ExecuteDeps,
  stop: AbortSignal,
): AsyncGenerator<readonly NumberedItem[]> {
  for await (const block of record.plan(order, limit)) {
    if (stop.aborted) return;
    await record.markSending(
      block.map(({ id }) => id),
      clock.now(),
    );
    yield* byMessage(block);
  }
}

/** What every lane works with. */
interface Lane extends ExecuteDeps {
  readonly isVerified: boolean;
  readonly stop: AbortSignal;
  readonly drained: AbortSignal;
  readonly unanswered: (isAnswered: boolean) => void;
}

interface Sent {
  readonly item: NumberedItem;
  readonly known: Known;
  readonly startedMs: number;
}

async function deleteFrom(items: readonly NumberedItem[], lane: Lane): Promise<void> {
  const unsettled: Sent[] = [];
  for (const item of items) {
    const sent = await deleteOne(item, lane);
    if (lane.drained.aborted) return;
    if (sent) unsettled.push(sent);
  }
  if (unsettled.length > 0) await settleTogether(unsettled, lane);
}

/** @returns what only a list can settle */
async function deleteOne(item: NumberedItem, lane: Lane): Promise<Sent | undefined> {
  const { record, clock, stop } = lane;
  const startedMs = clock.monotonicMs();
  const answer = await lane.deleter.deleteMedia(item.messageSid, item.mediaSid, stop);
  if (lane.drained.aborted) return undefined;
  hear(answer, lane);

  const settlement = settleByAnswer(answer, lane.isVerified, clock.now());
  if (settlement) {
    settle(item, settlement, startedMs, lane);
    return undefined;
  }
  const known = recorded(answer, clock.now());
  record.answered(item.id, known);
  return { item, known, startedMs };
}

/** What an answer says of the service rather than of the item. */
function hear({ kind, status, endedBy }: Answer, { unanswered, halt }: Lane): void {
  if (kind === 'unauthorized') halt(unauthorized(status));
  if (endedBy === 'pause') halt(pauseOutlasts());
  if (endedBy !== 'stop') unanswered(kind !== 'lost' && kind !== 'not-sent');
}

/** One list of their message settles what it can; the rest stays open. */
async function settleTogether(sent: readonly Sent[], lane: Lane): Promise<void> {
  const message = sent[0]?.item.messageSid;
  const list = message && (await readList(message, lane, lane.drained));
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
