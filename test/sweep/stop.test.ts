import { describe, expect, test } from 'vitest';
import { Stop } from '../../src/sweep/events.ts';
import { totalOf } from '../../src/sweep/report.ts';
import { ABSENT, ACCEPTED, conversations, hangs, mediaSidOf, messageSidOf } from '../support/fake-api.ts';
import { counted, only, room, type Room } from '../support/room.ts';

/** The operator's signal, and what pulls it. */
function operator(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const asked = new AbortController();
  return { signal: asked.signal, stop: () => asked.abort(new Stop('stopped', 'a signal was received.')) };
}

const stoppings = ({ events }: Room): string[] =>
  events.flatMap((event) => (event.event === 'sweep.stopping' ? [event.why] : []));

describe('a stop', () => {
  test('while planning ends reading at once and deletes nothing', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(4), {
      pageSize: 2,
      page: (n, reading) => {
        if (n < 2) return undefined;
        stop();
        return hangs(reading);
      },
    });
    const startedMs = here.clock.monotonicMs();
    const { report, stop: why } = await here.sweep({ signal });

    expect(why?.kind).toBe('stopped');
    expect(here.clock.monotonicMs()).toBe(startedMs);
    expect(report).toMatchObject({ result: 'partial', planComplete: false, oldestOverdueAt: null });
    expect(only('DELETE', here.api)).toEqual([]);
    expect(stoppings(here)).toEqual(['stopped']);
  });

  test('keeps what the pages before it had planned', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(4), {
      pageSize: 2,
      page: (n) => (n === 2 ? here.clock.sleep(1000) : undefined),
    });
    const done = here.begin({ signal });
    await here.clock.advance(500);
    stop();
    const { report } = await here.clock.drive(done);
    expect(report).toMatchObject({ result: 'partial', messages: 2, media: 2, planned: 2, planComplete: false });
    expect(counted(report.outcomes)).toEqual({ 'not-sent': 2 });
    expect(report.oldestOverdueAt).not.toBeNull();
  });

  test('that was there before the sweep asks the API nothing', async () => {
    const { signal, stop } = operator();
    stop();
    const here = await room(conversations(1));
    const { report } = await here.sweep({ signal });
    expect([report.result, here.api.log]).toEqual(['partial', []]);
    expect(here.events.map(({ event }) => event).slice(0, 2)).toEqual(['sweep.started', 'sweep.stopping']);
  });

  test('between plan and execution sends nothing', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(2));
    const tell = ({ event }: { event: string }): void => (event === 'sweep.planned' ? stop() : undefined);
    const { report } = await here.sweep({ signal, tell });
    expect([report.result, counted(report.outcomes), only('DELETE', here.api)]).toEqual([
      'partial',
      { 'not-sent': 2 },
      [],
    ]);
    expect(here.events.map(({ event }) => event)).not.toContain('sweep.executing');
  });

  test('during a DELETE lets it have its answer and one list, and starts no other', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(5, 2), {
      delete: async (media) => {
        if (media !== mediaSidOf(2, 1)) return undefined;
        stop();
        await here.clock.sleep(14_000);
        here.api.remove(media);
        return ACCEPTED;
      },
    });
    const { report, stop: why } = await here.sweep({ signal, concurrency: 1 });

    expect(only('DELETE', here.api)).toEqual(['DELETE media-1-1', 'DELETE media-1-2', 'DELETE media-2-1']);
    expect(here.api.log.at(-1)).toBe('LIST message-2');
    expect(await here.proven()).toEqual(['media-1-1 deleted', 'media-1-2 deleted', 'media-2-1 deleted']);
    expect([report.result, counted(report.outcomes), why?.kind]).toEqual([
      'partial',
      { deleted: 3, 'not-sent': 7 },
      'stopped',
    ]);
    expect(stoppings(here)).toEqual(['stopped']);
  });

  test('during the verifying list lets it be read', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(3), {
      list: async (message, nth) => {
        if (message !== messageSidOf(1) || nth < 2) return undefined;
        stop();
        await here.clock.sleep(10_000);
        return undefined;
      },
    });
    const { report } = await here.sweep({ signal, concurrency: 1 });
    expect([await here.proven(), counted(report.outcomes)]).toEqual([
      ['media-1-1 deleted'],
      { deleted: 1, 'not-sent': 2 },
    ]);
  });

  test('is over after 15 s, also where a DELETE never gets an answer: what it may have done is uncertain', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(6), {
      delete: (_, nth) => (nth === 3 ? hangs() : undefined),
    });
    const done = here.begin({ signal, concurrency: 1 });
    await here.clock.rest();
    stop();
    const stoppedMs = here.clock.monotonicMs();
    const { report } = await here.clock.drive(done);

    expect(here.clock.monotonicMs() - stoppedMs).toBe(15_000);
    expect(only('DELETE', here.api)).toHaveLength(3);
    expect(report.result).toBe('partial');
    expect(counted(report.outcomes)).toEqual({ deleted: 2, uncertain: 1, 'not-sent': 3 });
    expect(report.planned).toBe(totalOf(report.outcomes));
  });

  test('that every lane outlasts leaves uncertain what was begun, and not what was only marked', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(10, 2), { delete: () => hangs() });
    const done = here.begin({ signal, concurrency: 3 });
    await here.clock.rest();
    stop();
    const { report } = await here.clock.drive(done);
    expect(counted(report.outcomes)).toEqual({ uncertain: 3, 'not-sent': 17 });
    expect(await here.proven()).toEqual(['media-1-1 uncertain', 'media-2-1 uncertain', 'media-3-1 uncertain']);
    expect(report.oldestOverdueAt).not.toBeNull();
  });

  test('writes nothing for an answer that comes after the drain, and sends nothing for a lane that comes free', async () => {
    const { signal, stop } = operator();
    const late = Promise.withResolvers<typeof ABSENT>();
    const here = await room(conversations(6), { delete: () => late.promise });
    const done = here.begin({ signal, concurrency: 2 });
    await here.clock.rest();
    stop();
    await here.clock.drive(done);
    const [before, asked] = [await here.proven(), here.api.log.length];

    late.resolve(ABSENT);
    await here.clock.advance(120_000);
    expect([await here.proven(), here.api.log.length]).toEqual([before, asked]);
    expect(before).toEqual(['media-1-1 uncertain', 'media-2-1 uncertain']);
  });

  test('during a list that never ends gives it up after 15 s: the 204 stays on record for the next sweep', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(2), {
      list: (_, nth, reading) => (nth > 1 ? hangs(reading) : undefined),
    });
    const done = here.begin({ signal, concurrency: 1 });
    await here.clock.rest();
    stop();
    const { report } = await here.clock.drive(done);
    expect(counted(report.outcomes)).toEqual({ uncertain: 1, 'not-sent': 1 });

    here.api.become({});
    const next = await here.sweep();
    expect(counted(next.report.settledEarlier)).toEqual({ deleted: 1 });
    expect([next.report.result, counted(next.report.outcomes)]).toEqual(['complete', { deleted: 1 }]);
    expect(await here.proven()).toEqual(['media-1-1 deleted', 'media-2-1 deleted']);
  });

  test('while it waits at its end leaves what is open to the next sweep, at once', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(2), {
      delete: (media) => (media === mediaSidOf(1) ? { kind: 'lost', attempts: 5, lostAt: new Date(0) } : undefined),
    });
    const done = here.begin({ signal });
    await here.clock.advance(30_000);
    expect(here.events.at(-1)).toMatchObject({ event: 'sweep.waiting', open: 1, ms: 75_000 });
    stop();
    const stoppedMs = here.clock.monotonicMs();
    const { report } = await here.clock.drive(done);
    expect(here.clock.monotonicMs()).toBe(stoppedMs);
    expect([report.result, counted(report.outcomes)]).toEqual(['partial', { deleted: 1, uncertain: 1 }]);
    expect(stoppings(here)).toEqual(['stopped']);
  });

  test('that comes when everything is done changes nothing, and nobody is told of one after the end', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(2));
    const { report, stop: why } = await here.sweep({ signal });
    stop();
    await here.clock.rest();
    expect([report.result, why, stoppings(here)]).toEqual(['complete', undefined, []]);
  });
});

test('the sweep after a stopped one finishes its work', async () => {
  const { signal, stop } = operator();
  const here = await room(conversations(20), {
    delete: (_, nth) => {
      if (nth === 5) stop();
      return undefined;
    },
  });
  const first = await here.sweep({ signal, concurrency: 4 });
  expect(first.report.outcomes.deleted).toBeLessThan(20);
  here.api.become({});
  const second = await here.sweep();
  expect(second.report.result).toBe('complete');
  expect(first.report.outcomes.deleted + second.report.outcomes.deleted).toBe(20);
});
