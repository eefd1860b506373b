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

/** `4182` as `4,182`. */
export const count = (n: number): string => n.toLocaleString('en-US');

/** `1 item`, `4,182 items`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** `850 ms`, `12 s`, `1 min 12 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2026-11-23 03:00:00 UTC`. */
export const instant = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
export const day = (date: Date): string => date.toISOString().slice(0, 10);
