import { Stop } from '../../src/sweep/events.ts';

/** The operator's signal, and what pulls it. */
export function operator(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const asked = new AbortController();
  return { signal: asked.signal, stop: () => asked.abort(new Stop('stopped', 'a signal was received.')) };
}
