import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/open.ts';
import type { Ledger } from '../../src/ledger/contract.ts';
import type { SweepEnd } from '../../src/serve/scheduler.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import { fakeApi, type Conversation } from '../support/fake-api.ts';
import { fakedClock as clock, setTime, withFakedTime } from '../support/faked-time.ts';
import { aMedia, aMessage, policy, rule } from '../support/items.ts';
import { aPolicy, passSlowly, serving } from '../support/serving.ts';
import { digest, orderFrom } from '../support/sweeping.ts';
import type { MediaSid, MessageSid } from '../../src/retention/resource.ts';

withFakedTime();

const HOUR = 3_600_000;
const DAYS = 7;
const START = new Date('2026-03-26T00:10:00Z'); // a week with a night on which clocks change, in Berlin

/** Each hour one more message comes due: created so that thirty days are over just before the slot. */
const account = Array.from({ length: DAYS * 24 + 24 }, (_, n): Conversation => {
  const createdAt = new Date(START.getTime() - 30 * 24 * HOUR + (n - 12) * HOUR);
  const message = aMessage({ sid: `message-${n}-0` as MessageSid, createdAt });
  return { message, media: [aMedia({ sid: `media-${n}-000` as MediaSid, createdAt })] };
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What a process holds that it should give back. */
function held(): { heap: number; files: number; resources: number } {
  collectGarbage();
  const files = process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
  return { heap: process.memoryUsage().heapUsed, files, resources: process.getActiveResourcesInfo().length };
}

/** Gives the sweep that runs, which does not wait for time, the turns that it needs. */
async function rest(): Promise<void> {
  for (let n = 0; n < 60; n++) await turn();
}

test('seven days of serve: every slot is swept, none overlaps, what is due goes, and nothing grows', async () => {
  setTime(START);
  const dir = mkdtempSync(join(tmpdir(), 'week-'));
  const open = (): Promise<Ledger> => openLedger(`sqlite:${join(dir, 'ledger.db')}`, { clock });
  const api = fakeApi(account);
  const running = { now: 0, most: 0 };
  let sweeps = 0;
  const sweepOnce = async (signal: AbortSignal): Promise<SweepEnd> => {
    running.most = Math.max(running.most, ++running.now);
    await using ledger = await open();
    const lock = await ledger.lock();
    if (lock === 'busy') return { kind: 'busy' };
    await using _ = lock;
    const order = orderFrom({ policy: policy(rule('30d')) }, 'project-1', clock);
    const deps = {
      ...api,
      ledger,
      clock,
      newId: () => `sweep-${++sweeps}`,
      digest,
      policyStands: async () => true,
      tell: () => {},
    };
    await sweep(order, deps, signal);
    running.now--;
    return { kind: 'done' };
  };
  const berlin = { schedule: '0 * * * *', timezone: 'Europe/Berlin', catchUp: true, jitterMs: 0 };
  const here = await serving(open, sweepOnce, aPolicy({ timing: berlin }));
  const after: ReturnType<typeof held>[] = [];
  try {
    for (let day = 1; day <= DAYS; day++) {
      for (let hour = 0; hour < 24; hour++) {
        await passSlowly(HOUR, 60_000);
        await rest();
      }
      expect(await here.ask('/healthz')).toBe('200 ok');
      (api.log as string[]).length = 0; // what the test itself remembers would grow
      after.push(held());
    }
    const metrics = await here.ask('/metrics');
    expect(metrics).toContain(`media_retention_slots_total{result="swept"} ${DAYS * 24}`);
    expect(metrics).toContain('media_retention_slots_total{result="skipped"} 0');
    expect(metrics).toContain('media_retention_slots_total{result="made-up"} 0');
  } finally {
    here.stop.abort();
    await passSlowly(1000, 1000);
    await here.done;
    rmSync(dir, { recursive: true });
  }
  const slots = here.events.filter((each) => each.event === 'slot.ended').map(({ slotAt }) => slotAt.getTime());
  expect(slots).toEqual(Array.from({ length: DAYS * 24 }, (_, n) => Date.parse('2026-03-26T01:00:00Z') + n * HOUR));
  expect(running.most).toBe(1);
  // Due at the last slot is what was created thirty days before it, and earlier.
  const dueLast = new Date((slots.at(-1) ?? 0) - 30 * 24 * HOUR);
  for (const { message, media } of account) {
    expect([message.sid, api.has(media[0]?.sid as MediaSid)]).toEqual([message.sid, message.createdAt >= dueLast]);
  }
  const [second, last] = [after[1], after.at(-1)];
  expect(last?.files).toBe(second?.files);
  expect(last?.resources).toBe(second?.resources);
  const grownMiB = ((last?.heap ?? 0) - (second?.heap ?? 0)) / 2 ** 20;
  const perDay = after.map(({ heap }) => (heap / 2 ** 20).toFixed(1)).join(' ');
  expect(grownMiB, `MiB of heap after each day: ${perDay}`).toBeLessThan(3);
});
