import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/provider/contract.ts';
import type { ToldEvent } from '../../src/sweep/events.ts';
import { totalOf } from '../../src/sweep/report.ts';
import { ABSENT, conversations, hangs } from '../support/fake-api.ts';
import { operator } from '../support/operator.ts';
import { counted, only, room } from '../support/room.ts';

describe('D2 a stop', () => {
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

  test('lets an answer that comes too late change nothing any more, even before the end is written', async () => {
    const { signal, stop } = operator();
    const late = Promise.withResolvers<Answer>();
    const here = await room(conversations(6, 2), { delete: () => late.promise });
    const tell = (event: ToldEvent): void => {
      if (event.event === 'media.settled' && event.outcome === 'uncertain')
        late.resolve({ kind: 'refused', attempts: 1, status: 400 });
    };
    const done = here.begin({ signal, tell, concurrency: 1 });
    await here.clock.rest();
    stop();
    const { report } = await here.clock.drive(done);
    expect(counted(report.outcomes)).toEqual({ uncertain: 1, 'not-sent': 11 });
    expect(await here.proven()).toEqual(['media-1-1 uncertain']);
    expect([here.calls.filter((call) => call === 'deleteMedia').length, here.api.log.at(-1)]).toEqual([
      1,
      'DELETE media-1-1',
    ]);
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
});
