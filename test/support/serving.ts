import { get } from 'node:http';
import type { Ledger } from '../../src/ledger/contract.ts';
import type { ServeEvent } from '../../src/serve/events.ts';
import { newMetrics } from '../../src/serve/metrics.ts';
import type { Status } from '../../src/serve/page/state.ts';
import type { SweepEnd } from '../../src/serve/scheduler.ts';
import { serve, type ServeDeps } from '../../src/serve/serve.ts';
import type { PolicyLook, ReadablePolicy } from '../../src/serve/watch.ts';
import { fakedClock as clock, pass } from './faked-time.ts';

const REASONS = { 'not-due': 'its retention is not over', 'in-progress': 'its message is in progress' };

/** A policy as `serve` is handed it: every night at three, UTC. */
export const aPolicy = (own: Partial<ReadablePolicy> = {}): ReadablePolicy => ({
  kind: 'readable',
  timing: { schedule: '0 3 * * *', timezone: 'UTC', catchUp: true, jitterMs: 0 },
  projects: [{ name: 'main', projectId: 'project-1' }],
  view: {
    file: 'retention.yaml',
    policyHash: 'a'.repeat(64),
    mode: 'enforce',
    schedule: '0 3 * * *',
    timezone: 'UTC',
    words: { rules: [], holds: [], otherwise: 'Keep media that no rule governs for ever.' },
  },
  ...own,
});

export interface Serving {
  readonly events: ServeEvent[];
  readonly digests: Status[];
  /** The policy file as it is found from now on. */
  policy: PolicyLook | Promise<PolicyLook>;
  /** Answers over HTTP: status and text. */
  ask(path: string): Promise<string>;
  readonly stop: AbortController;
  /** Resolves, or rejects, as `serve` does. */
  readonly done: Promise<void>;
}

/** Starts `serve` on faked time, with a real socket; resolves once it listens. */
export async function serving(
  openLedger: (mustExist: boolean) => Promise<Ledger>,
  sweep: (signal: AbortSignal) => Promise<SweepEnd>,
  policy = aPolicy(),
  chance = 0,
): Promise<Serving> {
  const stop = new AbortController();
  const listening = Promise.withResolvers<string>();
  const events: ServeEvent[] = [];
  const digests: Status[] = [];
  const given: Pick<Serving, 'policy'> = { policy };
  const deps: ServeDeps = {
    clock,
    random: () => chance,
    readPolicy: async () => given.policy,
    openLedger,
    sweep,
    metrics: newMetrics({ version: '1.2.3', reasons: Object.keys(REASONS), isServing: true }, clock),
    digest: async (status) => void digests.push(status),
    tell: (event) => {
      events.push(event);
      if (event.event === 'serve.started') listening.resolve(event.listen);
    },
  };
  const order = {
    policy,
    listen: { host: '127.0.0.1', port: 0 },
    guard: { token: undefined },
    version: '1.2.3',
    reasons: REASONS,
  };
  const done = serve(order, deps, stop.signal);
  done.catch(listening.reject);
  const origin = await listening.promise;
  return Object.assign(given, { events, digests, stop, done, ask: (path: string) => ask(origin + path) });
}

/** Over a connection of its own, so that none is left behind. */
function ask(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve(`${response.statusCode} ${text.trim()}`));
    }).on('error', reject);
  });
}

/** Lets time pass in steps, with turns between them for what does not wait for time: databases and sockets. */
export async function passSlowly(ms: number, stepMs = 15_000): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    await pass(Math.min(left, stepMs));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
