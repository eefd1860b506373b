import { clock, type Configuration } from '../app/compose.ts';
import { createLog } from '../app/log.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { ToldEvent } from '../sweep/events.ts';
import type { SweepDone } from '../sweep/order.ts';
import { isForPeople } from './beside.ts';
import { header } from './display/header.ts';
import { noProgress, progressOn } from './display/progress.ts';
import { inFull } from './display/verdict.ts';
import { write, type CommonOptions, type Io } from './io.ts';
import { runSweeps, type Audience, type Run } from './run-sweeps.ts';

export interface Show {
  /** Prints what is particular to a command, behind a project's header. */
  readonly between?: (done: SweepDone) => Promise<void>;
  /** Somebody else who wants to be told. */
  readonly beside?: Audience;
}

/** As `runSweeps`, for a person who looks on: each project's header, its progress and its verdict. */
export async function showSweeps(
  run: Run,
  configuration: Configuration,
  ledger: Ledger,
  options: CommonOptions,
  io: Io,
  { between, beside }: Show = {},
): Promise<readonly SweepDone[]> {
  const say = async (text: string): Promise<void> => (options.json ? undefined : write(io.out, text));
  const watched = watching(configuration, io);
  const audience: Audience = {
    ...(beside?.observer && { observer: beside.observer }),
    tell: (event) => {
      watched.tell(event);
      beside?.tell(event);
    },
    before: (order) => say(header(order)),
    async after(done) {
      watched.pause();
      await between?.(done);
      await say(inFull(done, configuration.file.limits.maxDeletions));
      await beside?.after?.(done);
    },
  };
  try {
    return await runSweeps(run, configuration, ledger, audience, io.stop);
  } finally {
    await watched.end();
  }
}

interface Watching {
  readonly tell: (event: ToldEvent) => void;
  /** Leaves the terminal to what is printed next. */
  readonly pause: () => void;
  readonly end: () => Promise<void>;
}

/** A person at a terminal gets a bar, and log lines only when asked for; everybody else gets log lines. */
function watching({ settings }: Configuration, io: Io): Watching {
  const progress = io.err.isTTY ? progressOn(io.err, clock) : noProgress;
  io.onExit(progress.end); // a second signal must not leave the terminal without its cursor
  if (isForPeople(settings, io)) return { ...progress, pause: progress.end, end: async () => progress.end() };
  const log = createLog(settings.logLevel, io.err);
  io.onExit(() => void log.flush());
  return {
    tell: (event) => {
      log.tell(event);
      progress.tell(event);
    },
    pause: progress.end,
    end: () => {
      progress.end();
      return log.flush();
    },
  };
}
