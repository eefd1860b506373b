import { LedgerError, type Ledger } from '../ledger/contract.ts';
import type { Clock } from '../lib/clock.ts';
import type { Day } from '../ledger/entries.ts';
import { lastDays } from './days.ts';
import type { ServeEvent } from './events.ts';
import { figuresOf, lastSweepAt, type Project, type ProjectFigures } from './figures.ts';
import type { PolicyView } from './page/state.ts';
import type { Timing } from './scheduler.ts';

/** The policy file as it is now. */
export type PolicyLook =
  | {
      readonly kind: 'readable';
      readonly timing: Timing;
      readonly projects: readonly Project[];
      readonly view: Omit<PolicyView, 'problems' | 'isReadable'>;
    }
  /** `problems`: where they are, `file:line:column key`, and never what stands there. */
  | { readonly kind: 'unreadable'; readonly problems: readonly string[] };
export type ReadablePolicy = Extract<PolicyLook, { kind: 'readable' }>;

export interface WatchDeps {
  readonly clock: Clock;
  readonly readPolicy: () => Promise<PolicyLook>;
  /** To write. A ledger that was there and is gone must not be made anew: an empty one has forgotten what is open. */
  readonly openLedger: (mustExist: boolean) => Promise<Ledger>;
  readonly tell: (event: ServeEvent) => void;
}

/** What is known between two sweeps. */
export interface Known {
  /** As it was last read whole. */
  readonly policy: ReadablePolicy;
  readonly problems: readonly string[];
  readonly isPolicyReadable: boolean;
  readonly isLedgerWritable: boolean;
  readonly ledgerBytes: number;
  readonly projects: readonly ProjectFigures[];
  readonly days: readonly Day[];
}

/** How many days the page draws. */
const DAYS = 30;
/** A day can end and a sweep by hand go unnoticed: so often everything is counted anyway. */
const LOOKS_PER_COUNT = 40;

/** Owns a connection to the ledger of its own, for what is asked between sweeps. */
export class Watch {
  readonly #deps: WatchDeps;
  #known: Known;
  #ledger: Ledger | undefined;
  /** Why the ledger could not be used when that was last so. */
  #lost: LedgerError | undefined;
  /** What stood when everything was counted, and after how many looks it is counted anyway. */
  #counted = NEVER_COUNTED;

  private constructor(policy: ReadablePolicy, ledger: Ledger, deps: WatchDeps) {
    this.#deps = deps;
    this.#ledger = ledger;
    this.#known = { ...NOTHING_KNOWN, policy };
  }

  /** @throws {LedgerError} where the ledger cannot be opened now; later that is a state */
  static async begin(policy: ReadablePolicy, deps: WatchDeps): Promise<Watch> {
    const watch = new Watch(policy, await deps.openLedger(false), deps);
    await watch.look(false);
    if (watch.#lost) throw watch.#lost;
    return watch;
  }

  get known(): Known {
    return this.#known;
  }

  /** Looks again: at the policy file, whether the ledger can be written, and at its figures where they may be others. */
  async look(isSweeping: boolean): Promise<void> {
    await this.#lookAtPolicy();
    await this.#lookAtLedger(isSweeping);
  }

  /** The figures are others: the next look counts anew. */
  changed(): void {
    this.#counted = NEVER_COUNTED;
  }

  /** When the ledger's last sweep began; `undefined`: it has no history, or cannot be read now. */
  async lastSweepAt(): Promise<Date | undefined> {
    const { projects, view } = this.#known.policy;
    return this.#ledger && lastSweepAt(projects, view.mode === 'enforce', this.#ledger);
  }

  async close(): Promise<void> {
    const closing = this.#ledger;
    this.#ledger = undefined;
    await closing?.close().catch(() => {}); // it has said what is wrong already
  }

  async #lookAtPolicy(): Promise<void> {
    const { tell, readPolicy } = this.#deps;
    const look = await readPolicy();
    const before = this.#known;
    if (look.kind === 'unreadable') {
      this.#known = { ...before, isPolicyReadable: false, problems: look.problems };
      if (before.problems.join() !== look.problems.join())
        tell({ event: 'policy.unreadable', problems: look.problems });
      return;
    }
    this.#known = { ...before, policy: look, isPolicyReadable: true, problems: [] };
    const isSame = JSON.stringify(look) === JSON.stringify(before.policy);
    if (!isSame) this.changed(); // other projects, or armed: then other sweeps count
    if (isSame && before.isPolicyReadable) return;
    const { policyHash, mode } = look.view;
    tell({ event: 'policy.read', policyHash, mode });
  }

  async #lookAtLedger(isSweeping: boolean): Promise<void> {
    const { openLedger, tell } = this.#deps;
    const was = this.#known.isLedgerWritable;
    try {
      if (isSweeping) return; // the sweep itself notices what is wrong, and its figures are not yet final
      this.#ledger ??= await openLedger(true);
      await this.#ledger.assertWritable();
      await this.#count(this.#ledger);
      this.#known = { ...this.#known, isLedgerWritable: true };
      if (!was) tell({ event: 'ledger.writable' });
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#lost = error;
      this.#known = { ...this.#known, isLedgerWritable: false };
      if (was) tell({ event: 'ledger.unwritable', why: error.message });
      await this.close(); // a connection whose write has failed writes nothing any more: the next look opens a new one
    }
  }

  async #count(ledger: Ledger): Promise<void> {
    const revision = await ledger.revision();
    const { looksLeft } = this.#counted;
    const isCounted = revision === this.#counted.revision && looksLeft > 0;
    this.#counted = { revision, looksLeft: isCounted ? looksLeft - 1 : LOOKS_PER_COUNT };
    if (isCounted) return;
    const { policy } = this.#known;
    const projects: ProjectFigures[] = [];
    for (const project of policy.projects)
      projects.push(await figuresOf(project, policy.view.mode === 'enforce', ledger));
    const days = await lastDays(DAYS, this.#deps.clock.now(), ledger);
    this.#known = { ...this.#known, projects, days, ledgerBytes: await ledger.size() };
  }
}

const NEVER_COUNTED = { revision: '', looksLeft: 0 };

const NOTHING_KNOWN = {
  problems: [],
  isPolicyReadable: true,
  isLedgerWritable: true,
  ledgerBytes: 0,
  projects: [],
  days: [],
};
