import { unreachable } from '../lib/exhaustive.ts';
import type { Answer } from './answer.ts';
import { EMPTY, ERROR, errorAnswer, htmlAnswer } from './answer.ts';
import type { Api } from './api.ts';
import { answer, deleteLater } from './api.ts';
import { httpDate } from './dates.ts';
import type { Edit, Fault, Faults, Reply } from './faults.ts';
import type { RequestInfo } from './request.ts';

/** What becomes of a request on the wire. `cut`: half of its answer, then a reset. `silence`: nothing, ever. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'slow'; readonly answer: Answer; readonly forMs: number }
  | { readonly kind: 'cut'; readonly answer: Answer }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' };

const RESET: Outcome = { kind: 'reset' };
const SILENCE: Outcome = { kind: 'silence' };
const whole = (given: Answer): Outcome => ({ kind: 'answer', answer: given });

/** Answers a request, distorted by a fault if there is one. Where a fault says "not applied", the API never hears of it. */
export function outcomeOf(
  request: RequestInfo,
  authorization: string | undefined,
  fault: Fault | undefined,
  faults: Faults,
  api: Api,
): Outcome {
  const apply = (): Answer => answer(request, authorization, api);
  if (fault === undefined) return whole(apply());
  const { canary } = api;
  switch (fault.kind) {
    case 'reply':
      if (fault.reply.applied) apply();
      return whole(answerFrom(fault.reply));
    case 'edit':
      return whole(edited(apply(), fault.edit));
    case 'throttle':
      return whole(throttled(String(faults.retryAfterSeconds), api));
    case 'throttleDate':
      return whole(throttled(httpDate(api.state.now().getTime() + faults.retryAfterSeconds * 1000), api));
    case 'throttleBare':
      return whole(throttled(undefined, api));
    case 'serverError':
      return whole(serverError(fault.chance, api));
    case 'serverErrorAfter':
      apply();
      return whole(serverError(fault.chance, api));
    case 'html':
      return whole(htmlAnswer(request.method === 'DELETE' ? 404 : 200, 'A proxy had something to say', canary));
    case 'redirect':
      return whole({ ...EMPTY, status: 307, headers: ['Location', `/elsewhere?note=${encodeURIComponent(canary)}`] });
    case 'unapplied204':
      return whole(EMPTY);
    case 'empty204As200': {
      const given = apply();
      return whole(given.status === 204 ? { ...given, status: 200 } : given);
    }
    case 'truncated': {
      const given = apply();
      return whole({ ...given, body: given.body.slice(0, given.body.length >> 1) });
    }
    case 'resetMidBody':
      return { kind: 'cut', answer: apply() };
    case 'slow':
      return { kind: 'slow', answer: apply(), forMs: faults.slowForMs };
    case 'resetBefore':
      return RESET;
    case 'resetAfter':
      apply();
      return RESET;
    case 'hang':
      return SILENCE;
    case 'lateApply':
      return late(request, authorization, faults, api);
    default:
      return unreachable(fault);
  }
}

/** The answer is lost now, the deletion comes later; credentials are looked at first, as always. */
function late(request: RequestInfo, authorization: string | undefined, faults: Faults, api: Api): Outcome {
  const heard =
    authorization === api.authorization &&
    request.account === api.project &&
    deleteLater(request, faults.lateByMs, api);
  if (!heard) return whole(answer(request, authorization, api));
  if (faults.lateAnswer === 504) return whole(htmlAnswer(504, 'Gateway timeout', api.canary));
  return faults.lateAnswer === 'reset' ? RESET : SILENCE;
}

/** 429, as the rate limit says it too. */
export function throttled(retryAfter: string | undefined, { switches, canary }: Api): Answer {
  return errorAnswer(
    ERROR.tooManyRequests,
    switches,
    canary,
    retryAfter === undefined ? [] : ['Retry-After', retryAfter],
  );
}

/** The service itself answers in JSON, what stands before it in HTML. */
function serverError(chance: number, { switches, canary }: Api): Answer {
  const status = [500, 502, 503, 504][Math.floor(chance * 4)] ?? 500;
  if (status === 502 || status === 504) return htmlAnswer(status, 'Bad gateway', canary);
  return errorAnswer({ ...ERROR.internal, status }, switches, canary);
}

function edited(given: Answer, edit: Edit): Answer {
  if (given.status !== 200 || typeof given.body !== 'string' || !given.type?.startsWith('application/json'))
    return given;
  const body = edit(JSON.parse(given.body) as Record<string, unknown>);
  return { ...given, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function answerFrom({ status, headers = {}, body = '' }: Reply): Answer {
  const pairs = Object.entries(headers).flatMap(([name, value]) => [value].flat().flatMap((each) => [name, each]));
  return { status, type: undefined, body, headers: pairs };
}
