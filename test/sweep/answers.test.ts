import { describe, expect, test } from 'vitest';
import { LedgerError } from '../../src/ledger/contract.ts';
import { PauseOutlasts, Unauthorized, Unreachable, type MediaList, type Reader } from '../../src/provider/contract.ts';
import { ledgerLost, pauseOutlasts, readList, unansweredInARow } from '../../src/sweep/answers.ts';
import { Stop } from '../../src/sweep/events.ts';
import type { MediaSid } from '../../src/retention/resource.ts';
import { mediaSidOf, numbered } from '../support/fake-api.ts';
import { aMedia } from '../support/items.ts';

const never = new AbortController().signal;
const listed = (isOneAnswer: boolean, ...ns: readonly number[]): MediaList => ({
  kind: 'listed',
  isOneAnswer,
  media: ns.map((n) => aMedia({ sid: mediaSidOf(n) })),
});
const unexpected = (): never => expect.unreachable();
const GONE: MediaList = { kind: 'no-such-message' };

/** @param there what is still there, asked for by itself */
async function read(lists: readonly MediaList[], there: readonly number[], spelling?: MediaSid) {
  const left = [...lists];
  const asked: string[] = [];
  const reader = {
    listMedia: async () => (asked.push('list'), left.shift() ?? GONE),
    getMedia: async (_, sid) => {
      asked.push(`get ${sid}`);
      return there.some((n) => mediaSidOf(n) === sid) ? aMedia({ sid: spelling ?? sid }) : 'absent';
    },
  } as Pick<Reader, 'listMedia' | 'getMedia'> as Reader;
  const deps = { reader, halt: unexpected, unanswered: (isAnswered: boolean) => asked.push(`${isAnswered}`) };
  const list = await readList([numbered(1), numbered(2)], deps, never);
  const shown = list?.kind === 'listed' ? list.media.map(({ sid }) => sid) : list;
  return { shown: shown as unknown, asked: asked.join(', ') };
}

describe('a list that items are settled by', () => {
  test('and that came in one answer speaks for itself', async () => {
    expect(await read([listed(true)], [1, 2])).toEqual({ shown: [], asked: 'list, true' });
    expect(await read([listed(true, 1)], [2])).toEqual({ shown: [mediaSidOf(1)], asked: 'list, true' });
  });

  test('A7 is none where there is no such message', async () => {
    expect(await read([GONE], [])).toEqual({ shown: GONE, asked: 'list, true' });
  });

  test('and that had several pages with everything on them does as well', async () => {
    const { shown, asked } = await read([listed(false, 1, 2)], []);
    expect([shown, asked]).toEqual([[mediaSidOf(1), mediaSidOf(2)], 'list, true']);
  });

  test('A41 shows what is on none of its pages and still there, asked for by itself', async () => {
    const { shown, asked } = await read([listed(false, 2), listed(false, 2)], [1]);
    expect(shown).toEqual([mediaSidOf(2), mediaSidOf(1), mediaSidOf(2)]);
    expect(asked).toBe(`list, get ${mediaSidOf(1)}, list, true`);
  });

  test('A41 shows what either reading of its pages does, whatever is said of the item itself', async () => {
    expect((await read([listed(false), listed(false, 2)], [])).shown).toEqual([mediaSidOf(2)]);
    expect((await read([listed(false, 2), listed(false)], [])).shown).toEqual([mediaSidOf(2)]);
  });

  test('lacks what no page has and the service does not know', async () => {
    expect((await read([listed(false), listed(false)], [])).shown).toEqual([]);
  });

  test('A41 does not mind in which case a SID is spelt, in a list or of the item itself', async () => {
    const upper = mediaSidOf(1).toUpperCase() as MediaSid;
    const list = { kind: 'listed', isOneAnswer: false, media: [aMedia({ sid: upper })] } as const;
    expect((await read([list, list], [2])).asked).toBe(`list, get ${mediaSidOf(2)}, list, true`);
    expect((await read([list, list], [2], upper)).shown).toContain(mediaSidOf(2));
  });

  test('B17 with a row whose SID cannot be read asks for what it may be', async () => {
    const strange = { kind: 'listed', isOneAnswer: true, media: [aMedia({ sid: null })] } as const;
    expect((await read([strange, strange], [1])).shown).toContain(mediaSidOf(1));
    expect((await read([strange, strange], [])).asked).toContain(`get ${mediaSidOf(2)}`);
  });

  test('A7 is none where the message goes meanwhile: its items would be answered for in the same way', async () => {
    expect((await read([listed(false), GONE], [])).shown).toEqual(GONE);
  });
});

test('nothing is asked for where there is nothing to settle', async () => {
  const reader = {} as Reader;
  expect(await readList([], { reader, halt: unexpected, unanswered: unexpected }, never)).toBe(undefined);
});

/** What comes of a list, how it halted, and what it counted. */
async function failing(error: Error, signal = never): Promise<unknown[]> {
  const did: unknown[] = [];
  const listMedia = async (): Promise<never> => {
    throw error;
  };
  const deps = {
    reader: { listMedia } as Partial<Reader> as Reader,
    halt: (why: Error) => did.push(why),
    unanswered: (isAnswered: boolean) => did.push(isAnswered),
  };
  const list = await readList([numbered(1)], deps, signal);
  return [list, ...did];
}

describe('a list that cannot be had', () => {
  test('A2 for want of credentials ends the sweep, and says why', async () => {
    const [list, why, ...more] = await failing(new Unauthorized(403));
    expect([list, why, more]).toEqual([undefined, new Stop('unauthorized', new Unauthorized(403).message), []]);
    expect(why).toHaveProperty('kind', 'unauthorized');
  });

  test('A11 because of a pause that is too long ends the sweep, and says why', async () => {
    const [list, why, ...more] = await failing(new PauseOutlasts('later'));
    expect([list, why, more]).toEqual([undefined, pauseOutlasts(), []]);
    expect(why).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('a pause that is longer') });
  });

  test('for whatever else the service does counts as unanswered, and leaves its items open', async () => {
    expect(await failing(new Unreachable('away'))).toEqual([undefined, false]);
  });

  test('because of a bug throws it', async () => {
    await expect(failing(new TypeError('a bug'))).rejects.toThrow('a bug');
  });

  test.each([new Unauthorized(401), new Unreachable('away'), new TypeError('a bug')])(
    'because it was told to stop says nothing of the service: %s',
    async (error) => {
      expect(await failing(error, AbortSignal.abort())).toEqual([undefined]);
    },
  );
});

function stopsOf(answers: readonly boolean[]): Stop[] {
  const stops: Stop[] = [];
  const unanswered = unansweredInARow((stop) => stops.push(stop));
  for (const isAnswered of answers) unanswered(isAnswered);
  return stops;
}

describe('A17 requests that nobody answers', () => {
  const nine = Array.from({ length: 9 }, () => false);

  test('ten in a row halt the sweep, once', () => {
    const [stop, ...more] = stopsOf([...nine, false, false, false]);
    expect([stop?.kind, stop?.message, more]).toEqual([
      'unreachable',
      'the API gave no trustworthy answer 10 times in a row.',
      [],
    ]);
  });

  test('nine do not, however often', () => {
    expect(stopsOf([...nine, true, ...nine, true, ...nine])).toEqual([]);
  });
});

test('a ledger that is lost ends the sweep, and says why', () => {
  const lost = new LedgerError('The disk is full.');
  expect(ledgerLost(lost)).toMatchObject({ kind: 'ledger', message: 'The disk is full.', cause: lost });
});
