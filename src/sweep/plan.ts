import type { Clock } from '../lib/clock.ts';
import type { Ledger, SweepRecord } from '../ledger/contract.ts';
import type { PlannedItem } from '../ledger/entries.ts';
import type { ClockAhead, Reader } from '../provider/contract.ts';
import { decide, earliestDue } from '../retention/decide.ts';
import type { Reason } from '../retention/decision.ts';
import { guardClock, type Refusal } from '../retention/guard.ts';
import type { Hold, Policy } from '../retention/policy.ts';
import type { Media, MediaSid, Message, MessageSid } from '../retention/resource.ts';
import type { SweepEvent } from './events.ts';
import { listing, type List } from './listing.ts';
import { earliest } from '../lib/instants.ts';

export interface PlanTask {
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
  /** When the sweep began, by both clocks. */
  readonly startedAt: Date;
  readonly startedMs: number;
  readonly tell: (event: SweepEvent) => void;
}

/** Why media stay: the law's reasons, and what the sweep itself could not find out. */
type RetainedReason =
  | Reason
  /**
   * `unsettled`: sent by an earlier sweep and not settled yet. `unlisted`: the message could not be listed, so nothing is
   * known of its media. `no-such-message`: it went while it was being looked at.
   */
  | { readonly kind: 'unsettled' | 'unlisted' | 'no-such-message' };

/** As a report counts them. */
export type RetainedKind = RetainedReason['kind'];

/** What planning has found so far. */
export interface PlanTally {
  messages: number;
  media: number;
  planned: number;
  /** Every page was read, and every message listed that may have something due. */
  complete: boolean;
  readonly retained: Partial<Record<RetainedKind, number>>;
  /** The earliest instant at which something retained comes due, or may. */
  nextDueAt: Date | undefined;
  /** Messages in progress for longer than a message can be: the API's validity period is 48 hours at most. */
  stuckInProgress: number;
}

export const emptyTally = (): PlanTally => ({
  messages: 0,
  media: 0,
  planned: 0,
  complete: false,
  retained: {},
  nextDueAt: undefined,
  stuckInProgress: 0,
});

/**
 * Reads the whole account, decides on every media item and writes what is due into the ledger, a page at a time.
 * A message whose own data retain all of its media is not listed. `tally` grows as pages are read, so that it tells
 * what was found also where this throws.
 * @returns a refusal where the clock is wrong; planning ends there
 * @throws what the reader throws, and `LedgerError`
 */
export async function plan(
  task: PlanTask,
  tally: PlanTally,
  deps: PlanDeps,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const list = listing(deps, (error) => ended.abort(error), until);
  const pages = deps.reader.messagePages(until)[Symbol.asyncIterator]();
  try {
    let page = await pages.next();
    const refusal = judgeClock(deps.reader.clockAhead() ?? 'unknown', deps);
    if (refusal) return refusal;
    while (!page.done) {
      const following = pages.next(); // on its way while this page's media are listed: two pages at most
      following.catch(() => {}); // looked at below
      await planPage(page.value, list, task, tally, deps);
      page = await following;
    }
    tally.complete = !tally.retained.unlisted;
    return undefined;
  } finally {
    ended.abort(); // whatever still reads reads for nobody
    await pages.return?.();
  }
}

/** What counts is the clock that the sweep's `now` was read from: one that has been set back since was ahead by that much more. */
function judgeClock(ahead: ClockAhead, { clock, startedAt, startedMs, tell }: PlanDeps): Refusal | undefined {
  if (ahead === 'unknown') tell({ event: 'clock.unknown' });
  else if (ahead.ms < -CLOCK_BEHIND_WARNING_MS) tell({ event: 'clock.behind', ms: -ahead.ms });
  const passedMs = clock.monotonicMs() - startedMs;
  const setBackMs = Math.max(0, startedAt.getTime() + passedMs - clock.now().getTime());
  return guardClock(ahead === 'unknown' ? ahead : { ms: ahead.ms + setBackMs });
}

const CLOCK_BEHIND_WARNING_MS = 120_000;

