import { OUTCOMES, type Day, type OutcomeCounts } from '../entries.ts';
import { countsOf, recount, type SettledRow } from './counts.ts';
import type { Database } from './database.ts';

type DayRow = SettledRow & { readonly day: string; readonly sweeps: number };
type Counts = Record<keyof OutcomeCounts, number>;

const DAY = "date(started_at / 1000, 'unixepoch')";

/** Final figures are added up where they are; of sweeps that have none yet nothing is counted here. */
const DAYS = `select ${DAY} as day, count(*) as sweeps, total(f.deleted) as deleted, total(f.already_gone) as already_gone,
    total(f.deferred) as deferred, total(f.failed) as failed, total(f.not_sent) as not_sent, 0 as unverified
  from sweep left join final_count as f on f.sweep = n and mode = 'enforce'
  where started_at >= ? and mode <> 'plan' group by day order by day`;

const NOT_FINAL = `select n, ${DAY} as day from sweep where started_at >= ? and mode = 'enforce'
  and not exists (select 1 from final_count where sweep = n)`;

/** @see Ledger.days */
export async function daysSince(db: Database, since: Date): Promise<readonly Day[]> {
  const days = new Map<string, Day & { readonly outcomes: Counts }>();
  for (const row of db.all<DayRow>(DAYS, [since.getTime()])) {
    days.set(row.day, { day: row.day, sweeps: row.sweeps, outcomes: { ...countsOf(row) } });
  }
  for (const { n, day } of db.all<{ n: number; day: string }>(NOT_FINAL, [since.getTime()])) {
    const { outcomes } = await recount(db, n);
    const sum = days.get(day)?.outcomes;
    if (sum) for (const outcome of OUTCOMES) sum[outcome] += outcomes[outcome];
  }
  return [...days.values()];
}
