import { duration } from '../../lib/format.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** As `duration`, and from two days on in days: `19 d 5 h`. Nobody counts 461 hours. */
export function age(ms: number): string {
  if (ms < 2 * DAY_MS) return duration(Math.max(0, ms));
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS);
  return hours === 0 ? `${Math.floor(ms / DAY_MS)} d` : `${Math.floor(ms / DAY_MS)} d ${hours} h`;
}
