import { describe, expect, test } from 'vitest';
import { Unreachable } from '../../../src/provider/contract.ts';
import type { Message } from '../../../src/retention/resource.ts';
import { inProgress, policy, rule } from '../../support/items.ts';
import { counted } from '../../support/room.ts';
import { daily, living, sentAgo } from '../../support/living.ts';

/** Sparse enough to be walked through at first, and read by what is due afterwards. */
const SPARSE = { pageSize: 10 };
/** Dense enough to be read by days. */
const DENSE = { pageSize: 4 };
const away = (): never => {
  throw new Unreachable('away');
};
const stuck = (i: number) => sentAgo(20, 5 + i, { status: inProgress('sending') });
const withStuck = (count: number) => [
  ...daily(20),
  ...Array.from({ length: count }, (_, i) => stuck(i)),
  ...daily(40).slice(40),
];

describe('a message that is asked for by itself and cannot be had', () => {
  test('is reported as unlisted, keeps nothing else from being deleted, and is asked for again', async () => {
    const here = living(withStuck(2), SPARSE);
    await here.after(0);
    const odd = here.account.find(({ message }) => message.status.kind === 'in-progress');
    const message = (each: Message): Message => (each.sid === odd?.message.sid ? away() : each);
    here.api.become({ ...SPARSE, message });
    const { report } = await here.after(25);
    expect([report.scan.kind, report.result, report.planComplete]).toEqual(['incremental', 'partial', false]);
    expect([report.messages, report.retained.unlisted, report.retained['in-progress']]).toEqual([82, 1, 1]);
    expect(counted(report.outcomes)).toEqual({ deleted: 2 });
    expect(here.events).toContainEqual(
      expect.objectContaining({ event: 'message.unlisted', messageSid: odd?.message.sid }),
    );

    here.api.become(SPARSE);
    const next = await here.after(1);
    expect([next.asked.messages, next.report.result, next.report.retained['in-progress']]).toEqual([[odd?.message.sid], 'complete', 2]); // prettier-ignore
  });

  test('while everything is read by days goes on to count by itself', async () => {
    const here = living(withStuck(1), DENSE);
    await here.after(0);
    here.api.become({ ...DENSE, message: away });
    const shorter = { policy: policy(rule('29d')) };
    const { report } = await here.after(1, shorter);
    expect([report.scan.kind, report.result, report.messages, report.retained.unlisted]).toEqual(['by-day', 'partial', 81, 1]); // prettier-ignore
    here.api.become(DENSE);
    const next = await here.after(1, shorter);
    expect([next.report.result, next.report.messages, next.report.retained['in-progress']]).toEqual(['complete', 81, 1]); // prettier-ignore
  });

  test('is not the reason where ten in a row cannot be: the sweep stops', async () => {
    const here = living(withStuck(12), SPARSE);
    await here.after(0);
    here.api.become({ ...SPARSE, message: away });
    const { report } = await here.after(25, { concurrency: 1 });
    expect([report.result, report.planComplete, counted(report.outcomes)]).toEqual(['partial', false, { 'not-sent': 2 }]); // prettier-ignore
  });
});
