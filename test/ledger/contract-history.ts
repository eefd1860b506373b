import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import type { HistoryFilter, OutcomeCounts } from '../../src/ledger/entries.ts';
import {
  all,
  anEnd,
  answer,
  aSweep,
  media,
  mediaOf,
  minutes,
  NOON,
  planned,
  sealed,
  sent,
  settlement,
  upTo,
} from './samples.ts';

const none: OutcomeCounts = { deleted: 0, 'already-gone': 0, deferred: 0, failed: 0, uncertain: 0, 'not-sent': 0 };

/** The part of the contract that looks back. */
export function ledgerHistory(ledger: () => Ledger): void {
  describe('counts', () => {
    countTests(ledger);
  });
  describe('remembers sweeps', () => {
    historyTests(ledger);
  });
  describe('tells of each item', () => {
    dispositionTests(ledger);
  });
}

function countTests(ledger: () => Ledger): void {
  test('a plan as the sum of what became of its items', async () => {
    const { record, ids } = await sealed(ledger(), [...upTo(6), planned(7, { rule: 'failed-soon' })]);
    await record.markSending(ids.slice(0, 6), NOON);
    const outcomes = ['deleted', 'already-gone', 'deferred', 'failed', 'not-sent'] as const;
    for (const [at, outcome] of outcomes.entries())
      record.settled(ids[at] ?? 0, settlement({ outcome, verified: at > 0 }));

    expect(await record.tally()).toEqual({
      planned: 7,
      outcomes: { deleted: 1, 'already-gone': 1, deferred: 1, failed: 1, uncertain: 1, 'not-sent': 2 },
      unverified: 1,
      settledEarlier: none,
      byRule: new Map([
        ['failed-soon', 1],
        ['pictures', 6],
      ]),
    });
  });

  test('what a later sweep settles there as settled earlier, and here as what it was', async () => {
    const first = await sent(ledger(), upTo(2));
    const later = await sent(ledger(), [planned(3)], { sweepId: 'sweep-2' });
    later.record.settled(first.ids[0] ?? 0, settlement({ outcome: 'deleted' }));
    later.record.settled(later.ids[0] ?? 0, settlement({ outcome: 'failed', why: 'refused' }));

    expect(await later.record.tally()).toMatchObject({
      outcomes: { ...none, failed: 1 },
      settledEarlier: { ...none, deleted: 1 },
    });
    expect((await first.record.tally()).outcomes).toEqual({ ...none, deleted: 1, uncertain: 1 });
  });

  test('the earliest expiry among what is not gone', async () => {
    const { record, ids } = await sent(ledger(), upTo(4));
    record.settled(ids[3] ?? 0, settlement({ outcome: 'already-gone' }));
    record.settled(ids[2] ?? 0, settlement({ outcome: 'failed' }));
    expect(await record.oldestRemaining()).toEqual(minutes(-3));
    for (const at of [0, 1]) record.settled(ids[at] ?? 0, settlement());
    expect(await record.oldestRemaining()).toEqual(minutes(-3));
  });

  test('no earliest expiry where everything is gone', async () => {
    const { record, ids } = await sent(ledger(), upTo(1));
    record.settled(ids[0] ?? 0, settlement());
    expect(await record.oldestRemaining()).toBeUndefined();
  });
}

async function sweepIds(ledger: Ledger, filter: HistoryFilter): Promise<string[]> {
  const summaries = await ledger.history(filter);
  return summaries.map(({ sweepId }) => sweepId);
}

