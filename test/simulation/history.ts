import type { SweepDone } from '../../src/sweep/order.ts';
import { Api } from './api.ts';
import { Chance } from './chance.ts';
import { change, CHANGING, drawChanges, type Changeable } from './changes.ts';
import {
  draw,
  NOTHING_LEFT_OUT,
  redrawn,
  type Dimensions,
  type Fault,
  type Settings,
  type Without,
} from './dimensions.ts';
import { Disk } from './disk.ts';
import { drawLaw, type Law } from './law.ts';
import { Network } from './network.ts';
import { Oracle } from './oracle.ts';
import { faultsAfterwards } from './afterwards.ts';
import { Timeline } from './timeline.ts';
import { drawMessages, type TrueMessage } from './truth.ts';
import { Worker } from './worker.ts';
import type { World } from './world.ts';

/** What came of one history. */
export interface HistoryEnd {
  readonly seed: number;
  readonly violations: readonly string[];
  /** SHA-256 of everything that happened. */
  readonly hash: string;
  readonly trace: readonly string[];
  /** How often each fault happened. */
  readonly fired: ReadonlyMap<Fault, number>;
  readonly events: number;
}

/** What became of one process. */
export type End = SweepDone | 'busy' | 'died';

let disk: Disk | undefined;

/** One at a time: they share a disk. */
export async function runHistory(seed: number, without: Without = NOTHING_LEFT_OUT): Promise<HistoryEnd> {
  const history = new History(draw(seed, without), (disk ??= new Disk()));
  try {
    await history.run();
  } catch (error) {
    history.oracle.violate(`[bug] ${(error as Error).stack ?? String(error)}`);
  }
  const { oracle, timeline, fired } = history;
  const { violations } = oracle;
  return { seed, violations, hash: timeline.hash(), trace: timeline.trace(), fired, events: timeline.events };
}

class History implements World, Changeable {
  readonly dimensions: Dimensions;
  readonly timeline: Timeline;
  readonly disk: Disk;
  readonly network: Network;
  readonly oracle: Oracle;
  readonly messages: TrueMessage[];
  readonly fired = new Map<Fault, number>();
  lockedBy: Worker | undefined;
  isCalm = false;
  #law: Law;
  readonly #changes: ReturnType<typeof drawChanges>;
  readonly #seconds: Map<number, string>;

