import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../lib/clock.ts';
import type { Api } from './api.ts';
import type { Account } from './changes.ts';
import { createAccount } from './console.ts';
import { createDateWriter } from './dates.ts';
import type { FaultPlan } from './faults.ts';
import { createFaultPlan } from './faults.ts';
import { createListener } from './listener.ts';
import type { EmulatorOptions } from './options.ts';
import { DEFAULT_PROJECT, DEFAULT_TOKEN } from './options.ts';
import { createRateGate } from './rate.ts';
import type { RequestKind } from './request.ts';
import { REQUEST_KINDS } from './request.ts';
import { seedState } from './seed.ts';
import { createSids } from './sids.ts';
import type { State, Violation } from './state.ts';
import type { Switches } from './switches.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import type { Timers } from './timers.ts';
import { createTimers } from './timers.ts';
import type { Truth } from './truth.ts';
import { createTruth } from './truth.ts';
import { createDateHeader } from './wire.ts';

/** A running stand-in for the API. */
export interface Emulator {
  /** Its origin: `http://127.0.0.1:…`, without a path. */
  readonly url: string;
  readonly project: string;
  readonly token: string;
  /** May be changed at any time; counts from the next request on. */
  readonly switches: Switches;
  readonly faults: FaultPlan;
  readonly account: Account;
  readonly truth: Truth;
  /** Requests received so far, whatever became of them. */
  readonly requests: Readonly<Record<RequestKind, number>>;
  /** The most requests that waited for their answers at one time. */
  readonly maxInFlight: number;
  /** Deletions that were applied while their message was in progress. */
  readonly violations: readonly Violation[];
  latencyMs: number;
  /** Drops all connections, and requests whose latency is not over. The truth can still be asked. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the emulator on 127.0.0.1; rejects where the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { project = DEFAULT_PROJECT, token = DEFAULT_TOKEN } = options;
  const state = stateFrom(options);
  const switches: Switches = { ...DEFAULT_SWITCHES, ...options.switches };
  const faults = createFaultPlan(options.seed ?? 1, options.faults);
  const timers = createTimers();
  const requests = Object.fromEntries(REQUEST_KINDS.map((kind) => [kind, 0])) as Record<RequestKind, number>;
  const load = { latencyMs: options.latencyMs ?? 0, inFlight: 0, maxInFlight: 0 };

  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, headersTimeout: 0 });
  await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const authorization = `Basic ${Buffer.from(`${project}:${token}`).toString('base64')}`;
  const api: Api = { state, switches, project, authorization, canary: state.canary, origin: url };
  const gate = options.rateLimit && createRateGate(options.rateLimit);
  server.on(
    'request',
    createListener({ api, faults, timers, requests, load, gate, options, dateHeader: createDateHeader() }),
  );

  const close = (): Promise<void> => closeServer(server, timers);
  return {
    url,
    project,
    token,
    switches,
    faults,
    account: createAccount(state, switches),
    truth: createTruth(state),
    requests,
    get maxInFlight() {
      return load.maxInFlight;
    },
    violations: state.violations,
    get latencyMs() {
      return load.latencyMs;
    },
    set latencyMs(ms: number) {
      load.latencyMs = ms;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function stateFrom(options: EmulatorOptions): State {
  const {
    seed = 1,
    messages = 5000,
    days = 400,
    inProgressDays = Infinity,
    oddities = true,
    now = () => systemClock.now(),
    canary = '',
    canaryNumber,
    sidStyle = 'uuid',
  } = options;
  const sids = createSids(seed, sidStyle);
  const base = { seed, sids, now, writeDate: createDateWriter(), canary: canary && ` ${canary}`, canaryNumber };
  return seedState(base, { messages, days, inProgressDays, oddities });
}

function listen(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}

function closeServer(server: Server, timers: Timers): Promise<void> {
  timers.clear();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => {
    resolve(); // an error only says that it was closed already
  });
  server.closeAllConnections();
  return promise;
}
