import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { inBatches, inLanes, byMessage } from '../../src/sweep/lanes.ts';
import { conversations, messageSidOf } from '../support/fake-api.ts';
import { only, room } from '../support/room.ts';

/** Numbers from 1, and whether whoever took them closed the source. */
function numbers(count: number): { source: AsyncGenerator<number>; taken: () => number; isClosed: () => boolean } {
  let taken = 0;
  let isClosed = false;
  async function* source(): AsyncGenerator<number> {
    try {
      for (let n = 1; n <= count; n++) {
        taken = n;
        yield n;
      }
    } finally {
      isClosed = true;
    }
  }
  return { source: source(), taken: () => taken, isClosed: () => isClosed };
}

async function* broken(): AsyncGenerator<number> {
  yield 1;
  throw new Error('no more');
}

describe('lanes', () => {
  test.each([1, 3, 16])('work through everything, %i at once at most', async (count) => {
    const { source, isClosed } = numbers(40);
    const done: number[] = [];
    let now = 0;
    let most = 0;
    const work = async (n: number): Promise<void> => {
      most = Math.max(most, ++now);
      await turn();
      now--;
      done.push(n);
    };
    await inLanes(count, source, work, () => {});
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect([most, isClosed()]).toEqual([count, true]);
  });

  test('take nothing more once one throws; the others end what they do, and the source is closed', async () => {
    const { source, taken, isClosed } = numbers(40);
    const ended: number[] = [];
    const told: string[] = [];
    const work = async (n: number): Promise<void> => {
      await turn();
      if (n === 2) throw new Error('two');
      for (let i = 0; i < 10; i++) await turn();
      ended.push(n);
    };
    const giveUp = (error: Error): void => {
      told.push(`${error.message}, ${ended.length} ended`);
    };
    await expect(inLanes(4, source, work, giveUp)).rejects.toThrow('two');
    expect([new Set(ended), isClosed(), told]).toEqual([new Set([1, 3, 4]), true, ['two, 0 ended']]);
    expect(taken()).toBe(4);
  });

  test('throw what their source throws', async () => {
    const work = inLanes(
      3,
      broken(),
      async () => {},
      () => {},
    );
    await expect(work).rejects.toThrow('no more');
  });
});

test.each<[string, () => Promise<void>]>([
  ['closing', async () => {}],
  ['lane', () => Promise.reject(new Error('lane'))],
])('what is thrown first is thrown: %s', async (first, work) => {
  const two = [1, 2][Symbol.iterator]();
  const pieces = { next: async () => two.next(), return: () => Promise.reject(new Error('closing')) };
  const source: AsyncIterable<number> = { [Symbol.asyncIterator]: () => pieces };
  await expect(inLanes(1, source, work)).rejects.toThrow(first);
});

test('items are put together by message where they stand next to each other', () => {
  const items = [1, 1, 2, 1].map((n) => ({ messageSid: messageSidOf(n) }));
  expect([...byMessage(items)].map((part) => part.map(({ messageSid }) => messageSid))).toEqual([
    ['message-1', 'message-1'],
    ['message-2'],
    ['message-1'],
  ]);
  expect([...byMessage([])]).toEqual([]);
});

describe('however much there is', () => {
  test('a plan reads no more than a page ahead of the two whose media it lists', async () => {
    const pages: number[] = [];
    const here = await room(conversations(100), {
      pageSize: 10,
      page: (n) => {
        pages.push(n);
      },
      list: async (message) => {
        await turn();
        const page = Math.ceil(Number(message.split('-')[1]) / 10);
        expect(pages.at(-1) ?? 0).toBeLessThanOrEqual(page + 2);
        return undefined;
      },
    });
    const { report } = await here.sweep({ mode: 'dry-run' });
    expect(report.planned).toBe(100);
  });

  test('a sweep has as many DELETEs on their way as it has lanes, and no more than a block marked beyond them', async () => {
    let mostOpen = 0;
    const here = await room(conversations(1200), {
      delete: async (_, nth) => {
        await turn();
        if (nth % 100 === 0) {
          let open = 0;
          for await (const block of here.ledger.openItems('project-1')) open += block.length;
          mostOpen = Math.max(mostOpen, open);
        }
        return undefined;
      },
    });
    const { report } = await here.sweep({ concurrency: 5 });
    expect([report.outcomes.deleted, only('DELETE', here.api).length]).toEqual([1200, 1200]);
    expect(mostOpen).toBeGreaterThan(300);
    expect(mostOpen).toBeLessThanOrEqual(500 + 5);
    const deletes = here.events.filter(({ event }) => event === 'media.settled');
    expect([deletes.length, here.api.inFlight.now]).toEqual([1200, 0]);
  });

  test('DELETEs and their lists together never exceed the lanes', async () => {
    let now = 0;
    let most = 0;
    const here = await room(conversations(50, 2), {
      list: async (_, nth) => {
        if (nth === 1) return undefined;
        most = Math.max(most, ++now);
        await turn();
        now--;
        return undefined;
      },
      delete: async () => {
        most = Math.max(most, ++now);
        await turn();
        now--;
        return undefined;
      },
    });
    await here.sweep({ concurrency: 7 });
    expect(most).toBe(7);
  });
});

test('groups are put together until they have the size, and none is divided', () => {
  const groups = [[1, 2], [3], [4, 5, 6], [7]];
  expect([...inBatches(groups, 3)]).toEqual([[[1, 2], [3]], [[4, 5, 6]], [[7]]]);
  expect([...inBatches([], 3)]).toEqual([]);
});
