import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/ledger/entries.ts';
import type { Answer, AnswerKind, MediaList } from '../../src/provider/contract.ts';
import { settleByAnswer, settleByList, type Known } from '../../src/sweep/settle.ts';
import { conversation, mediaSidOf, numbered } from '../support/fake-api.ts';
import { aMedia, NOW } from '../support/items.ts';
import { counted, room } from '../support/room.ts';

/** An attempt before the answer was lost, or none was. */
const BEFORE = ['nothing', 'a lost attempt'] as const;
const LISTS = ['absent', 'listed', 'no-such-message'] as const;
const VERIFY = ['always', 'never'] as const;
type List = (typeof LISTS)[number];

const answerOf = (kind: AnswerKind, before: (typeof BEFORE)[number]): Answer => ({
  kind,
  attempts: kind === 'not-sent' ? 0 : 1,
  ...((before !== 'nothing' || kind === 'lost') && { lostAt: NOW }),
});

const listOf = (what: List): MediaList =>
  what === 'no-such-message'
    ? { kind: 'no-such-message' }
    : {
        kind: 'listed',
        isOneAnswer: true,
        media: what === 'listed' ? [aMedia({ sid: mediaSidOf(1) })] : [aMedia({ sid: mediaSidOf(2) })],
      };

describe('A8 A9 an answer by itself settles', () => {
  /** By kind: after nothing, after a lost attempt; with `verify: never` only where it differs. */
  const TABLE: readonly (readonly [AnswerKind, string, string, string?])[] = [
    ['accepted', 'nothing', 'nothing', 'deleted'],
    ['absent', 'nothing', 'nothing'],
    ['in-progress', 'nothing', 'nothing'],
    ['refused', 'nothing', 'nothing'],
    ['unauthorized', 'nothing', 'nothing'],
    ['lost', 'nothing', 'nothing'],
    ['not-sent', 'not-sent', 'nothing'],
  ];
  const cells = TABLE.flatMap(([kind, first, afterLost, unverified]) =>
    VERIFY.flatMap((verify) =>
      BEFORE.map((before) => {
        const word = before === 'nothing' ? first : afterLost;
        return [kind, before, verify, verify === 'never' ? (unverified ?? word) : word] as const;
      }),
    ),
  );

  test.each(cells)('%s after %s, verify %s: %s', (kind, before, verify, expected) => {
    const settlement = settleByAnswer(answerOf(kind, before), verify === 'always', NOW);
    expect([settlement?.outcome ?? 'nothing', settlement?.why].join(' ').trim()).toBe(expected);
    expect(settlement?.verified ?? false).toBe(false);
  });
});

describe('A4 A7 A19 A42 a list settles', () => {
  /** By what is on record of the answer; the first while a DELETE may still be applied, the second when none can be. */
  const TABLE: readonly (readonly [
    NonNullable<Known>['kind'] | 'nothing' | 'refused' | 'deferred',
    List,
    string,
    string,
  ])[] = [
    ['accepted', 'absent', 'deleted', 'deleted'],
    ['absent', 'absent', 'already-gone', 'already-gone'],
    ['lost', 'absent', 'already-gone', 'already-gone'],
    ['nothing', 'absent', 'already-gone', 'already-gone'],
    ['accepted', 'listed', 'nothing', 'failed still-listed'],
    ['absent', 'listed', 'nothing', 'failed still-listed'],
    ['lost', 'listed', 'nothing', 'failed still-listed'],
    ['nothing', 'listed', 'nothing', 'failed still-listed'],
    ['accepted', 'no-such-message', 'nothing', 'failed no-such-message'],
    ['absent', 'no-such-message', 'nothing', 'failed no-such-message'],
    ['lost', 'no-such-message', 'nothing', 'failed no-such-message'],
    ['nothing', 'no-such-message', 'nothing', 'failed no-such-message'],
    ['refused', 'absent', 'already-gone', 'already-gone'],
    ['refused', 'listed', 'failed refused', 'failed refused'],
    ['refused', 'no-such-message', 'nothing', 'failed no-such-message'],
    ['deferred', 'absent', 'already-gone', 'already-gone'],
    ['deferred', 'listed', 'deferred', 'deferred'],
    ['deferred', 'no-such-message', 'nothing', 'failed no-such-message'],
  ];
  const cells = TABLE.flatMap(([on, list, early, over]) => [
    [on, list, false, early] as const,
    [on, list, true, over] as const,
  ]);

  test.each(cells)('%s on record, %s, nothing can come any more: %s → %s', (on, list, isOver, expected) => {
    const ifListed = on === 'refused' || on === 'deferred' ? on : undefined;
    const answer = { kind: ifListed ? 'lost' : on, attempts: 2, status: undefined, code: undefined, ifListed };
    const known = on === 'nothing' ? undefined : (answer as Known);
    const item = numbered(1);
    const settlement = settleByList(item, known, listOf(list), isOver, NOW);
    expect([settlement?.outcome ?? 'nothing', settlement?.why].join(' ').trim()).toBe(expected);
    expect(settlement?.verified).toBe(settlement && list === 'absent');
  });
});

/** Settling in words of its own: what a sweep with one item makes of it, and whether it waits for it. */
function law(kind: AnswerKind, isAfterLost: boolean, verify: string, list: List): [Outcome, 'at once' | 'waits'] {
  if (kind === 'accepted' && verify === 'never') return ['deleted', 'at once'];
  if (!isAfterLost) {
    const refused: Partial<Record<AnswerKind, Outcome>> = {
      'in-progress': 'deferred',
      refused: 'failed',
      unauthorized: 'failed',
    };
    const outcome = refused[kind];
    if (outcome && list !== 'no-such-message') return [list === 'absent' ? 'already-gone' : outcome, 'at once'];
    if (kind === 'not-sent') return ['not-sent', 'at once'];
  }
  if (list === 'absent') return [kind === 'accepted' ? 'deleted' : 'already-gone', 'at once'];
  return kind === 'unauthorized' ? ['uncertain', 'at once'] : ['failed', 'waits'];
}

describe('in a sweep', () => {
  const kinds = ['accepted', 'absent', 'in-progress', 'refused', 'unauthorized', 'lost', 'not-sent'] as const;
  const cells = kinds
    .flatMap((kind) => BEFORE.map((before) => [kind, before] as const))
    .filter(([kind, before]) => kind !== 'not-sent' || before === 'nothing')
    .flatMap(([kind, before]) =>
      VERIFY.flatMap((verify) => LISTS.map((list) => [kind, before, verify, list] as const)),
    );

  test.each(cells)('%s after %s, verify %s, then %s', async (kind, before, verify, list) => {
    const here = await room([conversation(1)], {
      delete: () => answerOf(kind, before),
      list: (_, nth) => (nth === 1 ? undefined : listOf(list === 'listed' ? 'absent' : list)),
    });
    if (list === 'listed') here.api.become({ delete: () => answerOf(kind, before) });
    const startedMs = here.clock.monotonicMs();
    const { report } = await here.sweep({ verify });

    const [outcome, when] = law(kind, before !== 'nothing' || kind === 'lost', verify, list);
    expect(counted(report.outcomes)).toEqual({ [outcome]: 1 });
    expect(here.clock.monotonicMs() - startedMs).toBe(when === 'waits' ? 75_000 : 0);
    expect(report.unverified).toBe(outcome === 'deleted' && verify === 'never' ? 1 : 0);
    const isOpen = outcome === 'uncertain' || outcome === 'not-sent';
    expect(report.result).toBe(kind === 'unauthorized' ? 'failed' : isOpen ? 'partial' : 'complete');
  });
});
