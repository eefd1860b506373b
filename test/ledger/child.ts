import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { all, answer, NOON, sealed, upTo } from './samples.ts';

/** Another process with the same ledger, for what one process cannot show. Says a line for each thing done. */
const [verb, url = '', mode] = process.argv.slice(2);
const say = (line: string): number => writeSync(1, `${line}\n`);

switch (verb) {
  case 'lock':
    await lock();
    break;
  case 'write':
    await write();
    break;
  case 'open-as-nobody':
    await openAsNobody();
    break;
  default:
    throw new Error(`No such verb: ${verb}`);
}

async function lock(): Promise<void> {
  const held = await (await openLedger(url, { clock })).lock();
  say(held === 'busy' ? 'busy' : 'locked');
  if (held !== 'busy') await delay(60_000, held);
}

/** Marks and answers until it is killed, and says what it was told is durable. */
async function write(): Promise<void> {
  const ledger = await openLedger(url, { clock });
  const { record } = await sealed(ledger, upTo(50_000), { sweepId: `sweep-${process.pid}` });
  let count = 0;
  for await (const block of record.plan('as-planned', Infinity)) {
    for (let at = 0; at < block.length; at += 7) {
      const ids = block.slice(at, at + 7).map(({ id }) => id);
      await record.markSending(ids, NOON);
      say(`answers ${count}`); // marking took them along
      count += ids.length;
      say(`marks ${count}`);
      for (const id of ids) record.answered(id, answer());
    }
  }
}

/** The superuser may write to everything, so it takes another user to meet a file that cannot be written. */
async function openAsNobody(): Promise<void> {
  if (process.getuid?.() === 0) {
    process.setgid?.(65_534);
    process.setuid?.(65_534);
  }
  try {
    const ledger = await openLedger(url, { clock, mode: mode === 'read' ? 'read' : 'write' });
    const open = await all(ledger.openItems('project-1'));
    await ledger.close();
    say(`opened ${open.length}`);
  } catch (error) {
    say(String(error));
  }
}
