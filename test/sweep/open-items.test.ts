import { describe, expect, test } from 'vitest';
import { Unreachable } from '../../src/provider/contract.ts';
import { Stop } from '../../src/sweep/events.ts';
import { conversation, conversations, lost, mediaSidOf, messageSidOf, type Conversation } from '../support/fake-api.ts';
import { days, NOW } from '../support/items.ts';
import { counted, leftOpen, only, room, type Room } from '../support/room.ts';

/** As if the process had died while it sent: nothing is on record but that it was about to. */
async function killedWhileSending(account: readonly Conversation[]): Promise<Room> {
  const here = await room(account);
  const record = await here.ledger.begin({
    sweepId: 'killed',
    project: 'main',
    projectId: 'project-1',
    mode: 'enforce',
    policyHash: 'a'.repeat(64),
    policyText: '{}',
    programVersion: '0.0.0-test',
    asOf: NOW,
    startedAt: NOW,
  });
  await record.addPlanned(
    account.flatMap(({ message, media }) =>
      media.map((each) => ({
        messageSid: message.sid ?? messageSidOf(0),
        mediaSid: each.sid ?? mediaSidOf(0),
        contentType: each.contentType,
        rule: 'after-30d',
        expiredAt: days(-70),
        plannedAt: NOW,
      })),
    ),
  );
  await record.sealPlan();
  for await (const block of record.plan('as-planned', Infinity)) {
    await record.markSending(
      block.map(({ id }) => id),
      NOW,
    );
  }
  return here;
}

const waits = ({ events }: Room): number[] =>
  events.flatMap((event) => (event.event === 'sweep.waiting' ? [event.ms] : []));

describe('what this sweep sent and a list still has', () => {
  test('A27 is open until a minute after the last deadline there can be, and then failed', async () => {
    const here = await room(conversations(1), { delete: () => lost(here.clock) });
    const done = here.begin({ timeoutMs: 20_000 });
    await here.clock.advance(79_999);
    expect(await here.proven()).toEqual(['media-1-1 uncertain']);
    await here.clock.advance(1);
    const { report } = await here.clock.drive(done);
    expect([report.result, counted(report.outcomes)]).toEqual(['complete', { failed: 1 }]);
    expect((await here.ledger.findItems('media-1-1'))[0]?.why).toBe('still-listed');
    expect(report.oldestOverdueAt).toBe(days(-70).toISOString());
  });

  test('A27 and a lost DELETE takes away within that minute is gone, not failed', async () => {
    const here = await room(conversations(1), { delete: () => lost(here.clock) });
    const done = here.begin();
    await here.clock.advance(74_000);
    here.api.remove(mediaSidOf(1));
    const { report } = await here.clock.drive(done);
    expect(counted(report.outcomes)).toEqual({ 'already-gone': 1 });
  });

  test('A19 though a 204 is on record is deleted when a replica has caught up', async () => {
    const here = await room(conversations(1), {
      list: (_, nth) => (nth === 2 ? { kind: 'listed', isOneAnswer: true, media: conversation(1).media } : undefined),
    });
    const { report } = await here.sweep();
    expect([counted(report.outcomes), report.unverified, await here.proven()]).toEqual([
      { deleted: 1 },
      0,
      ['media-1-1 deleted'],
    ]);
  });

  test('is waited for once, however much it is', async () => {
    const here = await room(conversations(700), { delete: () => lost(here.clock) });
    const { report } = await here.sweep({ concurrency: 16 });
    expect(counted(report.outcomes)).toEqual({ failed: 700 });
    expect(waits(here)).toEqual([75_000]);
  });

  test('stays open where its list cannot be read then, and does not keep the rest from being settled', async () => {
    const here = await room(conversations(3), {
      delete: () => lost(here.clock),
      list: (message, nth) => {
        if (message === messageSidOf(2) && nth > 1) throw new Unreachable('away');
        return undefined;
      },
    });
    const { report } = await here.sweep();
    expect([report.result, counted(report.outcomes)]).toEqual(['partial', { failed: 2, uncertain: 1 }]);
  });
});

