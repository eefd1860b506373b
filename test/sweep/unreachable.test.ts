import { setImmediate as turn } from 'node:timers/promises';
import { NOW } from '../support/items.ts';
import { describe, expect, test } from 'vitest';
import { Unreachable, type Answer } from '../../src/provider/contract.ts';
import type { MessageSid } from '../../src/retention/resource.ts';
import { conversation, conversations, fakeApi, hangs, lost, messageSidOf } from '../support/fake-api.ts';
import { counted, leftOpen, only, room, roomWith, type Room } from '../support/room.ts';

const away = (): Unreachable => new Unreachable('https://example.signalwire.com cannot be reached.');

describe('an API that is away', () => {
  test('A17 ends the deleting after ten requests in a row without a trustworthy answer', async () => {
    const here = await room(conversations(100), {
      delete: (_, nth) => (nth > 20 ? lost(here.clock) : undefined),
      list: (_, nth) => {
        if (nth > 1 && only('DELETE', here.api).length > 20) throw away();
        return undefined;
      },
    });
    const { report, stop } = await here.sweep({ concurrency: 1 });
    expect([report.result, stop?.kind, counted(report.outcomes)]).toEqual([
      'partial',
      'unreachable',
      { deleted: 20, uncertain: 5, 'not-sent': 75 },
    ]);
  });

  test('A44 that takes no connection has been sent nothing', async () => {
    const noConnection: Answer = { kind: 'not-sent', attempts: 0, endedBy: 'no-connection' };
    const here = await room(conversations(100), { delete: () => noConnection });
    const { report, stop } = await here.sweep({ concurrency: 1 });
    expect([report.result, stop?.kind, counted(report.outcomes)]).toEqual([
      'partial',
      'unreachable',
      { 'not-sent': 100 },
    ]);
    expect(only('DELETE', here.api)).toHaveLength(10);
  });

  test('ends the plan after ten messages in a row that cannot be listed', async () => {
    const here = await room(conversations(100), {
      list: async () => {
        await turn();
        throw away();
      },
    });
    const { report, stop } = await here.sweep();
    expect([report.result, report.planComplete, stop?.kind]).toEqual(['partial', false, 'unreachable']);
    expect(here.events.filter(({ event }) => event === 'message.unlisted')).toHaveLength(9);
  });

  test('is not away where every second message can be listed, however many cannot', async () => {
    const here = await room(conversations(60), {
      list: async (message) => {
        await turn();
        if (Number(message.split('-')[1]) % 2 === 0) throw away();
        return undefined;
      },
    });
    const { report, stop } = await here.sweep();
    expect([report.result, stop, counted(report.retained), counted(report.outcomes)]).toEqual([
      'partial',
      undefined,
      { unlisted: 30 },
      { deleted: 30 },
    ]);
  });

  test('A46 between two pages ends the plan with what was found, and nothing is deleted', async () => {
    const here = await room(conversations(6), {
      pageSize: 2,
      page: async (n) => {
        await here.clock.sleep(10);
        if (n === 3) throw away();
      },
    });
    const { report, stop } = await here.sweep();
    expect([report.result, stop?.kind, report.messages, report.planned]).toEqual(['partial', 'unreachable', 4, 4]);
    expect([counted(report.outcomes), only('DELETE', here.api)]).toEqual([{ 'not-sent': 4 }, []]);
  });

  test('A16 is not away while its lists answer, however many DELETEs are lost', async () => {
    const here = await room(conversations(30), {
      delete: async (media) => {
        here.api.remove(media);
        return lost(here.clock);
      },
    });
    const { report } = await here.sweep({ concurrency: 1 });
    expect([report.result, counted(report.outcomes)]).toEqual(['complete', { 'already-gone': 30 }]);
  });
});

describe('one message', () => {
  test('that cannot be listed is retained as unlisted, the rest goes on, and the result is partial', async () => {
    const here = await room([conversation(1, 2), conversation(2, 3), conversation(3, 1)], {
      list: (message) => {
        if (message === messageSidOf(2)) throw away();
        return undefined;
      },
    });
    const { report, stop } = await here.sweep();
    expect(report).toMatchObject({ result: 'partial', media: 6, planned: 3, planComplete: false });
    expect([counted(report.retained), counted(report.outcomes), stop]).toEqual([
      { unlisted: 3 },
      { deleted: 3 },
      undefined,
    ]);
    expect(here.events).toContainEqual(expect.objectContaining({ event: 'message.unlisted', messageSid: 'message-2' }));
  });

  test('that cannot be listed counts less what is proven gone, and at least once', async () => {
    const account = [conversation(1, 3), conversation(2, 1)];
    const here = await room(account);
    await here.sweep();
    for (const { message, media } of account.splice(0))
      account.push({ message: { ...message, updatedAt: NOW }, media });
    here.api.become({
      list: () => {
        throw away();
      },
    });
    const { report } = await here.sweep();
    expect([counted(report.retained), report.media, report.result]).toEqual([{ unlisted: 2 }, 2, 'partial']);
  });

  test('A7 B24 that goes while it is looked at is retained as what it was', async () => {
    const here = await room([conversation(1, 2), conversation(2, 1)], {
      list: (message) => (message === messageSidOf(1) ? { kind: 'no-such-message' } : undefined),
    });
    const { report } = await here.sweep();
    expect(report).toMatchObject({ result: 'complete', media: 3, planned: 1 });
    expect([counted(report.retained), counted(report.outcomes)]).toEqual([{ 'no-such-message': 2 }, { deleted: 1 }]);
  });

  test('A7 B24 that goes while it is deleted from is settled as failed when nothing can come any more', async () => {
    const here = await room([conversation(1, 2), conversation(2, 1)], {
      list: (message, nth) => (message === messageSidOf(1) && nth > 1 ? { kind: 'no-such-message' } : undefined),
    });
    const { report } = await here.sweep();
    expect([report.result, counted(report.outcomes)]).toEqual(['complete', { deleted: 1, failed: 2 }]);
    expect((await here.ledger.findItems('message-1')).map(({ why }) => why)).toEqual([
      'no-such-message',
      'no-such-message',
    ]);
  });
});

test('a list that is given up because another one ended the plan is not called odd', async () => {
  const here: Room = await room(conversations(40), {
    list: async (message, _, signal) => {
      if (Number(message.split('-')[1]) > 30) return hangs(signal);
      await here.clock.sleep(10);
      throw away();
    },
  });
  await here.sweep();
  expect(here.events.filter(({ event }) => event === 'message.unlisted')).toHaveLength(9);
});

test('B16 what cannot be listed at the start stays open, and keeps nothing else from being planned and deleted', async () => {
  const here = await leftOpen(conversations(12));
  const [young] = conversations(13).slice(12);
  if (!young) throw new Error('There are thirteen');
  const later = roomWith(
    fakeApi([...conversations(12), young], {
      list: (message) => {
        if (message !== young.message.sid) throw new Unreachable('away');
      },
    }),
    here.ledger,
    here.clock,
  );
  const held = { id: 'case', reason: 'x', match: { messageSid: conversations(12).map(({ message }) => message.sid as MessageSid) } }; // prettier-ignore
  const { report } = await later.sweep({ holds: [held] });
  expect([report.planComplete, report.outcomes.deleted > 0]).toEqual([true, true]);
  await expect(here.ledger.openCount('project-1')).resolves.toBe(
    conversations(12).flatMap(({ media }) => media).length,
  );
});
