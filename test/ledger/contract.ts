import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import { ledgerHistory } from './contract-history.ts';
import { attentionTests, findTests, goneTests, openTests } from './contract-open.ts';
import { scanTests } from './contract-scan.ts';
import {
  all,
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

/** @param dir empty, and removed afterwards */
export type OpenLedger = (dir: string) => Promise<Ledger>;

/** What every ledger has to keep to, whatever it is built on. */
export function ledgerContract(name: string, open: OpenLedger): void {
  describe(`the ledger, ${name}`, () => {
    let dir: string;
    let ledger: Ledger;
    beforeEach(async () => {
      dir = mkdtempSync(join(tmpdir(), 'ledger-'));
      ledger = await open(dir);
    });
    afterEach(async () => {
      await ledger.close();
      rmSync(dir, { recursive: true });
    });
    const given = (): Ledger => ledger;

    describe('lets one sweep at a time', () => {
      lockTests(given);
    });
    describe('keeps a plan', () => {
      planTests(given);
    });
    describe('knows what is open', () => {
      openTests(given);
    });
    describe('knows what wants to be looked at', () => {
      attentionTests(given);
    });
    describe('proves media gone', () => {
      goneTests(given);
    });
    describe('remembers what was read', () => {
      scanTests(given);
    });
    describe('finds what is known', () => {
      findTests(given);
    });
    ledgerHistory(given);

    test('copies itself, and the copy is whole', async () => {
      const { record, ids } = await sent(ledger, upTo(3));
      record.settled(ids[0] ?? 0, settlement());
      await ledger.backup(join(dir, 'copy'));
      await expect(ledger.backup(join(dir, 'copy'))).rejects.toThrow(/overwrites nothing/);
    });
  });
}

function lockTests(ledger: () => Ledger): void {
  test('and a second one is told that it is busy', async () => {
    const lock = await ledger().lock();
    expect(lock).not.toBe('busy');
    expect(await ledger().lock()).toBe('busy');
  });

  test('and the next one as soon as the lock is given back', async () => {
    {
      await using lock = await heldBy(ledger());
      expect(lock).toBeDefined();
    }
    const second = await heldBy(ledger());
    await second.release();
    await second.release();
    expect(await ledger().lock()).not.toBe('busy');
  });

  test('and giving a lock back twice does not free the next one', async () => {
    const first = await heldBy(ledger());
    await first.release();
    await heldBy(ledger());
    await first.release();
    expect(await ledger().lock()).toBe('busy');
  });
}

async function heldBy(ledger: Ledger): Promise<Exclude<Awaited<ReturnType<Ledger['lock']>>, 'busy'>> {
  const lock = await ledger.lock();
  if (lock === 'busy') throw new Error('busy');
  return lock;
}

function planTests(ledger: () => Ledger): void {
  test('and gives every item back as it was planned', async () => {
    const { record } = await sealed(ledger(), [planned(1), planned(2, { contentType: null, rule: 'default' })]);
    const items = await all(record.plan('as-planned', Infinity));
    expect(items).toEqual([
      { ...planned(1), id: expect.any(Number) },
      { ...planned(2), contentType: null, rule: 'default', id: expect.any(Number) },
    ]);
  });

  test('in blocks of at most 500 that keep the media of a message together', async () => {
    const items = upTo(1200, (n) => message(Math.floor((n - 1) / 3)));
    const { record } = await sealed(ledger(), items);
    const blocks = await Array.fromAsync(record.plan('as-planned', Infinity));
    expect(blocks.map(({ length }) => length)).toEqual([498, 498, 204]);
    expect(mediaOf(blocks.flat())).toEqual(mediaOf(items));
  });

  test('and cuts a message only where it alone is more than a block', async () => {
    const { record } = await sealed(
      ledger(),
      upTo(700, () => message(1)),
    );
    const blocks = await Array.fromAsync(record.plan('as-planned', Infinity));
    expect(blocks.map(({ length }) => length)).toEqual([500, 200]);
  });

  test('also where nothing is due', async () => {
    const { record } = await sealed(ledger(), []);
    for (const order of ['as-planned', 'oldest-first'] as const) expect(await all(record.plan(order, 9))).toEqual([]);
    expect(await record.tally()).toMatchObject({ planned: 0, unverified: 0 });
    expect(await record.oldestRemaining()).toBeUndefined();
  });

  test('up to a limit', async () => {
    const { record } = await sealed(ledger(), upTo(1200));
    for (const order of ['as-planned', 'oldest-first'] as const) {
      for (const limit of [0, 1, 500, 501, 1100, 5000]) {
        expect(await all(record.plan(order, limit))).toHaveLength(Math.min(limit, 1200));
      }
    }
  });

  test('and gives the longest overdue first where it is asked to, the first planned of two that are equally so', async () => {
    const ages = [5, 900, 5, 30, 900];
    const { record } = await sealed(
      ledger(),
      ages.map((age, n) => planned(n, { expiredAt: minutes(-age) })),
    );
    expect(mediaOf(await all(record.plan('oldest-first', Infinity)))).toEqual([1, 4, 3, 0, 2].map(media));
    expect(mediaOf(await all(record.plan('oldest-first', 2)))).toEqual([1, 4].map(media));
  });

  test('while what it gave is being worked on', async () => {
    const { record } = await sealed(ledger(), upTo(1100));
    const seen: number[] = [];
    for await (const block of record.plan('as-planned', Infinity)) {
      const ids = block.map(({ id }) => id);
      await record.markSending(ids, NOON);
      for (const id of ids) record.settled(id, settlement());
      seen.push(...ids);
    }
    expect(new Set(seen).size).toBe(1100);
    expect((await record.tally()).outcomes).toMatchObject({ deleted: 1100, uncertain: 0, 'not-sent': 0 });
  });

  test('of one sweep apart from another that plans at the same time', async () => {
    const [one, two] = [
      await ledger().begin(aSweep()),
      await ledger().begin(aSweep({ sweepId: 'sweep-2', mode: 'plan' })),
    ];
    await one.addPlanned([planned(1)]);
    await two.addPlanned([planned(2)]);
    await one.addPlanned([planned(3)]);
    await two.sealPlan();
    await one.sealPlan();
    expect(mediaOf(await all(one.plan('as-planned', Infinity)))).toEqual([media(1), media(3)]);
    expect(mediaOf(await all(two.plan('as-planned', Infinity)))).toEqual([media(2)]);
  });

  test('and shows it later by the name of its sweep, and nothing for a name that nobody knows', async () => {
    await sealed(ledger(), upTo(2), { mode: 'plan' });
    expect(await all(ledger().plannedItems('sweep-1', 'as-planned'))).toMatchObject(upTo(2));
    expect(await all(ledger().plannedItems('sweep-9', 'oldest-first'))).toEqual([]);
  });

  test('and takes nothing more once it is sealed, nor sends anything before, or in a dry run', async () => {
    const { record } = await sealed(ledger(), upTo(1));
    await expect(record.addPlanned(upTo(1))).rejects.toThrow(/sealed/);
    const early = await ledger().begin(aSweep({ sweepId: 'sweep-2' }));
    await expect(early.markSending([1], NOON)).rejects.toThrow(/planning/);
    const { record: dry, ids } = await sealed(ledger(), upTo(1), { sweepId: 'sweep-3', mode: 'dry-run' });
    await expect(dry.markSending(ids, NOON)).rejects.toThrow(/sends nothing/);
  });

  test('and sends no item of another sweep', async () => {
    const { ids } = await sealed(ledger(), upTo(1));
    const { record } = await sealed(ledger(), upTo(1), { sweepId: 'sweep-2' });
    await expect(record.markSending(ids, NOON)).rejects.toThrow(/planned itself/);
  });
}
