/** How many requests at once, and how many a second. */
export interface Pace {
  /** From 1; grows by fractions, of which only whole ones count. */
  readonly concurrency: number;
  readonly perSecond: number;
}

/** Timers are right to a few milliseconds: what they are late by may be made up for, or every request would pay for it. */
export const TOLERANCE_MS = 20;

/** From the slowest pace to the full one again: some ten seconds without a fault. */
const RECOVERY_STEPS = 20;
const PER_SECOND_MIN = 1;

/** The answer to overload: half of both. */
export const slower = ({ concurrency, perSecond }: Pace): Pace => ({
  concurrency: Math.max(1, Math.floor(concurrency / 2)),
  perSecond: Math.max(PER_SECOND_MIN, perSecond / 2),
});

/**
 * The answer to a good answer: as many of them as there are requests at once earn one more at once, and a second of them
 * a twentieth of the full rate. Up to `full` and no further.
 */
export function faster(pace: Pace, full: Pace): Pace {
  if (pace.concurrency >= full.concurrency && pace.perSecond >= full.perSecond) return full;
  return {
    concurrency: Math.min(full.concurrency, pace.concurrency + 1 / pace.concurrency),
    perSecond: Math.min(full.perSecond, pace.perSecond + full.perSecond / RECOVERY_STEPS / pace.perSecond),
  };
}

/**
 * GCRA, the leaky bucket without a bucket: `dueMs` is when the next request would be due if they came evenly spaced.
 * A request takes its place there, and may begin `TOLERANCE_MS` ahead of it.
 * @returns the instant it is due, and so the one that `dueMs` moves on from
 */
export const place = (dueMs: number, nowMs: number): number => Math.max(dueMs, nowMs);

export const spacingMs = (perSecond: number): number => 1000 / perSecond;
