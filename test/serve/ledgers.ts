import type { Ledger } from '../../src/ledger/contract.ts';
import type { Outlook, Settlement, SweepMode, SweepResult } from '../../src/ledger/entries.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { anEnd, aSweep, planned, settlement } from '../ledger/samples.ts';
import { handClock } from '../support/hand-clock.ts';
import { NOW } from '../support/items.ts';

export const emptyLedger = (): Promise<Ledger> => openLedger('sqlite::memory:', { clock: handClock(NOW) });

/** What a test says of a sweep in the ledger; all has a default. */
export interface Past {
  readonly project?: string;
  readonly projectId?: string;
  readonly mode?: SweepMode;
  readonly startedAt?: Date;
  /** `killed`: it has no end. */
  readonly result?: SweepResult | 'killed';
  readonly endedAt?: Date;
  /** What became of each of its items, in order; `open`: sent, and settled by nobody. */
  readonly items?: readonly (Settlement['outcome'] | 'open')[];
  readonly planComplete?: boolean;
  readonly retained?: Readonly<Record<string, number>>;
  readonly oldestOverdueAt?: Date;
  readonly outlook?: Partial<Outlook>;
}

/** Writes a sweep into the ledger as it would have been written. @returns its id, and those of its items */
export async function write(ledger: Ledger, past: Past = {}): Promise<{ sweepId: string; ids: number[] }> {
  const { project = 'main', projectId = 'project-1', mode = 'enforce', startedAt = NOW, items = [] } = past;
  const { length: before } = await ledger.history({ limit: 10_000 });
  const sweepId = `sweep-${before + 1}`;
  const record = await ledger.begin(aSweep({ sweepId, project, projectId, mode, startedAt }));
  await record.addPlanned(items.map((_, at) => planned(before * 100 + at + 1)));
  await record.sealPlan();
  const ids = (await Array.fromAsync(record.plan('as-planned', Infinity))).flat().map(({ id }) => id);
  if (mode === 'enforce' && ids.length > 0) await record.markSending(ids, startedAt);
  for (const [at, outcome] of items.entries()) {
    const why = outcome === 'failed' ? 'still-listed' : undefined;
    if (outcome !== 'open') record.settled(ids[at] ?? 0, settlement({ outcome, why }));
  }
  await record.flush();
  const { result = mode === 'enforce' ? 'complete' : 'dry-run', endedAt = startedAt } = past;
  if (result === 'killed') return { sweepId, ids };
  const { planComplete = true, retained = {}, oldestOverdueAt, outlook } = past;
  const report = JSON.stringify({ planComplete, retained, oldestOverdueAt: oldestOverdueAt?.toISOString() ?? null });
  await record.end(
    anEnd({ result, endedAt, report, outlook: { nextDueAt: undefined, stuckInProgress: 0, ...outlook } }),
  );
  return { sweepId, ids };
}
