import { describe, expect, test } from 'vitest';
import { conversations, hangs, lost, mediaSidOf } from '../support/fake-api.ts';
import { NOW } from '../support/items.ts';
import { operator } from '../support/operator.ts';
import { counted, only, room } from '../support/room.ts';

describe('E14 a policy file that is not the planned one any more', () => {
  test('B26: when the plan is made sends nothing at all', async () => {
    const here = await room(conversations(3));
    const { report, stop } = await here.sweep({ policyStands: async () => false });
    expect([report.result, stop?.kind, only('DELETE', here.api)]).toEqual(['partial', 'policy-changed', []]);
    expect(here.events.map(({ event }) => event)).not.toContain('sweep.executing');
  });

  test('B26: stops the sending within a second', async () => {
    let stands = true;
    const here = await room(conversations(50), {
      delete: async () => {
        await here.clock.sleep(300);
        return undefined;
      },
    });
    const done = here.begin({ concurrency: 1, policyStands: async () => stands });
    await here.clock.advance(3100);
    const sent = only('DELETE', here.api).length;
    stands = false;
    const { report, stop } = await here.clock.drive(done);
    expect(only('DELETE', here.api).length - sent).toBeLessThanOrEqual(3);
    expect([report.result, stop?.kind]).toEqual(['partial', 'policy-changed']);
    expect(report.outcomes.deleted).toBe(only('DELETE', here.api).length);
  });

  test.each([
    ['that cannot be read', async () => Promise.reject(new Error('EACCES'))],
    ['that does not come to an end of being read', () => hangs()],
  ])('is also one %s, from the beginning', async (_, policyStands) => {
    const here = await room(conversations(3));
    const { report, stop } = await here.sweep({ policyStands });
    expect([report.result, stop?.kind, only('DELETE', here.api)]).toEqual(['partial', 'policy-changed', []]);
  });

  test.each([
    ['that cannot be read', async () => Promise.reject(new Error('EACCES'))],
    ['that does not come to an end of being read', () => hangs()],
  ])('is also one %s, in the middle', async (_, broken) => {
    let looks = 0;
    const here = await room(conversations(50), {
      delete: async () => {
        await here.clock.sleep(500);
        return undefined;
      },
    });
    const policyStands = (): Promise<boolean> => (++looks > 3 ? broken() : Promise.resolve(true));
    const { report, stop } = await here.sweep({ concurrency: 1, policyStands });
    expect([report.result, stop?.kind]).toEqual(['partial', 'policy-changed']);
    expect(report.outcomes.deleted).toBeLessThan(20);
  });

  test('that hangs while it is looked at holds neither a sweep that has sent everything nor one that is stopped', async () => {
    let looks = 0;
    const here = await room(conversations(1), {
      delete: async () => {
        await here.clock.sleep(1500);
        return undefined;
      },
    });
    const startedMs = here.clock.monotonicMs();
    const done = await here.sweep({ policyStands: () => (++looks > 1 ? hangs() : Promise.resolve(true)) });
    expect([done.report.result, done.stop, here.clock.monotonicMs() - startedMs]).toEqual([
      'complete',
      undefined,
      1500,
    ]);

    const { signal, stop } = operator();
    const next = await room(conversations(1));
    const begun = next.begin({ signal, policyStands: () => hangs() });
    await next.clock.advance(100);
    stop();
    const stopped = await next.clock.drive(begun);
    expect([stopped.stop?.kind, next.clock.now().getTime() - NOW.getTime()]).toEqual(['stopped', 100]);
  });

  test('changes nothing any more when all is sent: the sweep still settles what it left open', async () => {
    let stands = true;
    const here = await room(conversations(2), {
      delete: (media) => (media === mediaSidOf(1) ? lost(here.clock) : undefined),
    });
    const done = here.begin({ policyStands: async () => stands });
    await here.clock.rest();
    stands = false;
    const { report, stop } = await here.clock.drive(done);
    expect([report.result, stop, counted(report.outcomes)]).toEqual(['complete', undefined, { deleted: 1, failed: 1 }]);
  });
});
