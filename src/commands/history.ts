import { openToLook } from './open-to-look.ts';
import type { SweepSummary } from '../ledger/entries.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { wholeNumber, write, writeJson, type CommonOptions, type Io } from './io.ts';
import { instant } from '../lib/format.ts';
import { table } from './display/table.ts';

export interface HistoryOptions extends CommonOptions {
  readonly project?: string;
  readonly limit: string;
}

/** Past sweeps. One without an end was killed or still runs: it shows as partial, its figures counted from the ledger's rows. */
export async function history(options: HistoryOptions, io: Io): Promise<ExitCode> {
  const limit = Math.max(1, wholeNumber('--limit', options.limit));
  await using ledger = await openToLook(io);
  const sweeps = await ledger.history({ limit, ...(options.project !== undefined && { project: options.project }) });
  if (options.json) await writeJson(io, { sweeps: sweeps.map(asJson) });
  else await write(io.out, sweeps.length === 0 ? 'No sweep yet.\n' : table([HEADINGS, ...sweeps.map(asRow)], ''));
  return EXIT.done;
}

const resultOf = ({ end }: SweepSummary): string => end?.result ?? 'partial';

const HEADINGS = [
  'started',
  'project',
  'mode',
  'result',
  'planned',
  'deleted',
  'gone',
  'deferred',
  'failed',
  'uncertain',
  'sweep',
];

function asRow(sweep: SweepSummary): (string | number)[] {
  const { outcomes } = sweep;
  return [
    instant(sweep.startedAt),
    sweep.project,
    sweep.mode,
    resultOf(sweep),
    sweep.planned,
    outcomes.deleted,
    outcomes['already-gone'],
    outcomes.deferred,
    outcomes.failed,
    outcomes.uncertain,
    sweep.sweepId,
  ];
}

const asJson = (sweep: SweepSummary): object => ({
  sweepId: sweep.sweepId,
  project: sweep.project,
  projectId: sweep.projectId,
  mode: sweep.mode,
  result: resultOf(sweep),
  policyHash: sweep.policyHash,
  version: sweep.programVersion,
  asOf: sweep.asOf.toISOString(),
  startedAt: sweep.startedAt.toISOString(),
  endedAt: sweep.end?.endedAt.toISOString() ?? null,
  planned: sweep.planned,
  outcomes: sweep.outcomes,
});
