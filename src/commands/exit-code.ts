import { unreachable } from '../lib/exhaustive.ts';
import type { SweepDone } from '../sweep/order.ts';
import { failedItems } from '../sweep/report.ts';

/** What the process ends with. A promise to everybody who scripts it. */
export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  itemsFailed: 3,
  refused: 4,
  partial: 5,
  credentials: 6,
  busy: 7,
  ledger: 8,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const WORST_FIRST: readonly ExitCode[] = [1, 8, 6, 2, 7, 4, 5, 3, 0];

/** Of several projects the worst counts. */
export const worst = (codes: readonly ExitCode[]): ExitCode =>
  WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.done;

export function exitCodeOf({ report, stop }: SweepDone): ExitCode {
  switch (report.result) {
    case 'failed':
      return stop?.kind === 'ledger' ? EXIT.ledger : EXIT.credentials;
    case 'refused':
      return EXIT.refused;
    case 'partial':
      return EXIT.partial;
    case 'complete':
      return failedItems(report) > 0 ? EXIT.itemsFailed : EXIT.done;
    case 'dry-run':
      return EXIT.done;
    default:
      return unreachable(report.result);
  }
}
