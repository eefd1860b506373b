import type { Clock } from '../lib/clock.ts';
import type { Ledger, PlannedItem, SweepRecord } from '../ledger/contract.ts';
import { PauseOutlasts, Unreachable, type ClockAhead, type MediaList, type Reader } from '../provider/contract.ts';
import { decide, earliestDue } from '../retention/decide.ts';
import type { ReasonKind } from '../retention/decision.ts';
import { guardClock, type Refusal } from '../retention/guard.ts';
import type { Hold, Policy } from '../retention/policy.ts';
import type { Media, MediaSid, Message, MessageSid } from '../retention/resource.ts';
import { UNANSWERED_IN_A_ROW_MAX } from './answers.ts';
import type { SweepEvent } from './events.ts';

export interface PlanOrder {
  readonly projectId: string;
  readonly policy: Policy;
  readonly holds: readonly Hold[];
  /** The one `now` of the sweep. */
  readonly asOf: Date;
  /** What earlier sweeps sent and nobody has settled yet: never planned a second time. */
  readonly open: ReadonlySet<MediaSid>;
}

export interface PlanDeps {
  readonly reader: Reader;
  readonly ledger: Ledger;
  readonly record: SweepRecord;
  readonly clock: Clock;
  readonly tell: (event: SweepEvent) => void;
}

/** Why media stay, as a report counts them: the law's reasons, and what the sweep itself could not find out. */
export type RetainedKind =
  | ReasonKind
  /** Sent by an earlier sweep and not settled yet. */
  | 'unsettled'
  /** The message could not be listed, so nothing is known of its media. */
  | 'unlisted'
  /** The message went while it was being looked at. */
  | 'no-such-message';

/** What planning has found so far. */
export interface PlanTally {
  messages: number;
  media: number;
  planned: number;
  /** Every page was read, and every message listed that may have something due. */
  complete: boolean;
  readonly retained: Partial<Record<RetainedKind, number>>;
}

export const emptyTally = (): PlanTally => ({ messages: 0, media: 0, planned: 0, complete: false, retained: {} });

/**
 * Reads the whole account, decides on every media item and writes what is due into the ledger, a page at a time.
 * A message whose own data retain all of its media is not listed. `tally` grows as pages are read, so that it tells
 * what was found also where this throws.
 * @returns a refusal where the clock is wrong; planning ends there
 * @throws what the reader throws, and `LedgerError`
 */
export async function plan(
  order: PlanOrder,
  tally: PlanTally,
  deps: PlanDeps,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const list = listing(deps, until, (error) => ended.abort(error));
  const pages = deps.reader.messagePages(until)[Symbol.asyncIterator]();
  try {
    let page = await pages.next();
    const refusal = judgeClock(deps.reader.clockAhead() ?? 'unknown', deps.tell);
    if (refusal) return refusal;
    while (!page.done) {
      const following = pages.next(); // on its way while this page's media are listed
      following.catch(() => {}); // looked at below
      await planPage(page.value, list, order, tally, deps);
      page = await following;
    }
    tally.complete = !tally.retained.unlisted;
    return undefined;
  } finally {
    ended.abort(); // whatever still reads reads for nobody
  }
}

function judgeClock(ahead: ClockAhead, tell: PlanDeps['tell']): Refusal | undefined {
  if (ahead === 'unknown') tell({ event: 'clock.unknown' });
  else if (ahead.ms < -CLOCK_BEHIND_WARNING_MS) tell({ event: 'clock.behind', ms: -ahead.ms });
  return guardClock(ahead);
}

const CLOCK_BEHIND_WARNING_MS = 120_000;

type List = (message: MessageSid) => Promise<MediaList | 'unlisted'>;

async function planPage(
  page: readonly Message[],
  list: List,
  order: PlanOrder,
  tally: PlanTally,
  deps: PlanDeps,
): Promise<void> {
  tally.messages += page.length;
  const { retained, looked } = sort(page, order);
  await countRetained(retained, order.projectId, tally, deps.ledger);

  const lists = await drained(looked.map(async (message) => ({ message, media: await list(message.sid) })));
  const plannedAt = deps.clock.now();
  const rows = lists.flatMap(({ message, media }) => decideOn(message, media, plannedAt, order, tally));
  if (rows.length > 0) await deps.record.addPlanned(rows);
  tally.planned += rows.length;
  tally.media += rows.length;
  deps.tell({ event: 'page.read', messages: tally.messages, media: tally.media, planned: tally.planned });
}