  constructor(dimensions: Dimensions, freshDisk: Disk) {
    const { seed } = dimensions;
    freshDisk.erase();
    this.disk = freshDisk;
    this.dimensions = dimensions;
    this.timeline = new Timeline(new Chance(seed, 'ties'));
    this.#law = drawLaw(new Chance(seed, 'law'), 1);
    this.messages = drawMessages(dimensions, this.#law);
    const api = new Api(
      this.messages,
      dimensions,
      () => this.nowMs(),
      (fault) => this.happened(fault),
    );
    this.oracle = new Oracle(this, (sid) => api.find(sid));
    this.network = new Network(this, api);
    this.#changes = drawChanges(dimensions);
    this.#seconds = drawSecondWorkers(dimensions);
  }

  get law(): Law {
    return this.#law;
  }

  set law(law: Law) {
    this.oracle.replaces(this.#law);
    this.#law = law;
  }

  nowMs(): number {
    return this.timeline.nowMs;
  }

  later(ms: number, label: string, run: () => void): void {
    this.timeline.after(ms, label, run);
  }

  fires(fault: Fault, chance: Chance): boolean {
    const rate = this.dimensions.faults.get(fault);
    if (rate === undefined || this.isCalm || !chance.happens(rate)) return false;
    this.happened(fault);
    return true;
  }

  happened(fault: Fault): void {
    this.fired.set(fault, (this.fired.get(fault) ?? 0) + 1);
  }

  reached(requests: number): void {
    if (this.isCalm) return;
    for (const [fault, chance] of this.#changes.get(requests) ?? []) this.#change(fault, chance);
    const second = this.#seconds.get(requests);
    if (second === undefined) return;
    this.happened('second-worker');
    void this.#start(second, this.#settingsOf(second));
  }

  freezes(ms: number): void {
    const chance = new Chance(this.dimensions.seed, 'meanwhile');
    for (const fault of CHANGING.filter((each) => this.dimensions.faults.has(each) && chance.happens(0.7))) {
      this.later(ms * chance.next(), 'meanwhile', () => this.#change(fault, chance));
    }
  }

  #change(fault: Fault, chance: Chance): void {
    if (this.isCalm) return;
    this.timeline.note(`- ${fault}`);
    this.happened(fault);
    change(fault, chance, this);
  }

  async run(): Promise<void> {
    const { commands, seed } = this.dimensions;
    const chance = new Chance(seed, 'commands');
    for (let nth = 1; nth <= commands; nth++) {
      const settings = this.#settingsOf(`A${nth}`);
      await this.#runThrough(`A${nth}`, {
        ...settings,
        mode: chance.happens(0.85) ? settings.mode : chance.pick(['enforce', 'dry-run', 'plan'] as const),
      });
      await this.#pass(chance.pick([0, 10_000, 60_000, 3_600_000, 26 * 3_600_000]));
    }
    await this.#pass(12 * 3_600_000); // whoever was frozen, is slow or late comes to an end
    this.isCalm = true;
    await this.#pass(3_600_000);
    const last = await this.#inCalm();
    for (const what of faultsAfterwards(last, this)) this.oracle.violate(what);
    this.oracle.reads({ name: 'the ledger' } as Worker, this.disk.bytes());
  }

  #settingsOf(name: string): Settings {
    const chance = new Chance(this.dimensions.seed, `settings of ${name}`);
    return this.fires('settings-edited', chance) ? redrawn(chance, this.dimensions) : this.dimensions.settings;
  }

  /** Two sweeps to which nothing happens, with whatever limit lets them through. */
  async #inCalm(): Promise<End> {
    const settings: Settings = {
      ...this.dimensions.settings,
      mode: 'enforce',
      maxDeletions: 1000,
      maxDurationMs: 3_600_000,
      fullScanHours: 0,
      planMs: 3_600_000,
    };
    await this.#runThrough('Z1', settings);
    await this.#pass(60_000);
    return this.#runThrough('Z2', settings);
  }

  async #runThrough(name: string, settings: Settings): Promise<End> {
    const { worker, ended } = this.#start(name, settings);
    const race: { end?: End } = {};
    const awaited = ended.then((end) => (race.end = end));
    await this.timeline.run(() => race.end !== undefined || worker.isDead);
    if (worker.isDead) return 'died';
    if (race.end === undefined) this.oracle.violate(`[L2] ${name} waits for nothing`);
    return race.end === undefined ? 'died' : awaited;
  }

  #start(name: string, settings: Settings): { worker: Worker; ended: Promise<End> } {
    const worker = new Worker(name, settings, this);
    this.timeline.note(`${name} starts`);
    const ended = worker.run().catch((error: unknown) => {
      if (!worker.isDead && !this.oracle.hasLostLedger(worker)) {
        this.oracle.violate(`[bug] ${name}: ${(error as Error).stack ?? String(error)}`);
      }
      return 'died' as const;
    });
    return { worker, ended };
  }

  async #pass(ms: number): Promise<void> {
    let isOver = false;
    this.timeline.after(ms, 'time passes', () => (isOver = true));
    await this.timeline.run(() => isOver);
  }
}

/** When the service has been reached for the nth time, another process starts on the same ledger. */
function drawSecondWorkers({ seed, faults }: Dimensions): Map<number, string> {
  const chance = new Chance(seed, 'second-worker');
  if (!faults.has('second-worker')) return new Map();
  return new Map(Array.from({ length: chance.int(1, 3) }, (_, at) => [chance.int(1, 60), `B${at + 1}`]));
}
