import type { Ledger } from '../ledger/contract.ts';
import { OUTCOMES, type OutcomeCounts } from '../ledger/entries.ts';

/** What the sweeps that began on one UTC day came to, of all projects. */
export interface Day {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly sweeps: number;
  /** As the ledger counts them now. Of sweeps that were to delete. */
  readonly outcomes: OutcomeCounts;
}

const DAY_MS = 86_400_000;
const SWEEPS_MAX = 20_000;

/** The last `count` days, oldest first, those without a sweep included. */
export async function lastDays(count: number, now: Date, ledger: Ledger): Promise<readonly Day[]> {
  const names = Array.from({ length: count }, (_, at) => dayOf(new Date(now.getTime() - (count - 1 - at) * DAY_MS)));
  const days = new Map(names.map((day) => [day, { day, sweeps: 0, outcomes: nothing() }]));
  const since = new Date(`${names[0] ?? dayOf(now)}T00:00:00Z`);
  for (const { startedAt, mode, outcomes } of await ledger.history({ since, limit: SWEEPS_MAX })) {
    const day = days.get(dayOf(startedAt));
    if (!day || mode === 'plan') continue;
    day.sweeps++;
    if (mode === 'enforce') for (const outcome of OUTCOMES) day.outcomes[outcome] += outcomes[outcome];
  }
  return [...days.values()];
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

const nothing = (): Record<keyof OutcomeCounts, number> => ({
  deleted: 0,
  'already-gone': 0,
  deferred: 0,
  failed: 0,
  uncertain: 0,
  'not-sent': 0,
});