type Listable = Message & { readonly sid: MessageSid };
interface RetainedMessage {
  readonly message: Message;
  readonly reason: ReasonKind;
}

/** Which messages have to be listed, and why the others need not be. Those without media are neither. */
function sort(
  page: readonly Message[],
  { policy, holds, asOf }: PlanOrder,
): { retained: readonly RetainedMessage[]; looked: readonly Listable[] } {
  const retained: RetainedMessage[] = [];
  const looked: Listable[] = [];
  for (const message of page) {
    if (message.mediaCount === 0) continue;
    const outlook = earliestDue(message, policy, holds, asOf);
    if (isListable(message) && (outlook.kind === 'may-be-due' || message.mediaCount === 'unknown'))
      looked.push(message);
    else if (outlook.kind === 'retain') retained.push({ message, reason: outlook.reason.kind });
  }
  return { retained, looked };
}

const isListable = (message: Message): message is Listable => message.sid !== null;

/** They count with the number of media they claim, less what the ledger proves gone. */
async function countRetained(
  retained: readonly RetainedMessage[],
  projectId: string,
  tally: PlanTally,
  ledger: Ledger,
): Promise<void> {
  const sids = retained.map(({ message }) => message.sid).filter((sid) => sid !== null);
  const gone = sids.length > 0 ? await ledger.goneCounts(projectId, sids) : undefined;
  for (const { message, reason } of retained) {
    const proven = message.sid === null ? 0 : (gone?.get(message.sid) ?? 0);
    count(tally, reason, Math.max(0, claimed(message) - proven));
  }
}

/** A message that does not tell its number of media readably has at least one. */
const claimed = ({ mediaCount }: Message): number => (mediaCount === 'unknown' ? 1 : mediaCount);

function count(tally: PlanTally, kind: RetainedKind, media = 1): void {
  if (media === 0) return;
  tally.retained[kind] = (tally.retained[kind] ?? 0) + media;
  tally.media += media;
}

function decideOn(
  message: Listable,
  list: MediaList | 'unlisted',
  plannedAt: Date,
  order: PlanOrder,
  tally: PlanTally,
): PlannedItem[] {
  if (list === 'unlisted' || list.kind === 'no-such-message') {
    count(tally, list === 'unlisted' ? 'unlisted' : 'no-such-message', claimed(message));
    return [];
  }
  return list.media.flatMap((media) => decideOnOne(message, media, plannedAt, order, tally));
}

function decideOnOne(
  message: Listable,
  media: Media,
  plannedAt: Date,
  { policy, holds, asOf, open }: PlanOrder,
  tally: PlanTally,
): PlannedItem[] {
  if (media.sid !== null && open.has(media.sid)) {
    count(tally, 'unsettled');
    return [];
  }
  const decision = decide({ message, media }, policy, holds, asOf);
  if (decision.kind === 'retain') {
    count(tally, decision.reason.kind);
    return [];
  }
  const { messageSid, mediaSid, rule, expiredAt } = decision;
  return [{ messageSid, mediaSid, contentType: media.contentType, rule, expiredAt, plannedAt }];
}

/**
 * One message that cannot be listed must not keep the whole account from being swept: its media are retained and
 * reported. Several in a row mean that it is not the message.
 */
function listing({ reader, tell }: PlanDeps, signal: AbortSignal, giveUp: (error: unknown) => void): List {
  let unlistedInARow = 0;
  return async (message) => {
    try {
      const list = await reader.listMedia(message, signal);
      unlistedInARow = 0;
      return list;
    } catch (error) {
      const isOddMessage = error instanceof Unreachable && !(error instanceof PauseOutlasts);
      if (!isOddMessage || ++unlistedInARow >= UNANSWERED_IN_A_ROW_MAX) {
        giveUp(error); // the page's other lists need not be waited for
        throw error;
      }
      tell({ event: 'message.unlisted', messageSid: message });
      return 'unlisted';
    }
  };
}

/** As `Promise.all`, but nothing is still running when it throws. */
export async function drained<T>(tasks: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(tasks);
  return Promise.all(tasks);
}
