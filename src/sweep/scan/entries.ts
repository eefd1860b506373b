import type { ScanDay, ScanMessage } from '../../ledger/scan.ts';
import { earliest } from '../../lib/instants.ts';
import type { MessageSid } from '../../retention/resource.ts';
import type { Seen } from '../plan-page.ts';
import { addCounts, type RetainedCounts, type RetainedKind } from '../tally.ts';
import { dayFor, HOUR_MS, UNSENT } from './days.ts';

/** What is known of the messages of one day, or of one message that counts by itself. */
export interface Entry {
  /** Of what stays: the earliest instant at which something comes due, or may. */
  dueAt: Date | undefined;
  /** The earliest expiry among what was planned, until it is shown to be gone. */
  expiredAt: Date | undefined;
  readonly retained: RetainedCounts;
}

export interface DayEntry extends Entry {
  readonly day: number;
  readonly retained: Partial<Record<RetainedKind, number>>;
  messages: number;
}

export interface OneEntry extends Entry {
  readonly sid: MessageSid | null;
  readonly day: number;
  readonly createdAt: Date | undefined;
  readonly isInProgress: boolean;
  readonly seenAt: Date;
  /** The day that it has become part of. */
  into?: DayEntry;
}

export const newDay = (day: number): DayEntry => ({
  day,
  messages: 0,
  dueAt: undefined,
  expiredAt: undefined,
  retained: {},
});

/** When something has to be looked at again at the latest. */
const lookAt = ({ dueAt, expiredAt }: Partial<Entry>): Date | undefined => earliest([dueAt, expiredAt]);

/** A queued message is valid for 48 hours at most: one that is in progress for longer will hardly ever be anything else. */
const STUCK_MS = 48 * HOUR_MS;

export const isStuck = ({ isInProgress, createdAt }: OneEntry, asOf: Date): boolean =>
  isInProgress && createdAt !== undefined && createdAt.getTime() < asOf.getTime() - STUCK_MS;

/** In milliseconds since 1970, where it is. */
export const overdueSince = (entry: Entry): number => lookAt(entry)?.getTime() ?? Infinity;

export function isDue(entry: Entry, asOf: Date): boolean {
  const at = lookAt(entry);
  return at !== undefined && at < asOf;
}

export function oneOf({ message, dueAt, expiredAt, retained }: Seen, seenAt: Date): OneEntry {
  const { sid, createdAt, status } = message;
  return {
    sid,
    day: dayFor(message),
    createdAt: createdAt instanceof Date ? createdAt : undefined,
    isInProgress: status.kind === 'in-progress',
    seenAt,
    dueAt,
    expiredAt,
    retained,
  };
}

/** Something of it stays, or was planned and may. */
const isLeft = ({ expiredAt, retained }: Entry): boolean => expiredAt !== undefined || Object.keys(retained).length > 0;

/** Whether it stays by itself when it is not young any more. */
export const staysAlone = (one: OneEntry): boolean =>
  one.sid !== null && (one.isInProgress || one.createdAt === undefined || (one.day === UNSENT && isLeft(one)));

export function addOne(day: DayEntry, one: OneEntry): void {
  add(day, one);
  one.into = day;
}

export function add(day: DayEntry, { dueAt, expiredAt, retained }: Entry): void {
  day.messages++;
  day.dueAt = earliest([day.dueAt, dueAt]);
  day.expiredAt = earliest([day.expiredAt, expiredAt]);
  addCounts(day.retained, retained);
}

type KnownDay = Omit<ScanDay, 'emptied'> & Partial<DayEntry>;

export const asScanDay = (entry: KnownDay, emptied: Float64Array): ScanDay => ({
  day: entry.day,
  messages: entry.messages,
  dueAt: lookAt(entry),
  retained: entry.retained,
  emptied,
});

/** @returns undefined for one that cannot be named */
export function asScanMessage(one: OneEntry): ScanMessage | undefined {
  if (one.sid === null) return undefined;
  return {
    sid: one.sid,
    day: one.day === UNSENT ? undefined : one.day,
    createdAt: one.createdAt,
    isInProgress: one.isInProgress,
    dueAt: lookAt(one),
    retained: one.retained,
    seenAt: one.seenAt,
  };
}
