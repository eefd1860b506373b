import { clock, connect, depsFor, orderFor, type Configuration } from '../app/compose.ts';
import type { ProjectSettings } from '../app/settings-projects.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { SweepMode } from '../ledger/entries.ts';
import { duration } from '../lib/format.ts';
import type { Observer } from '../provider/http.ts';
import { Stop, type ToldEvent } from '../sweep/events.ts';
import type { SweepDone, SweepOrder } from '../sweep/order.ts';
import { sweep } from '../sweep/sweep.ts';
import { exitCodeOf, EXIT, worst, type ExitCode } from './exit-code.ts';

export interface Run {
  readonly mode: SweepMode;
  readonly lockedMs: number;
  /** Left out: now. */
  readonly asOf?: Date;
}

/** Who is told what while projects are swept. */
export interface Audience {
  readonly tell: (event: ToldEvent) => void;
  /** Told of every attempt at a request. */
  readonly observer?: (project: string) => Observer;
  readonly before?: (order: SweepOrder) => Promise<void>;
  readonly after?: (done: SweepDone) => Promise<void>;
}

/** Sweeps the projects one after the other. Together they take no longer than `limits.maxDuration`. */
export async function runSweeps(
  run: Run,
  configuration: Configuration,
  ledger: Ledger,
  audience: Audience,
  stop: AbortSignal,
): Promise<readonly SweepDone[]> {
  const { file, settings } = configuration;
  const over = new AbortController();
  const until = AbortSignal.any([stop, timeLimit(file.limits.maxDurationMs, over.signal)]);
  const deadlineMs = clock.monotonicMs() + file.limits.maxDurationMs;
  const all: SweepDone[] = [];
  try {
    for (const project of settings.projects) {
      const order = orderFor(project, configuration, { ...run, asOf: run.asOf ?? clock.now() });
      await audience.before?.(order);
      const done = await sweepOne(project, order, configuration, ledger, deadlineMs, audience, until);
      all.push(done);
      await audience.after?.(done);
      // Without a ledger nothing may be deleted, and under a text that is no longer the policy's nothing ever will be.
      if (done.stop?.kind === 'ledger' || done.stop?.kind === 'policy-changed') break;
    }
    return all;
  } finally {
    over.abort();
  }
}

async function sweepOne(
  project: ProjectSettings,
  order: SweepOrder,
  configuration: Configuration,
  ledger: Ledger,
  deadlineMs: number,
  { tell, observer }: Audience,
  stop: AbortSignal,
): Promise<SweepDone> {
  const provider = connect(project, configuration, { deadlineMs, observer: observer?.(project.name) });
  try {
    return await sweep(order, depsFor(provider, ledger, configuration, tell), stop);
  } finally {
    await provider.close(); // what the sweep has given up is given up before the lock is
  }
}

export const codeOf = (all: readonly SweepDone[]): ExitCode => worst([EXIT.done, ...all.map(exitCodeOf)]);

/** Aborted when the command has taken as long as it may. */
function timeLimit(ms: number, over: AbortSignal): AbortSignal {
  const time = new AbortController();
  clock.sleep(ms, over).then(
    () => time.abort(new Stop('time', `limits.maxDuration (${duration(ms)}) is over.`)),
    () => {}, // done in time
  );
  return time.signal;
}
