import { systemClock } from '../../src/lib/clock.ts';
import type { Token } from '../../src/provider/login.ts';
import { signalwire, type Provider, type ProviderDeps, type RequestSettings } from '../../src/provider/signalwire.ts';
import { undiciTransport } from '../../src/provider/undici-transport.ts';
import { PROJECT } from './fakes.ts';

interface Own extends Partial<Pick<ProviderDeps, 'clock' | 'random' | 'deadlineMs'>> {
  readonly token?: Token;
}

/**
 * The real client on real sockets; backoff and jitter take no time. A clock of the test's own is what pauses and backoff
 * go by; deadlines always go by the real one.
 */
export function client(
  origin: string,
  settings: Partial<RequestSettings> = {},
  { token = { current: () => 'PTsecret' }, ...deps }: Own = {},
): Provider & AsyncDisposable {
  const full = { concurrency: 4, perSecond: 10_000, timeoutMs: 5000, attemptsMax: 2, ...settings };
  const transport = undiciTransport(
    { origin, connections: full.concurrency, timeoutMs: full.timeoutMs },
    { clock: systemClock },
  );
  const account = { projectId: PROJECT, origin, token };
  const api = signalwire(account, full, { clock: systemClock, random: () => 0, ...deps, transport });
  return { ...api, [Symbol.asyncDispose]: () => api.close() };
}
