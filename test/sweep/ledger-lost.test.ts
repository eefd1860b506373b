import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../src/ledger/contract.ts';
import { openMemory, type Database } from '../../src/ledger/sqlite/database.ts';
import { sqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Reader } from '../../src/provider/contract.ts';
import type { SweepDone } from '../../src/sweep/order.ts';
import { hasWaited } from '../../src/lib/waiting.ts';
import { totalOf } from '../../src/sweep/report.ts';
import { conversations, fakeApi, hangs, lost, type Script } from '../support/fake-api.ts';
import { handClock } from '../support/hand-clock.ts';
import { NOW } from '../support/items.ts';
import { counted, only, roomWith, type Room } from '../support/room.ts';

interface Losable extends Room {
  /** From now on the disk takes nothing more: what SQLite then says is what it says of a read-only one. */
  lose(): void;
}

function losable(count: number, script: Script = {}): Losable {
  const clock = handClock(NOW);
  const db: Database = openMemory();
  const ledger = sqliteLedger(db, 'write', { clock, soon: setImmediate });
  const here = roomWith(fakeApi(conversations(count), script), ledger, clock);
  return { ...here, lose: () => db.exec('pragma query_only = on') };
}

function isFailed({ report, stop, refusal }: SweepDone): void {
  expect([report.result, stop?.kind, refusal]).toEqual(['failed', 'ledger', undefined]);
  expect(report.planned).toBe(totalOf(report.outcomes));
}

/** Loses the ledger when it tells this for the `nth` time. */
const losesAt = (here: Losable, wanted: string, nth = 1): ((event: { readonly event: string }) => void) => {
  let times = 0;
  return ({ event }) => {
    if (event === wanted && ++times === nth) here.lose();
  };
};

describe('D7 a ledger that cannot be written', () => {
  test('from the beginning is an error, and the API is asked nothing', async () => {
    const here = losable(2);
    here.lose();
    await expect(here.sweep()).rejects.toThrow(LedgerError);
    expect(here.api.log).toEqual([]);
  });

  test('while planning is an error, and nothing is deleted', async () => {
    const here = losable(2500, { pageSize: 500, page: (n, reading) => (n === 3 ? hangs(reading) : undefined) });
    await expect(here.sweep({ tell: losesAt(here, 'page.read', 1) })).rejects.toThrow(LedgerError);
    expect([only('DELETE', here.api), here.api.inFlight.now]).toEqual([[], 0]);
  });

  test('when the plan is sealed is an error, and nothing is deleted', async () => {
    const here = losable(2);
    await expect(here.sweep({ tell: losesAt(here, 'page.read') })).rejects.toThrow(LedgerError);
    expect(only('DELETE', here.api)).toEqual([]);
  });

  test('when the first block is marked sends nothing, and the report says so', async () => {
    const here = losable(20);
    const done = await here.sweep({ tell: losesAt(here, 'sweep.executing') });
    isFailed(done);
    expect([only('DELETE', here.api), counted(done.report.outcomes)]).toEqual([[], { 'not-sent': 20 }]);
    expect(here.events.map(({ event }) => event)).toContain('sweep.stopping');
  });

  test('when the second block is marked sends nothing of it', async () => {
    const here = losable(700);
    const done = await here.sweep({ concurrency: 1, tell: losesAt(here, 'media.settled', 499) });
    isFailed(done);
    const sent = only('DELETE', here.api).length;
    expect(sent).toBe(500);
    expect(done.report.outcomes['not-sent']).toBe(200);
    expect(done.report.outcomes.deleted + done.report.outcomes.uncertain).toBe(500);
  });
});

describe('D8 a group commit that fails', () => {
  test('ends the sending; what was not written is uncertain, and the report is of what is on disk', async () => {
    const here = losable(100, {
      delete: async (_, nth) => {
        if (nth === 10) here.lose();
        await here.clock.sleep(20);
        return undefined;
      },
    });
    const done = await here.sweep({ concurrency: 2 });
    isFailed(done);
    const sent = only('DELETE', here.api).length;
    expect(sent).toBeLessThan(20);
    const { deleted, uncertain, 'not-sent': notSent } = done.report.outcomes;
    expect([deleted + uncertain + notSent, notSent]).toEqual([100, 0]);
    expect(deleted).toBeLessThan(10);
  });

  test('keeps a DELETE that waits for its next attempt from being tried again', async () => {
    const here = losable(3, {
      delete: async (_, nth, stop) => {
        if (nth === 1) return undefined;
        here.lose(); // what the first one's settlement meets when it is committed
        await hasWaited(60_000, here.clock, stop);
        return { ...lost(here.clock), endedBy: 'stop' };
      },
    });
    const startedMs = here.clock.monotonicMs();
    isFailed(await here.sweep({ concurrency: 1 }));
    expect(here.clock.monotonicMs() - startedMs).toBe(50);
  });

  test('does not hold the sweep longer than 15 s, whatever else is on its way', async () => {
    const here = losable(100, {
      delete: async (_, nth) => {
        if (nth === 1) return hangs();
        if (nth === 5) here.lose();
        await here.clock.sleep(20);
        return undefined;
      },
    });
    const startedMs = here.clock.monotonicMs();
    isFailed(await here.sweep({ concurrency: 2 }));
    expect(here.clock.monotonicMs() - startedMs).toBeLessThan(15_200);
  });

  test('while it waits at its end is reported, and the wait is over', async () => {
    const here = losable(3, { delete: () => lost(here.clock) });
    const done = await here.sweep({ tell: losesAt(here, 'sweep.waiting') });
    isFailed(done);
    expect(counted(done.report.outcomes)).toEqual({ uncertain: 3 });
  });
});

describe('a ledger that cannot be written at the very end', () => {
  test('so that only the end itself cannot be written makes it a failed sweep', async () => {
    const here = losable(1);
    const reader: Reader = {
      ...here.api.reader,
      requests: () => {
        here.lose();
        return here.api.reader.requests();
      },
    };
    const done = await roomWith({ ...here.api, reader }, here.ledger, here.clock).sweep();
    isFailed(done);
    expect(counted(done.report.outcomes)).toEqual({ deleted: 1 });
  });

  test.each([
    ['of a complete sweep', {}, 3],
    ['of a dry run', { mode: 'dry-run' }, 1],
    ['of a refused one', { limits: { maxDeletions: 0, onLimit: 'refuse' } }, 1],
  ] as const)('%s makes it a failed one, with its report', async (_, asked, deletes) => {
    const here = losable(deletes);
    const wanted = deletes === 3 ? 'media.settled' : 'sweep.planned';
    const done = await here.sweep({ ...asked, verify: 'never', tell: losesAt(here, wanted, deletes) });
    isFailed(done);
    expect(await here.ledger.history({ limit: 1 })).toMatchObject([{ end: undefined }]);
  });
});
