import type { Clock } from '../lib/clock.ts';
import { earliest, latest } from '../lib/instants.ts';
import type { Ledger, SweepRecord } from '../ledger/contract.ts';
import type { PlannedItem } from '../ledger/entries.ts';
import { decide, earliestDue } from '../retention/decide.ts';
import type { Hold, Policy } from '../retention/policy.ts';
import type { Media, MediaSid, Message, MessageSid } from '../retention/resource.ts';
import type { MediaList } from '../provider/contract.ts';
import type { SweepEvent } from './events.ts';
import { inLanes } from './lanes.ts';
import type { List } from './listing.ts';
import { addCount, addRetained, type PlanTally, type RetainedKind, type RetainedReason } from './tally.ts';

export interface PlanTask {
  readonly projectId: string;
  readonly policy: Policy;
  readonly holds: readonly Hold[];
  /** The one `now` of the sweep. */
  readonly asOf: Date;
  /** What earlier sweeps sent and nobody has settled yet: never planned a second time. */
  readonly open: ReadonlySet<MediaSid>;
  /** How many of a page's messages are listed at once. */
  readonly lanes: number;
  /** Whether nothing was left of a message when it was just what it is now: then it need not be listed. */
  readonly isEmptied: (message: Message) => boolean;
}

export interface PageDeps {
  readonly ledger: Ledger;
  readonly record: SweepRecord;
  readonly clock: Clock;
  readonly tell: (event: SweepEvent) => void;
}

/** What came of one message. */
export interface Seen {
  readonly message: Message;
  /** Of its media that stay, how many for which reason. */
  readonly retained: Partial<Record<RetainedKind, number>>;
  /** When it has to be looked at again at the latest: the earliest instant at which something of it comes due, or may. */
  dueAt: Date | undefined;
  /** The earliest expiry among what was planned of it. */
  expiredAt: Date | undefined;
  /** How many of its items were planned, and the place of the first of them in the plan. */
  planned: number;
  place: number;
  /** One answer listed all that it has: several are of no one instant, and what is there may be on none of them. */
  isListedAtOnce: boolean;
  /** A list showed that nothing is left of it, now or when it was just the same. */
  isEmptied: boolean;
}

/**
 * Decides on every media item of a page of messages, and writes what is due into the plan. A message whose own data retain
 * all of its media is not listed. `tally` grows by what was found.
 */
export async function planPage(
  page: readonly Message[],
  list: List,
  task: PlanTask,
  tally: PlanTally,
  { clock, ledger, record, tell }: PageDeps,
): Promise<readonly Seen[]> {
  const { seen, retained, looked } = divide(page, task);
  const lists: (MediaList | 'unlisted')[] = [];
  await inLanes(task.lanes, looked.entries(), async ([n, { sid }]) => void (lists[n] = await list(sid)));
  for (const [n, { of }] of looked.entries()) {
    const media = lists[n];
    if (media === undefined) throw new Error('A message was not listed');
    if (media === 'unlisted') retained.push({ of, reason: { kind: 'unlisted' } });
    else if (media.kind === 'no-such-message') retained.push({ of, reason: { kind: 'no-such-message' } });
  }
  const gone = await provenGone(retained, task.projectId, ledger);
  for (const each of retained) keep(each.of, each.reason, task.asOf, undefined, remaining(each, gone));

  const plannedAt = clock.now();
  const rows: PlannedItem[] = [];
  for (const [n, { of }] of looked.entries()) {
    const media = lists[n];
    if (typeof media !== 'object' || media.kind !== 'listed') continue;
    of.isListedAtOnce = media.isOneAnswer;
    of.isEmptied = media.isOneAnswer && media.media.length === 0;
    of.place = tally.planned + rows.length;
    for (const item of media.media) decideOn(of, item, plannedAt, task, rows);
  }
  tally.planned += rows.length; // others plan as well while this page is written
  if (rows.length > 0) await record.addPlanned(rows);
  tally.messages += page.length;
  tally.media += rows.length;
  for (const each of seen) addRetained(tally, each.retained);
  tell({ event: 'page.read', messages: tally.messages, media: tally.media, planned: tally.planned });
  return seen;
}

