import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import type { MediaSid, MessageSid } from '../../src/retention/resource.ts';
import { conversations, fakeApi } from '../support/fake-api.ts';
import { leapingClock } from '../support/fast-clock.ts';
import { disagreements, MIXED } from '../support/oracle.ts';
import { only, room } from '../support/room.ts';
import { sweepEmulator } from '../support/sweeping.ts';

const NOW = new Date('2026-11-23T03:00:00Z');
const OLD = new Date('2025-12-01T03:00:00Z');
const clock = leapingClock(NOW);
let ledger: Ledger;
beforeEach(async () => {
  ledger = await openLedger('sqlite::memory:', { clock });
});
afterEach(() => ledger.close());

const start = (own: EmulatorOptions): Promise<Emulator> =>
  startEmulator({ messages: 0, now: () => clock.now(), ...own });
const sweepOf = (emulator: Emulator) => sweepEmulator(emulator, ledger, clock, MIXED);

/** What the worker sees is never older than its request, so anything may have happened in between. */
describe('somebody changes the account while a sweep reads and deletes', () => {
  test.each([409, 400, 422] as const)(
    'A8 B1 a message that comes into progress before its DELETE is refused by the API with 20009 (HTTP %i): deferred',
    async (status) => {
      await using emulator = await start({
        switches: { inProgressStatus: status },
        onRequest: ({ kind, messageSid }) => {
          if (kind === 'deleteMedia') emulator.account.setStatus(messageSid, 'sending');
        },
      });
      for (let n = 0; n < 5; n++) emulator.account.addMessage({ dateCreated: OLD, media: 1 });
      const { report } = await sweepOf(emulator);
      expect([report.result, report.outcomes.deferred, report.outcomes.failed]).toEqual(['complete', 5, 0]);
      expect([emulator.truth.count().deleted, emulator.violations]).toEqual([0, []]);
    },
  );

  test.each([404, 204] as const)(
    'A4 A45 C12 what somebody else deletes a moment before, or a proxy sends twice (second answer %i), is deleted once and told once',
    async (repeatedDelete) => {
      await using emulator = await start({
        switches: { repeatedDelete },
        onRequest: ({ kind, messageSid, mediaSid }) => {
          if (kind === 'deleteMedia') emulator.account.removeMedia(messageSid, mediaSid);
        },
      });
      for (let n = 0; n < 5; n++) emulator.account.addMessage({ dateCreated: OLD, media: 1 });
      const { report } = await sweepOf(emulator);
      // A 204 is the service's word that it was ours; without one nobody can show that.
      const outcome = repeatedDelete === 404 ? 'already-gone' : 'deleted';
      expect([report.result, report.outcomes[outcome], report.outcomes.failed]).toEqual(['complete', 5, 0]);
      expect(emulator.requests.deleteMedia).toBe(5);
      expect(await disagreements(emulator.truth, ledger, NOW)).toEqual([]);
    },
  );

  test.each(['offset', 'cursor'] as const)(
    'A39 A40 messages that come and go between two pages (%s) cost nothing that is retained, and what was missed goes next time',
    async (paging) => {
      let pages = 0;
      await using emulator = await start({
        messages: 2500,
        switches: { paging },
        onRequest: ({ kind }) => {
          if (kind !== 'listMessages' || ++pages > 3 || pages < 2) return;
          for (let n = 0; n < 20; n++) emulator.account.addMessage({ media: 1 });
          for (const messageSid of newest(emulator, 60)) emulator.account.removeMessage(messageSid);
        },
      });
      const first = await sweepOf(emulator);
      expect(pages).toBeGreaterThan(2);
      expect(emulator.truth.count().messages).toBeLessThan(2500 + 40);
      const second = await sweepOf(emulator);
      expect([first.report.outcomes.failed, second.report.result]).toEqual([0, 'complete']);
      expect(await disagreements(emulator.truth, ledger, NOW)).toEqual([]);
      expect(emulator.violations).toEqual([]);
    },
    60_000,
  );
});

/** The messages that came last and are still there, those left out that were added in the middle. */
function newest(emulator: Emulator, count: number): Set<string> {
  const present = [...emulator.truth.media()].filter(({ messageRemoved }) => !messageRemoved);
  return new Set(present.slice(-count, -30).map(({ messageSid }) => messageSid));
}

