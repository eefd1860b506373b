import type { Message } from '../../retention/resource.ts';
import { isDense, type Way } from './choose.ts';
import { dayFor, dayOf, UNSENT } from './days.ts';
import { FIRST_DAY, oldestDay } from './oldest-day.ts';
import { Distrust } from './distrust.ts';
import { readDays, readOnes, readRest, readUnsent, readYoung, type Pages, type Reading } from './reading.ts';

/** How an account was read. */
export interface HowRead {
  /** `full`: all of it without a filter; `by-day`: all of it by days; `incremental`: what earlier sweeps could not tell. */
  readonly kind: 'full' | 'by-day' | 'incremental';
  /** Days that were read by themselves. */
  readonly days: number;
  /** Something that should have been read was not: there was no time for it, or enough without it. */
  readonly isCut: boolean;
  /** The first day that has never been read. */
  readonly unreadFrom: number | undefined;
}

/** @param unreadFrom where an earlier reading by days was cut */
export async function read(
  way: Way,
  first: readonly Message[],
  pages: Pages,
  unreadFrom: number | undefined,
  reading: Reading,
  signal: AbortSignal,
): Promise<HowRead> {
  const { older, isOver, isUnsentElsewhere } = await readYoung(first, pages, reading);
  const walk = async (): Promise<HowRead> => {
    const isCut = !(await readRest(older, pages, reading));
    return { kind: 'full', days: 0, isCut, unreadFrom: undefined };
  };
  const { book, chains } = reading;
  const isSparse = way === 'anew' && !isDense(book.young.perDay(), first.length, chains);
  if (way === 'walk' || isOver || isSparse || (way !== 'incremental' && isUnsentElsewhere)) return walk();
  try {
    return way === 'incremental' ? await readDue(unreadFrom, reading, signal) : await readAnew(older, reading, signal);
  } catch (error) {
    if (!(error instanceof Distrust)) throw error;
    reading.deps.tell({ event: 'scan.distrusted' });
    return walk();
  }
}

/**
 * Everything, by days; and what no day has.
 * @param seen messages that the newest pages have shown, which days have to show as well
 */
async function readAnew(
  seen: readonly (readonly Message[])[],
  reading: Reading,
  signal: AbortSignal,
): Promise<HowRead> {
  const { book, reader, task } = reading;
  const from = await oldestDay(task.asOf, reader, signal);
  book.openOnce(UNSENT); // which some of them count in now
  const { left, odd } = await readOnes(book.aloneBefore(), reading, signal, isOfNoDay);
  book.keepAlone([...left, ...odd]);
  book.alone.couldNotBeHad(odd);
  const how = await readDaysAndRest([], from, reading, signal);
  const isRight = seen
    .flat()
    .every((each) => !isWithin(FIRST_DAY, how.unreadFrom ?? nextDay(reading), each) || book.isRead(each));
  if (!isRight) throw new Distrust('Fewer messages than the newest pages have shown.');
  return { kind: 'by-day', ...how, isCut: how.isCut || left.length > 0 };
}

/**
 * Days, and where some have never been read also what no day has.
 * @param known days that have been read before
 * @param from the first that has not; `undefined`: there is none
 */
async function readDaysAndRest(
  known: readonly number[],
  from: number | undefined,
  reading: Reading,
  signal: AbortSignal,
): Promise<Pick<HowRead, 'days' | 'isCut' | 'unreadFrom'>> {
  const unread = from === undefined ? [] : daysFrom(from, reading).filter((day) => !known.includes(day));
  const days = [...known, ...unread];
  const cutAt = await readDays(days, reading, signal);
  if (cutAt !== undefined) {
    const firstUnread = unread.includes(cutAt) ? cutAt : from;
    return { days: days.indexOf(cutAt), isCut: true, unreadFrom: firstUnread };
  }
  const isWhole = from === undefined || (await readUnsent(reading, signal));
  return { days: days.length, isCut: !isWhole, unreadFrom: isWhole ? undefined : nextDay(reading) };
}

const isWithin = (from: number, to: number, { sentAt }: Message): boolean =>
  sentAt instanceof Date && dayOf(sentAt) >= from && dayOf(sentAt) < to;

/** No day's messages would have it. */
const isOfNoDay = (message: Message): boolean =>
  message.status.kind === 'in-progress' || !(message.createdAt instanceof Date) || dayFor(message) === UNSENT;

/** The days and messages of which something is due, and what has never been read. */
async function readDue(unreadFrom: number | undefined, reading: Reading, signal: AbortSignal): Promise<HowRead> {
  const { book } = reading;
  const how = await readDaysAndRest(book.dueDays(), unreadFrom, reading, signal);
  if (how.isCut) return { kind: 'incremental', ...how };
  const { left, odd } = await readOnes(book.alone.due(), reading, signal);
  book.alone.couldNotBeHad(odd);
  return { kind: 'incremental', ...how, isCut: left.length > 0 };
}

const nextDay = ({ task: { asOf } }: Reading): number => dayOf(asOf) + 1;

function daysFrom(from: number, reading: Reading): number[] {
  return Array.from({ length: Math.max(0, nextDay(reading) - from) }, (_, n) => from + n);
}
