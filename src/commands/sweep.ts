import { clock, configure, ledgerPathOf, postFor, type Configuration } from '../app/compose.ts';
import { programVersion } from '../app/version.ts';
import { LedgerError, type Ledger } from '../ledger/contract.ts';
import type { Metrics } from '../serve/metrics.ts';
import type { SweepDone } from '../sweep/order.ts';
import { beside } from './beside.ts';
import { countingAudience } from './counting.ts';
import { openToWrite } from './open-to-write.ts';
import { REASONS } from './display/reasons.ts';
import { EXIT, worst, type ExitCode } from './exit-code.ts';
import { write, type CommonOptions, type Io } from './io.ts';
import { assertFolder, writeMetricsFile } from './metrics-file.ts';
import { newNotices, type Notices } from './notices.ts';
import { codeOf } from './run-sweeps.ts';
import { showSweeps } from './show-sweeps.ts';
import { writeReports } from './write-reports.ts';

export interface SweepOptions extends CommonOptions {
  readonly project?: string;
  /** Can only disarm. */
  readonly dryRun?: boolean;
  /** Prometheus text, for a collector of files. */
  readonly metricsFile?: string;
}

/** Plan, guard, execute once; then tells whoever is to be told. */
export async function sweep(options: SweepOptions, io: Io): Promise<ExitCode> {
  const configuration = await configure(io.env, options, { credentials: 'required', notify: 'required' });
  if (options.metricsFile !== undefined) assertFolder(options.metricsFile);
  try {
    return await sweepWith(configuration, options, io);
  } catch (error) {
    if (error instanceof LedgerError)
      await tellPeople((notices) => notices.notSwept('failed', error.message), configuration, undefined, io);
    throw error;
  }
}

async function sweepWith(configuration: Configuration, options: SweepOptions, io: Io): Promise<ExitCode> {
  const { metricsFile } = options;
  const metrics = metricsFile === undefined ? undefined : await loadMetrics();
  await using ledger = await openToWrite(configuration, io);
  const lock = await ledger.lock();
  if (lock === 'busy') {
    const path = ledgerPathOf(configuration.settings);
    await write(io.err, `Another sweep is running with the ledger ${path}. Nothing was started.\n`);
    return EXIT.busy;
  }
  await using held = lock;
  const all = await sweepAll(options, configuration, ledger, metrics, io);
  if (options.json) await writeReports(all, configuration, io);
  await held.release(); // whoever waits for it need not wait for messages
  const isWhole = !options.dryRun && options.project === undefined;
  await tellPeople((notices) => notices.swept(all, configuration, isWhole), configuration, metrics, io);
  if (metricsFile === undefined || !metrics) return codeOf(all);
  const isWritten = await writeMetricsFile(metricsFile, configuration, ledger, metrics, io);
  return isWritten ? codeOf(all) : worst([codeOf(all), EXIT.partial]);
}

/** Loaded where it is asked for: its package is none that every sweep should pay for. */
async function loadMetrics(): Promise<Metrics> {
  const { newMetrics } = await import('../serve/metrics.ts');
  return newMetrics({ version: programVersion(), reasons: Object.keys(REASONS), isServing: false }, clock);
}

function sweepAll(
  options: SweepOptions,
  configuration: Configuration,
  ledger: Ledger,
  metrics: Metrics | undefined,
  io: Io,
): Promise<readonly SweepDone[]> {
  const mode = options.dryRun ? 'dry-run' : configuration.settings.mode;
  const run = { mode, lockedMs: clock.monotonicMs() } as const;
  return showSweeps(run, configuration, ledger, options, io, { ...(metrics && { beside: countingAudience(metrics) }) });
}

async function tellPeople(
  about: (notices: Notices) => Promise<void>,
  configuration: Configuration,
  metrics: Metrics | undefined,
  io: Io,
): Promise<void> {
  const { settings } = configuration;
  const { tell, flush } = beside(settings, io);
  const counter = metrics ?? { noticed: () => {} };
  const notices = newNotices(() => settings.notify, { post: postFor(configuration, io.stop), metrics: counter, tell });
  await about(notices);
  await flush();
}
