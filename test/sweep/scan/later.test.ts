import { describe, expect, test } from 'vitest';
import { Unreachable } from '../../../src/provider/contract.ts';
import { days, inProgress, policy, rule } from '../../support/items.ts';
import { counted } from '../../support/room.ts';
import { daily, HOUR_MS, living, sentAgo } from '../../support/living.ts';

const PAGES = { pageSize: 10 };
const lostList = (): never => {
  throw new Unreachable('away');
};

describe('where the index is of later than now', () => {
  const stuck = sentAgo(10, 5, { status: inProgress('queued'), sentAt: null });

  test('since the clock was ahead, everything is read, and what came since is found', async () => {
    const here = living([...daily(10), stuck, ...daily(40).slice(20)], { ...PAGES, ahead: 'unknown' });
    await here.after(0, { asOf: days(20), policy: policy(rule('1y')) });
    here.account.unshift(sentAgo(0));
    const { report } = await here.after(24, { policy: policy(rule('1y')) });
    expect([report.scan.kind, report.messages]).toEqual(['full', 82]);
    here.account.unshift(sentAgo(-1));
    expect((await here.after(24, { policy: policy(rule('1y')) })).report.messages).toBe(83);
  });

  test('since the clock was set back by minutes, what could not be listed by the later one is found', async () => {
    const here = living(daily(40), PAGES);
    await here.after(0);
    here.api.become({ ...PAGES, list: (message) => (message === 'message-301' ? lostList() : undefined) });
    const { report } = await here.after(25);
    expect([report.scan.kind, report.retained.unlisted, counted(report.outcomes)]).toEqual([
      'incremental',
      1,
      { deleted: 1 },
    ]);
    here.api.become(PAGES);
    const back = await here.after(0, { asOf: new Date(days(0).getTime() + 24.5 * HOUR_MS) });
    expect([back.report.scan.kind, counted(back.report.outcomes)]).toEqual(['full', { deleted: 1 }]);
  });

  test('a plan as of an earlier day reads everything', async () => {
    const here = living([...daily(10), stuck, ...daily(40).slice(20)], PAGES);
    await here.after(0);
    const { report } = await here.after(1, { mode: 'plan', asOf: days(-1) });
    expect([report.scan.kind, report.messages, report.retained['in-progress']]).toEqual(['full', 81, 1]);
  });

  test.each([-1, 0])('a plan of the instant that a message was seen at, %i ms off, counts it', async (ms) => {
    const here = living([...daily(10), stuck, ...daily(40).slice(20)], PAGES);
    await here.after(0);
    await here.after(25);
    const { report } = await here.after(1, { mode: 'plan', asOf: new Date(days(0).getTime() + 25 * HOUR_MS + ms) });
    expect([report.messages, report.retained['in-progress']]).toEqual([81, 1]);
  });
});
