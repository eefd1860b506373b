import { clock, configure, ledgerPathOf, openForWriting } from '../app/compose.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { write, type CommonOptions, type Io } from './io.ts';
import { codeOf, runSweeps, writeReports } from './run-sweeps.ts';

export interface SweepOptions extends CommonOptions {
  readonly project?: string;
  /** Can only disarm. */
  readonly dryRun?: boolean;
}

/** Plan, guard, execute once. */
export async function sweep(options: SweepOptions, io: Io): Promise<ExitCode> {
  const configuration = await configure(io.env, options, 'required');
  await using ledger = await openForWriting(configuration);
  const lock = await ledger.lock();
  if (lock === 'busy') {
    await write(
      io.err,
      `Another sweep is running with the ledger ${ledgerPathOf(configuration.settings)}. Nothing was started.\n`,
    );
    return EXIT.busy;
  }
  await using _ = lock;
  const mode = options.dryRun ? 'dry-run' : configuration.settings.mode;
  const all = await runSweeps({ mode, lockedMs: clock.monotonicMs() }, configuration, ledger, options, io);
  if (options.json) await writeReports(all, configuration, io);
  return codeOf(all);
}
