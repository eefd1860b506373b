import { describe, expect, test } from 'vitest';

import type { FaultKind } from '../../src/emulator/faults.ts';
import { counted } from '../support/room.ts';
import { bench, old, young } from './account.ts';
import { inFrontOf } from './front.ts';

describe('in a whole sweep, a DELETE that may have been applied is settled by a list alone:', () => {
  test.each<[string, FaultKind]>([
    ['A22 its answer is lost, and it was applied', 'resetAfter'],
    ['A16 a 5xx, and it was applied', 'serverErrorAfter'],
    ['A18 a 200, and it was applied', 'empty204As200'],
  ])('%s: already gone', async (_, fault) => {
    await using here = await bench({ faults: { [fault]: 1 } });
    const { media } = old(here, 4);
    const kept = young(here);
    const { report } = await here.sweep({ attemptsMax: 1 });
    expect([report.result, counted(report.outcomes)]).toEqual(['complete', { 'already-gone': 4 }]);
    expect([here.there(), here.emulator.requests.deleteMedia]).toEqual([[kept], 4]);
    expect(await here.proven()).toEqual(Object.fromEntries(media.map((sid) => [sid, 'already-gone'])));
  });

  test.each<[string, FaultKind, number]>([
    ['A16 a 5xx, and it was not applied', 'serverError', 2],
    ['A22 its answer is lost, and it was not applied', 'resetBefore', 2],
    ['A5 a web page with a 404', 'html', 1],
    ['A20 a redirect', 'redirect', 1],
    ['A19 a 204 that was a lie', 'unapplied204', 1],
  ])('%s: failed, still there, and gone with the next sweep', async (_, fault, times) => {
    await using here = await bench();
    const { media } = old(here, 4);
    here.emulator.faults.next(fault, 'deleteMedia', 100);
    const first = await here.sweep();
    expect([first.report.result, counted(first.report.outcomes)]).toEqual(['complete', { failed: 4 }]);
    expect([here.there(), here.emulator.requests.deleteMedia]).toEqual([media, 4 * times]);
    expect((await here.ledger.findItems(media[0] ?? ''))[0]?.why).toBe('still-listed');

    here.emulator.faults.clear();
    const second = await here.sweep();
    expect([second.report.result, counted(second.report.outcomes), here.there()]).toEqual([
      'complete',
      { deleted: 4 },
      [],
    ]);
  });

  test('A45 a proxy sends each DELETE twice: already gone, for the answer that came back is not to ours', async () => {
    await using here = await bench();
    const { media } = old(here, 5, 2);
    const kept = young(here);
    await using front = await inFrontOf(here.emulator, async (ask, forward) => {
      if (ask.method === 'DELETE') await forward();
      return forward();
    });
    const { report } = await here.sweep({}, front.emulator);
    expect([report.result, counted(report.outcomes)]).toEqual(['complete', { 'already-gone': 10 }]);
    expect([here.there(), report.requests.deleteMedia, here.emulator.requests.deleteMedia]).toEqual([[kept], 10, 20]);
    expect(Object.keys(await here.proven()).toSorted()).toEqual(media.toSorted());
  });

  test('A45 and where the second answer is a 204 as well, nothing is different', async () => {
    await using here = await bench({ switches: { repeatedDelete: 204 } });
    old(here, 3);
    await using front = await inFrontOf(here.emulator, async (ask, forward) => {
      if (ask.method === 'DELETE') await forward();
      return forward();
    });
    const { report } = await here.sweep({}, front.emulator);
    expect([report.result, counted(report.outcomes), here.there()]).toEqual(['complete', { deleted: 3 }, []]);
  });
});

