import type { Clock } from '../lib/clock.ts';
import { Stop } from './events.ts';
import { hasWaited, inTime } from '../lib/waiting.ts';

export interface PolicyWatchDeps {
  /** Whether the policy file still has the text that was planned with. */
  readonly policyStands: () => Promise<boolean>;
  readonly clock: Clock;
  /** Ends the sweep. */
  readonly halt: (stop: Stop) => void;
}

/** So often the file is looked at; a look that takes longer than the second of these has found nothing. */
const LOOK_MS = 1_000;
const LOOK_MAX_MS = 5_000;
/** How long a look is good for: one that is older permits nothing, and another one is taken first. */
const FRESH_MS = 3_000;

/**
 * A hold that is written into the policy file in the middle of a sweep counts: planned with another text, nothing more is
 * sent. A process that was stopped or whose machine slept may wake in the middle of anything, so it does not suffice to
 * look now and then: whoever sends asks `mayBegin` first.
 */
export class PolicyWatch {
  readonly #deps: PolicyWatchDeps;
  readonly #over: AbortSignal;
  #looking: Promise<void> | undefined;
  /** When the last look that found the file unchanged began. By both clocks: a machine that slept stops the one. */
  #seen = { ms: -Infinity, wallMs: -Infinity };

  /** @param over ends looks, whose results then mean nothing */
  constructor(deps: PolicyWatchDeps, over: AbortSignal) {
    this.#deps = deps;
    this.#over = over;
  }

  /** Looks every second, until it is over or the file has changed. */
  async keepLooking(): Promise<void> {
    while (await hasWaited(LOOK_MS, this.#deps.clock, this.#over)) await this.look();
  }

  /** Looks once, or waits for the look that is being taken; halts where the text is another one. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** @returns undefined where the last look is fresh, or there is nothing more to look for; or what has to be waited for before asking again */
  mayBegin(): Promise<void> | undefined {
    return this.#over.aborted || this.#isFresh() ? undefined : this.look();
  }

  #isFresh(): boolean {
    const { clock } = this.#deps;
    const sinceMs = clock.monotonicMs() - this.#seen.ms;
    const wallSinceMs = clock.now().getTime() - this.#seen.wallMs;
    return sinceMs < FRESH_MS && wallSinceMs > -FRESH_MS && wallSinceMs < FRESH_MS;
  }

  async #lookOnce(): Promise<void> {
    const { clock, halt } = this.#deps;
    const began = { ms: clock.monotonicMs(), wallMs: clock.now().getTime() };
    const change = await this.#change();
    if (this.#over.aborted) return;
    if (change) halt(change);
    else this.#seen = began;
  }

  /** What cannot be read any more, or not in time, is not the text that was planned with either. */
  async #change(): Promise<Stop | undefined> {
    const { policyStands, clock } = this.#deps;
    try {
      return (await inTime(policyStands, LOOK_MAX_MS, false, clock, this.#over)) ? undefined : changed();
    } catch (error) {
      return changed({ cause: error });
    }
  }
}

const changed = (options?: ErrorOptions): Stop =>
  new Stop('policy-changed', 'the policy file is no longer the one that was planned with.', options);