describe('the API says something else than it did', () => {
  test('A42 a list of a replica that lags is waited for: what it still has is not failed, and then gone', async () => {
    await using emulator = await start({ messages: 60, switches: { listLagMs: 20_000 } });
    const { report } = await sweepOf(emulator);
    expect(report.outcomes.deleted).toBeGreaterThan(10);
    expect([report.result, report.outcomes.failed, report.outcomes.uncertain]).toEqual(['complete', 0, 0]);
    expect(await disagreements(emulator.truth, ledger, NOW)).toEqual([]);
  });

  test('A46 a page whose cursor has gone ends the reading as partial, deletes nothing, and is read anew by the next sweep', async () => {
    await using emulator = await start({ messages: 2500 });
    const gone = { status: 400, body: JSON.stringify({ code: 54_453, message: 'no such page', status: 400 }) };
    emulator.faults.nextReply(gone, ({ kind, query }) => kind === 'listMessages' && query.includes('Token'));
    const first = await sweepOf(emulator);
    expect([first.report.result, first.report.planComplete, emulator.requests.deleteMedia]).toEqual([
      'partial',
      false,
      0,
    ]);
    expect((await sweepOf(emulator)).report.result).toBe('complete');
    expect(await disagreements(emulator.truth, ledger, NOW)).toEqual([]);
  }, 60_000);

  test('A47 B29 no list is trusted to be filtered: none is asked for, and what is young stays among what is old', async () => {
    const queries: string[] = [];
    await using emulator = await start({
      switches: { filtersInLinks: false, order: 'oldest-first' },
      onRequest: ({ kind, query }) => void (kind === 'listMessages' && queries.push(query)),
    });
    for (let n = 0; n < 30; n++)
      emulator.account.addMessage({ dateCreated: n % 3 === 0 ? OLD : new Date(NOW.getTime() - 86_400_000), media: 1 });
    const { report } = await sweepOf(emulator);
    expect([report.outcomes.deleted, report.retained['not-due']]).toEqual([10, 20]);
    expect(queries.filter((query) => query.includes('DateSent'))).toEqual([]);
  });

  test('A48 every path has one prefix, whichever the links have', async () => {
    const paths = new Set<string>();
    await using emulator = await start({
      messages: 1200,
      switches: { linkPrefix: 'short', links: 'bare', linkOrigin: 'absolute' },
      onRequest: ({ path }) => void paths.add(path),
    });
    expect((await sweepOf(emulator)).report.result).toBe('complete');
    expect([...paths].filter((path) => !path.startsWith('/api/laml/2010-04-01/Accounts/'))).toEqual([]);
  }, 60_000);
});

describe('B19 a message SID where a media SID belongs', () => {
  test('never makes the DELETE of a message', async () => {
    await using emulator = await start({});
    const messageSid = '1c2d3e4f-0000-4000-8000-00000000000a';
    emulator.account.addMessage({ sid: messageSid, dateCreated: OLD, media: [{ raw: { sid: messageSid } }] });
    const { report } = await sweepOf(emulator);
    expect([report.outcomes.deleted, emulator.requests.deleteMessage, emulator.truth.count().messages]).toEqual([
      0, 0, 1,
    ]);
  });

  test('does not compile', () => {
    const { deleter } = fakeApi([]);
    const [message, media] = ['message-1' as MessageSid, 'media-1' as MediaSid];
    // @ts-expect-error the two are different types
    const swapped = (stop: AbortSignal) => deleter.deleteMedia(media, message, stop);
    expect(swapped).toBeTypeOf('function');
  });
});

test('A41 a list cannot shift under its own deletions: each message is listed before the first of its media goes, and after the last', async () => {
  const here = await room(conversations(4, 9));
  await here.sweep({ concurrency: 4 });
  expect(only('DELETE', here.api)).toHaveLength(36);
  for (const n of [1, 2, 3, 4]) {
    const about = here.api.log.filter((line) => line === `LIST message-${n}` || line.startsWith(`DELETE media-${n}-`));
    const lists = about.flatMap((line, at) => (line.startsWith('LIST') ? [at] : []));
    expect(lists.slice(0, 2)).toEqual([0, 10]);
    expect(about).toHaveLength(n === 1 ? 12 : 11); // the first is looked at once more: whether its count stays
  }
});
