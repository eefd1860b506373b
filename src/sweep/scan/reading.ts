import type { Reader } from '../../provider/contract.ts';
import type { Message, MessageSid, Status, TerminalStatus } from '../../retention/resource.ts';
import { inLanes, oneAhead } from '../lanes.ts';
import { unlessOdd, type List } from '../listing.ts';
import { planPage, type PageDeps, type PlanTask } from '../plan-page.ts';
import type { PlanTally } from '../tally.ts';
import type { Book } from './book.ts';
import { dayFor, dayOf, dayText, UNSENT } from './days.ts';
import { Distrust } from './distrust.ts';
import type { ListOrder } from './list-order.ts';

/** What everything that reads an account works with. */
export interface Reading {
  readonly reader: Reader;
  readonly list: List;
  readonly task: PlanTask;
  readonly tally: PlanTally;
  readonly book: Book;
  readonly order: ListOrder;
  readonly deps: PageDeps;
  /** Chains of pages that are read side by side. */
  readonly chains: number;
  /** Whether to read on: there is time, and what there is does not suffice yet. */
  readonly mayGoOn: (isOldestFirst: boolean) => boolean;
  readonly giveUp: (error: Error) => void;
}

async function take(rows: readonly Message[], { list, task, tally, book, deps }: Reading): Promise<void> {
  if (rows.length === 0) return;
  for (const seen of await planPage(rows, list, task, tally, deps)) book.add(seen);
}

export type Pages = AsyncIterator<readonly Message[]>;
type Following = Promise<IteratorResult<readonly Message[]>>;

export interface AfterYoung {
  /** Of each page that was read the rows that are older, and have not been looked at. */
  readonly older: readonly (readonly Message[])[];
  /** These pages were all. */
  readonly isOver: boolean;
  /** Some messages are of no day, and in statuses in which that should not be: only a walk finds them all. */
  readonly isUnsentElsewhere: boolean;
}

/** The young ones, from the newest page on. */
export async function readYoung(first: readonly Message[], pages: Pages, reading: Reading): Promise<AfterYoung> {
  const { book, order } = reading;
  const older: (readonly Message[])[] = [];
  let isUnsentElsewhere = false;
  for (let page = first; ;) {
    order.saw(page);
    isUnsentElsewhere ||= page.some(({ status, sentAt }) => isSentStatus(status) && !(sentAt instanceof Date));
    const following: Following | undefined = book.young.areOver(page) ? undefined : pages.next(); // on its way while this page's media are listed
    following?.catch(() => {}); // looked at below
    const wanted = page.filter((message) => book.isWanted(message));
    const taken = new Set(wanted);
    older.push(page.filter((message) => !taken.has(message)));
    await take(wanted, reading);
    const next: IteratorResult<readonly Message[]> | undefined = await following;
    if (!next || next.done) return { older, isOver: next !== undefined, isUnsentElsewhere };
    page = next.value;
  }
}

/** Everything that has not been read yet. @returns whether it was read to its end */
export async function readRest(
  first: readonly (readonly Message[])[],
  pages: Pages,
  reading: Reading,
): Promise<boolean> {
  const { book, order, mayGoOn, giveUp } = reading;
  const underway = new Set<string | null>();
  let isWhole = true;
  async function* inTime(): AsyncGenerator<readonly Message[]> {
    for (const [n, page] of first.entries()) {
      isWhole = n === 0 || mayGoOn(false); // of the first something is done by every sweep
      if (!isWhole) return;
      yield page;
    }
    for await (const page of oneAhead(pages)) {
      isWhole = mayGoOn(false);
      if (!isWhole) return;
      order.saw(page);
      yield page;
    }
  }
  const readPage = async (page: readonly Message[]): Promise<void> => {
    const rows = page.filter((message) => !book.isRead(message) && !underway.has(message.sid));
    for (const { sid } of rows) if (sid !== null) underway.add(sid);
    for (const message of rows) book.openOnce(dayFor(message));
    await take(rows, reading);
    for (const { sid } of rows) underway.delete(sid);
  };
  await inLanes(PAGES_AT_ONCE, inTime(), readPage, giveUp);
  if (isWhole) book.forgetUnread();
  return isWhole;
}

/** The next page's media are listed while the last ones of a page are on their way. */
const PAGES_AT_ONCE = 2;

/**
 * The messages sent on each of these days, a chain a day, several side by side.
 * @returns the first day that was not read, or not to its end
 * @throws {Distrust}
 */
export async function readDays(
  days: readonly number[],
  reading: Reading,
  signal: AbortSignal,
): Promise<number | undefined> {
  const unread = new Set<number>();
  const inTime = whileThereIsTime(
    days,
    () => reading.mayGoOn(true),
    ([first]) => unread.add(first),
  );
  const readOne = async (day: number): Promise<void> => {
    if (!(await readDay(day, reading, signal))) unread.add(day);
  };
  await inLanes(reading.chains, inTime, readOne, unlessDistrusted(reading.giveUp));
  return days.find((day) => unread.has(day));
}

