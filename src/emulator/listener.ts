import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Api } from './api.ts';
import type { FaultPlan } from './faults.ts';
import type { EmulatorOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { outcomeOf, throttled } from './outcome.ts';
import type { RateGate } from './rate.ts';
import type { RequestInfo, RequestKind } from './request.ts';
import { readRequest } from './request.ts';
import type { Timers } from './timers.ts';
import { reset, send, sendHalf, sendSlowly } from './wire.ts';
import type { createDateHeader } from './wire.ts';

/** What a listener needs; `load` and `requests` are kept up to date by it. */
export interface Listening {
  readonly api: Api;
  readonly faults: FaultPlan;
  readonly timers: Timers;
  readonly requests: Record<RequestKind, number>;
  readonly load: { latencyMs: number; inFlight: number; maxInFlight: number };
  readonly gate: RateGate | undefined;
  readonly options: EmulatorOptions;
  readonly dateHeader: ReturnType<typeof createDateHeader>;
}

/** What happens to each request on its way from the socket to the API and back. */
export function createListener(listening: Listening): (incoming: IncomingMessage, response: ServerResponse) => void {
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