describe('what others do meanwhile is not called ours:', () => {
  test('A4 C12 somebody deletes the same item a moment before', async () => {
    await using here = await bench({
      onRequest: ({ kind, messageSid, mediaSid }) => {
        if (kind === 'deleteMedia') here.emulator.account.removeMedia(messageSid, mediaSid);
      },
    });
    old(here, 3);
    const { report } = await here.sweep();
    expect([report.result, counted(report.outcomes), here.there()]).toEqual(['complete', { 'already-gone': 3 }, []]);
    expect(here.emulator.requests.deleteMedia).toBe(3);
  });

  test('A42 and the list of a replica still has it: not gone until the list says so', async () => {
    await using here = await bench({
      switches: { listLagMs: 40_000 },
      onRequest: ({ kind, messageSid, mediaSid }) => {
        if (kind === 'deleteMedia') here.emulator.account.removeMedia(messageSid, mediaSid);
      },
    });
    old(here, 3);
    const { report } = await here.sweep();
    expect([report.result, counted(report.outcomes)]).toEqual(['complete', { 'already-gone': 3 }]);
    expect(report.requests.listMedia).toBe(9 + 1); // planned, looked at after its DELETE, and once more at the end; whether a count stays
  });

  test('A42 a 404 of the service is nothing while every list has the item', async () => {
    await using here = await bench();
    const { media } = old(here, 2);
    for (const _ of media) {
      here.emulator.faults.nextReply(
        { status: 404, headers: { 'content-type': 'application/json' }, body: '{"code":20404}' },
        'deleteMedia',
      );
    }
    const { report } = await here.sweep();
    expect([counted(report.outcomes), here.there()]).toEqual([{ failed: 2 }, media]);
  });

  test.each([
    ['still', true, { deleted: 4 }, null],
    ['not', false, { failed: 4 }, 'no-such-message'],
  ])(
    'A7 B24 its message is deleted, whose media are then %s listed: only a list proves anything',
    async (_, isListed, outcomes, why) => {
      await using here = await bench({ switches: { deletedMessageListsMedia: isListed } });
      const { messages, media } = old(here, 2, 2);
      let isRemoved = false;
      await using front = await inFrontOf(here.emulator, async (ask, forward) => {
        if (ask.method === 'DELETE' && !isRemoved) {
          isRemoved = true;
          for (const sid of messages) here.emulator.account.removeMessage(sid);
        }
        return forward();
      });
      const { report } = await here.sweep({}, front.emulator);
      expect(here.there()).toEqual([]); // the DELETE of a media item that outlives its message still works
      expect(counted(report.outcomes)).toEqual(outcomes);
      expect((await here.ledger.findItems(media[0] ?? ''))[0]?.why ?? null).toBe(why);
    },
  );
});

describe('what the service refuses', () => {
  const cells = ([400, 409, 422] as const).flatMap((status) =>
    (['number', 'string'] as const).map((as) => [status, as] as const),
  );

  test.each(cells)(
    'A8 B1 as in progress since it was listed (HTTP %i, code as %s): deferred, kept, and taken up again',
    async (inProgressStatus, codeAs) => {
      await using here = await bench({
        switches: { inProgressStatus, codeAs },
        onRequest: ({ kind, messageSid }) => {
          if (kind === 'deleteMedia' && isMoving) here.emulator.account.setStatus(messageSid, 'sending');
        },
      });
      let isMoving = true;
      const { messages, media } = old(here, 3);
      const first = await here.sweep();
      expect([first.report.result, counted(first.report.outcomes), here.there()]).toEqual([
        'complete',
        { deferred: 3 },
        media,
      ]);
      expect(here.emulator.requests.deleteMedia).toBe(3);

      isMoving = false;
      const second = await here.sweep();
      expect([counted(second.report.retained), counted(second.report.outcomes)]).toEqual([{ 'in-progress': 3 }, {}]);

      for (const sid of messages) here.emulator.account.setStatus(sid, 'failed');
      const third = await here.sweep();
      expect([third.report.result, counted(third.report.outcomes), here.there()]).toEqual([
        'complete',
        { deleted: 3 },
        [],
      ]);
      expect(here.emulator.violations).toEqual([]);
    },
  );

  test.each([400, 402, 405, 409, 410, 418, 422, 451, 499])(
    'A9 A10 with HTTP %i: failed, once, and the rest goes on',
    async (status) => {
      await using here = await bench();
      const { media } = old(here, 5);
      here.emulator.faults.nextReply({ status, body: '<html>no</html>' }, 'deleteMedia');
      const { report } = await here.sweep({ concurrency: 1 });
      expect([report.result, counted(report.outcomes)]).toEqual(['complete', { deleted: 4, failed: 1 }]);
      expect(here.emulator.requests.deleteMedia).toBe(5);
      const [left = ''] = here.there();
      expect(media).toContain(left);
      expect((await here.ledger.findItems(left))[0]).toMatchObject({ outcome: 'failed', why: 'refused' });
    },
  );
});
