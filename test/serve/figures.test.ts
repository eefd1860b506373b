import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import { figuresOf, lastSweepAt, overdueMs, type ProjectFigures } from '../../src/serve/figures.ts';
import { anEnd, aSweep, settlement } from '../ledger/samples.ts';
import { days, NOW } from '../support/items.ts';
import { emptyLedger, write, type Past } from './ledgers.ts';
import { figures, hours, outcomes, unswept } from './page-samples.ts';

let ledger: Ledger;
beforeEach(async () => {
  ledger = await emptyLedger();
});
afterEach(() => ledger.close());

const MAIN = { name: 'main', projectId: 'project-1' };
const OTHER = { name: 'other', projectId: 'project-2' };

/** Writes these sweeps, oldest first, a day apart and the last one now. */
async function history(...sweeps: readonly Past[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [at, sweep] of sweeps.entries()) {
    const startedAt = days(at - sweeps.length + 1);
    ids.push((await write(ledger, { startedAt, endedAt: new Date(startedAt.getTime() + 60_000), ...sweep })).sweepId);
  }
  return ids;
}

const known = (): Promise<ProjectFigures> => figuresOf(MAIN, false, ledger);

describe('of a project that was never swept', () => {
  test('nothing is known', async () => {
    expect(await known()).toEqual({ ...unswept(), attention: { open: [], failed: [] } });
  });

  test('nothing is known either after plans were looked at, and a sweep was killed', async () => {
    await history({ mode: 'plan' }, { result: 'killed', items: ['open', 'open'] }, { mode: 'plan' });
    expect(await known()).toMatchObject({ last: undefined, lastCompleteAt: undefined, openItems: 2 });
  });

  test('nothing is known where another one was swept', async () => {
    await history({ project: 'other', projectId: 'project-2', items: ['open', 'failed'], oldestOverdueAt: hours(-90) });
    expect(await known()).toEqual(unswept());
    expect(await figuresOf(OTHER, false, ledger)).toMatchObject({ openItems: 1, oldestOverdueAt: hours(-90) });
  });
});

describe('the last sweep', () => {
  test('is known whatever came of it, with what it found and what became of that', async () => {
    const [, sweepId] = await history(
      {},
      {
        result: 'partial',
        items: ['deleted', 'deleted', 'already-gone', 'failed', 'open'],
        retained: { hold: 4, 'not-due': 12 },
        outlook: { stuckInProgress: 3 },
      },
    );
    expect((await known()).last).toEqual({
      sweepId,
      startedAt: NOW,
      endedAt: new Date(NOW.getTime() + 60_000),
      mode: 'enforce',
      result: 'partial',
      planned: 5,
      outcomes: outcomes({ deleted: 2, 'already-gone': 1, failed: 1, uncertain: 1 }),
      retained: { hold: 4, 'not-due': 12 },
      stuckInProgress: 3,
    });
  });

  test('is the newest that has ended: neither a killed one nor a plan', async () => {
    const [, sweepId] = await history({}, { result: 'failed' }, { result: 'killed' }, { mode: 'plan' });
    expect((await known()).last).toMatchObject({ sweepId, result: 'failed' });
  });

  test('has the outcomes that are on record now, should a later one have settled what it left open', async () => {
    const { ids } = await write(ledger, { result: 'partial', items: ['open', 'open'] });
    const later = await ledger.begin(aSweep({ sweepId: 'later' }));
    later.settled(ids[0] ?? 0, settlement({ outcome: 'deleted' }));
    await later.flush(); // and then it was killed
    expect(await known()).toMatchObject({ last: { outcomes: outcomes({ deleted: 1, uncertain: 1 }) }, openItems: 1 });
  });

  test('may have a report that another version wrote', async () => {
    const record = await ledger.begin(aSweep());
    await record.end(anEnd({ report: '{"version":"0.0.1","more":[]}', endedAt: NOW }));
    expect(await known()).toMatchObject({ last: { result: 'complete', retained: {} }, oldestOverdueAt: undefined });
  });
});

describe('the last complete sweep', () => {
  test('is found beyond any number of those that were not', async () => {
    const bad: Past[] = Array.from({ length: 45 }, (_, at) => ({
      result: (['partial', 'refused', 'failed', 'killed'] as const)[at % 4] ?? 'partial',
      planComplete: false,
    }));
    await history({}, ...bad, { mode: 'plan' });
    expect(await known()).toMatchObject({
      lastCompleteAt: new Date(days(-46).getTime() + 60_000),
      last: { result: 'partial' },
    });
  });

  test('may be a dry run, which does all that it is to do', async () => {
    await history({ mode: 'dry-run' }, { result: 'refused' });
    expect((await known()).lastCompleteAt).toEqual(new Date(days(-1).getTime() + 60_000));
  });

  test('does not exist where none was', async () => {
    await history({ result: 'refused' }, { result: 'partial' });
    expect((await known()).lastCompleteAt).toBeUndefined();
  });
});

