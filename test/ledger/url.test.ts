import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/open.ts';
import { LedgerUrlError, parseLedgerUrl } from '../../src/ledger/url.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';

describe('a ledger URL', () => {
  test.each([
    ['sqlite:data/ledger.db', { kind: 'file', path: resolve('data/ledger.db') }],
    ['sqlite:/var/lib/ledger.db', { kind: 'file', path: '/var/lib/ledger.db' }],
    ['sqlite:///var/lib/ledger.db', { kind: 'file', path: '/var/lib/ledger.db' }],
    ['sqlite::memory:', { kind: 'memory' }],
    ['postgres://u:p@db/ledger', { kind: 'postgres' }],
    ['postgresql://db/ledger', { kind: 'postgres' }],
    ['sqlite:', undefined],
    ['data/ledger.db', undefined],
    ['mysql://db/ledger', undefined],
  ])('%s', (url, expected) => {
    expect(parseLedgerUrl(url)).toEqual(expected);
  });

  test('to PostgreSQL is a mistake in the settings until that is built, and shows no password', async () => {
    const refused = openLedger('postgres://u:secret@db/ledger', { clock });
    await expect(refused).rejects.toThrow(LedgerUrlError);
    await expect(refused).rejects.not.toThrow(/secret/);
    await expect(openLedger('ledger.db', { clock })).rejects.toThrow(LedgerUrlError);
  });
});
