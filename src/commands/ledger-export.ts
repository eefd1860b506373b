import { openToLook } from './open-to-look.ts';
import type { Disposition, DispositionFilter } from '../ledger/entries.ts';
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
  const isCsv = options.format === 'csv' && !options.json;
  if (isCsv) await write(io.out, `${COLUMNS.join(',')}\r\n`);
  const line = isCsv ? csvLine : jsonLine;
  let lines: string[] = [];
  for await (const row of ledger.dispositions(filter)) {
    lines.push(line(row));
    if (lines.length < LINES_PER_WRITE) continue;
    await write(io.out, lines.join(''));
    lines = [];
  }
  await write(io.out, lines.join(''));
  return EXIT.done;
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

function filterOf({ since, until, sweep, project }: ExportOptions): DispositionFilter {
  return {
    ...(since !== undefined && { since: instantOf('--since', since) }),
    ...(until !== undefined && { until: instantOf('--until', until) }),
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
