import { describe, expect, test } from 'vitest';
import { Unreachable, type ClockAhead } from '../../src/provider/contract.ts';
import { conversation, conversations, mediaSidOf, messageSidOf } from '../support/fake-api.ts';
import { days } from '../support/items.ts';
import { counted, only, room } from '../support/room.ts';

describe('a limit', () => {
  test.each([
    [0, 1, 'refused'],
    [2, 3, 'refused'],
    [3, 3, 'complete'],
    [4, 3, 'complete'],
    [0, 0, 'complete'],
  ])('E6 E7 of %i and %i due: %s', async (maxDeletions, due, result) => {
    const here = await room(conversations(due));
    const { report, refusal } = await here.sweep({ limits: { maxDeletions, onLimit: 'refuse' } });
    expect(report.result).toBe(result);
    expect(refusal).toEqual(result === 'refused' ? { kind: 'limit', planned: due, maxDeletions } : undefined);
    expect(counted(report.outcomes)).toEqual(due === 0 ? {} : { [result === 'refused' ? 'not-sent' : 'deleted']: due });
    expect(only('DELETE', here.api)).toHaveLength(result === 'refused' ? 0 : due);
  });

  test.each(['dry-run', 'plan'] as const)('refuses a %s as well', async (mode) => {
    const here = await room(conversations(3));
    const { report, refusal } = await here.sweep({ mode, limits: { maxDeletions: 2, onLimit: 'refuse' } });
    expect([report.result, refusal?.kind]).toEqual(['refused', 'limit']);
  });

  test('counts what could not be looked at as if it were due', async () => {
    const here = await room([conversation(1), conversation(2, 2)], {
      list: (message) => {
        if (message === messageSidOf(2)) throw new Unreachable('away');
        return undefined;
      },
    });
    const { report, refusal } = await here.sweep({ limits: { maxDeletions: 2, onLimit: 'refuse' } });
    expect([report.result, refusal]).toEqual(['refused', { kind: 'limit', planned: 3, maxDeletions: 2 }]);
  });

  test('E24 that is to be worked through sends the longest overdue and leaves the rest', async () => {
    const account = [50, 90, 40, 100, 60].map((age, i) => conversation(i + 1, 1, { createdAt: days(-age) }));
    const here = await room(account);
    const { report, refusal } = await here.sweep({ limits: { maxDeletions: 2, onLimit: 'oldest-first' } });
    expect([report.result, refusal, counted(report.outcomes)]).toEqual([
      'partial',
      undefined,
      { deleted: 2, 'not-sent': 3 },
    ]);
    expect([mediaSidOf(2), mediaSidOf(4)].map((sid) => here.api.has(sid))).toEqual([false, false]);
    expect(report.oldestOverdueAt).toBe(days(-30).toISOString());

    const second = await here.sweep({ limits: { maxDeletions: 3, onLimit: 'oldest-first' } });
    expect([second.report.result, second.report.oldestOverdueAt]).toEqual(['complete', null]);
  });

  test('E7 of 0 forbids also there', async () => {
    const here = await room(conversations(3));
    const { report } = await here.sweep({ limits: { maxDeletions: 0, onLimit: 'oldest-first' } });
    expect([report.result, counted(report.outcomes), only('DELETE', here.api)]).toEqual([
      'partial',
      { 'not-sent': 3 },
      [],
    ]);
  });

  test('E6 F22 holds over many blocks to the item', async () => {
    const here = await room(conversations(400, 4));
    const { report } = await here.sweep({ limits: { maxDeletions: 1234, onLimit: 'oldest-first' }, concurrency: 16 });
    expect(counted(report.outcomes)).toEqual({ deleted: 1234, 'not-sent': 366 });
    expect(only('DELETE', here.api)).toHaveLength(1234);
  });
});

describe('C1: a clock', () => {
  test('more than two minutes ahead refuses the sweep after the first page, with nothing deleted', async () => {
    const here = await room(conversations(10), { ahead: { ms: 120_001 }, pageSize: 2 });
    const { report, refusal } = await here.sweep();
    expect([report.result, refusal, here.api.log]).toEqual([
      'refused',
      { kind: 'clock', aheadMs: 120_001 },
      ['PAGE 1'],
    ]);
    expect(report.planComplete).toBe(false);
  });

  test.each(['dry-run', 'plan'] as const)('refuses a %s as well', async (mode) => {
    const here = await room(conversations(1), { ahead: { ms: 500_000 } });
    expect((await here.sweep({ mode })).report.result).toBe('refused');
  });

  test.each<[string, ClockAhead, string[]]>([
    ['two minutes ahead is within the measuring error', { ms: 120_000 }, []],
    ['two minutes behind too', { ms: -120_000 }, []],
    ['C2 further behind is told of', { ms: -120_001 }, ['clock.behind']],
    ['C3 that nothing is known of is told of', 'unknown', ['clock.unknown']],
  ])('%s, and does not keep the sweep from its work', async (_, ahead, told) => {
    const here = await room(conversations(1), { ahead });
    expect((await here.sweep()).report).toMatchObject({ result: 'complete', outcomes: { deleted: 1 } });
    expect(here.events.map(({ event }) => event).filter((event) => event.startsWith('clock.'))).toEqual(told);
  });
});

test.each(['dry-run', 'plan'] as const)('a %s plans what a sweep would delete, and sends no DELETE', async (mode) => {
  const here = await room(conversations(3, 2));
  const { report } = await here.sweep({ mode });
  expect(report).toMatchObject({ result: 'dry-run', mode, media: 6, planned: 6, planComplete: true });
  expect([counted(report.outcomes), only('DELETE', here.api)]).toEqual([{ 'not-sent': 6 }, []]);
  expect((await Array.fromAsync(here.ledger.plannedItems(report.sweepId, 'as-planned'))).flat()).toHaveLength(6);
});