/** Of these the first is done by every sweep, however late it is. @param stopped told of those that there was no time for */
async function* whileThereIsTime<T>(
  pieces: readonly T[],
  isTime: () => boolean,
  stopped: (rest: readonly [T, ...T[]]) => void,
): AsyncGenerator<T> {
  for (const [n, piece] of pieces.entries()) {
    if (n > 0 && !isTime()) {
      stopped([piece, ...pieces.slice(n + 1)]);
      return;
    }
    yield piece;
  }
}

/** @returns whether there was time for all of it */
async function readDay(day: number, reading: Reading, signal: AbortSignal): Promise<boolean> {
  const { book, reader, mayGoOn } = reading;
  const before = book.messagesOn(day);
  book.begin(day);
  let count = 0;
  let isFirst = true;
  for await (const page of reader.messagesOn(dayText(day), signal)) {
    if (!isFirst && !mayGoOn(false)) {
      book.end(day, false);
      return false;
    }
    if (page.some(({ sentAt }) => sentAt instanceof Date && dayOf(sentAt) !== day)) throw new Distrust('Another day.');
    const onDay = page.filter((message) => dayFor(message) === day);
    const rows = onDay.filter((message) => !book.countsAlone(message));
    isFirst = false;
    count += rows.length;
    book.readDays.take(day, rows);
    await take([...rows, ...missedYoung(onDay, reading)], reading);
  }
  if (count < before) throw new Distrust('Fewer messages than there were.');
  book.end(day, true);
  return true;
}

/** Young ones that the newest pages lacked: they are looked at where they turn up, and the list is not newest first. */
function missedYoung(rows: readonly Message[], { book, order, task }: Reading): readonly Message[] {
  const missed = rows.filter((message) => book.young.includes(message) && !book.isRead(message));
  order.missed(missed, task.asOf);
  return missed;
}

/** Statuses in which a message may have ended without having been sent. */
const UNSENT_STATUSES = [
  'failed',
  'undelivered',
  'canceled',
  'partially_delivered',
] as const satisfies TerminalStatus[];

const isSentStatus = (status: Status): boolean =>
  status.kind === 'terminal' && !UNSENT_STATUSES.some((each) => each === status.name);

/**
 * Messages that no day has: those that have ended and were never sent.
 * @returns whether they were read to their end
 * @throws {Distrust}
 */
export async function readUnsent(reading: Reading, signal: AbortSignal): Promise<boolean> {
  const { book, reader, mayGoOn, chains, giveUp } = reading;
  let isWhole = true;
  book.openOnce(UNSENT);
  const readStatus = async (status: TerminalStatus): Promise<void> => {
    let isFirst = true; // of which something is done by every sweep
    for await (const page of reader.messagesIn(status, signal)) {
      if (!isFirst && !mayGoOn(false)) {
        isWhole = false;
        return;
      }
      isFirst = false;
      const right = page.filter(({ status: is }) => is.kind === 'terminal' && is.name === status);
      if (right.length * 2 < page.length) throw new Distrust('Other statuses.');
      const unread = right.filter((message) => dayFor(message) === UNSENT && !book.isRead(message));
      const rows = unread.filter((message) => !book.countsAlone(message));
      await take([...rows, ...missedYoung(unread, reading)], reading);
    }
  };
  await inLanes(chains, UNSENT_STATUSES, readStatus, unlessDistrusted(giveUp));
  return isWhole;
}

/** A filter that is not right ends nothing: everything is read in another way. */
const unlessDistrusted =
  (giveUp: (error: Error) => void) =>
  (error: Error): void => {
    if (!(error instanceof Distrust)) giveUp(error);
  };

/**
 * Messages that are asked for one by one.
 * @param isWanted of those that have not been read yet
 * @returns `left`: those for which there was no time; `odd`: those that could not be had
 */
export async function readOnes(
  sids: readonly MessageSid[],
  reading: Reading,
  signal: AbortSignal,
  isWanted: (message: Message) => boolean = () => true,
): Promise<{ readonly left: readonly MessageSid[]; readonly odd: readonly MessageSid[] }> {
  const { book, reader, mayGoOn, deps, giveUp } = reading;
  const odd: MessageSid[] = [];
  let left: readonly MessageSid[] = [];
  const inTime = whileThereIsTime(sids, () => mayGoOn(false), (rest) => (left = rest)); // prettier-ignore
  const attempt = unlessOdd(deps.tell, giveUp, signal);
  const read = async (sid: MessageSid): Promise<void> => {
    const message = await attempt(sid, () => reader.getMessage(sid, signal));
    if (message === undefined) odd.push(sid);
    else if (message === 'absent') book.alone.drop(sid);
    else if (!book.isRead(message) && isWanted(message)) await take([message], reading);
  };
  await inLanes(reading.chains, inTime, read, giveUp);
  return { left, odd };
}