async function planPage(
  page: readonly Message[],
  list: List,
  task: PlanTask,
  tally: PlanTally,
  { clock, ledger, record, tell }: PlanDeps,
): Promise<void> {
  const { retained, looked } = divide(page, task);
  const lists = await allEnded(looked.map(async (message) => ({ message, media: await list(message.sid) })));
  for (const { message, media } of lists) {
    if (media === 'unlisted') retained.push({ message, reason: { kind: 'unlisted' } });
    else if (media.kind === 'no-such-message') retained.push({ message, reason: { kind: 'no-such-message' } });
  }
  const gone = await provenGone(retained, task.projectId, ledger);

  const plannedAt = clock.now();
  const rows = lists.flatMap(({ message, media }) =>
    media !== 'unlisted' && media.kind === 'listed' ? decideOn(message, media.media, plannedAt, task, tally) : [],
  );
  if (rows.length > 0) await record.addPlanned(rows);
  tally.messages += page.length;
  tally.planned += rows.length;
  tally.media += rows.length;
  tally.stuckInProgress += page.filter((message) => isStuck(message, task.asOf)).length;
  for (const each of retained) count(tally, each.reason, remaining(each, gone));
  tell({ event: 'page.read', messages: tally.messages, media: tally.media, planned: tally.planned });
}

type Listable = Message & { readonly sid: MessageSid };
/** All of its media stay, and none of them has been looked at. */
interface RetainedMessage {
  readonly message: Message;
  readonly reason: RetainedReason;
}

/** Which messages have to be listed, and why the others need not be. Those without media are neither. */
function divide(
  page: readonly Message[],
  { policy, holds, asOf }: PlanTask,
): { readonly retained: RetainedMessage[]; readonly looked: readonly Listable[] } {
  const retained: RetainedMessage[] = [];
  const looked: Listable[] = [];
  for (const message of page) {
    if (message.mediaCount === 0) continue;
    const outlook = earliestDue(message, policy, holds, asOf);
    if (isListable(message) && (outlook.kind === 'may-be-due' || message.mediaCount === 'unknown'))
      looked.push(message);
    else if (outlook.kind === 'retain') retained.push({ message, reason: outlook.reason });
  }
  return { retained, looked };
}

const isListable = (message: Message): message is Listable => message.sid !== null;

type GoneCounts = ReadonlyMap<MessageSid, number>;

async function provenGone(
  retained: readonly RetainedMessage[],
  projectId: string,
  ledger: Ledger,
): Promise<GoneCounts> {
  const sids = retained.map(({ message }) => message.sid).filter((sid) => sid !== null);
  return sids.length > 0 ? ledger.goneCounts(projectId, sids) : new Map();
}

/** The number of media a message claims, less what the ledger proves gone. */
function remaining({ message: { sid, mediaCount }, reason }: RetainedMessage, gone: GoneCounts): number {
  const claimed = mediaCount === 'unknown' ? 1 : mediaCount;
  const left = claimed - (sid === null ? 0 : (gone.get(sid) ?? 0));
  return Math.max(left, reason.kind === 'unlisted' ? 1 : 0); // what should have been looked at may be more than it claims
}

function count(tally: PlanTally, reason: RetainedReason, media = 1): void {
  if (media === 0) return;
  tally.retained[reason.kind] = (tally.retained[reason.kind] ?? 0) + media;
  tally.media += media;
  if (reason.kind === 'not-due') tally.nextDueAt = earliest([tally.nextDueAt, reason.dueAt]);
}

/** A queued message is valid for 48 hours at most: one that is in progress for longer will hardly ever be anything else. */
const isStuck = ({ status, createdAt }: Message, asOf: Date): boolean =>
  status.kind === 'in-progress' && createdAt instanceof Date && createdAt.getTime() < asOf.getTime() - STUCK_MS;

const STUCK_MS = 48 * 3_600_000;

function decideOn(
  message: Message,
  media: readonly Media[],
  plannedAt: Date,
  task: PlanTask,
  tally: PlanTally,
): PlannedItem[] {
  return media.flatMap((each) => decideOnOne(message, each, plannedAt, task, tally));
}

function decideOnOne(
  message: Message,
  media: Media,
  plannedAt: Date,
  { policy, holds, asOf, open }: PlanTask,
  tally: PlanTally,
): PlannedItem[] {
  if (media.sid !== null && open.has(media.sid)) {
    count(tally, { kind: 'unsettled' });
    return [];
  }
  const decision = decide({ message, media }, policy, holds, asOf);
  if (decision.kind === 'retain') {
    count(tally, decision.reason);
    return [];
  }
  const { messageSid, mediaSid, rule, expiredAt } = decision;
  return [{ messageSid, mediaSid, contentType: media.contentType, rule, expiredAt, plannedAt }];
}

/** As `Promise.all`, but nothing is still running when it throws. */
async function allEnded<T>(tasks: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(tasks);
  return Promise.all(tasks);
}
