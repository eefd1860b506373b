import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import type { SweepDone } from '../../src/sweep/order.ts';
import { fastClock } from '../support/fast-clock.ts';
import { days, NOW, policy, rule } from '../support/items.ts';
import { sweepEmulator, type Sweeping } from '../support/sweeping.ts';

/** An account on the emulator with a ledger of its own, swept over real sockets on a clock that runs fast. */
export interface Bench extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly ledger: Ledger;
  /** Everything older than 30 days goes. @param at where the API is, if something stands in front of it */
  sweep(asked?: Partial<Sweeping>, at?: Emulator): Promise<SweepDone>;
  /** SIDs of media that are really there. */
  there(): string[];
  /** What the ledger proves, `deleted` or another word, by the SID of the item. */
  proven(): Promise<Record<string, string>>;
}

export async function bench(options: EmulatorOptions = {}): Promise<Bench> {
  const clock = fastClock(NOW, 500);
  // Without a date: on a clock that runs this fast, an answer that takes long looks like a clock that is ahead.
  const switches = { dateHeader: 'missing' as const, ...options.switches };
  const emulator = await startEmulator({ messages: 0, now: () => clock.now(), ...options, switches });
  const ledger = await openLedger('sqlite::memory:', { clock });
  return {
    emulator,
    ledger,
    sweep: (asked, at = emulator) =>
      sweepEmulator(at, ledger, clock, { policy: policy(rule('30d')), asOf: NOW, attemptsMax: 2, ...asked }),
    there: () => [...emulator.truth.media()].filter(({ present }) => present).map(({ mediaSid }) => mediaSid),
    proven: async () =>
      Object.fromEntries(
        (await Array.fromAsync(ledger.dispositions({}))).map(({ mediaSid, outcome }) => [mediaSid, outcome]),
      ),
    async [Symbol.asyncDispose]() {
      await ledger.close();
      await emulator.close();
    },
  };
}

/** Adds so many messages, a hundred days old, each with so many pictures; says the SIDs of messages and pictures. */
export function old({ emulator }: Bench, count: number, pictures = 1): { messages: string[]; media: string[] } {
  const added = Array.from({ length: count }, () =>
    emulator.account.addMessage({ dateCreated: days(-100), media: pictures }),
  );
  return { messages: added.map(({ sid }) => sid), media: added.flatMap(({ mediaSids }) => mediaSids) };
}

/** Adds one picture of today, which nothing may delete. */
export const young = ({ emulator }: Bench): string =>
  emulator.account.addMessage({ dateCreated: days(-1), media: 1 }).mediaSids[0] ?? '';
