import type { Faults } from '../../src/emulator/faults.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import type { SweepDone } from '../../src/sweep/order.ts';
import { mixedPolicy, Place } from '../support/cli.ts';
import { leapingClock } from '../support/fast-clock.ts';
import { disagreements, MIXED } from '../support/oracle.ts';
import { sweepEmulator } from '../support/sweeping.ts';

/** What the network does while processes are stopped: every round takes the next of these. */
export interface Weather {
  readonly latencyMs: number;
  readonly faults: Partial<Faults>;
}
const WEATHER: readonly Weather[] = [
  { latencyMs: 1, faults: {} },
  { latencyMs: 10, faults: {} },
  { latencyMs: 1, faults: { resetAfter: 0.1, serverErrorAfter: 0.1, resetMidBody: 0.05 } },
  { latencyMs: 10, faults: { lateApply: 0.2, unapplied204: 0.1, empty204As200: 0.1 } },
  { latencyMs: 3, faults: { hang: 0.02, html: 0.05, throttle: 0.02, redirect: 0.02, lateApply: 0.05 } },
];
export const weatherOf = (round: number): Weather => WEATHER[round % WEATHER.length] as Weather;

/** Requests are given up after a second, or a round would take minutes. A second's worth is what is marked ahead. */
export const policyAt = (perSecond: number): string =>
  mixedPolicy().replace('perSecond: 100000, attempts: 3', `perSecond: ${perSecond}, attempts: 3, timeout: 1s`);
export const POLICY = policyAt(100_000);

export interface SeenDelete {
  readonly mediaSid: string;
  /** By the clock of the machine, which the processes' log lines have too. */
  readonly at: number;
}

/** What came of an account when everything had settled. `AGREED` is how it must be. */
export interface Outcome {
  readonly open: number;
  readonly results: readonly string[];
  readonly disagreements: readonly string[];
  readonly violations: readonly unknown[];
  /** DELETEs that arrived and of which the ledger has no mark. */
  readonly unmarked: readonly string[];
}
export const AGREED: Outcome = {
  open: 0,
  results: ['complete', 'complete'],
  disagreements: [],
  violations: [],
  unmarked: [],
};

export interface Settled {
  /** Items that were open before. */
  readonly open: number;
  /** What the ledger said falsely before. */
  readonly untrue: readonly string[];
  readonly outcome: Outcome;
}

/** An account under a clock that can be made fast, the folder its sweeps stand in, and what has been asked of it. */
export class Account {
  emulator!: Emulator;
  place!: Place;
  clock: Clock = systemClock;
  /** Every DELETE that ever arrived. */
  readonly deletes: SeenDelete[] = [];
  #asked = { request: 0, delete: 0 };
  #lastMs = 0;
  #waiting: { readonly what: 'request' | 'delete'; readonly count: number; readonly resolve: () => void }[] = [];

  static async start(own: EmulatorOptions, policy = POLICY): Promise<Account> {
    const account = new Account();
    account.emulator = await startEmulator({
      messages: 150,
      now: () => account.clock.now(),
      ...own,
      onRequest: (request) => {
        if (request.kind === 'deleteMedia') account.#sees('delete');
        account.#sees('request');
        if (request.kind === 'deleteMedia') account.deletes.push({ mediaSid: request.mediaSid, at: Date.now() });
        own.onRequest?.(request);
      },
    });
    account.place = new Place(account.emulator, policy);
    return account;
  }

  /** Since the last `forget`. */
  get asked(): { readonly request: number; readonly delete: number } {
    return this.#asked;
  }

  forget(): void {
    this.#asked = { request: 0, delete: 0 };
    this.#lastMs = performance.now();
    this.#waiting = [];
  }

  /** Resolves in the moment in which the request, or the DELETE, of this number arrives. */
  reached(what: 'request' | 'delete', count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ what, count, resolve }));
  }

  /** How long nothing has been asked. */
  idleMs(): number {
    return performance.now() - this.#lastMs;
  }

  ledger(): Promise<Ledger> {
    return this.place.ledger();
  }

  /**
   * The network is well again, and two sweeps in this process follow, by a clock that waits its minute in a moment: what
   * was sent may be applied until then. What do truth and ledger say of each other?
   */
  async settle(path = this.place.ledgerPath): Promise<Settled> {
    this.clock = leapingClock(new Date());
    this.emulator.latencyMs = 0;
    this.emulator.faults.clear();
    await using ledger = await openLedger(`sqlite:${path}`, { clock: this.clock });
    const lock = await ledger.lock();
    if (lock === 'busy') throw new Error('The lock of a process that is gone is not free.');
    await using _ = lock;
    const { project } = this.emulator;
    const open = await ledger.openCount(project);
    const untrue = await falseClaims(this, ledger);
    const first = await sweptOnce(this.emulator, ledger, this.clock);
    const last = await sweptOnce(this.emulator, ledger, this.clock);
    const marked = new Set<string>();
    for await (const { mediaSid } of ledger.dispositions({})) marked.add(mediaSid);
    return {
      open,
      untrue,
      outcome: {
        open: await ledger.openCount(project),
        results: [first, last].map(({ report, stop }) => (stop ? `${report.result}: ${stop.message}` : report.result)),
        disagreements: await disagreements(this.emulator.truth, ledger, new Date(last.report.asOf)),
        violations: this.emulator.violations,
        unmarked: this.deletes.map(({ mediaSid }) => mediaSid).filter((sid) => !marked.has(sid)),
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.place[Symbol.asyncDispose]();
    await this.emulator.close();
  }

  #sees(what: 'request' | 'delete'): void {
    this.#lastMs = performance.now();
    const count = ++this.#asked[what];
    for (const wait of this.#waiting) if (wait.what === what && wait.count === count) wait.resolve();
  }
}

/** These sweeps give a request up after 250 ms: on a machine that has much else to do one may take a few attempts. */
async function sweptOnce(emulator: Emulator, ledger: Ledger, clock: Clock): Promise<SweepDone> {
  for (let attempt = 1; ; attempt++) {
    const done = await sweepEmulator(emulator, ledger, clock, MIXED);
    if (done.report.result === 'complete' || attempt === 6) return done;
  }
}

/** Media that the ledger says are gone, and that are there: the one thing it must never say, at any moment. */
export async function falseClaims({ emulator }: Account, ledger: Ledger): Promise<string[]> {
  const gone = new Set<string>();
  for await (const { mediaSid, outcome } of ledger.dispositions({})) {
    if (outcome === 'deleted' || outcome === 'already-gone') gone.add(mediaSid);
  }
  return [...emulator.truth.media()].flatMap(({ mediaSid, present }) =>
    present && gone.has(mediaSid) ? [mediaSid] : [],
  );
}
