import { join } from 'node:path';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { ledgerContract } from './contract.ts';

ledgerContract('in a SQLite file', async (dir) => openLedger(`sqlite:${join(dir, 'ledger.db')}`, { clock }));
ledgerContract('in memory', async () => openLedger('sqlite::memory:', { clock }));
