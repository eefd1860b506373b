import { clock, connect, depsFor, orderFor, type Configuration } from '../app/compose.ts';
import { createLog } from '../app/log.ts';
import type { ProjectSettings } from '../app/settings-projects.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { SweepMode } from '../ledger/entries.ts';
import { Stop, type ToldEvent } from '../sweep/events.ts';
import type { SweepDone, SweepOrder } from '../sweep/order.ts';
import type { Report } from '../sweep/report.ts';
import { sweep } from '../sweep/sweep.ts';
import { exitCodeOf, EXIT, worst, type ExitCode } from './exit-code.ts';
import { header } from './display/header.ts';
import { write, type CommonOptions, type Io } from './io.ts';
import { noProgress, progressOn } from './display/progress.ts';
import { duration } from '../lib/format.ts';
import { inFull, verdict } from './display/verdict.ts';

export interface Run {
  readonly mode: SweepMode;
  readonly lockedMs: number;
  /** Left out: now. */
  readonly asOf?: Date;
  /** Prints what is particular to a command, behind a project's header. */
  readonly between?: (done: SweepDone) => Promise<void>;
}

/** Sweeps the projects one after the other, shows each, and says what all of it came to. */
export async function runSweeps(
  run: Run,
  configuration: Configuration,
  ledger: Ledger,
  options: CommonOptions,
  io: Io,
): Promise<readonly SweepDone[]> {
  const { file, settings } = configuration;
  const over = new AbortController();
  const stop = AbortSignal.any([io.stop, timeLimit(file.limits.maxDurationMs, over.signal)]);
  const deadlineMs = clock.monotonicMs() + file.limits.maxDurationMs;
  const watched = watching(configuration, io);
  const all: SweepDone[] = [];
  try {
    for (const project of settings.projects) {
      const order = orderFor(project, configuration, { ...run, asOf: run.asOf ?? clock.now() });
      if (!options.json) await write(io.out, header(order));
      const done = await sweepOne(project, order, configuration, ledger, deadlineMs, watched.tell, stop);
      watched.pause();
      all.push(done);
      if (run.between) await run.between(done);
      if (!options.json) await write(io.out, inFull(done, file.limits.maxDeletions));
      if (done.stop?.kind === 'ledger') break;
    }
    return all;
  } finally {
    over.abort();
    await watched.end();
  }
}

async function sweepOne(
  project: ProjectSettings,
  order: SweepOrder,
  configuration: Configuration,
  ledger: Ledger,
  deadlineMs: number,
  tell: (event: ToldEvent) => void,
  stop: AbortSignal,
): Promise<SweepDone> {
  const provider = connect(project, configuration, deadlineMs);
  try {
    return await sweep(order, depsFor(provider, ledger, configuration, tell), stop);
  } finally {
    // Nothing is in flight but what the sweep has given up, and that is not waited for.
    await Promise.race([provider.close(), clock.sleep(CLOSE_MS)]);
  }
}

const CLOSE_MS = 500;

/**
 * One document: the report, or all of them where the policy file lists several projects. Where there is nothing to
 * report, standard output stays empty.
 * @param items adds to each report `items`, an array whose elements come as JSON, some at a time
 */
export async function writeReports(
  all: readonly SweepDone[],
  { file }: Configuration,
  io: Io,
  items?: (report: Report) => AsyncIterable<string>,
): Promise<void> {
  await sayWhatWentWrong(all, file.limits.maxDeletions, io);
  const reports = all.filter((done) => !isEarly(done)).map(({ report }) => report);
  if (reports.length === 0) return;
  const isSeveral = (file.projects?.length ?? 1) > 1;
  if (isSeveral) await write(io.out, '{"projects":[');
  for (const [i, report] of reports.entries()) {
    if (i > 0) await write(io.out, ',');
    await writeReport(report, io, items?.(report));
  }
  await write(io.out, isSeveral ? ']}\n' : '\n');
}

/** A report tells what came of it, and not why: that is for people, on standard error. */
async function sayWhatWentWrong(all: readonly SweepDone[], maxDeletions: number, io: Io): Promise<void> {
  for (const done of all.filter((each) => exitCodeOf(each) !== EXIT.done)) {
    const whose = all.length > 1 ? `${done.report.project}: ` : '';
    await write(io.err, `${whose}${verdict(done, maxDeletions)}\n`);
  }
}

async function writeReport(report: Report, io: Io, items: AsyncIterable<string> | undefined): Promise<void> {
  const text = JSON.stringify(report);
  if (!items) return write(io.out, text);
  await write(io.out, `${text.slice(0, -1)},"items":[`);
  let comma = '';
  for await (const some of items) {
    await write(io.out, comma + some);
    comma = ',';
  }
  await write(io.out, ']}');
}

/** Ended before there was anything to report. */
const isEarly = ({ report, stop }: SweepDone): boolean => stop?.kind === 'unauthorized' && !report.planComplete;

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
  if (io.err.isTTY && !settings.logLevelGiven)
    return { ...progress, pause: progress.end, end: async () => progress.end() };
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
