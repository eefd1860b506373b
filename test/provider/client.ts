import { systemClock } from '../../src/lib/clock.ts';
import { signalwire, type Provider, type RequestSettings } from '../../src/provider/signalwire.ts';
import { undiciTransport } from '../../src/provider/undici-transport.ts';
import { PROJECT } from './fakes.ts';

/** The real client on the real clock; backoff and jitter take no time. */
export function client(origin: string, settings: Partial<RequestSettings> = {}): Provider & AsyncDisposable {
  const full = { concurrency: 4, perSecond: 10_000, timeoutMs: 5000, attemptsMax: 2, ...settings };
  const transport = undiciTransport(
    { origin, connections: full.concurrency, timeoutMs: full.timeoutMs },
    { clock: systemClock },
  );
  const account = { projectId: PROJECT, origin, token: { current: () => 'PTsecret' } };
  const api = signalwire(account, full, { transport, clock: systemClock, random: () => 0 });
  return { ...api, [Symbol.asyncDispose]: () => api.close() };
}
