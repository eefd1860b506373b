import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/provider/contract.ts';
import type { ToldEvent } from '../../src/sweep/events.ts';
import type { Media } from '../../src/retention/resource.ts';
import { conversations, hangs, lost, mediaSidOf } from '../support/fake-api.ts';
import { operator } from '../support/operator.ts';
import { only, room, type Room } from '../support/room.ts';

const settledOf = ({ events }: Room): (ToldEvent & { event: 'media.settled' })[] =>
  events.filter((event) => event.event === 'media.settled');

describe('a sweep tells', () => {
  test('its phases in their order', async () => {
    const here = await room(conversations(1));
    const { report } = await here.sweep();
    expect(here.events.map(({ event }) => event)).toEqual([
      'sweep.started',
      'sweep.planning',
      'page.read',
      'sweep.planned',
      'sweep.executing',
      'media.settled',
      'sweep.ended',
    ]);
    for (const event of here.events) expect([event.sweepId, event.project]).toEqual([report.sweepId, 'main']);
  });

  test('one outcome for each item that was marked, as the report counts them', async () => {
    const answers: readonly (Answer | undefined)[] = [
      undefined,
      { kind: 'in-progress', attempts: 1, status: 422, code: 20009 },
      { kind: 'refused', attempts: 1, status: 400 },
      { kind: 'lost', attempts: 5, status: 503, lostAt: new Date(0) },
    ];
    const here = await room(conversations(40), {
      delete: async (_, nth) => {
        await here.clock.sleep(7);
        return answers[nth % answers.length];
      },
    });
    const { report } = await here.sweep({ concurrency: 4 });
    const told = settledOf(here);
    expect(new Set(told.map(({ mediaSid }) => mediaSid)).size).toBe(40);
    expect(Object.groupBy(told, ({ outcome }) => outcome)).toMatchObject({
      deleted: { length: report.outcomes.deleted },
      deferred: { length: report.outcomes.deferred },
      failed: { length: report.outcomes.failed },
    });
    expect(told.find(({ outcome }) => outcome === 'deferred')).toMatchObject({
      status: 422,
      code: 20009,
      attempts: 1,
      durationMs: 7,
    });
  });

  test('what stays uncertain with what is on record of its answer', async () => {
    const here = await room(conversations(3), {
      delete: (media) =>
        media === mediaSidOf(1) ? { ...lost(here.clock), attempts: 3, status: 504, endedBy: 'pause' } : undefined,
    });
    await here.sweep({ concurrency: 1 });
    expect(settledOf(here).filter(({ outcome }) => outcome === 'uncertain')).toEqual([
      expect.objectContaining({ mediaSid: mediaSidOf(1), attempts: 3, status: 504, durationMs: 0 }),
    ]);
  });

  test('nothing but what its types have a place for', async () => {
    const secret = '+15550001111';
    const here = await room(conversations(3));
    await here.sweep();
    expect(JSON.stringify(here.events)).not.toContain(secret);
  });
});

describe('a listener that throws', () => {
  test.each(['sweep.started', 'page.read', 'sweep.planned', 'sweep.executing', 'media.settled', 'sweep.ended'])(
    'at %s ends the sweep as the bug it is, and what was on its way is on record',
    async (wanted) => {
      const here = await room(conversations(20));
      const tell = ({ event }: ToldEvent): void => {
        if (event === wanted) throw new Error('a bug');
      };
      await expect(here.sweep({ tell, concurrency: 4 })).rejects.toThrow('a bug');
      const sent = only('DELETE', here.api).length;
      expect(await here.proven()).toHaveLength(sent);
      expect((await here.proven()).filter((line) => line.endsWith('uncertain'))).toEqual([]);
      expect(sent).toBeLessThanOrEqual(wanted === 'sweep.ended' ? 20 : 4);
    },
  );
});

describe('a sweep leaves behind', () => {
  test.each([
    ['complete', () => {}],
    ['partial', (stop: () => void) => stop()],
  ])('neither timers nor listeners, however it ends: %s', async (result, atThird) => {
    const { signal, stop } = operator();
    const here = await room(conversations(10), {
      delete: async (_, nth) => {
        if (nth === 3) atThird(stop);
        await here.clock.sleep(3000);
        return undefined;
      },
    });
    const { report } = await here.sweep({ signal, concurrency: 2 });
    expect(report.result).toBe(result);
    await here.clock.advance(50); // the ledger's own
    expect([here.clock.sleeping(), getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
  });
});

describe('D5 a bug', () => {
  test('in the plan ends the reading of the next page, and is thrown', async () => {
    const here = await room(conversations(4), {
      pageSize: 2,
      page: (n, reading) => (n === 2 ? hangs(reading) : undefined),
      list: () => ({ kind: 'listed', isOneAnswer: true, media: [null as unknown as Media] }),
    });
    await expect(here.sweep()).rejects.toThrow(TypeError);
    expect(here.api.inFlight.now).toBe(0);
  });

  test('in one lane keeps the others from sending anything more, and is thrown', async () => {
    const here = await room(conversations(50, 3), {
      delete: async (_, nth) => {
        await here.clock.sleep(10);
        if (nth === 4) throw new TypeError('a bug');
        return undefined;
      },
    });
    await expect(here.sweep({ concurrency: 4 })).rejects.toThrow(TypeError);
    expect(only('DELETE', here.api)).toHaveLength(4 + 3);
    await here.clock.advance(60_000);
    expect([only('DELETE', here.api).length, here.api.inFlight.now]).toEqual([7, 0]);
  });
});
