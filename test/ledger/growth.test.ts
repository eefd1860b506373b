import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { anEnd, answer, NOON, sealed, settlement, upTo } from './samples.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(dir, 'ledger.db');
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (): Promise<Ledger> => openLedger(`sqlite:${path}`, { clock });

/** A sweep of so many items, each sent, answered and settled. */
async function swept(ledger: Ledger, items: number, sweepId: string): Promise<void> {
  const { record, ids } = await sealed(ledger, upTo(items), { sweepId });
  for (let at = 0; at < ids.length; at += 500) {
    const block = ids.slice(at, at + 500);
    await record.markSending(block, NOON);
    for (const id of block) record.answered(id, answer());
    for (const id of block) record.settled(id, settlement());
  }
  await record.end(anEnd({ endedAt: NOON }));
}

describe('D26 a ledger grows', () => {
  test('by less than half a kilobyte for each item that is deleted, and its log not beyond 48 MB', async () => {
    const items = 30_000;
    const ledger = await open();
    await swept(ledger, items, 'sweep-1');
    const log = statSync(`${path}-wal`).size;
    expect(await ledger.size()).toBe(statSync(path).size + log);
    expect(log).toBeLessThan(48_000_000);
    await ledger.close();
    expect(statSync(path).size / items).toBeLessThan(512);
  });

  test('by less than two kilobytes for each sweep in which nothing is due', async () => {
    const sizes: number[] = [];
    for (const round of [1, 2]) {
      const ledger = await open();
      for (let sweep = 0; sweep < 100; sweep++) await swept(ledger, 0, `sweep-${round}-${sweep}`);
      await ledger.close();
      sizes.push(statSync(path).size);
    }
    expect((sizes[1] ?? Infinity) - (sizes[0] ?? 0)).toBeLessThan(100 * 2048);
  });
});
