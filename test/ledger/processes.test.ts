import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { all, mediaOf, sent, upTo } from './samples.ts';

let dir: string;
let path: string;
let children: ChildProcess[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(dir, 'data', 'ledger.db');
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(killed));
  rmSync(dir, { recursive: true });
});

const open = async (at = path): Promise<Ledger> => openLedger(`sqlite:${at}`, { clock });

function child(verb: string, ...args: string[]): { process: ChildProcess; lines: AsyncIterator<string> } {
  const fixture = fileURLToPath(import.meta.resolve('./child.ts'));
  const started = spawn(process.execPath, [fixture, verb, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(started);
  const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
  return { process: started, lines };
}

async function killed(started: ChildProcess): Promise<void> {
  if (started.exitCode !== null || started.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  started.once('exit', () => resolve());
  started.kill('SIGKILL');
  await promise;
}

const line = async (lines: AsyncIterator<string>): Promise<string> => (await lines.next()).value as string;

describe('D17 the lock', () => {
  test('keeps out another process, also by another name of the ledger, and is free as soon as its own is killed', async () => {
    const holder = child('lock', `sqlite:${path}`);
    expect(await line(holder.lines)).toBe('locked');
    symlinkSync(path, join(dir, 'alias.db'));
    await using here = await open(join(dir, 'alias.db')).then(closing);
    expect(await here.ledger.lock()).toBe('busy');
    await killed(holder.process);
    const held = await here.ledger.lock();
    expect(held).not.toBe('busy');
    expect(await here.ledger.lock()).toBe('busy'); // and that it was asked for here takes it from nobody
    expect(await line(child('lock', `sqlite:${path}`).lines)).toBe('busy');
    await (held === 'busy' ? undefined : held.release());
  });

  test('is held by one of several that start at once on a ledger that is not there yet', async () => {
    const said = await Promise.all([1, 2, 3, 4].map(async () => line(child('lock', `sqlite:${path}`).lines)));
    expect(said.toSorted()).toEqual(['busy', 'busy', 'busy', 'locked']);
  });
});

test.each([1, 300, 900])(
  'D1 a process killed after %i groups loses nothing that it was told is durable',
  async (groups) => {
    const writer = child('write', `sqlite:${path}`);
    const last = new Map<string, number>();
    for (let said = 0; said < groups; said += 1) {
      const [what = '', count] = (await line(writer.lines)).split(' ');
      last.set(what, Number(count));
    }
    await killed(writer.process);

    await using after = await open().then(closing);
    const items = await all(after.ledger.openItems('project-1'));
    const answered = items.filter((item) => item.answer !== undefined);
    expect(items.length).toBeGreaterThanOrEqual(last.get('marks') ?? 0);
    expect(answered.length).toBeGreaterThanOrEqual(last.get('answers') ?? 0);
    expect(mediaOf(items)).toEqual(mediaOf(upTo(items.length)));
    expect(items.slice(0, answered.length)).toEqual(answered);
  },
);

test('a backup is taken while another process writes, and is a ledger of one instant', async () => {
  const writer = child('write', `sqlite:${path}`);
  await line(writer.lines);
  await using here = await open().then(closing);
  await here.ledger.backup(join(dir, 'copy.db'));
  const later = await line(writer.lines);
  await killed(writer.process);

  await using copy = await open(join(dir, 'copy.db')).then(closing);
  const [sweep] = await copy.ledger.history({ limit: 1 });
  expect(later).toMatch(/marks|answers/);
  expect(sweep?.planned).toBe(50_000);
  expect(await all(copy.ledger.openItems('project-1'))).toHaveLength(sweep?.outcomes.uncertain ?? -1);
});

const asNobody = async (mode: 'read' | 'write'): Promise<string> =>
  line(child('open-as-nobody', `sqlite:${path}`, mode).lines);

describe.skipIf(process.platform === 'win32')('D15 where the disk may only be read', () => {
  beforeEach(async () => {
    const ledger = await open();
    await sent(ledger, upTo(3));
    await ledger.close();
    chmodSync(dir, 0o755);
  });
  afterEach(() => chmodSync(join(dir, 'data'), 0o700));

  test('a ledger can be looked at, and not opened to write', async () => {
    chmodSync(path, 0o444);
    chmodSync(join(dir, 'data'), 0o555);
    expect(await asNobody('read')).toBe('opened 3');
    expect(await asNobody('write')).toMatch(/^LedgerError: The ledger .*ledger\.db cannot be/);
  });

  test('a file that may not be written in a folder that may is refused as well', async () => {
    chmodSync(path, 0o444);
    chmodSync(join(dir, 'data'), 0o777);
    expect(await asNobody('write')).toMatch(/^LedgerError: The ledger .*ledger\.db cannot be written/);
  });

  test('a ledger that this user may not see is no empty one', async () => {
    chmodSync(join(dir, 'data'), 0o700);
    expect(await asNobody('read')).toMatch(/^LedgerError: .*(EACCES|opened 3)/);
  });
});

const closing = (ledger: Ledger): { ledger: Ledger; [Symbol.asyncDispose](): Promise<void> } => ({
  ledger,
  [Symbol.asyncDispose]: async () => ledger.close(),
});
