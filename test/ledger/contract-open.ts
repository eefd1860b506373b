import { expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import type { MessageSid } from '../../src/retention/resource.ts';
import {
  all,
  anEnd,
  answer,
  aSweep,
  media,
  mediaOf,
  message,
  minutes,
  NOON,
  planned,
  sealed,
  sent,
  settlement,
  upTo,
} from './samples.ts';

/** The part of the contract that says what still has to be settled, and what is settled for good. */
export function openTests(ledger: () => Ledger): void {
  test('which is what was marked and not settled, by whichever sweep', async () => {
    const first = await sent(ledger(), upTo(3));
    first.record.settled(first.ids[1] ?? 0, settlement());
    const second = await sent(ledger(), [planned(9)], { sweepId: 'sweep-2' });
    await second.record.flush();
    expect(await all(ledger().openItems('project-1'))).toEqual([
      { ...planned(1), id: first.ids[0], sweepId: 'sweep-1', sendingAt: NOON, answer: undefined },
      { ...planned(3), id: first.ids[2], sweepId: 'sweep-1', sendingAt: NOON, answer: undefined },
      { ...planned(9), id: second.ids[0], sweepId: 'sweep-2', sendingAt: NOON, answer: undefined },
    ]);
  });

  test('with the answer, where there is one on record', async () => {
    const { record, ids } = await sent(ledger(), upTo(1));
    record.answered(ids[0] ?? 0, answer({ kind: 'absent', status: 404, code: 20404, attempts: 3 }));
    const [item] = await all(ledger().openItems('project-1'));
    expect(item?.answer).toEqual({ kind: 'absent', status: 404, code: 20404, attempts: 3, at: minutes(1) });
  });

  test('of that project alone, and nothing that was only planned', async () => {
    await sealed(ledger(), upTo(2));
    await sent(ledger(), [planned(7)], { sweepId: 'sweep-2', projectId: 'project-2' });
    expect(await all(ledger().openItems('project-1'))).toEqual([]);
    expect(mediaOf(await all(ledger().openItems('project-2')))).toEqual([media(7)]);
  });

  test('also while it is being settled, block by block', async () => {
    await sent(
      ledger(),
      upTo(1100, (n) => message(Math.floor(n / 3))),
    );
    const later = await ledger().begin(aSweep({ sweepId: 'sweep-2' }));
    let open = 0;
    for await (const block of ledger().openItems('project-1')) {
      for (const { id } of block) later.settled(id, settlement({ outcome: 'already-gone' }));
      open += block.length;
    }
    await later.flush();
    expect(open).toBe(1100);
    expect(await all(ledger().openItems('project-1'))).toEqual([]);
    expect((await later.tally()).settledEarlier).toMatchObject({ 'already-gone': 1100 });
  });

  test('also after the sweep has ended', async () => {
    const { record } = await sent(ledger(), upTo(1));
    await record.end(anEnd({ result: 'partial', endedAt: minutes(5) }));
    expect(mediaOf(await all(ledger().openItems('project-1')))).toEqual([media(1)]);
  });
}

const alike = (n: number): MessageSid => `aaaaaa-${n}-zzzzzz` as MessageSid;

export function goneTests(ledger: () => Ledger): void {
  test('by message, each item once, however often it was planned', async () => {
    const twoOfOne = [planned(1), planned(2, { messageSid: message(1) }), planned(3), planned(4)];
    const first = await sent(ledger(), twoOfOne);
    const outcomes = ['deleted', 'already-gone', 'failed', 'deferred'] as const;
    for (const [at, outcome] of outcomes.entries()) first.record.settled(first.ids[at] ?? 0, settlement({ outcome }));
    const second = await sent(ledger(), twoOfOne, { sweepId: 'sweep-2' });
    second.record.settled(second.ids[0] ?? 0, settlement({ outcome: 'already-gone' }));

    const gone = await ledger().goneCounts('project-1', [message(1), message(3), message(4), message(99)]);
    expect(gone).toEqual(new Map([[message(1), 2]]));
  });

  test('in one project and not in another', async () => {
    const { record, ids } = await sent(ledger(), upTo(1));
    record.settled(ids[0] ?? 0, settlement());
    expect(await ledger().goneCounts('project-2', [message(1)])).toEqual(new Map());
    expect(await ledger().goneCounts('project-1', [])).toEqual(new Map());
  });

  test('for a page of a thousand messages whose SIDs look alike', async () => {
    const { record, ids } = await sent(
      ledger(),
      upTo(1000, (n) => alike(n % 50)),
    );
    for (const id of ids) record.settled(id, settlement());
    const gone = await ledger().goneCounts(
      'project-1',
      Array.from({ length: 50 }, (_, n) => alike(n)),
    );
    expect(new Set(gone.values())).toEqual(new Set([20]));
  });
}

export function findTests(ledger: () => Ledger): void {
  test('by media or message, oldest first, whatever came of it', async () => {
    const { record, ids } = await sent(ledger(), [planned(1), planned(2, { messageSid: message(1) })]);
    record.settled(ids[0] ?? 0, settlement({ outcome: 'failed', why: 'still-listed' }));
    await sealed(ledger(), [planned(1)], { sweepId: 'sweep-2', mode: 'plan' });

    const found = async (sid: string): Promise<unknown[]> =>
      (await ledger().findItems(sid)).map(({ sweepId, mediaSid, outcome, why }) => [sweepId, mediaSid, outcome, why]);
    expect(await found(media(1))).toEqual([
      ['sweep-1', media(1), 'failed', 'still-listed'],
      ['sweep-2', media(1), 'planned', undefined],
    ]);
    expect(await found(message(1))).toEqual([
      ['sweep-1', media(1), 'failed', 'still-listed'],
      ['sweep-1', media(2), 'uncertain', undefined],
      ['sweep-2', media(1), 'planned', undefined],
    ]);
    expect(await found('nobody-knows-it')).toEqual([]);
  });

  test('also in a plan that was never finished', async () => {
    const record = await ledger().begin(aSweep());
    await record.addPlanned([planned(1)]);
    await record.flush();
    expect(await ledger().findItems(media(1))).toMatchObject([
      { sweepId: 'sweep-1', mode: 'enforce', outcome: 'planned', rule: 'pictures' },
    ]);
  });
}

export function attentionTests(ledger: () => Ledger): void {
  test('which is how many are open, in one project and not in another', async () => {
    const { record, ids } = await sent(ledger(), upTo(5));
    record.settled(ids[0] ?? 0, settlement());
    await sent(ledger(), upTo(2), { sweepId: 'sweep-2' });
    await sealed(ledger(), upTo(3), { sweepId: 'sweep-3', projectId: 'project-2' });
    expect(await ledger().openCount('project-1')).toBe(6);
    expect(await ledger().openCount('project-2')).toBe(0);
  });

  test('and which items are, up to a limit, with those in which the newest sweep that has ended failed', async () => {
    const first = await sent(ledger(), upTo(3));
    for (const id of first.ids.slice(0, 2)) first.record.settled(id, settlement({ outcome: 'failed', why: 'refused' }));
    await first.record.end(anEnd({ result: 'partial' }));
    const running = await sent(ledger(), [planned(4)], { sweepId: 'sweep-2' });
    running.record.settled(running.ids[0] ?? 0, settlement({ outcome: 'failed', why: 'refused' }));

    expect(await ledger().attention('project-1', 5)).toMatchObject({
      open: [{ mediaSid: media(3), outcome: 'uncertain' }],
      failed: [
        { mediaSid: media(1), outcome: 'failed', why: 'refused' },
        { mediaSid: media(2), outcome: 'failed' },
      ],
    });
    expect((await ledger().attention('project-1', 1)).failed).toHaveLength(1);
    expect(await ledger().attention('project-2', 5)).toEqual({ open: [], failed: [] });
  });

  test('and none any more once a newer sweep has ended without', async () => {
    const first = await sent(ledger(), upTo(1));
    first.record.settled(first.ids[0] ?? 0, settlement({ outcome: 'failed', why: 'refused' }));
    await first.record.end(anEnd());
    const { record } = await sealed(ledger(), [], { sweepId: 'sweep-2' });
    await record.end(anEnd());
    expect(await ledger().attention('project-1', 5)).toEqual({ open: [], failed: [] });
  });

  test('and whether any sweep has begun or ended since', async () => {
    const revisions = [await ledger().revision()];
    const record = await ledger().begin(aSweep());
    revisions.push(await ledger().revision());
    await record.addPlanned(upTo(2));
    await record.sealPlan();
    expect(await ledger().revision()).toBe(revisions[1]);
    await record.end(anEnd());
    revisions.push(await ledger().revision());
    expect(new Set(revisions).size).toBe(3);
  });
}
