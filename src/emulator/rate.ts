import type { RateLimit } from './options.ts';
import { httpDate } from './dates.ts';

/** Asked once a request: `pass`, or what `Retry-After` has to say (`undefined`: nothing). */
export type RateGate = (nowMs: number) => 'pass' | { readonly retryAfter: string | undefined };

/** A bucket of `perSecond` requests that fills as the emulator's clock goes on. A limit of 0 lets nothing through. */
export function createRateGate({ perSecond, retryAfter = 'seconds' }: RateLimit): RateGate {
  let tokens = perSecond;
  let filledAtMs: number | undefined;
  return (nowMs) => {
    const passedMs = Math.max(0, nowMs - (filledAtMs ?? nowMs));
    filledAtMs = nowMs;
    tokens = Math.min(perSecond, tokens + (passedMs / 1000) * perSecond);
    if (tokens >= 1) {
      tokens--;
      return 'pass';
    }
    const seconds = perSecond > 0 ? Math.max(1, Math.ceil((1 - tokens) / perSecond)) : 60;
    if (retryAfter === 'none') return { retryAfter: undefined };
    return { retryAfter: retryAfter === 'date' ? httpDate(nowMs + seconds * 1000) : String(seconds) };
  };
}
