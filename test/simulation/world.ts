import type { Timeline } from './timeline.ts';
import type { Chance } from './chance.ts';
import type { Dimensions, Fault } from './dimensions.ts';
import type { Disk } from './disk.ts';
import type { Law } from './law.ts';
import type { Network } from './network.ts';
import type { Oracle } from './oracle.ts';
import type { TrueMessage } from './truth.ts';
import type { Worker } from './worker.ts';

/** Everything there is outside of the workers. */
export interface World {
  readonly dimensions: Dimensions;
  readonly timeline: Timeline;
  readonly disk: Disk;
  readonly network: Network;
  readonly oracle: Oracle;
  readonly messages: readonly TrueMessage[];
  /** What the policy file says now. */
  readonly law: Law;
  /** Nothing goes wrong any more. */
  readonly isCalm: boolean;
  /** Who has the ledger's lock. It dies with its process. */
  lockedBy: Worker | undefined;
  /** Whether a fault happens here and now; counts it. */
  fires(fault: Fault, chance: Chance): boolean;
  /** Counts a fault that has happened. */
  happened(fault: Fault): void;
  /** The service has been reached so many times: what was to happen now happens. */
  reached(requests: number): void;
  /** A worker stands still for so long: others need not. */
  freezes(ms: number): void;
}
