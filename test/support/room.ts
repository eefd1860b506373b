import { randomUUID } from 'node:crypto';
import type { Ledger } from '../../src/ledger/contract.ts';
import type { Disposition } from '../../src/ledger/entries.ts';
import { openLedger } from '../../src/ledger/open.ts';
import type { Answer } from '../../src/provider/contract.ts';
import { Stop, type ToldEvent } from '../../src/sweep/events.ts';
import type { SweepDone } from '../../src/sweep/order.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import { fakeApi, lost, type Conversation, type FakeApi, type Script } from './fake-api.ts';
import { mortal } from './mortal.ts';
import { handClock, type HandClock } from './hand-clock.ts';
import { NOW, policy, rule } from './items.ts';
import { digest, orderFrom, type Sweeping } from './sweeping.ts';

/** Everything a sweep needs, in memory, on a clock that the test drives. */
export interface Room {
  readonly clock: HandClock;
  readonly api: FakeApi;
  readonly ledger: Ledger;
  /** What all sweeps told so far. */
  readonly events: ToldEvent[];
  /** What all sweeps asked of ledger and API so far, by name. */
  readonly calls: readonly string[];
  /** Begins a sweep; nothing waits for time until the clock is driven. */
  begin(asked?: Partial<Sweeping>): Promise<SweepDone>;
  /** A sweep from beginning to end. */
  sweep(asked?: Partial<Sweeping>): Promise<SweepDone>;
  /** What the ledger says became of every item, `media-1-1 deleted`. */
  proven(): Promise<string[]>;
}

const PROJECT = 'project-1';

export async function room(account: readonly Conversation[], script: Script = {}): Promise<Room> {
  const clock = handClock(NOW);
  const ledger = await openLedger('sqlite::memory:', { clock });
  return roomWith(fakeApi(account, script), ledger, clock);
}

/** As `room`, of parts that the test has made. */
export function roomWith(api: FakeApi, ledger: Ledger, clock: HandClock): Room {
  const events: ToldEvent[] = [];
  const parts = mortal({ ledger, reader: api.reader, deleter: api.deleter }, Infinity, 'before', () => {});
  const begin = (asked: Partial<Sweeping> = {}): Promise<SweepDone> =>
    sweep(
      orderFrom({ policy: policy(rule('30d')), asOf: NOW, ...asked }, asked.projectId ?? PROJECT, clock),
      {
        ...parts,
        clock,
        newId: randomUUID,
        digest,
        policyStands: asked.policyStands ?? (async () => true),
        tell: (event) => {
          events.push(event);
          asked.tell?.(event);
        },
      },
      asked.signal ?? new AbortController().signal,
    );
  return {
    clock,
    api,
    ledger,
    events,
    calls: parts.calls,
    begin,
    sweep: (asked) => clock.drive(begin(asked)),
    proven: async () => (await Array.fromAsync(ledger.dispositions({}))).map(inWords),
  };
}

const inWords = ({ mediaSid, outcome, verified }: Disposition): string =>
  `${mediaSid} ${outcome}${outcome === 'deleted' && !verified ? ' unverified' : ''}`;

/** An account of which an earlier sweep has left everything open: answered like this, and stopped while it waited. */
export async function leftOpen(account: readonly Conversation[], answer?: Answer): Promise<Room> {
  const here: Room = await room(account, { delete: () => answer ?? lost(here.clock) });
  const time = new AbortController();
  const done = here.begin({ signal: time.signal });
  await here.clock.rest();
  time.abort(new Stop('time', 'over'));
  const { report } = await here.clock.drive(done);
  const all = account.flatMap(({ media }) => media).length;
  if (report.outcomes.uncertain !== all) throw new Error(`${report.outcomes.uncertain} of ${all} are open`);
  here.api.become({});
  here.events.length = 0;
  return here;
}

/** Of `requests`, those of one kind. */
export const only = (kind: 'PAGE' | 'DAY' | 'MESSAGE' | 'LIST' | 'DELETE', { log }: FakeApi): string[] =>
  log.filter((line) => line.startsWith(kind));

/** Every count that is not 0. */
export const counted = (counts: object): Record<string, number> =>
  Object.fromEntries(Object.entries(counts as Record<string, number>).filter(([, n]) => n !== 0));
