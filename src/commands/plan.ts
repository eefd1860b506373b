import { clock, configure, type Configuration } from '../app/compose.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { PlannedItem, PlanOrder } from '../ledger/entries.ts';
import type { SweepDone } from '../sweep/order.ts';
import type { Report } from '../sweep/report.ts';
import type { ExitCode } from './exit-code.ts';
import { dayOf, write, type CommonOptions, type Io } from './io.ts';
import { openToWrite } from './open-to-write.ts';
import { codeOf } from './run-sweeps.ts';
import { showSweeps } from './show-sweeps.ts';
import { writeReports } from './write-reports.ts';
import { day } from '../lib/format.ts';
import { table } from './display/table.ts';
import { UsageError } from './usage-error.ts';

export interface PlanOptions extends CommonOptions {
  readonly project?: string;
  readonly asOf?: string;
}

/** What a sweep would delete now and why. Kept in the ledger for looking at, and never executed. */
export async function plan(options: PlanOptions, io: Io): Promise<ExitCode> {
  const asOf = options.asOf === undefined ? undefined : asOfDay(options.asOf);
  const configuration = await configure(io.env, options, { credentials: 'required' });
  await using ledger = await openToWrite(configuration, io);
  const run = { mode: 'plan', lockedMs: clock.monotonicMs(), ...(asOf && { asOf }) } as const;
  const between = async ({ report }: SweepDone): Promise<void> =>
    options.json ? undefined : writeItems(report, orderOf(report, configuration), ledger, io);
  const all = await showSweeps(run, configuration, ledger, options, io, { between });
  if (options.json)
    await writeReports(all, configuration, io, (report) => itemsOf(report, orderOf(report, configuration), ledger));
  return codeOf(all);
}

/** The order in which a sweep would take them: where only some may go, those come first. */
const orderOf = ({ planned }: Report, { file }: Configuration): PlanOrder =>
  planned > file.limits.maxDeletions ? 'oldest-first' : 'as-planned';

function asOfDay(text: string): Date {
  const date = dayOf(text);
  if (date) return date;
  throw new UsageError(`--as-of ${text}: not a day. Expected YYYY-MM-DD, which means 00:00 UTC.`);
}

async function writeItems({ sweepId }: Report, order: PlanOrder, ledger: Ledger, io: Io): Promise<void> {
  let isFirst = true;
  for await (const block of ledger.plannedItems(sweepId, order)) {
    const headings = isFirst ? [['message', 'media', 'type', 'rule', 'expired']] : [];
    await write(io.out, table([...headings, ...block.map(asRow)]));
    isFirst = false;
  }
}

const asRow = ({ messageSid, mediaSid, contentType, rule, expiredAt }: PlannedItem): string[] => [
  messageSid,
  mediaSid,
  contentType ?? '',
  rule,
  day(expiredAt),
];

/** The items of a plan as the elements of a JSON array, a block at a time: a plan can be longer than memory. */
async function* itemsOf({ sweepId }: Report, order: PlanOrder, ledger: Ledger): AsyncGenerator<string> {
  for await (const block of ledger.plannedItems(sweepId, order)) {
    yield block
      .map(({ messageSid, mediaSid, contentType, rule, expiredAt }) =>
        JSON.stringify({ messageSid, mediaSid, contentType, rule, expiredAt: expiredAt.toISOString() }),
      )
      .join(',');
  }
}