function historyTests(ledger: () => Ledger): void {
  test('newest first, up to a limit, of one project or all', async () => {
    for (const n of [1, 2, 3])
      await ledger().begin(aSweep({ sweepId: `sweep-${n}`, project: n === 2 ? 'other' : 'main' }));
    expect(await sweepIds(ledger(), { limit: 10 })).toEqual(['sweep-3', 'sweep-2', 'sweep-1']);
    expect(await sweepIds(ledger(), { limit: 2 })).toEqual(['sweep-3', 'sweep-2']);
    expect(await sweepIds(ledger(), { project: 'main', limit: 10 })).toEqual(['sweep-3', 'sweep-1']);
    expect(await sweepIds(ledger(), { limit: 0 })).toEqual([]);
  });

  test('with all that was said at their beginning and end', async () => {
    const { record, ids } = await sent(ledger(), upTo(2));
    for (const id of ids) record.settled(id, settlement());
    const end = anEnd({ report: '{"version":1}', outlook: { nextDueAt: minutes(60), stuckInProgress: 3 } });
    await record.end(end);
    const { policyText: _, ...start } = aSweep();
    expect(await ledger().history({ limit: 1 })).toEqual([
      { ...start, end, planned: 2, outcomes: { ...none, deleted: 2 } },
    ]);
    expect(() => record.settled(ids[0] ?? 0, settlement())).toThrow(/ended/);
  });

  test('begun at or after an instant', async () => {
    await ledger().begin(aSweep({ sweepId: 'early', startedAt: minutes(-1) }));
    await ledger().begin(aSweep({ sweepId: 'late', startedAt: NOON }));
    expect(await sweepIds(ledger(), { limit: 9, since: NOON })).toEqual(['late']);
  });

  test('that were killed, without an end and counted from what they left', async () => {
    const { record, ids } = await sealed(ledger(), upTo(5));
    await record.markSending(ids.slice(0, 3), NOON);
    record.settled(ids[0] ?? 0, settlement());
    expect(await ledger().history({ limit: 1 })).toMatchObject([
      { end: undefined, planned: 5, outcomes: { ...none, deleted: 1, uncertain: 2, 'not-sent': 2 } },
    ]);
  });

  test('with figures that improve when a later sweep settles the rest', async () => {
    const first = await sent(ledger(), upTo(2));
    await first.record.end(anEnd({ result: 'partial', endedAt: minutes(5) }));
    const later = await ledger().begin(aSweep({ sweepId: 'sweep-2' }));
    for (const id of first.ids) later.settled(id, settlement({ outcome: 'already-gone' }));
    await later.end(anEnd({ result: 'complete', endedAt: minutes(9) }));
    const [, summary] = await ledger().history({ limit: 2 });
    expect(summary).toMatchObject({ end: { result: 'partial' }, outcomes: { ...none, 'already-gone': 2 } });
  });

  test('and a plan that ends beside a sweep does not take it for over', async () => {
    const { record, ids } = await sealed(ledger(), upTo(2));
    const beside = await sealed(ledger(), upTo(1), { sweepId: 'sweep-2', mode: 'plan' });
    await beside.record.end(anEnd({ result: 'dry-run', endedAt: minutes(1) }));
    await record.markSending(ids, NOON);
    expect(mediaOf(await all(ledger().openItems('project-1')))).toEqual([media(1), media(2)]);
    await record.end(anEnd({ result: 'partial', endedAt: minutes(5) }));
    expect(await ledger().history({ limit: 2 })).toMatchObject([
      { sweepId: 'sweep-2', outcomes: { ...none, 'not-sent': 1 } },
      { sweepId: 'sweep-1', outcomes: { ...none, uncertain: 2 } },
    ]);
  });

  test('and the policy of each, once', async () => {
    await ledger().begin(aSweep());
    await ledger().begin(aSweep({ sweepId: 'sweep-2' }));
    expect(await ledger().policyText('hash-1')).toBe('{"rules":[]}');
    expect(await ledger().policyText('hash-9')).toBeUndefined();
  });
}

function dispositionTests(ledger: () => Ledger): void {
  test('that was or may have been sent, in the order of being planned', async () => {
    const { record, ids } = await sealed(ledger(), upTo(5));
    await record.markSending(ids.slice(0, 4), NOON);
    record.settled(
      ids[3] ?? 0,
      settlement({ outcome: 'failed', verified: false, status: 400, code: 20400, attempts: 2 }),
    );
    record.answered(ids[1] ?? 0, answer());
    record.settled(ids[2] ?? 0, settlement({ outcome: 'not-sent' }));
    const { sweepId, project, projectId } = aSweep();
    const sweep = { sweepId, project, projectId, apiCode: undefined };
    expect(await Array.fromAsync(ledger().dispositions({}))).toEqual([
      {
        ...sweep,
        ...planned(1),
        outcome: 'uncertain',
        verified: false,
        settledAt: undefined,
        attempts: 0,
        httpStatus: undefined,
      },
      {
        ...sweep,
        ...planned(2),
        outcome: 'uncertain',
        verified: false,
        settledAt: undefined,
        attempts: 1,
        httpStatus: 204,
      },
      {
        ...sweep,
        ...planned(4),
        outcome: 'failed',
        verified: false,
        settledAt: minutes(2),
        attempts: 2,
        httpStatus: 400,
        apiCode: 20400,
      },
    ]);
  });

  test('settled, or where open sent, from one instant until before another', async () => {
    const { record, ids } = await sent(ledger(), upTo(4));
    for (const at of [1, 2, 3]) record.settled(ids[at] ?? 0, settlement({ at: minutes(at) }));
    const found = async (since?: Date, until?: Date): Promise<number[]> => {
      const rows = await Array.fromAsync(ledger().dispositions({ ...(since && { since }), ...(until && { until }) }));
      return mediaOf(rows).map((sid) => [1, 2, 3, 4].findIndex((n) => media(n) === sid));
    };
    expect(await found(minutes(1))).toEqual([1, 2, 3]);
    expect(await found(undefined, minutes(2))).toEqual([0, 1]);
    expect(await found(minutes(1), minutes(3))).toEqual([1, 2]);
  });

  test('of one sweep or one project', async () => {
    await sent(ledger(), [planned(1)]);
    await sent(ledger(), [planned(2)], { sweepId: 'sweep-2' });
    await sent(ledger(), [planned(3)], { sweepId: 'sweep-3', project: 'other', projectId: 'project-2' });
    const found = async (filter: { sweepId?: string; project?: string }): Promise<string[]> =>
      mediaOf(await Array.fromAsync(ledger().dispositions(filter)));
    expect(await found({ sweepId: 'sweep-2' })).toEqual([media(2)]);
    expect(await found({ project: 'other' })).toEqual([media(3)]);
    expect(await found({ project: 'main', sweepId: 'sweep-3' })).toEqual([]);
  });

  test('of more than fit a block', async () => {
    await sent(ledger(), upTo(1234));
    expect(await Array.fromAsync(ledger().dispositions({}))).toHaveLength(1234);
  });
}
