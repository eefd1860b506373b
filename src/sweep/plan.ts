import type { ScanChange, ScanState } from '../ledger/scan.ts';
import type { Clock } from '../lib/clock.ts';
import type { ClockAhead, Reader } from '../provider/contract.ts';
import { guardClock, type Refusal } from '../retention/guard.ts';
import { listing } from './listing.ts';
import type { PageDeps, PlanTask } from './plan-page.ts';
import { Book } from './scan/book.ts';
import { wayFor, type Situation, type Way } from './scan/choose.ts';
import { dayOf, UNSENT } from './scan/days.ts';
import { doubting } from './scan/distrust.ts';
import { ListOrder } from './scan/list-order.ts';
import { read, type HowRead } from './scan/read.ts';
import type { Reading } from './scan/reading.ts';
import type { PlanTally } from './tally.ts';

export interface ScanOrder extends Pick<Situation, 'index' | 'isIndexValid' | 'fullScanEvery'> {
  /** What due dates are reckoned by now. */
  readonly basis: string;
  readonly lanes: number;
  /** Monotonic: nothing but the young ones is begun to be read after it, or, as long as nothing is planned, after the other. */
  readonly untilMs: number;
  readonly untilAtMostMs: number;
  /** How much of the plan there has to be before reading on could change nothing that is done with it. */
  readonly enough: { readonly refusedAt: number; readonly executableAt: number };
}

export interface PlanDeps extends PageDeps {
  readonly reader: Reader;
  /** When the sweep began, by both clocks. */
  readonly startedAt: Date;
  readonly startedMs: number;
}

/** What a plan was made of. */
export interface Scan extends Pick<HowRead, 'kind' | 'days'> {
  /** When the last full scan began; this one, where it is one. */
  readonly lastFullAt: Date | undefined;
  readonly book: Book;
  /** What is to be remembered of it, the first time and again after `book.settle`. */
  readonly change: (isFirst: boolean) => ScanChange;
}

/** @returns a refusal where the clock is wrong; planning ends there */
export async function plan(
  task: Omit<PlanTask, 'isEmptied' | 'lanes'>,
  order: ScanOrder,
  tally: PlanTally,
  deps: PlanDeps,
  signal: AbortSignal,
): Promise<Refusal | Scan> {
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const giveUp = (error: Error): void => ended.abort(error);
  const pages = deps.reader.messagePages(until)[Symbol.asyncIterator]();
  try {
    const first = await pages.next();
    const refusal = judgeClock(deps.reader.clockAhead() ?? 'unknown', deps);
    if (refusal) return refusal;
    const way = wayFor({ ...order, asOf: task.asOf });
    const book = new Book(task.asOf, order.index, way !== 'incremental');
    const reading: Reading = {
      reader: doubting(deps.reader),
      list: listing(deps, giveUp, until),
      task: { ...task, lanes: order.lanes, isEmptied: (message) => book.emptied.has(message) },
      tally,
      book,
      order: new ListOrder(),
      deps,
      chains: Math.min(CHAINS_MAX, order.lanes),
      mayGoOn: (isOldestFirst) => isInTime(tally, order, deps.clock) && !isEnough(tally, order, isOldestFirst),
      giveUp,
    };
    const page = first.done ? [] : first.value;
    const how = await read(way, page, pages, order.index?.state.unreadFrom, reading, until);
    book.addUnread(tally);
    tally.complete = !how.isCut && !tally.retained.unlisted;
    const state = stateAfter(how, order, page.length, book.close(tally), reading.order, task.asOf);
    return {
      ...how,
      lastFullAt: state.lastFullAt,
      book,
      change: (isFirst) => (isGivenUp(how) ? changeAfter(way, order, state, book) : book.change(state, isFirst)),
    };
  } finally {
    ended.abort(); // whatever still reads reads for nobody
    await pages.return?.();
  }
}

/** So many pages of a thousand messages are in memory at a time, which takes some 3 MiB each. */
const CHAINS_MAX = 6;

/** Deleting has its share of the time, where there is something to delete. */
const isInTime = ({ planned }: PlanTally, { untilMs, untilAtMostMs }: ScanOrder, clock: Clock): boolean =>
  clock.monotonicMs() < (planned > 0 ? untilMs : untilAtMostMs);

/** Media that could not be looked at count as they do for the guard. */
function isEnough({ planned, retained }: PlanTally, { enough }: ScanOrder, isOldestFirst: boolean): boolean {
  return planned + (retained.unlisted ?? 0) >= enough.refusedAt || (isOldestFirst && planned >= enough.executableAt);
}

function stateAfter(
  { kind, isCut, unreadFrom }: HowRead,
  { index, basis }: ScanOrder,
  firstRows: number,
  headFrom: Date,
  { isNewestFirst }: ListOrder,
  asOf: Date,
): Omit<ScanState, 'isCountKept'> {
  const before = kind === 'incremental' ? index?.state : undefined;
  const isWalked = kind === 'full' && !isCut;
  return {
    basis,
    walkFrom: before?.walkFrom ?? (unreadFrom === undefined ? asOf : undefined),
    lastFullAt: isWalked ? asOf : index?.state.lastFullAt,
    headFrom,
    isNewestFirst: isNewestFirst && (isWalked || index?.state.isNewestFirst !== false), // only a walk sees all of it
    pageRows: Math.max(1, firstRows, before?.pageRows ?? 0),
    unreadFrom,
  };
}

const isGivenUp = ({ kind, isCut }: HowRead): boolean => kind === 'full' && isCut;

/**
 * A walk that was given up says too little to go by: the next sweep reads by days, or walks on past what has nothing left.
 * Where an index is there that goes on to hold, the next sweeps read what is due by that, and then everything by days, which
 * can be cut: a walk begins with the newest, and if it is always given up, it never comes to what is due.
 */
function changeAfter(way: Way, { index }: ScanOrder, state: ReturnType<typeof stateAfter>, book: Book): ScanChange {
  const isIndexKept = way === 'walk' && index?.state.isNewestFirst && state.isNewestFirst; // otherwise the filter is wrong, or nobody knows what is new
  if (!index || !isIndexKept) {
    return book.emptied.changeAlone({ ...state, walkFrom: undefined, headFrom: undefined }, index?.days ?? []);
  }
  const { walkFrom } = state;
  const unreadFrom = index.days.find(({ day }) => day !== UNSENT)?.day ?? (walkFrom && dayOf(walkFrom) + 1);
  return { state: { ...index.state, walkFrom, unreadFrom }, days: [], messages: [], forgotten: [], isWhole: false };
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