interface Listable {
  readonly of: Seen;
  readonly sid: MessageSid;
}
/** All of its media stay, and none of them has been looked at. */
interface Unlooked {
  readonly of: Seen;
  readonly reason: RetainedReason;
}

/** Which messages have to be listed, and why the others need not be. Those without media are neither. */
function divide(
  page: readonly Message[],
  { policy, holds, asOf, isEmptied }: PlanTask,
): { readonly seen: readonly Seen[]; readonly retained: Unlooked[]; readonly looked: readonly Listable[] } {
  const retained: Unlooked[] = [];
  const looked: Listable[] = [];
  const seen = page.map((message) => {
    const of: Seen = { message, retained: {}, dueAt: undefined, expiredAt: undefined, planned: 0, place: 0, isListedAtOnce: false, isEmptied: false }; // prettier-ignore
    const { sid, mediaCount } = message;
    if (mediaCount === 0) return of;
    const outlook = earliestDue(message, policy, holds, asOf);
    of.isEmptied = outlook.kind === 'may-be-due' && isEmptied(message);
    if (of.isEmptied) return of;
    if (sid !== null && (outlook.kind === 'may-be-due' || mediaCount === 'unknown')) looked.push({ of, sid });
    else if (outlook.kind === 'retain') retained.push({ of, reason: outlook.reason });
    return of;
  });
  return { seen, retained, looked };
}

type GoneCounts = ReadonlyMap<MessageSid, number>;

async function provenGone(retained: readonly Unlooked[], projectId: string, ledger: Ledger): Promise<GoneCounts> {
  const sids = retained.map(({ of }) => of.message.sid).filter((sid) => sid !== null);
  return sids.length > 0 ? ledger.goneCounts(projectId, sids) : new Map();
}

/** The number of media a message claims, less what the ledger proves gone. */
function remaining({ of, reason }: Unlooked, gone: GoneCounts): number {
  const { sid, mediaCount } = of.message;
  const claimed = mediaCount === 'unknown' ? 1 : mediaCount;
  const left = claimed - (sid === null ? 0 : (gone.get(sid) ?? 0));
  return Math.max(left, reason.kind === 'unlisted' ? 1 : 0); // what should have been looked at may be more than it claims
}

/** @param media the item, where one has been looked at */
function keep(of: Seen, reason: RetainedReason, asOf: Date, media: Media | undefined, count = 1): void {
  if (count === 0) return;
  addCount(of.retained, reason.kind, count);
  of.dueAt = earliest([of.dueAt, againAt(of.message, reason, asOf, media)]);
}

/** When something that stays has to be looked at again; `undefined`: when everything is. */
function againAt(message: Message, reason: RetainedReason, asOf: Date, media: Media | undefined): Date | undefined {
  switch (reason.kind) {
    case 'not-due':
      return reason.dueAt;
    case 'unsettled':
    case 'unlisted':
      return asOf;
    case 'future-date':
      return latest([message.createdAt, message.sentAt, media?.createdAt].filter((date) => date instanceof Date));
    default:
      return undefined;
  }
}

function decideOn(
  of: Seen,
  media: Media,
  plannedAt: Date,
  { policy, holds, asOf, open }: PlanTask,
  rows: PlannedItem[],
): void {
  if (media.sid !== null && open.has(media.sid)) return keep(of, { kind: 'unsettled' }, asOf, media);
  const decision = decide({ message: of.message, media }, policy, holds, asOf);
  if (decision.kind === 'retain') return keep(of, decision.reason, asOf, media);
  const { messageSid, mediaSid, rule, expiredAt } = decision;
  of.expiredAt = earliest([of.expiredAt, expiredAt]);
  of.planned++;
  rows.push({ messageSid, mediaSid, contentType: media.contentType, rule, expiredAt, plannedAt });
}
