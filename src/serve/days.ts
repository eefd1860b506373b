import type { Ledger } from '../ledger/contract.ts';
import type { Day } from '../ledger/entries.ts';

const DAY_MS = 86_400_000;

/** The last `count` UTC days, oldest first, those without a sweep included. */
export async function lastDays(count: number, now: Date, ledger: Ledger): Promise<readonly Day[]> {
  const names = Array.from({ length: count }, (_, at) => dayOf(new Date(now.getTime() - (count - 1 - at) * DAY_MS)));
  const since = new Date(`${names[0] ?? dayOf(now)}T00:00:00Z`);
  const swept = new Map((await ledger.days(since)).map((day) => [day.day, day]));
  return names.map((day) => swept.get(day) ?? { day, sweeps: 0, outcomes: NOTHING });
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

const NOTHING = { deleted: 0, 'already-gone': 0, deferred: 0, failed: 0, uncertain: 0, 'not-sent': 0 };
