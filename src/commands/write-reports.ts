import type { Configuration } from '../app/compose.ts';
import type { SweepDone } from '../sweep/order.ts';
import type { Report } from '../sweep/report.ts';
import { verdict } from './display/verdict.ts';
import { exitCodeOf, EXIT } from './exit-code.ts';
import { write, type Io } from './io.ts';

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