describe('what an earlier sweep left open', () => {
  test.each([
    ['and answered with 204 is deleted', { kind: 'accepted', attempts: 1, status: 204 }, 'deleted'],
    ['and lost is already gone', undefined, 'already-gone'],
    ['and 404 with the code of the service is already gone', { kind: 'absent', attempts: 1, status: 404, code: 20404 }, 'already-gone'], // prettier-ignore
  ] as const)('%s, once a list is without it: at once', async (_, answer, outcome) => {
    const here = await leftOpen(conversations(3, 2), answer);
    for (let n = 1; n <= 3; n++) for (const of of [1, 2]) here.api.remove(mediaSidOf(n, of));
    const startedMs = here.clock.monotonicMs();
    const { report } = await here.sweep();
    expect(report).toMatchObject({ result: 'complete', media: 0, planned: 0 });
    expect([counted(report.settledEarlier), counted(report.outcomes)]).toEqual([{ [outcome]: 6 }, {}]);
    expect([here.clock.monotonicMs() - startedMs, waits(here)]).toEqual([0, []]);
    expect(here.events).toContainEqual(expect.objectContaining({ event: 'sweep.settling', open: 6 }));
  });

  test('and is still listed is not planned again but counts as unsettled, until it is settled as failed', async () => {
    const here = await leftOpen(conversations(2));
    const second = await here.sweep();
    expect(second.report).toMatchObject({ result: 'complete', media: 2, planned: 0 });
    expect([counted(second.report.retained), counted(second.report.settledEarlier)]).toEqual([
      { unsettled: 2 },
      { failed: 2 },
    ]);
    expect(second.report.oldestOverdueAt).toBe(days(-70).toISOString());
    expect([only('DELETE', here.api).length, waits(here)]).toEqual([2, [60_000]]);

    const third = await here.sweep();
    expect([counted(third.report.outcomes), counted(third.report.settledEarlier)]).toEqual([{ deleted: 2 }, {}]);
    expect(third.report.oldestOverdueAt).toBeNull();
  });

  test.each(['dry-run', 'plan'] as const)('is not waited for by a %s, and is overdue all the same', async (mode) => {
    const here = await leftOpen(conversations(2));
    const { report } = await here.sweep({ mode });
    expect([report.result, counted(report.retained), waits(here)]).toEqual(['dry-run', { unsettled: 2 }, []]);
    expect(report.oldestOverdueAt).toBe(days(-70).toISOString());
  });

  test('is settled by a dry run, as far as a list can tell, and by a plan not at all', async () => {
    const here = await leftOpen(conversations(2));
    here.api.remove(mediaSidOf(1));
    const plan = await here.sweep({ mode: 'plan' });
    expect([counted(plan.report.settledEarlier), counted(plan.report.retained)]).toEqual([{}, { unsettled: 1 }]);
    const dry = await here.sweep({ mode: 'dry-run' });
    expect([counted(dry.report.settledEarlier), counted(dry.report.retained)]).toEqual([
      { 'already-gone': 1 },
      { unsettled: 1 },
    ]);
  });

  test.each([
    ['that a limit refuses', { limits: { maxDeletions: 0, onLimit: 'refuse' } }, 'refused'],
    ['that only looks', { mode: 'dry-run' }, 'dry-run'],
    ['that never comes to its plan', {}, 'partial'],
  ] as const)('is overdue in the report of a sweep %s', async (_, asked, result) => {
    const older = conversation(1, 1, { createdAt: days(-200) });
    const here = await room([older, conversation(2)], { delete: () => lost(here.clock) });
    const time = new AbortController();
    const first = here.begin({ signal: time.signal, limits: { maxDeletions: 1, onLimit: 'oldest-first' } });
    await here.clock.rest();
    time.abort(new Stop('time', 'over'));
    await here.clock.drive(first);

    here.api.become({
      page: () => {
        if (result === 'partial') throw new Unreachable('away');
      },
    });
    const { report } = await here.sweep(asked);
    expect([report.result, report.oldestOverdueAt]).toEqual([result, days(-170).toISOString()]);
  });

  test('is told once as uncertain, by the sweep that sent it', async () => {
    const here = await leftOpen(conversations(1));
    here.api.become({
      list: (_, nth) => {
        if (nth > 4) throw new Unreachable('away');
        return undefined;
      },
    });
    const { report } = await here.sweep();
    expect([report.result, counted(report.outcomes), counted(report.settledEarlier)]).toEqual(['partial', {}, {}]);
    expect([report.planComplete, counted(report.retained)]).toEqual([true, { unsettled: 1 }]);
    expect(here.events.filter(({ event }) => event === 'media.settled')).toEqual([]);
  });
});

describe('what a killed sweep was sending', () => {
  test('is open until a minute after the lock was taken, not after this sweep came to it', async () => {
    const here = await killedWhileSending(conversations(1));
    const lockedMs = here.clock.monotonicMs();
    await here.clock.advance(25_000);
    const { report } = await here.sweep({ lockedMs });
    expect([waits(here), counted(report.settledEarlier)]).toEqual([[35_000], { failed: 1 }]);
    expect(here.clock.monotonicMs() - lockedMs).toBe(60_000);
  });

  test('is not waited for where the minute is over', async () => {
    const here = await killedWhileSending(conversations(1));
    const lockedMs = here.clock.monotonicMs();
    await here.clock.advance(100_000);
    await here.sweep({ lockedMs });
    expect([waits(here), here.clock.monotonicMs() - lockedMs]).toEqual([[0], 100_000]);
  });

  test.each([1_000, 60_000])('is open for a minute, whatever its deadline was: %i ms', async (timeoutMs) => {
    const here = await killedWhileSending(conversations(1));
    await here.sweep({ timeoutMs });
    expect(waits(here)).toEqual([60_000]);
  });

  test('is already gone where it is absent: that it was us nobody can show', async () => {
    const here = await killedWhileSending(conversations(2));
    here.api.remove(mediaSidOf(1));
    const { report } = await here.sweep();
    expect(counted(report.settledEarlier)).toEqual({ 'already-gone': 1, failed: 1 });
  });

  test('of another project is none of this one', async () => {
    const here = await killedWhileSending(conversations(1));
    const { report } = await here.sweep({ projectId: 'project-2' });
    expect([counted(report.settledEarlier), counted(report.outcomes)]).toEqual([{}, { deleted: 1 }]);
  });
});
