import { digest } from '../support/sweeping.ts';
import { sqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { signalwire } from '../../src/provider/signalwire.ts';
import { canonicalPolicy } from '../../src/retention/canonical.ts';
import { Stop } from '../../src/sweep/events.ts';
import type { SweepDone, SweepOrder } from '../../src/sweep/order.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import { ORIGIN, PROJECT } from './api.ts';
import { Chance } from './chance.ts';
import type { Settings } from './dimensions.ts';
import type { CommitFault } from './disk.ts';
import { fateOf, type Doom } from './doom.ts';
import { holdsOf, policyOf, type Law } from './law.ts';
import type { Subject } from './timeline.ts';
import { WorkerClock } from './worker-clock.ts';
import type { World } from './world.ts';

/** Of which there is one in every token; nothing that the worker writes may have it. */
export const SECRET = 'PTsecret';

/** One process that sweeps once: the real code behind simulated ports. */
export class Worker implements Subject {
  readonly name: string;
  isDead = false;
  frozenUntilMs = 0;
  /** When it died or closed its connections, in true time. */
  goneMs = Infinity;
  /** The policy it has read. */
  law: Law | undefined;
  /** How long it was frozen in all. */
  frozenMs = 0;
  readonly settings: Settings;
  readonly clock: WorkerClock;
  readonly #world: World;
  readonly #doom: Doom;
  readonly #chance: Chance;
  readonly #operator = new AbortController();
  #met = 0;

  constructor(name: string, settings: Settings, world: World) {
    this.name = name;
    this.settings = settings;
    this.#world = world;
    this.#chance = new Chance(world.dimensions.seed, name);
    this.#doom = fateOf(name, world);
    this.clock = new WorkerClock(this, world, this.#doom.skewMs);
    if (this.#doom.skewMs !== 0) world.happened('clock-skewed');
  }

  /** True time without what it was frozen for. */
  wakingMs(): number {
    return this.#world.timeline.nowMs - this.frozenMs;
  }

  meets(): void {
    this.#met++;
    const { crashAt, crashMoment, freezeAt, freezeMs, isSuspended, stopAt, stepAt, stepMs } = this.#doom;
    if (this.#met === crashAt && crashMoment === 'before') this.#die();
    if (this.#met === freezeAt) this.#freeze(freezeMs, isSuspended);
    if (this.#met === stepAt) this.#step(stepMs);
    if (this.#met !== stopAt) return;
    this.#world.happened('stop');
    this.#world.timeline.note(`${this.name} is told to stop`);
    this.#world.oracle.stops(this);
    this.#operator.abort(new Stop('stopped', 'The operator said so.'));
  }

  met(): void {
    if (this.#met === this.#doom.crashAt && this.#doom.crashMoment === 'after') this.#die();
  }

  /** A DELETE of its is on its way. */
  sent(): void {
    if (this.#doom.crashMoment === 'sending' && this.#met >= this.#doom.crashAt) this.#die();
  }

  /** From its start to its end, or for ever where it dies. */
  async run(): Promise<SweepDone | 'busy'> {
    const { oracle, disk } = this.#world;
    this.law = this.#world.law;
    const journal = { clock: this.clock, soon: (run: () => void) => void this.#after('commit', run) };
    const isDead = (): boolean => this.isDead;
    const database = disk.connect(isDead, () => this.#commitFault(), oracle.watch(this));
    await using ledger = sqliteLedger(database, 'write', journal);
    if (this.#world.lockedBy && !this.#world.lockedBy.isDead) return 'busy';
    this.#world.lockedBy = this;
    try {
      return await this.#sweep(ledger);
    } finally {
      if (!this.isDead) this.#world.lockedBy = undefined;
    }
  }

  async #sweep(ledger: Parameters<typeof sweep>[1]['ledger']): Promise<SweepDone> {
    const { oracle, network } = this.#world;
    const { maxDurationMs } = this.settings;
    const order = this.#order();
    oracle.begins(this, order);
    const over = new AbortController();
    const time = new AbortController();
    const inTime = this.clock.sleep(maxDurationMs, over.signal);
    inTime.then(
      () => time.abort(new Stop('time', 'It took too long.')),
      () => {},
    );
    let token = network.tokenVersion;
    const provider = signalwire(
      {
        projectId: PROJECT,
        origin: ORIGIN,
        token: {
          current: () => `${SECRET}-v${token}`,
          refresh: async () => {
            await this.#after('token file');
            const isNew = token !== network.tokenVersion;
            token = network.tokenVersion;
            return isNew;
          },
        },
      },
      this.settings,
      {
        transport: {
          send: (request, signal) => (this.isDead ? never() : network.send(this, request, signal)),
          close: async () => {
            this.goneMs = Math.min(this.goneMs, this.#world.timeline.nowMs);
          },
        },
        clock: this.clock,
        random: this.#chance.next,
        deadlineMs: this.clock.monotonicMs() + maxDurationMs,
      },
    );
    try {
      const done = await sweep(
        order,
        {
          reader: provider,
          deleter: provider,
          ledger,
          clock: this.clock,
          newId: () => `sweep-of-${this.name}`,
          digest,
          policyStands: () => this.#policyStands(),
          tell: (event) => oracle.tells(this, event),
        },
        AbortSignal.any([this.#operator.signal, time.signal]),
      );
      if (!this.isDead) oracle.concludes(this, done);
      return done;
    } finally {
      over.abort();
      await provider.close();
    }
  }

  #order(): SweepOrder {
    const law = this.law!;
    const [policy, holds] = [policyOf(law), holdsOf(law)];
    const { mode, verify, concurrency, timeoutMs, markAhead, maxDeletions, onLimit } = this.settings;
    return {
      project: 'main',
      projectId: PROJECT,
      mode,
      policy,
      holds,
      policyHash: String(law.version).padStart(64, '0'),
      policyText: canonicalPolicy(policy, holds, 'withheld'),
      limits: { maxDeletions, onLimit },
      verify,
      concurrency,
      timeoutMs,
      fullScanEvery: { kind: 'span', months: 0, hours: this.settings.fullScanHours },
      planMs: this.settings.planMs,
      markAhead,
      asOf: this.clock.now(),
      programVersion: '0.0.0-simulated',
      lockedMs: this.clock.monotonicMs(),
    };
  }

  async #policyStands(): Promise<boolean> {
    const isUnreadable = this.#world.fires('policy-unreadable', this.#chance);
    const how = isUnreadable ? this.#chance.pick(['throws', 'hangs', 'is slow'] as const) : 'is read';
    if (how === 'hangs') return never();
    const isSame = this.#world.law.version === this.law?.version;
    await this.#after('policy file', undefined, how === 'is slow' ? 4_500 : this.#chance.int(0, 20));
    if (how === 'throws') {
      this.#world.oracle.cannotRead(this);
      throw new Error('EIO');
    }
    return isSame;
  }

  #commitFault(): CommitFault {
    const isFull = this.#world.fires('disk-full', this.#chance);
    const isUnknown = !isFull && this.#world.fires('commit-unknown', this.#chance);
    if (isFull || isUnknown) this.#world.oracle.losesLedger(this);
    return isFull ? 'lost' : isUnknown ? this.#chance.pick(['lost', 'kept']) : undefined;
  }

  #after(label: string, run: () => void = () => {}, ms = this.#chance.next()): Promise<void> {
    return new Promise((resolve) => {
      if (this.isDead) return;
      this.#world.timeline.after(ms, label, () => (run(), resolve()), this);
    });
  }

  #step(ms: number): void {
    this.#world.happened('clock-stepped');
    this.clock.skewMs += ms;
  }

  #freeze(ms: number, isSuspended: boolean): void {
    this.#world.timeline.note(`${this.name} ${isSuspended ? 'is suspended' : 'pauses'}`);
    this.#world.happened(isSuspended ? 'suspend' : 'pause');
    this.frozenUntilMs = this.#world.timeline.nowMs + ms;
    this.frozenMs += ms;
    this.#world.freezes(ms);
    if (isSuspended) this.clock.suspendedMs += ms;
  }

  #die(): void {
    this.#world.timeline.note(`${this.name} dies`);
    this.#world.happened('crash');
    this.isDead = true;
    this.goneMs = this.#world.timeline.nowMs;
  }
}

/** One for each who waits: a promise that lives on holds whatever waits for it, and so the worlds of a million histories. */
const never = (): Promise<never> => new Promise(() => {});
