/** Figures and instants as people read them, in English and UTC. */

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

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** As `duration`, and from two days on in days: `19 d 5 h`. Nobody counts 461 hours. */
export function age(ms: number): string {
  if (ms < 2 * DAY_MS) return duration(Math.max(0, ms));
  const hours = Math.floor((ms % DAY_MS) / HOUR_MS);
  return hours === 0 ? `${Math.floor(ms / DAY_MS)} d` : `${Math.floor(ms / DAY_MS)} d ${hours} h`;
}

/** `2026-11-23 03:00:00 UTC`. */
export const instant = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
export const day = (date: Date): string => date.toISOString().slice(0, 10);
