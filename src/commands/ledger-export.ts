import { openToLook } from './open-to-look.ts';
import { shown } from '../app/redact.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Disposition, DispositionFilter, HistoryFilter } from '../ledger/entries.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { dayOf, write, type CommonOptions, type Io } from './io.ts';
import { UsageError } from './usage-error.ts';

export interface ExportOptions extends CommonOptions {
  readonly format: 'jsonl' | 'csv';
  readonly since?: string;
  readonly until?: string;
  readonly sweep?: string;
  readonly project?: string;
}

/** Every item that was or may have been sent, a row each, in bounded memory. */
export async function ledgerExport(options: ExportOptions, io: Io): Promise<ExitCode> {
  const filter = filterOf(options);
  await using ledger = await openToLook(io);
  await assertKnown(options, ledger);
  const isCsv = options.format === 'csv' && !options.json;
  if (isCsv) await write(io.out, `${COLUMNS.join(',')}\r\n`);
  const line = isCsv ? csvLine : jsonLine;
  let lines: string[] = [];
  let isEmpty = true;
  for await (const row of ledger.dispositions(filter)) {
    isEmpty = false;
    lines.push(line(row));
    if (lines.length < LINES_PER_WRITE) continue;
    await write(io.out, lines.join(''));
    lines = [];
  }
  await write(io.out, lines.join(''));
  if (isEmpty) await write(io.err, 'No item of this kind is on record as sent, or as being about to be.\n');
  return EXIT.done;
}

/** An empty file is a proof that nothing was sent, and must not come of a name that was mistyped. */
async function assertKnown({ project, sweep }: ExportOptions, ledger: Ledger): Promise<void> {
  const isMissing = async (filter: Partial<HistoryFilter>): Promise<boolean> =>
    (await ledger.history({ ...filter, limit: 1 })).length === 0;
  const isUnknown = async (filter: Partial<HistoryFilter>): Promise<boolean> =>
    (await isMissing(filter)) && !(await isMissing({})); // where there is no sweep at all, every name may be right
  if (project !== undefined && (await isUnknown({ project })))
    throw new UsageError(`--project ${shown(project)}: the ledger has no sweep of such a project.`);
  if (sweep !== undefined && (await isUnknown({ sweepId: sweep })))
    throw new UsageError(`--sweep ${shown(sweep)}: the ledger has no such sweep. "history" names them.`);
}

const LINES_PER_WRITE = 500;

const COLUMNS = [
  'sweepId',
  'project',
  'projectId',
  'messageSid',
  'mediaSid',
  'contentType',
  'rule',
  'expiredAt',
  'plannedAt',
  'outcome',
  'verified',
  'settledAt',
  'attempts',
  'httpStatus',
  'apiCode',
] as const satisfies readonly (keyof Disposition)[];

type Cell = string | number | boolean | null;

const cellOf = (row: Disposition, column: (typeof COLUMNS)[number]): Cell => {
  const value = row[column] ?? null;
  return value instanceof Date ? value.toISOString() : value;
};

const jsonLine = (row: Disposition): string =>
  `${JSON.stringify(Object.fromEntries(COLUMNS.map((column) => [column, cellOf(row, column)])))}\n`;

/** As RFC 4180 says. */
const csvLine = (row: Disposition): string => `${COLUMNS.map((column) => csvCell(cellOf(row, column))).join(',')}\r\n`;

/**
 * A spreadsheet takes a cell that begins with one of these, or with its full-width form, for a formula; a quote in front
 * makes it text (OWASP, CSV injection).
 */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function filterOf({ since: from, until: to, sweep, project }: ExportOptions): DispositionFilter {
  const since = from === undefined ? undefined : instantOf('--since', from);
  const until = to === undefined ? undefined : instantOf('--until', to);
  if (since && until && since >= until)
    throw new UsageError(`--since ${from} is not before --until ${to}: nothing lies between them.`);
  return {
    ...(since && { since }),
    ...(until && { until }),
    ...(sweep !== undefined && { sweepId: sweep }),
    ...(project !== undefined && { project }),
  };
}

function instantOf(option: string, text: string): Date {
  const date = dayOf(text) ?? (ISO_INSTANT.test(text) ? new Date(text) : undefined);
  if (date === undefined || Number.isNaN(date.getTime())) {
    throw new UsageError(
      `${option} ${text}: not a date. Expected YYYY-MM-DD (00:00 UTC), or an instant such as 2026-11-23T03:00:00Z.`,
    );
  }
  return date;
}

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;
