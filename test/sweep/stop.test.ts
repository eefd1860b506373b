import { describe, expect, test } from 'vitest';
import { ACCEPTED, conversations, hangs, lost, mediaSidOf, messageSidOf } from '../support/fake-api.ts';
import { operator } from '../support/operator.ts';
import { counted, only, room, type Room } from '../support/room.ts';

const stoppings = ({ events }: Room): string[] =>
  events.flatMap((event) => (event.event === 'sweep.stopping' ? [event.why] : []));

describe('D2 a stop', () => {
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

  test('marks nothing more as being sent', async () => {
    const { signal, stop } = operator();
    const here = await room(conversations(1100), {
      delete: (_, nth) => {
        if (nth === 3) stop();
        return undefined;
      },
    });
    const { report } = await here.sweep({ signal, concurrency: 1 });
    expect(counted(report.outcomes)).toEqual({ deleted: 3, 'not-sent': 1097 });
    expect(here.calls.filter((call) => call === 'markSending')).toHaveLength(2); // what is worked on, and what would be next
  });

  test.each([
    ['before it plans', 3],
    ['at its end', 5],
  ])('while it settles what is open, %s, ends that at once', async (_, nthList) => {
    const here = await room(conversations(3), { delete: () => lost(here.clock) });
    const first = operator();
    const begun = here.begin({ signal: first.signal });
    await here.clock.rest();
    first.stop();
    await here.clock.drive(begun);

    const { signal, stop } = operator();
    here.api.become({
      list: (_message, nth, reading) => {
        if (nth < nthList) return undefined;
        stop();
        return hangs(reading);
      },
    });
    const { report, stop: why } = await here.sweep({ signal, concurrency: 2 });
    expect([report.result, why?.kind, counted(report.settledEarlier)]).toEqual(['partial', 'stopped', {}]);
    expect(report.oldestOverdueAt).not.toBeNull();
    expect(here.api.inFlight.now).toBe(0);
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

test('D2 the sweep after a stopped one finishes its work', async () => {
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
