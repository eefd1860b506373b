import { openMemory, type Database } from '../../src/ledger/sqlite/database.ts';
import { sqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import type { Message } from '../../src/retention/resource.ts';
import { totalOf, type Report } from '../../src/sweep/report.ts';
import { conversation, fakeApi, type Conversation, type Script } from './fake-api.ts';
import { handClock } from './hand-clock.ts';
import { days, NOW } from './items.ts';
import { roomWith, type Room } from './room.ts';
import type { Sweeping } from './sweeping.ts';

export const HOUR_MS = 3_600_000;

/** What one sweep came to. */
export interface Swept {
  readonly report: Report;
  /** Requests of this sweep, in their order. */
  readonly log: readonly string[];
  /** The UTC days that were asked for, without the pages, and how many requests there were of each other kind. */
  readonly asked: { readonly days: readonly string[]; readonly pages: number; readonly messages: readonly string[] };
}

/** A room in which time passes between sweeps, whose `now` is then. */
export interface Living extends Room {
  readonly account: Conversation[];
  /** Its `scan_` tables, to look at and to spoil. */
  readonly db: Database;
  /** A sweep after so many hours, whose report adds up. */
  after(hours: number, asked?: Partial<Sweeping>): Promise<Swept>;
  /** Media that are still there. */
  left(): string[];
}

/** @param account newest first; the test may change it between sweeps */
export function living(account: Conversation[], script: Script = {}): Living {
  const clock = handClock(NOW, 1_000_000, 10);
  const db = openMemory();
  const ledger = sqliteLedger(db, 'write', { clock, soon: setImmediate });
  const here = roomWith(fakeApi(account, script), ledger, clock);
  let atMs = NOW.getTime();
  return {
    ...here,
    account,
    db,
    async after(hours, asked) {
      atMs += hours * HOUR_MS; // what sweeps take does not count
      await clock.advance(Math.max(0, atMs - clock.now().getTime()));
      const from = here.api.log.length;
      const { report } = await here.sweep({ asOf: new Date(atMs), ...asked });
      addsUp(report);
      const log = here.api.log.slice(from);
      const named = (kind: string): string[] =>
        log.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(' ')[1] ?? '');
      const read = { days: [...new Set(named('DAY'))], pages: named('PAGE').length, messages: named('MESSAGE') };
      return { report, log, asked: read };
    },
    left: () =>
      account.flatMap(({ message, media }) =>
        media.flatMap(({ sid }) => (sid !== null && here.api.has(sid, message.sid ?? undefined) ? [sid] : [])),
      ),
  };
}

function addsUp({ media, retained, planned, outcomes }: Report): void {
  const stay = Object.values(retained).reduce((a, b) => a + b, 0);
  if (media !== stay + planned || planned !== totalOf(outcomes))
    throw new Error(`${media} media, ${stay} retained, ${planned} planned, ${totalOf(outcomes)} outcomes`);
}

/**
 * Message `i` of those sent at noon `ago` days before `NOW`, with one picture. Its number is `10 * ago + i`.
 * What `own` says of the message goes for its picture too.
 */
export function sentAgo(ago: number, i = 1, own: Partial<Message> = {}): Conversation {
  const noon = new Date(days(-ago).getTime() + 9 * HOUR_MS);
  return conversation(ago * 10 + i, 1, { createdAt: noon, sentAt: noon, updatedAt: noon, ...own });
}

/** So many messages on each of the last `count` days before `NOW`, newest first. */
export const daily = (count: number, perDay = 2): Conversation[] =>
  Array.from({ length: count * perDay }, (_, n) => sentAgo(1 + Math.floor(n / perDay), 1 + (n % perDay)));

/** `YYYY-MM-DD`, so many days before `NOW`. */
export const dayAgo = (ago: number): string => days(-ago).toISOString().slice(0, 10);
