import { count } from '../../lib/format.ts';

/** Rows of text in columns, as wide as their widest cell; numbers to the right. No line ends in spaces. */
export function table(rows: readonly (readonly (string | number)[])[], indent = '  '): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? count(cell) : cell)));
  const widths = columnsOf(cells);
  const isRight = rows[rows.length - 1]?.map((cell) => typeof cell === 'number') ?? [];
  return cells
    .map((row) => {
      const padded = row.map((cell, i) => (isRight[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)));
      return `${indent}${padded.join('   ')}`.trimEnd() + '\n';
    })
    .join('');
}

function columnsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return widths;
}
