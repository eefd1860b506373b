import type { Limits } from './policy.ts';

/** Why a plan must not be executed. */
export type Refusal =
  | { readonly kind: 'limit'; readonly planned: number; readonly maxDeletions: number }
  | { readonly kind: 'clock'; readonly aheadMs: number };

/**
 * Whether a plan of `planned` items may be executed. A limit of 0 forbids; nothing planned offends no limit.
 * With `oldest-first` a plan beyond the limit is allowed, up to the limit.
 */
export function guard(planned: number, limits: Limits): Refusal | undefined {
  const { maxDeletions, onLimit } = limits;
  if (planned <= maxDeletions || onLimit === 'oldest-first') return undefined;
  return { kind: 'limit', planned, maxDeletions };
}

/**
 * A clock that runs ahead makes everything look older than it is, and deletes too early; one that is behind only waits.
 * @param ahead ours less the service's, in milliseconds, or `unknown`
 */
export function guardClock(ahead: { readonly ms: number } | 'unknown'): Refusal | undefined {
  if (ahead === 'unknown' || ahead.ms <= CLOCK_AHEAD_MAX_MS) return undefined;
  return { kind: 'clock', aheadMs: ahead.ms };
}

/** A `Date` header has whole seconds and an answer takes its time: two minutes are no measuring error. */
export const CLOCK_AHEAD_MAX_MS = 120_000;
