import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../lib/clock.ts';
import type { Api } from './api.ts';
import type { Account } from './changes.ts';
import { createAccount } from './console.ts';
import { createDateWriter } from './dates.ts';
import type { FaultPlan } from './faults.ts';
import { createFaultPlan } from './faults.ts';
import type { EmulatorOptions } from './options.ts';
import { DEFAULT_PROJECT, DEFAULT_TOKEN } from './options.ts';
import type { Outcome } from './outcome.ts';
import { outcomeOf, throttled } from './outcome.ts';
import type { RateGate } from './rate.ts';
import { createRateGate } from './rate.ts';
import type { RequestInfo, RequestKind } from './request.ts';
import { readRequest, REQUEST_KINDS } from './request.ts';
import { seedState } from './seed.ts';
import { createSids } from './sids.ts';
import type { State, Violation } from './state.ts';
import type { Switches } from './switches.ts';
import { DEFAULT_SWITCHES } from './switches.ts';
import type { Timers } from './timers.ts';
import { createTimers } from './timers.ts';
import type { Truth } from './truth.ts';
import { createTruth } from './truth.ts';
import { createDateHeader, reset, send, sendHalf, sendSlowly } from './wire.ts';

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
  /** Drops all connections; what waited for its answer or its effect is forgotten. */
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
    now = () => systemClock.now(),
    canary = '',
    canaryNumber,
    sidStyle = 'uuid',
  } = options;
  const sids = createSids(seed, sidStyle);
  const base = { seed, sids, now, writeDate: createDateWriter(), canary: canary && ` ${canary}`, canaryNumber };
  return seedState(base, messages, days);
}

interface Listening {
  readonly api: Api;
  readonly faults: FaultPlan;
  readonly timers: Timers;
  readonly requests: Record<RequestKind, number>;
  readonly load: { latencyMs: number; inFlight: number; maxInFlight: number };
  readonly gate: RateGate | undefined;
  readonly options: EmulatorOptions;
  readonly dateHeader: ReturnType<typeof createDateHeader>;
}

function createListener(listening: Listening): (incoming: IncomingMessage, response: ServerResponse) => void {
  const { requests, load, timers, options } = listening;
  return (incoming, response) => {
    const request = readRequest(incoming.method ?? '', incoming.url ?? '');
    requests[request.kind]++;
    load.inFlight++;
    if (load.inFlight > load.maxInFlight) load.maxInFlight = load.inFlight;
    options.onRequest?.(request);

    const { authorization } = incoming.headers;
    if (load.latencyMs === 0) serve(request, authorization, response, listening);
    else {
      timers.after(load.latencyMs, () => {
        serve(request, authorization, response, listening);
      });
    }
  };
}

/** A request whose sender has gone is served all the same: it had arrived. */
function serve(
  request: RequestInfo,
  authorization: string | undefined,
  response: ServerResponse,
  listening: Listening,
): void {
  const { api, faults, gate, load, options, timers } = listening;
  const nowMs = api.state.now().getTime();
  const passed = gate?.(nowMs) ?? 'pass';
  const fault = passed === 'pass' ? faults.draw(request) : undefined;
  const outcome: Outcome =
    passed === 'pass'
      ? outcomeOf(request, authorization, fault, faults.current, api)
      : { kind: 'answer', answer: throttled(passed.retryAfter, api) };
  const date = listening.dateHeader(nowMs, api.switches.dateHeader);
  act(outcome, response, date, timers);

  // A plain answer counts as given at once; what is drawn out counts until its connection is done with it.
  if (outcome.kind === 'answer' || response.destroyed) load.inFlight--;
  else response.once('close', () => void load.inFlight--);
  const status =
    'answer' in outcome ? outcome.answer.status : ({ reset: 'reset', silence: 'none' } as const)[outcome.kind];
  options.onAnswer?.({ request, status, ...(fault && { fault: fault.kind }) });
}

function act(outcome: Outcome, response: ServerResponse, date: string | undefined, timers: Timers): void {
  switch (outcome.kind) {
    case 'answer':
      return send(response, outcome.answer, date);
    case 'slow':
      return sendSlowly(response, outcome.answer, date, outcome.forMs, timers);
    case 'cut':
      return sendHalf(response, outcome.answer, date);
    case 'reset':
      return reset(response);
    case 'silence':
      return undefined;
  }
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
