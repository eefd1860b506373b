import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mulberry32 } from '../../src/emulator/random.ts';
import { LedgerError } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { operator } from '../support/operator.ts';
import { MIXED } from '../support/oracle.ts';
import { sweepEmulator } from '../support/sweeping.ts';
import { Account, AGREED } from './account.ts';
import { amount, playRounds, SEED } from './rounds.ts';

const DAMAGES = amount('PROCESS_DAMAGES', 25);

type Random = () => number;
const KINDS = ['header', 'page', 'log', 'log cut short', 'cut short'] as const;
type Kind = (typeof KINDS)[number];

/**
 * What came of each kind. `forgotten`: deletions that are not on record any more, or as failed. A log that is cut short looks like one
 * that was never longer, and a letter that is changed within a row like another letter: only what is kept elsewhere can
 * show that. Nothing that is there may be said to be gone.
 */

const figures = new Map(KINDS.map((kind) => [kind, { refused: 0, settled: 0, forgotten: 0 }]));

/** The files of a ledger as a kill leaves them when the DELETE of this number arrives, from which on nothing is applied. */
async function killedAt(nth: number, account: Account): Promise<string> {
  const { emulator, place } = account;
  const folder = join(place.folder, 'left');
  const copied = account.reached('delete', nth);
  const ledger = await openLedger(`sqlite:${place.ledgerPath}`, { clock: systemClock });
  const { signal, stop } = operator(); // what follows is of no interest, nor is a minute's wait for it
  const sweeping = sweepEmulator(emulator, ledger, systemClock, { ...MIXED, attemptsMax: 1, signal });
  await Promise.race([copied, sweeping]);
  mkdirSync(folder);
  for (const suffix of ['', '-wal']) copyFileSync(place.ledgerPath + suffix, join(folder, `ledger.db${suffix}`));
  stop();
  await sweeping;
  await ledger.close();
  return join(folder, 'ledger.db');
}

function flip(path: string, from: number, to: number, random: Random): void {
  const file = openSync(path, 'r+');
  const end = Math.min(to, fstatSync(file).size);
  const byte = Buffer.alloc(1);
  for (let flips = 1 + Math.floor(random() * 3); flips > 0; flips--) {
    const at = from + Math.floor(random() * (end - from));
    readSync(file, byte, 0, 1, at);
    byte[0] = (byte[0] ?? 0) ^ (1 << Math.floor(random() * 8));
    writeSync(file, byte, 0, 1, at);
  }
  closeSync(file);
}

function cut(path: string, random: Random): void {
  const file = openSync(path, 'r+');
  ftruncateSync(file, Math.floor(random() * fstatSync(file).size));
  closeSync(file);
}

async function damage(kind: Kind, path: string, random: Random): Promise<void> {
  // Closed, a ledger is one file; as a kill leaves it, most is in its log.
  if (kind === 'header' || kind === 'page' || kind === 'cut short') {
    const ledger = await openLedger(`sqlite:${path}`, { clock: systemClock });
    await ledger.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  }
  if (kind === 'header') flip(path, 0, 100, random);
  if (kind === 'page') flip(path, 100, Infinity, random);
  if (kind === 'cut short') cut(path, random);
  if (kind === 'log') flip(`${path}-wal`, 0, Infinity, random);
  if (kind === 'log cut short') cut(`${path}-wal`, random);
}

/** Of a row whose message's SID was changed nothing can be found any more: it fails, whatever has become of its item. */
async function failedElsewhere(path: string, { emulator }: Account): Promise<ReadonlySet<string>> {
  const messages = new Set([...emulator.truth.media()].map(({ messageSid }) => messageSid));
  await using ledger = await openLedger(`sqlite:${path}`, { clock: systemClock });
  const found = new Set<string>();
  for await (const { mediaSid, messageSid, outcome } of ledger.dispositions({})) {
    if (outcome === 'failed' && !messages.has(messageSid)) found.add(`${mediaSid}: gone, and the ledger says failed`);
  }
  return found;
}

async function round(number: number): Promise<void> {
  const random = mulberry32(SEED * 500_000 + number);
  const kind = KINDS[number % KINDS.length] as Kind;
  const counts = figures.get(kind);
  const nth = 5 + Math.floor(random() * 25);
  let deletes = 0;
  let isFirst = true;
  const account = await Account.start({
    seed: SEED * 5000 + number,
    messages: 60,
    latencyMs: 1,
    onRequest: ({ kind: asked }) => {
      if (isFirst && asked === 'deleteMedia' && ++deletes === nth) account.emulator.faults.set({ resetBefore: 1 });
    },
  });
  await using _ = account;
  const path = await killedAt(nth, account);
  isFirst = false;
  await damage(kind, path, random);
  account.emulator.faults.clear();
  const settled = await account.settle(path).catch((error: unknown) => {
    if (error instanceof LedgerError && error.message.endsWith('.')) return 'refused' as const;
    throw error;
  });
  if (counts) counts[settled === 'refused' ? 'refused' : 'settled']++;
  if (settled === 'refused') return;
  const { untrue, outcome } = settled;
  const misplaced = await failedElsewhere(path, account);
  const forgotten = outcome.disagreements.filter(
    (each) => each.endsWith('gone, and the ledger says nothing') || misplaced.has(each),
  );
  if (counts) counts.forgotten += forgotten.length;
  const which = `damage ${number} (${kind}), seed ${SEED}`;
  const disagreements = outcome.disagreements.filter((each) => !forgotten.includes(each));
  expect({ which, untrue, outcome: { ...outcome, disagreements, unmarked: [] } }).toEqual({
    which,
    untrue: [],
    outcome: AGREED,
  });
}

test(
  `D10 D11 ${DAMAGES} ledgers damaged at random are refused, or nothing untrue is said of the account`,
  { timeout: 60_000 + DAMAGES * 5_000 },
  async () => {
    await playRounds((number) => number < DAMAGES, round).finally(() => {
      process.stdout.write(`damages: ${JSON.stringify(Object.fromEntries(figures))}, seed ${SEED}\n`);
    });
  },
);
