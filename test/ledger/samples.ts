import type { Ledger, SweepRecord } from '../../src/ledger/contract.ts';
import type {
  NumberedItem,
  PlannedItem,
  RecordedAnswer,
  Settlement,
  SweepStart,
  SweepEnd,
} from '../../src/ledger/entries.ts';
import type { MediaSid, MessageSid } from '../../src/retention/resource.ts';

export const NOON = new Date('2026-11-23T12:00:00Z');
export const minutes = (count: number): Date => new Date(NOON.getTime() + count * 60_000);

export const message = (n: number): MessageSid => `${String(n).padStart(6, '0')}-message-${n}` as MessageSid;
export const media = (n: number): MediaSid => `${String(n).padStart(6, '0')}-media-${n}` as MediaSid;

export const aSweep = (start: Partial<SweepStart> = {}): SweepStart => ({
  sweepId: 'sweep-1',
  project: 'main',
  projectId: 'project-1',
  mode: 'enforce',
  policyHash: 'hash-1',
  policyText: '{"rules":[]}',
  programVersion: '1.2.3',
  asOf: NOON,
  startedAt: NOON,
  ...start,
});

/** Item `n`, of its own message. */
export const planned = (n: number, item: Partial<PlannedItem> = {}): PlannedItem => ({
  messageSid: message(n),
  mediaSid: media(n),
  contentType: 'image/png',
  rule: 'pictures',
  expiredAt: minutes(-n),
  plannedAt: NOON,
  ...item,
});

/** Items 1 to `count`, each of its own message or of what `of` says. */
export const upTo = (count: number, of = message): PlannedItem[] =>
  Array.from({ length: count }, (_, at) => planned(at + 1, { messageSid: of(at + 1) }));

export const answer = (given: Partial<RecordedAnswer> = {}): RecordedAnswer => ({
  kind: 'accepted',
  at: minutes(1),
  attempts: 1,
  status: 204,
  code: undefined,
  ...given,
});

export const settlement = (given: Partial<Settlement> = {}): Settlement => ({
  outcome: 'deleted',
  verified: true,
  at: minutes(2),
  attempts: 1,
  status: 204,
  code: undefined,
  why: undefined,
  ...given,
});

export const anEnd = (end: Partial<SweepEnd> = {}): SweepEnd => ({
  result: 'complete',
  endedAt: minutes(9),
  report: '{}',
  outlook: { nextDueAt: undefined, stuckInProgress: 0 },
  ...end,
});

/** A sweep with a sealed plan, and its items in the order in which they were planned. */
export async function sealed(
  ledger: Ledger,
  items: readonly PlannedItem[],
  start?: Partial<SweepStart>,
): Promise<{ record: SweepRecord; ids: number[] }> {
  const record = await ledger.begin(aSweep(start));
  await record.addPlanned(items);
  await record.sealPlan();
  const ids = (await all(record.plan('as-planned', Infinity))).map(({ id }) => id);
  return { record, ids };
}

/** As `sealed`, and everything is marked as being sent. */
export async function sent(
  ledger: Ledger,
  items: readonly PlannedItem[],
  start?: Partial<SweepStart>,
): Promise<{ record: SweepRecord; ids: number[] }> {
  const { record, ids } = await sealed(ledger, items, start);
  await record.markSending(ids, NOON);
  return { record, ids };
}

export async function all<T>(blocks: AsyncIterable<readonly T[]>): Promise<T[]> {
  return (await Array.fromAsync(blocks)).flat();
}

export const mediaOf = (items: readonly Pick<NumberedItem, 'mediaSid'>[]): MediaSid[] =>
  items.map(({ mediaSid }) => mediaSid);
