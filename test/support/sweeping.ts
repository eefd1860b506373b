import { createHash, randomUUID } from 'node:crypto';
import type { Emulator } from '../../src/emulator/server.ts';
import type { Ledger } from '../../src/ledger/contract.ts';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { signalwire, type Provider } from '../../src/provider/signalwire.ts';
import { undiciTransport } from '../../src/provider/undici-transport.ts';
import type { Span } from '../../src/retention/period.ts';
import type { Hold, Limits, Policy } from '../../src/retention/policy.ts';
import type { ToldEvent } from '../../src/sweep/events.ts';
import type { SweepDone, SweepOrder } from '../../src/sweep/order.ts';
import { sweep } from '../../src/sweep/sweep.ts';

/** What a test says of a sweep; all but the policy has a default. */
export interface Sweeping {
  readonly policy: Policy;
  readonly holds?: readonly Hold[];
  readonly mode?: SweepOrder['mode'];
  readonly limits?: Limits;
  readonly verify?: 'always' | 'never';
  readonly concurrency?: number;
  readonly attemptsMax?: number;
  readonly timeoutMs?: number;
  readonly fullScanEvery?: Span;
  readonly planMs?: number;
  readonly lockedMs?: number;
  readonly projectId?: string;
  readonly asOf?: Date;
  readonly policyStands?: () => Promise<boolean>;
  readonly tell?: (event: ToldEvent) => void;
  readonly signal?: AbortSignal;
}

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Requests are given up after this long, in real time: a hung server must not hang the test. */
const TIMEOUT_MS = 250;
const CONCURRENCY = 8;

/** One sweep of the emulator's account, over real HTTP. Waits go by `clock`, which may be a fast one. */
export async function sweepEmulator(
  emulator: Emulator,
  ledger: Ledger,
  clock: Clock,
  asked: Sweeping,
): Promise<SweepDone> {
  const { concurrency = CONCURRENCY, attemptsMax = 5 } = asked;
  const provider = connectTo(emulator, clock, concurrency, attemptsMax);
  try {
    return await sweep(
      orderFrom(asked, emulator.project, clock),
      {
        reader: provider,
        deleter: provider,
        ledger,
        clock,
        newId: randomUUID,
        digest,
        policyStands: asked.policyStands ?? (async () => true),
        tell: asked.tell ?? (() => {}),
      },
      asked.signal ?? new AbortController().signal,
    );
  } finally {
    await provider.close();
  }
}

function connectTo(
  { url, project, token }: Emulator,
  clock: Clock,
  concurrency: number,
  attemptsMax: number,
): Provider {
  return signalwire(
    { projectId: project, origin: url, token: { current: () => token } },
    { concurrency, perSecond: 100_000, timeoutMs: TIMEOUT_MS, attemptsMax },
    {
      transport: undiciTransport(
        { origin: url, connections: concurrency, timeoutMs: TIMEOUT_MS },
        { clock: systemClock },
      ),
      clock,
      random: Math.random,
    },
  );
}

/** The lock is taken now, unless the test says otherwise. */
export function orderFrom(asked: Sweeping, projectId: string, clock: Clock): SweepOrder {
  return {
    project: 'main',
    projectId,
    mode: asked.mode ?? 'enforce',
    policy: asked.policy,
    holds: asked.holds ?? [],
    policyHash: 'a'.repeat(64),
    policyText: '{}',
    limits: asked.limits ?? { maxDeletions: 1_000_000, onLimit: 'refuse' },
    verify: asked.verify ?? 'always',
    concurrency: asked.concurrency ?? CONCURRENCY,
    timeoutMs: asked.timeoutMs ?? 15_000,
    fullScanEvery: asked.fullScanEvery ?? { kind: 'span', months: 0, hours: 7 * 24 },
    planMs: asked.planMs ?? 3 * 3_600_000,
    markAhead: 500,
    asOf: asked.asOf ?? clock.now(),
    programVersion: '0.0.0-test',
    lockedMs: asked.lockedMs ?? clock.monotonicMs(),
  };
}
