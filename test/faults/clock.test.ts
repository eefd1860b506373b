import { describe, expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/open.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { decide } from '../../src/retention/decide.ts';
import { conversations, fakeApi, lost, mediaSidOf } from '../support/fake-api.ts';
import { handClock, type HandClock } from '../support/hand-clock.ts';
import { anItem, DAY_MS, NOW, policy, rule } from '../support/items.ts';
import { counted, only, room, roomWith, type Room } from '../support/room.ts';

/** A room whose wall clock can be put forward and back, while durations pass as they do. */
async function jumping(): Promise<{ here: Room; clock: HandClock; jump: (ms: number) => void }> {
  let byMs = 0;
  const clock = handClock(NOW);
  const wall: Clock = { ...clock, now: () => new Date(clock.now().getTime() + byMs) };
  const jumpy = { ...clock, ...wall } as HandClock;
  const api = fakeApi(conversations(3), {
    delete: (media) => (media === mediaSidOf(2) ? lost(jumpy) : undefined),
  });
  const ledger = await openLedger('sqlite::memory:', { clock: jumpy });
  return { here: roomWith(api, ledger, jumpy), clock, jump: (ms) => (byMs += ms) };
}

describe('C4 a clock that jumps while a sweep runs', () => {
  test.each([
    ['forward by a day', DAY_MS],
    ['back by a day', -DAY_MS],
  ])('%s neither shortens nor lengthens the wait for a DELETE that may still be applied', async (_, byMs) => {
    const { here, clock, jump } = await jumping();
    const done = here.begin({ timeoutMs: 15_000 });
    await clock.advance(1000);
    expect(here.events.at(-1)).toMatchObject({ event: 'sweep.waiting', open: 1 });
    jump(byMs);
    await clock.advance(73_000);
    expect(await here.proven()).toContain('media-2-1 uncertain');
    await clock.advance(2000);
    expect(counted((await done).report.outcomes)).toEqual({ deleted: 2, failed: 1 });
    expect(await here.proven()).toContain('media-2-1 failed');
  });

  test('makes nothing due that was not: one instant is now for the whole sweep', async () => {
    const { here, clock, jump } = await jumping();
    const young = policy(rule('500d'));
    jump(1000 * DAY_MS);
    const { report } = await here.sweep({ policy: young, asOf: NOW });
    expect([report.planned, only('DELETE', here.api), clock.sleeping()]).toEqual([0, [], 0]);
  });
});

describe('C5 a clock of another age', () => {
  const item = anItem({ createdAt: new Date('2020-01-01T00:00:00Z') });

  test('as a machine has it that knows no time, finds nothing due: all is of the future', () => {
    expect(decide(item, policy(rule('30d')), [], new Date(0))).toEqual({
      kind: 'retain',
      reason: { kind: 'future-date' },
    });
  });

  test.each([
    ['in 2038', '2038-01-19T03:14:08Z'],
    ['in the next century', '2126-11-23T03:00:00Z'],
  ])('%s is refused after the first page, with nothing deleted', async (_, at) => {
    const ms = Date.parse(at) - NOW.getTime();
    const here = await room(conversations(5), { ahead: { ms } });
    const { report, refusal } = await here.sweep({ asOf: new Date(at) });
    expect([report.result, refusal, here.api.log]).toEqual(['refused', { kind: 'clock', aheadMs: ms }, ['PAGE 1']]);
  });
});
