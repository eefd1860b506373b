import { describe, expect, test } from 'vitest';
import type { Answer, AnswerKind } from '../../src/provider/contract.ts';
import { ifListed, isGone, notSent, recorded, settleByAnswer, settleByList } from '../../src/sweep/settle.ts';
import type { MediaSid } from '../../src/retention/resource.ts';
import { mediaSidOf, numbered } from '../support/fake-api.ts';
import { aMedia, NOW } from '../support/items.ts';

/**
 * What test/sweep/settle.test.ts shows in whole sweeps, asked here of the functions alone, and of every field that goes
 * into the ledger: a sweep for every mutant would take too long.
 */

const item = numbered(1);
const answer = (kind: AnswerKind): Answer => ({ kind, attempts: 3, status: 422, code: 21211 });

describe('a settlement', () => {
  test('by an answer carries what was answered', () => {
    expect(settleByAnswer(answer('accepted'), false, NOW)).toEqual({
      outcome: 'deleted',
      why: undefined,
      verified: false,
      at: NOW,
      attempts: 3,
      status: 422,
      code: 21211,
    });
  });

  test('by a list carries what is on record', () => {
    const known = { kind: 'accepted', attempts: 3, status: 204, code: undefined } as const;
    expect(settleByList(item, known, { kind: 'listed', isOneAnswer: true, media: [] }, false, NOW)).toEqual({
      outcome: 'deleted',
      why: undefined,
      verified: true,
      at: NOW,
      attempts: 3,
      status: 204,
      code: undefined,
    });
  });

  test('by a list says of attempts what is on record, and none where nothing is', () => {
    const list = { kind: 'listed', isOneAnswer: true, media: [] } as const;
    expect(settleByList(item, undefined, list, false, NOW)).toMatchObject({ attempts: 0 });
    const none = { kind: 'lost', attempts: 0, status: undefined, code: undefined } as const;
    expect(settleByList(item, none, list, false, NOW)).toMatchObject({ attempts: 0 });
  });

  test('A19 fails by a list that has the item among others', () => {
    const media = [aMedia({ sid: mediaSidOf(2) }), aMedia({ sid: mediaSidOf(1) }), aMedia({ sid: null })];
    expect(settleByList(item, undefined, { kind: 'listed', isOneAnswer: true, media }, true, NOW)).toMatchObject({
      outcome: 'failed',
      why: 'still-listed',
    });
    expect(settleByList(item, undefined, { kind: 'listed', isOneAnswer: true, media }, false, NOW)).toBeUndefined();
  });

  test('A19 fails by a list that spells its SID in another case', () => {
    const media = [aMedia({ sid: mediaSidOf(1).toUpperCase() as MediaSid })];
    const list = { kind: 'listed', isOneAnswer: true, media } as const;
    expect(settleByList(item, undefined, list, true, NOW)).toMatchObject({ outcome: 'failed', verified: false });
  });

  test('says what comes of an answer where a list has the item', () => {
    const of = (kind: AnswerKind) => ifListed(answer(kind));
    expect([of('in-progress'), of('refused'), of('unauthorized')]).toEqual(['deferred', 'refused', 'refused']);
    expect([of('accepted'), of('absent'), of('lost'), of('not-sent')]).toEqual(Array.from({ length: 4 }));
    expect(ifListed({ ...answer('refused'), lostAt: NOW })).toBeUndefined();
    expect(ifListed({ ...answer('in-progress'), lostAt: NOW })).toBeUndefined();
  });

  test.each([
    ['refused', 'failed', 'refused'],
    ['deferred', 'deferred', undefined],
  ] as const)(
    'of what was %s is at once what a list with the item shows, and waits where there is none',
    (word, outcome, why) => {
      const known = { ...recorded(answer('refused'), NOW), ifListed: word };
      const list = { kind: 'listed', isOneAnswer: true, media: [aMedia({ sid: mediaSidOf(1) })] } as const;
      expect(settleByList(item, known, list, false, NOW)).toMatchObject({ outcome, why, verified: false });
      expect(settleByList(item, known, { ...list, media: [] }, false, NOW)).toMatchObject({ outcome: 'already-gone' });
      const gone = { kind: 'no-such-message' } as const;
      expect(settleByList(item, known, gone, false, NOW)).toBeUndefined();
      expect(settleByList(item, known, gone, true, NOW)).toMatchObject({ outcome: 'failed', why: 'no-such-message' });
    },
  );

  test('takes no notice of other media in a list', () => {
    const list = {
      kind: 'listed',
      isOneAnswer: true,
      media: [aMedia({ sid: null }), aMedia({ sid: mediaSidOf(2) })],
    } as const;
    expect(settleByList(item, undefined, list, true, NOW)).toMatchObject({ outcome: 'already-gone' });
  });

  test('of what was never begun', () => {
    expect(notSent(NOW)).toEqual({
      outcome: 'not-sent',
      why: undefined,
      verified: false,
      at: NOW,
      attempts: 0,
      status: undefined,
      code: undefined,
    });
  });

  test.each([
    ['accepted', undefined, 'deleted'],
    ['absent', undefined, undefined],
    ['lost', undefined, undefined],
    ['in-progress', undefined, undefined],
    ['refused', undefined, undefined],
    ['unauthorized', undefined, undefined],
    ['not-sent', 'not-sent', 'not-sent'],
  ] as const)(
    'by "%s" alone is %s, where nothing is verified %s, and none after a lost attempt',
    (kind, one, other) => {
      expect(settleByAnswer(answer(kind), true, NOW)?.outcome).toBe(one);
      expect(settleByAnswer(answer(kind), false, NOW)?.outcome).toBe(other);
      expect(settleByAnswer({ ...answer(kind), lostAt: NOW }, true, NOW)).toBeUndefined();
      const unverified = settleByAnswer({ ...answer(kind), lostAt: NOW }, false, NOW);
      expect(unverified?.outcome).toBe(kind === 'accepted' ? 'deleted' : undefined);
    },
  );

  test('of a message that is gone fails, once no DELETE can be applied any more', () => {
    const gone = { kind: 'no-such-message' } as const;
    expect(settleByList(item, undefined, gone, false, NOW)).toBeUndefined();
    expect(settleByList(item, undefined, gone, true, NOW)).toMatchObject({
      outcome: 'failed',
      why: 'no-such-message',
      verified: false,
    });
  });

  test('by absence is ours only where our 204 is on record', () => {
    const list = { kind: 'listed', isOneAnswer: true, media: [] } as const;
    for (const kind of ['absent', 'lost'] as const)
      expect(settleByList(item, recorded(answer(kind), NOW), list, true, NOW)).toMatchObject({
        outcome: 'already-gone',
      });
  });

  test('of an answer that nobody has described is a bug', () => {
    expect(() => settleByAnswer(answer('maybe' as AnswerKind), true, NOW)).toThrow('A case nobody handles');
  });
});

test.each([
  ['accepted', 'accepted'],
  ['absent', 'absent'],
  ['lost', 'lost'],
  ['refused', 'lost'],
  ['unauthorized', 'lost'],
  ['in-progress', 'lost'],
  ['not-sent', 'lost'],
] as const)('of an answer "%s" that settles nothing "%s" goes on record', (kind, onRecord) => {
  expect(recorded(answer(kind), NOW)).toEqual({ kind: onRecord, at: NOW, attempts: 3, status: 422, code: 21211 });
});

test.each([
  ['deleted', true],
  ['already-gone', true],
  ['deferred', false],
  ['failed', false],
  ['uncertain', false],
  ['not-sent', false],
] as const)('an item that is %s is gone for good: %s', (outcome, is) => {
  expect(isGone(outcome)).toBe(is);
});
