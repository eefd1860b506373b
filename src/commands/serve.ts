import {
  clock,
  configure,
  hasLedger,
  ledgerPathOf,
  openForWriting,
  policyHashOf,
  postFor,
  random,
  type Configuration,
} from '../app/compose.ts';
import { createLog, type Log } from '../app/log.ts';
import { ConfigError, type Problem } from '../app/problems.ts';
import { statusToken } from '../app/settings-status.ts';
import { programVersion } from '../app/version.ts';
import { LedgerError } from '../ledger/contract.ts';
import { inTime } from '../lib/waiting.ts';
import { inWords } from '../retention/words.ts';
import { newMetrics, type Metrics } from '../serve/metrics.ts';
import type { SweepEnd } from '../serve/scheduler.ts';
import { serve as serveUntil, type ServeDeps } from '../serve/serve.ts';
import type { ReadablePolicy } from '../serve/watch.ts';
import { countingAudience } from './counting.ts';
import { REASONS } from './display/reasons.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { CommonOptions, Io } from './io.ts';
import { newNotices, type Notices } from './notices.ts';
import { runSweeps } from './run-sweeps.ts';
import { UsageError } from './usage-error.ts';

/** Sweeps on schedule, and answers about it, until it is told to stop. */
export async function serve(options: CommonOptions, io: Io): Promise<ExitCode> {
  const start = await read(options, io);
  const { file, settings } = start;
  const token = statusToken(file);
  const log = createLog(settings.logLevel, io.out);
  io.onExit(() => void log.flush());
  const metrics = newMetrics({ version: programVersion(), reasons: Object.keys(REASONS), isServing: true }, clock);
  const state = { configuration: start };
  const reread = async (): Promise<Reread> => {
    await token?.refresh?.();
    const again = await inTime(() => readAgain(options, io), READING_MAX_MS, NO_ANSWER, clock);
    if ('file' in again) state.configuration = again;
    return again;
  };
  const post = postFor(start, io.stop);
  const notices = newNotices(() => state.configuration.settings.notify, { post, metrics, tell: log.tell });
  const isLedgerNew = !hasLedger(start.settings);
  const order = {
    policy: policyOf(start),
    listen: file.serve.listen,
    guard: { token: token && (() => token.current()), failed: () => log.tell({ event: 'status.failed' }) },
    version: programVersion(),
    reasons: REASONS,
  };
  const deps: ServeDeps = {
    clock,
    random,
    metrics,
    tell(event) {
      log.tell(event);
      if (event.event === 'serve.started' && isLedgerNew)
        log.tell({ event: 'ledger.made', path: ledgerPathOf(start.settings) });
    },
    openLedger: (mustExist) => openForWriting(state.configuration, mustExist),
    digest: (status) => notices.digest(status),
    async readPolicy() {
      const again = await reread();
      return 'file' in again ? policyOf(again) : { kind: 'unreadable', problems: again.problems };
    },
    async sweep(stop) {
      const again = await reread();
      return 'file' in again ? sweepSlot(again, { metrics, notices, log }, stop) : refused(again, notices);
    },
  };
  try {
    await serveUntil(order, deps, io.stop);
    return EXIT.done;
  } catch (error) {
    throw listenTrouble(error, file.serve.listen);
  } finally {
    await log.flush();
  }
}

const read = (options: CommonOptions, io: Io): Promise<Configuration> =>
  configure(io.env, options, { credentials: 'required', notify: 'required' });

/** What was good at the start and cannot be used now is a state, not the end. */
type Reread = Configuration | { readonly problems: readonly string[] };

async function readAgain(options: CommonOptions, io: Io): Promise<Reread> {
  try {
    return await read(options, io);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems.map(placeOf) };
  }
}

/** A key that nobody knows may be anything, a secret too: only what looks like one is repeated. */
const placeOf = ({ place, path }: Problem): string =>
  path !== undefined && /^[A-Za-z0-9_.[\]]{1,80}$/.test(path) ? `${place} ${path}` : place;

/** A disk that does not answer must hold neither the next slots nor the end: what is late cannot be used. */
const READING_MAX_MS = 5_000;
const NO_ANSWER: Reread = { problems: ['the policy file (no answer)'] };

async function refused({ problems }: { readonly problems: readonly string[] }, notices: Notices): Promise<SweepEnd> {
  const why = `the policy file or the environment cannot be used (${problems.join(', ')}).`;
  await notices.notSwept('refused', why);
  return { kind: 'refused', why };
}

interface SlotDeps {
  readonly metrics: Metrics;
  readonly notices: Notices;
  readonly log: Log;
}

/** One sweep of all projects, under the policy and with the credentials that were read just now. */
async function sweepSlot(
  configuration: Configuration,
  { metrics, notices, log }: SlotDeps,
  stop: AbortSignal,
): Promise<SweepEnd> {
  const counting = countingAudience(metrics);
  const tell: typeof log.tell = (event) => {
    log.tell(event);
    if ('sweepId' in event) counting.tell(event);
  };
  try {
    await using ledger = await openForWriting(configuration, true);
    const lock = await ledger.lock();
    if (lock === 'busy') return { kind: 'busy', why: 'another process is sweeping with this ledger.' };
    await using held = lock;
    const run = { mode: configuration.settings.mode, lockedMs: clock.monotonicMs() } as const;
    const all = await runSweeps(run, configuration, ledger, { ...counting, tell }, stop);
    await held.release();
    await notices.swept(all, configuration);
    const lost = all.find(({ stop: why }) => why?.kind === 'ledger')?.stop;
    return lost ? { kind: 'failed', why: lost.message } : { kind: 'done' };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    await notices.notSwept('failed', error.message);
    return { kind: 'failed', why: error.message };
  }
}

function policyOf(configuration: Configuration): ReadablePolicy {
  const { file, settings } = configuration;
  const {
    schedule,
    timezone,
    serve: { catchUp, jitterMs },
  } = file;
  return {
    kind: 'readable',
    timing: { schedule, timezone, catchUp, jitterMs },
    projects: settings.projects,
    view: {
      file: file.file,
      policyHash: policyHashOf(file),
      mode: settings.mode,
      schedule,
      timezone,
      words: inWords(file.policy, file.holds),
    },
  };
}

function listenTrouble(error: unknown, { host, port }: { readonly host: string; readonly port: number }): unknown {
  const code =
    error instanceof Error && 'syscall' in error && error.syscall === 'listen' && 'code' in error
      ? error.code
      : undefined;
  const found = LISTEN_TROUBLE[String(code)];
  return found === undefined
    ? error
    : new UsageError(`serve.listen ${host}:${port}: ${found}. Choose another address, or port 0 for any free one.`);
}

const LISTEN_TROUBLE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'in use',
  EACCES: 'not for this user',
  EADDRNOTAVAIL: 'no address of this machine',
};
