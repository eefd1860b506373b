import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/lib/clock.ts';
import { openLedger } from '../../src/ledger/open.ts';
import type { Stop } from '../../src/sweep/events.ts';
import { PolicyWatch } from '../../src/sweep/policy-watch.ts';
import { conversations, fakeApi, hangs } from '../support/fake-api.ts';
import { handClock } from '../support/hand-clock.ts';
import { NOW } from '../support/items.ts';
import { only, roomWith } from '../support/room.ts';

/** A machine that sleeps: whoever waits for a second of its time waits for ever. */
function asleep(): { readonly clock: Clock; pass(ms: number, wallMs: number): void } {
  const passed = { ms: 0, wallMs: 0 };
  return {
    clock: {
      now: () => new Date(NOW.getTime() + passed.wallMs),
      monotonicMs: () => passed.ms,
      sleep: (_, signal) => hangs(signal),
    },
    pass: (ms, wallMs) => {
      passed.ms += ms;
      passed.wallMs += wallMs;
    },
  };
}

describe('D6 B26 whoever wakes from a pause', () => {
  test.each([
    ['that its process made, by the time that went by', 600_000, 600_000],
    ['that its machine made, whose monotonic clock stood still', 0, 600_000],
    ['after which the wall clock was set back', 600_000, 0],
  ])('%s, looks at the policy before it deletes anything', async (_, ms, wallMs) => {
    const here = asleep();
    const over = new AbortController();
    const halted: Stop[] = [];
    let stands = true;
    const policyStands = async (): Promise<boolean> => stands;
    const halt = (stop: Stop): number => halted.push(stop);
    const watch = new PolicyWatch({ policyStands, clock: here.clock, halt }, over.signal);
    expect(watch.mayBegin(), 'nothing has been looked at yet').toBeInstanceOf(Promise);
    await watch.look();
    here.pass(2_900, 2_900);
    expect(watch.mayBegin()).toBeUndefined();

    stands = false;
    here.pass(ms, wallMs);
    await watch.mayBegin();
    expect(halted.map(({ kind }) => kind)).toEqual(['policy-changed']);
  });

  test('waits for the one look that is being taken, and not for as many as there are lanes', async () => {
    const here = asleep();
    let looks = 0;
    const looked = Promise.withResolvers<boolean>();
    const policyStands = (): Promise<boolean> => {
      looks++;
      return looked.promise;
    };
    const watch = new PolicyWatch({ policyStands, clock: here.clock, halt: () => {} }, new AbortController().signal);
    const [first, second, third] = [watch.mayBegin(), watch.mayBegin(), watch.mayBegin()];
    looked.resolve(true);
    await Promise.all([first, second, third]);
    expect([looks, watch.mayBegin()]).toEqual([1, undefined]);
  });
});

test('C1 C4 a clock that was ahead when the sweep began, and has been set right before the first answer, refuses it', async () => {
  const hand = handClock(NOW);
  let aheadMs = 600_000;
  const clock = Object.assign(Object.create(hand) as typeof hand, {
    now: () => new Date(hand.now().getTime() + aheadMs),
  });
  const ledger = await openLedger('sqlite::memory:', { clock });
  const api = fakeApi(conversations(3), {
    page: () => {
      aheadMs = 0;
    },
  });
  const { report, refusal } = await roomWith(api, ledger, clock).sweep();
  expect([report.result, refusal, only('DELETE', api)]).toEqual(['refused', { kind: 'clock', aheadMs: 600_000 }, []]);
});
