import type { Clock } from '../lib/clock.ts';
import { PauseOutlasts } from './contract.ts';
import { place, spacingMs, TOLERANCE_MS } from './pace.ts';

/** When each request may begin: one after another at the pace, and none in a pause. */
export interface Turns {
  /**
   * Takes the next turn. `undefined`: it has come.
   * @throws {PauseOutlasts} (rejects) as soon as there is a pause that ends after the deadline
   * @throws `signal.reason` (rejects)
   */
  take(signal: AbortSignal): Promise<void> | undefined;
  /** Nothing begins before `untilMs`, monotonic; a pause is never made shorter. */
  pauseUntil(untilMs: number): void;
}

/** A pause may grow, or turn out hopeless, while it is waited for: so often it is looked at. */
const LOOK_MS = 1_000;

/**
 * @param perSecond asked at each turn
 * @param deadlineMs monotonic
 */
export function newTurns(perSecond: () => number, deadlineMs: number, clock: Clock): Turns {
  let dueMs = -Infinity;
  let pausedUntilMs = -Infinity;
  let pauses = 0;

  /** @returns the instant at which whoever takes it may begin */
  function takePlace(nowMs: number): number {
    const mineMs = place(dueMs, nowMs);
    dueMs = mineMs + spacingMs(perSecond());
    return mineMs - TOLERANCE_MS;
  }

  async function wait(firstMs: number, signal: AbortSignal): Promise<void> {
    let atMs = firstMs;
    let known = pauses;
    for (let nowMs = clock.monotonicMs(); ; nowMs = clock.monotonicMs()) {
      if (known !== pauses) {
        known = pauses;
        atMs = takePlace(nowMs); // the one it had lies in the pause, with everybody else's
      }
      if (pausedUntilMs > deadlineMs && pausedUntilMs > nowMs) throw pauseOutlasts(pausedUntilMs - nowMs);
      if (atMs <= nowMs) return;
      await clock.sleep(Math.min(atMs - nowMs, LOOK_MS), signal);
    }
  }

  return {
    take(signal) {
      const nowMs = clock.monotonicMs();
      const atMs = takePlace(nowMs);
      return atMs <= nowMs ? undefined : wait(atMs, signal);
    },
    pauseUntil(untilMs) {
      if (untilMs <= pausedUntilMs) return;
      pausedUntilMs = untilMs;
      dueMs = Math.max(dueMs, untilMs + TOLERANCE_MS);
      pauses++;
    },
  };
}

function pauseOutlasts(ms: number): PauseOutlasts {
  const seconds = Math.ceil(ms / 1000);
  return new PauseOutlasts(
    `The API asked for a pause of another ${seconds} s, which outlasts this sweep. Nothing more is sent.`,
  );
}
