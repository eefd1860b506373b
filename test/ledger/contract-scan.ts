import { expect, test } from 'vitest';
import type { Ledger, SweepRecord } from '../../src/ledger/contract.ts';
import type { ScanChange, ScanDay, ScanIndex, ScanMessage, ScanState } from '../../src/ledger/scan.ts';
import { all, aSweep, message, minutes, NOON, sealed, sent, settlement, upTo } from './samples.ts';

const STATE: ScanState = {
  basis: '{"law":1}',
  walkFrom: minutes(-9),
  lastFullAt: minutes(-8),
  headFrom: minutes(-7),
  isNewestFirst: true,
  isCountKept: true,
  pageRows: 1000,
  unreadFrom: 20_000,
};
const NEW: ScanState = {
  basis: '{}',
  walkFrom: undefined,
  lastFullAt: undefined,
  headFrom: undefined,
  isNewestFirst: false,
  isCountKept: false,
  pageRows: 1,
  unreadFrom: undefined,
};
const day = (n: number, own: Partial<ScanDay> = {}): ScanDay => ({
  day: n,
  messages: n,
  dueAt: minutes(n),
  retained: { 'not-due': 2, hold: 1 },
  emptied: Float64Array.of(1, 2 ** 53 - 1),
  ...own,
});
const single = (n: number, own: Partial<ScanMessage> = {}): ScanMessage => ({
  sid: message(n),
  day: n,
  createdAt: minutes(-n),
  isInProgress: false,
  dueAt: minutes(n),
  retained: { 'in-progress': n },
  seenAt: NOON,
  ...own,
});
const EMPTY_DAY = { dueAt: undefined, retained: {}, emptied: Float64Array.of() };
const UNKNOWN = { day: undefined, createdAt: undefined, dueAt: undefined, isInProgress: true };

const change = (given: Partial<ScanChange> = {}): ScanChange => ({
  state: STATE,
  days: [],
  messages: [],
  forgotten: [],
  isWhole: false,
  ...given,
});

/** The part of the contract that keeps what need not be read again. */
export function scanTests(ledger: () => Ledger): void {
  const index = (project = 'project-1'): Promise<ScanIndex | undefined> => ledger().scanIndex(project);
  const began = (start = {}): Promise<SweepRecord> => ledger().begin(aSweep(start));

  test('nothing at first', async () => {
    expect(await index()).toBe(undefined);
  });

  test('whole, as it was', async () => {
    const record = await began();
    const days = [day(-1, EMPTY_DAY), day(20_000), day(20_001)];
    const messages = [single(1), single(2, UNKNOWN)];
    await record.remember(change({ days, messages }));
    expect(await index()).toEqual({ state: STATE, days, messages });
    await record.remember(change({ state: NEW }));
    expect(await index()).toEqual({ state: NEW, days, messages });
  });

  test('but for what is replaced and what is forgotten', async () => {
    const record = await began();
    await record.remember(change({ days: [day(1), day(2)], messages: [single(1), single(2), single(3)] }));
    const again = [day(2, { messages: 7 }), day(3)];
    const seen = single(2, { isInProgress: true });
    await record.remember(change({ days: again, messages: [seen], forgotten: [message(1), message(9)] }));
    expect(await index()).toEqual({ state: STATE, days: [day(1), ...again], messages: [seen, single(3)] });
  });

  test('of each project by itself, and all of it anew where all was read anew', async () => {
    const [record, other] = [await began(), await began({ sweepId: 'sweep-2', projectId: 'project-2' })];
    await record.remember(change({ days: [day(1)], messages: [single(1)] }));
    await other.remember(change({ days: [day(5)], messages: [single(5)] }));
    await record.remember(change({ days: [day(2)], messages: [single(2)], isWhole: true }));
    expect(await index()).toEqual({ state: STATE, days: [day(2)], messages: [single(2)] });
    expect(await index('project-2')).toEqual({ state: STATE, days: [day(5)], messages: [single(5)] });
  });

  test('not of a plan, beside which others may sweep', async () => {
    const record = await began({ mode: 'plan' });
    await expect(record.remember(change())).rejects.toThrow('not remembered');
  });

  test('and which items of a plan are not shown to be gone', async () => {
    const { record, ids } = await sent(ledger(), upTo(5));
    const outcomes = ['deleted', 'already-gone', 'failed', 'deferred'] as const;
    for (const [at, outcome] of outcomes.entries()) record.settled(ids[at] ?? 0, settlement({ outcome }));
    await record.flush();
    const left = [2, 3, 4].map((place) => ({ place, expiredAt: minutes(-place - 1) }));
    expect(await all(record.remaining())).toEqual(left);
    const unsent = await sealed(ledger(), upTo(1), { sweepId: 'sweep-2' });
    expect(await all(unsent.record.remaining())).toEqual([{ place: 0, expiredAt: minutes(-1) }]);
  });
}
