import { clock, configure, ledgerPathOf, openForWriting, postFor } from '../app/compose.ts';
import { createLog } from '../app/log.ts';
import { programVersion } from '../app/version.ts';
import { newMetrics } from '../serve/metrics.ts';
import { countingAudience } from './counting.ts';
import { REASONS } from './display/reasons.ts';
import { EXIT, worst, type ExitCode } from './exit-code.ts';
import { write, type CommonOptions, type Io } from './io.ts';
import { assertFolder, writeMetricsFile } from './metrics-file.ts';
import { newNotices } from './notices.ts';
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
  const { settings } = configuration;
  const metrics = newMetrics({ version: programVersion(), reasons: Object.keys(REASONS), isServing: false }, clock);
  const log = createLog(settings.logLevel, io.err);
  const notices = newNotices(() => settings.notify, { post: postFor(configuration, io.stop), metrics, tell: log.tell });

  await using ledger = await openForWriting(configuration);
  const lock = await ledger.lock();
  if (lock === 'busy') {
    const path = ledgerPathOf(settings);
    await write(io.err, `Another sweep is running with the ledger ${path}. Nothing was started.\n`);
    return EXIT.busy;
  }
  await using held = lock;
  const mode = options.dryRun ? 'dry-run' : settings.mode;
  const run = { mode, lockedMs: clock.monotonicMs() } as const;
  const beside = countingAudience(metrics);
  const all = await showSweeps(run, configuration, ledger, options, io, { beside });
  if (options.json) await writeReports(all, configuration, io);
  await held.release(); // whoever waits for it need not wait for messages
  await notices.swept(all, configuration);
  await log.flush();
  if (options.metricsFile === undefined) return codeOf(all);
  const isWritten = await writeMetricsFile(options.metricsFile, configuration, ledger, metrics, io);
  return isWritten ? codeOf(all) : worst([codeOf(all), EXIT.partial]);
}
