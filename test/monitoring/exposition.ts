import { REASONS } from '../../src/commands/display/reasons.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { OUTCOMES, type OutcomeCounts } from '../../src/ledger/entries.ts';
import { newMetrics } from '../../src/serve/metrics.ts';

/**
 * What the program exposes, by its own registry, once everything has happened that makes a series appear: a sweep, a
 * request, and a notice of each kind.
 */
export async function exposition(): Promise<string> {
  const metrics = newMetrics({ version: '1.0.0', reasons: Object.keys(REASONS), isServing: true }, clock);
  const now = clock.now();
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as unknown as OutcomeCounts;
  const last = { sweepId: 'a', startedAt: now, endedAt: now, mode: 'enforce', result: 'complete', planned: 0 } as const;
  metrics.show({
    projects: [
      {
        project: 'main',
        last: { ...last, outcomes, retained: {}, stuckInProgress: 0 },
        lastCompleteAt: now,
        oldestOverdueAt: undefined,
        nextDueAt: undefined,
        openItems: 0,
        attention: { open: [], failed: [] },
      },
    ],
    ledgerBytes: 4096,
    isArmed: true,
    isPolicyReadable: true,
    isLedgerWritable: true,
    nextSlotAt: new Date(now.getTime() + 3_600_000),
  });
  metrics.requestBegun('main');
  metrics.requestEnded('main', 'listMessages', 'ok');
  for (const kind of ['refused', 'failed', 'digest', 'heartbeat'] as const) {
    metrics.noticed(kind, 'sent');
    metrics.noticed(kind, 'failed');
  }
  return metrics.text();
}

/** Of every metric, the values that its labels have. A metric without a series has no labels. */
export type Exposed = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

/** Reads Prometheus' text format. @throws {SyntaxError} on a line that it does not understand */
export function exposed(text: string): Exposed {
  const metrics = new Map<string, Map<string, Set<string>>>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, inner = ''] =
      /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (?:[-+]?[\d.]+(?:e[-+]?\d+)?|NaN)$/i.exec(line) ?? [];
    if (name === undefined) throw new SyntaxError(`not understood: ${line}`);
    const labels = metrics.get(name) ?? new Map<string, Set<string>>();
    for (const [, label = '', value = ''] of inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      labels.set(label, (labels.get(label) ?? new Set()).add(value));
    }
    metrics.set(name, labels);
  }
  return metrics;
}