describe('B30 what is overdue', () => {
  const unread = { result: 'partial', planComplete: false } as const;

  test('is what the last sweep left', async () => {
    await history({ oldestOverdueAt: days(-9) }, { oldestOverdueAt: days(-3), outlook: { nextDueAt: days(2) } });
    expect(await known()).toMatchObject({ oldestOverdueAt: days(-3), nextDueAt: days(2) });
  });

  test('stays known over sweeps that did not read everything', async () => {
    await history(
      { oldestOverdueAt: days(-20) },
      { oldestOverdueAt: days(-9), outlook: { nextDueAt: days(1) } },
      { ...unread, outlook: { nextDueAt: days(4) } },
      { ...unread, oldestOverdueAt: days(-3) },
      { result: 'killed' },
      { mode: 'plan', oldestOverdueAt: days(-300) },
    );
    expect(await known()).toMatchObject({ oldestOverdueAt: days(-9), nextDueAt: days(1) });
  });

  test('is what one of those has found, where that is older', async () => {
    await history({ oldestOverdueAt: days(-2) }, { ...unread, oldestOverdueAt: days(-8) }, unread);
    expect((await known()).oldestOverdueAt).toEqual(days(-8));
  });

  test('is forgotten once a sweep has read everything and left nothing', async () => {
    await history({ oldestOverdueAt: days(-9), outlook: { nextDueAt: days(1) } }, unread, {});
    expect(await known()).toMatchObject({ oldestOverdueAt: undefined, nextDueAt: undefined });
  });

  test('is what a refused or dry sweep has seen, which deleted nothing', async () => {
    await history({}, { mode: 'dry-run', oldestOverdueAt: days(-5) });
    expect((await known()).oldestOverdueAt).toEqual(days(-5));
    await history({ result: 'refused', oldestOverdueAt: days(-6) });
    expect((await known()).oldestOverdueAt).toEqual(days(-6));
  });

  test('is known where no sweep has ever read everything', async () => {
    await history({ ...unread, oldestOverdueAt: days(-5) }, { ...unread, outlook: { nextDueAt: days(3) } });
    expect(await known()).toMatchObject({ oldestOverdueAt: days(-5), nextDueAt: days(3) });
  });

  test.each<[string, Partial<ProjectFigures>, number | undefined]>([
    ['nothing was left, and nothing comes due', {}, 0],
    ['something was left', { oldestOverdueAt: hours(-30) }, 30],
    ['something comes due later', { nextDueAt: hours(1) }, 0],
    ['something comes due now', { nextDueAt: NOW }, 0],
    ['something has come due since', { nextDueAt: hours(-2) }, 2],
    ['something was left, and more has come due since', { oldestOverdueAt: hours(-30), nextDueAt: hours(-2) }, 30],
    ['a clock was put back', { oldestOverdueAt: hours(4) }, 0],
    ['there was no sweep yet', { last: undefined, oldestOverdueAt: hours(-30) }, undefined],
  ])('counts from when it was due: %s', (_, own, expected) => {
    expect(overdueMs(figures({ nextDueAt: undefined, ...own }), NOW)).toBe(
      expected === undefined ? undefined : expected * 3_600_000,
    );
  });
});

test('open and failed items are named, up to twenty of each', async () => {
  await history({ items: [...Array<'open'>(25).fill('open'), ...Array<'failed'>(25).fill('failed'), 'deleted'] });
  const { openItems, attention } = await known();
  expect(openItems).toBe(25);
  expect(attention.open.map(({ outcome }) => outcome)).toEqual(Array<string>(20).fill('uncertain'));
  expect(attention.failed.map(({ why }) => why)).toEqual(Array<string>(20).fill('still-listed'));
});

describe('the last time at which something was swept', () => {
  test.each<[string, Past]>([
    ['killed', { result: 'killed' }],
    ['dry', { mode: 'dry-run' }],
    ['refused', { result: 'refused' }],
  ])('is when the newest sweep began, a %s one too, but no plan', async (_, sweep) => {
    await history({}, sweep, { mode: 'plan' });
    expect(await lastSweepAt([MAIN], false, ledger)).toEqual(days(-1));
  });

  test('is that of the project that was swept longest ago; those without history do not count', async () => {
    await history({ project: 'other', projectId: 'project-2' }, {}, {});
    expect(await lastSweepAt([MAIN, OTHER, { name: 'new', projectId: 'project-3' }], false, ledger)).toEqual(days(-2));
  });

  test('is found beyond many plans', async () => {
    await history({}, ...Array.from({ length: 60 }, (): Past => ({ mode: 'plan' })));
    expect(await lastSweepAt([MAIN], false, ledger)).toEqual(days(-60));
  });

  test('does not exist where nothing has any history', async () => {
    await history({ mode: 'plan' });
    expect(await lastSweepAt([MAIN, OTHER], false, ledger)).toBeUndefined();
    expect(await lastSweepAt([], false, ledger)).toBeUndefined();
  });
});

describe('where sweeps are to delete, one that was only a dry run', () => {
  test('is none of those that count: somebody has looked, and nothing was done', async () => {
    const [sweepId] = await history(
      { items: ['failed'], oldestOverdueAt: hours(-90) },
      { mode: 'dry-run', result: 'dry-run' },
    );
    expect(await figuresOf(MAIN, true, ledger)).toMatchObject({
      last: { sweepId, outcomes: { failed: 1 } },
      oldestOverdueAt: hours(-90),
    });
    expect(await lastSweepAt([MAIN], true, ledger)).toEqual(days(-1));
    expect((await figuresOf(MAIN, false, ledger)).last).toMatchObject({ result: 'dry-run' });
  });
});

test('a project goes by its id: another one of the same name was never swept', async () => {
  await history({});
  const renamed = { name: 'new-name', projectId: 'project-1' };
  expect(await figuresOf({ name: 'main', projectId: 'project-9' }, true, ledger)).toMatchObject({ last: undefined });
  expect((await figuresOf(renamed, true, ledger)).last).toBeDefined();
});
