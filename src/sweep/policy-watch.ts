import type { Clock } from '../lib/clock.ts';
import { Stop } from './events.ts';
import { hasWaited } from '../lib/waiting.ts';

export interface PolicyWatchDeps {
  /** Whether the policy file still has the text that was planned with. */
  readonly policyStands: () => Promise<boolean>;
  readonly clock: Clock;
}

/** So often the file is looked at; a look that takes longer than the second of these has found nothing. */
const LOOK_MS = 1_000;
const LOOK_MAX_MS = 5_000;

/**
 * A hold that is written into the policy file in the middle of a sweep counts: planned with another text, nothing more is
 * sent. Looks until `over` is aborted.
 */
export async function watchPolicy(deps: PolicyWatchDeps, halt: (stop: Stop) => void, over: AbortSignal): Promise<void> {
  while (await hasWaited(LOOK_MS, deps.clock, over)) {
    const change = await policyChange(deps, over);
    if (change && !over.aborted) return halt(change);
  }
}

/**
 * What cannot be read any more, or not in time, is not the text that was planned with either. Never rejects.
 * @param over ends the look, whose result then means nothing
 */
export async function policyChange(
  { policyStands, clock }: PolicyWatchDeps,
  over: AbortSignal,
): Promise<Stop | undefined> {
  const looked = new AbortController();
  try {
    const late = hasWaited(LOOK_MAX_MS, clock, AbortSignal.any([over, looked.signal])).then(() => false);
    return (await Promise.race([policyStands(), late])) ? undefined : changed();
  } catch (error) {
    return changed({ cause: error });
  } finally {
    looked.abort();
  }
}

const changed = (options?: ErrorOptions): Stop =>
  new Stop('policy-changed', 'the policy file is no longer the one that was planned with.', options);
