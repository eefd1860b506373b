import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { PauseOutlasts, Unauthorized } from '../../src/provider/contract.ts';
import { Stop } from '../../src/sweep/events.ts';
import { totalOf } from '../../src/sweep/report.ts';
import { conversations, lost, messageSidOf } from '../support/fake-api.ts';
import { counted, only, room } from '../support/room.ts';

describe('D21 the time that a sweep may take, once over, ends it as partial', () => {
  test('while it deletes', async () => {
    const time = new AbortController();
    const here = await room(conversations(50), {
      delete: async () => {
        await here.clock.sleep(1000);
        return undefined;
      },
    });
    const done = here.begin({ signal: time.signal, concurrency: 2 });
    await here.clock.advance(5500);
    time.abort(new Stop('time', 'limits.maxDuration (6 h) is over.'));
    const { report, stop } = await here.clock.drive(done);
    expect([report.result, stop?.kind, counted(report.outcomes)]).toEqual([
      'partial',
      'time',
      { deleted: 12, 'not-sent': 38 },
    ]);
  });
});

describe('A11: a pause that outlasts the sweep ends it', () => {
  test('when a DELETE is not sent for it', async () => {
    const here = await room(conversations(20), {
      delete: (_, nth) => (nth === 3 ? { kind: 'not-sent', attempts: 0, endedBy: 'pause' } : undefined),
    });
    const { report, stop } = await here.sweep({ concurrency: 1 });
    expect([report.result, stop?.kind, counted(report.outcomes)]).toEqual([
      'partial',
      'unreachable',
      { deleted: 2, 'not-sent': 18 },
    ]);
    expect(stop?.message).toMatch(/pause/);
  });

  test('when a DELETE was lost before it', async () => {
    const here = await room(conversations(20), {
      delete: (_, nth) => (nth === 3 ? { ...lost(here.clock), endedBy: 'pause' } : undefined),
    });
    const { report } = await here.sweep({ concurrency: 1 });
    expect(counted(report.outcomes)).toEqual({ deleted: 2, uncertain: 1, 'not-sent': 17 });
  });

  test('when a verifying list is asked for', async () => {
    const here = await room(conversations(20), {
      list: (message, nth) => {
        if (message === messageSidOf(3) && nth === 2) throw new PauseOutlasts('The API asked for a pause.');
        return undefined;
      },
    });
    const { report } = await here.sweep({ concurrency: 1 });
    expect(counted(report.outcomes)).toEqual({ deleted: 2, uncertain: 1, 'not-sent': 17 });
  });

  test('when it plans, with nothing deleted', async () => {
    const here = await room(conversations(20), {
      list: (message) => {
        if (message === messageSidOf(3)) throw new PauseOutlasts('The API asked for a pause.');
        return undefined;
      },
    });
    const { report, stop } = await here.sweep();
    expect([report.result, report.planComplete, stop?.kind, only('DELETE', here.api)]).toEqual([
      'partial',
      false,
      'unreachable',
      [],
    ]);
  });
});

describe('refused credentials end a sweep as failed', () => {
  test.each([401, 403])('A1: at the start (%i)', async (status) => {
    const here = await room(conversations(3), {
      page: () => {
        throw new Unauthorized(status);
      },
    });
    const { report, stop } = await here.sweep();
    expect([report.result, report.planComplete, stop?.kind, here.api.log]).toEqual([
      'failed',
      false,
      'unauthorized',
      ['PAGE 1'],
    ]);
  });

  test.each([401, 403])('A2: at a DELETE in the middle (%i), after one request a lane at most', async (status) => {
    const here = await room(conversations(50), {
      delete: async (_, nth) => {
        await turn();
        return nth > 5 ? { kind: 'unauthorized', attempts: 1, status } : undefined;
      },
    });
    const { report, stop } = await here.sweep({ concurrency: 4 });
    expect([report.result, stop?.kind]).toEqual(['failed', 'unauthorized']);
    expect(only('DELETE', here.api).length).toBeLessThanOrEqual(5 + 4);
    expect(report.outcomes.deleted).toBe(5);
    expect(report.outcomes.uncertain).toBe(0);
    expect(report.planned).toBe(totalOf(report.outcomes));
  });

  test('A2: at a verifying list: the 204 stays on record', async () => {
    const here = await room(conversations(10), {
      list: (_, nth) => {
        if (nth > 1) throw new Unauthorized(401);
        return undefined;
      },
    });
    const { report, stop } = await here.sweep({ concurrency: 1 });
    expect([report.result, stop?.kind, counted(report.outcomes)]).toEqual([
      'failed',
      'unauthorized',
      { uncertain: 1, 'not-sent': 9 },
    ]);
    here.api.become({});
    expect(counted((await here.sweep()).report.settledEarlier)).toEqual({ deleted: 1 });
  });

  test('A2: at a list of what an earlier sweep left open', async () => {
    const here = await room(conversations(1), { delete: () => lost(here.clock) });
    const time = new AbortController();
    const first = here.begin({ signal: time.signal });
    await here.clock.rest();
    time.abort(new Stop('time', 'over'));
    await here.clock.drive(first);
    here.api.become({
      list: () => {
        throw new Unauthorized(403);
      },
    });
    const { report, stop } = await here.sweep();
    expect([report.result, stop?.kind, report.messages]).toEqual(['failed', 'unauthorized', 0]);
  });
});
