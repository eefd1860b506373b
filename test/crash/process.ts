import { openLedger } from '../../src/ledger/open.ts';
import type { Ledger } from '../../src/ledger/contract.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { signalwire } from '../../src/provider/signalwire.ts';
import type { Transport } from '../../src/provider/transport.ts';
import type { SweepMode } from '../../src/ledger/entries.ts';
import type { Hold, Limits } from '../../src/retention/policy.ts';
import type { SweepDone } from '../../src/sweep/order.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import { policy, rule } from '../support/items.ts';
import { ledgerThrough, type Calls } from '../support/mortal.ts';
import { digest, orderFrom } from '../support/sweeping.ts';
import type { Files } from './disk.ts';
import type { Truth } from './truth.ts';

/** What a scenario says of how its processes sweep. */
export interface Settings {
  /** Swept one after another. */
  readonly projects: readonly string[];
  readonly mode: SweepMode;
  readonly limits: Limits;
  readonly holds: readonly Hold[];
  readonly verify: 'always' | 'never';
  readonly lanes: number;
  readonly markAhead: number;
  readonly attemptsMax: number;
  /** Sweeps with this process, one after another. */
  readonly times: number;
  /** How long before the lock was really taken the process believes that it took it: for showing that a test can fail. */
  readonly lockedEarlierMs?: number;
}

/** The world a process lives in. */
export interface World {
  readonly truth: Truth;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly policyStands: () => Promise<boolean>;
  readonly signal: AbortSignal;
  /** When the ledger is open and nothing has been done yet. */
  readonly opened?: () => void;
  /** Reads its token anew after a 401. */
  readonly refresh?: () => Promise<boolean>;
}

/** What a process's calls pass through; a process to which nothing happens has none. */
export interface Ports extends Calls {
  /** Runs what makes a commit, and looks at the disk. */
  readonly commit: (run: () => void) => void;
}

const TIMEOUT_MS = 15_000;

/** A process from its beginning to its end: opens the ledger, takes its lock, sweeps, and closes it. */
export async function live(files: Files, settings: Settings, world: World, ports?: Ports): Promise<SweepDone[]> {
  const { call } = ports ?? THROUGH;
  const soon = (run: () => void): unknown => setImmediate(() => (ports ? ports.commit(run) : run()));
  const ledger = await call('open', () => openLedger(`sqlite:${files.path}`, { clock: world.clock, soon }));
  world.opened?.();
  try {
    const lock = await call('lock', () => ledger.lock());
    if (lock === 'busy') throw new Error('The lock of a process that has died is free at once');
    try {
      return await sweeps(ledger, settings, world, ports);
    } finally {
      await lock.release();
    }
  } finally {
    await call('close', () => ledger.close());
  }
}

async function sweeps(ledger: Ledger, settings: Settings, world: World, ports?: Ports): Promise<SweepDone[]> {
  const { projects, times, lockedEarlierMs = 0 } = settings;
  const lockedMs = world.clock.monotonicMs() - lockedEarlierMs;
  const done: SweepDone[] = [];
  for (let n = 0; n < times; n++) {
    for (const project of projects) done.push(await sweepOnce(project, lockedMs, ledger, settings, world, ports));
  }
  return done;
}

function sweepOnce(
  projectId: string,
  lockedMs: number,
  ledger: Ledger,
  settings: Settings,
  world: World,
  ports?: Ports,
): Promise<SweepDone> {
  const { mode, limits, holds, verify, lanes, attemptsMax, markAhead } = settings;
  const { truth, clock, transport, policyStands, signal, refresh } = world;
  const { call } = ports ?? THROUGH;
  const token = { current: () => 'PTsecret', ...(refresh && { refresh: () => call('refresh', refresh) }) };
  const provider = signalwire(
    { projectId, origin: 'https://example.signalwire.com', token },
    { concurrency: lanes, perSecond: 1000, timeoutMs: TIMEOUT_MS, attemptsMax },
    { transport, clock, random: () => 0.5, deadlineMs: lockedMs + 6 * 3_600_000 },
  );
  const asked = { policy: policy(rule('30d')), mode, limits, holds, verify, concurrency: lanes, lockedMs };
  return sweep(
    { ...orderFrom(asked, projectId, clock), markAhead },
    {
      reader: provider,
      deleter: provider,
      ledger: ports ? ledgerThrough(ledger, ports) : ledger,
      clock,
      newId: () => truth.nextSweep(),
      digest,
      policyStands: () => call('policyStands', policyStands),
      tell: () => {},
    },
    signal,
  );
}

const THROUGH: Pick<Calls, 'call'> = { call: (_, effect) => effect() };
