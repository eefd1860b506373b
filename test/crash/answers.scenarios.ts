import { old, young } from './account.ts';
import { error, html, refused, reply, reset, timeout, type Act, type Asked, type Script } from './api.ts';
import type { Scenario } from './scenario.ts';

/** For DELETE number `nth` of all, or for the first ones as listed. */
const deletes =
  (...acts: readonly (Act | undefined)[]): (() => Script) =>
  () =>
  ({ kind, nth }) =>
    kind === 'delete' ? acts[nth - 1] : undefined;

/** Whatever is asked for the first time is answered with `act`. */
const firstTime =
  (kind: Asked['kind'], act: Act): (() => Script) =>
  () =>
  (asked) =>
    asked.kind === kind && asked.again === 1 ? act : undefined;

const inProgress = (status: number, code: number | string): Act => ({ answer: error(status, code) });
const ACCOUNT = [old(1, 2), old(2), young(3), old(4)];
const lateAnswer = (ms: number): Act => ({ ...timeout, applied: ms });

/** What a DELETE is answered with. */
export const ANSWERS: readonly Scenario[] = [
  {
    name: 'in progress, by 400 with the number 20009',
    account: ACCOUNT,
    script: deletes(inProgress(400, 20009)),
    whole: 'complete: 3 deleted, 1 deferred',
  },
  {
    name: 'in progress, by 409 with the text "20009"',
    account: ACCOUNT,
    script: deletes(undefined, inProgress(409, '20009')),
    whole: 'complete: 3 deleted, 1 deferred',
  },
  {
    name: 'in progress, by 422 with a list of errors',
    account: ACCOUNT,
    script: deletes(undefined, undefined, { answer: reply(422, { errors: [{ code: 20009, message: 'No.' }] }) }),
    whole: 'complete: 3 deleted, 1 deferred',
  },
  {
    name: 'in progress for ever, though listed as delivered',
    account: [old(1, 2, { fate: 'in-progress' }), old(2), old(3)],
    whole: 'complete: 2 deleted, 2 deferred',
  },
  {
    name: 'a 204 that lies',
    account: ACCOUNT,
    script: deletes({ answer: reply(204), applied: false }),
    whole: 'complete: 3 deleted, 1 failed',
  },
  {
    name: 'a 204 that is true forty seconds later',
    account: ACCOUNT,
    script: deletes({ answer: reply(204), applied: 40_000 }),
    whole: 'complete: 4 deleted',
  },
  {
    name: 'no answer, and applied when its deadline was over for 59 seconds',
    account: ACCOUNT,
    settings: { attemptsMax: 1 },
    script: deletes(lateAnswer(15_000 + 59_000)),
    whole: 'complete: 3 deleted, 1 already-gone',
  },
  {
    name: 'no answer, tried again, and the first applied late',
    account: ACCOUNT,
    script: deletes(lateAnswer(30_000), { answer: error(409, 20009) }),
    whole: 'complete: 3 deleted, 1 deferred',
  },
  {
    name: 'applied, and the answer is lost with the connection',
    account: ACCOUNT,
    settings: { attemptsMax: 1 },
    script: firstTime('delete', { ...reset, applied: true }),
    whole: 'complete: 4 already-gone',
  },
  {
    name: 'applied, and the second attempt hears that it is gone',
    account: ACCOUNT,
    script: firstTime('delete', { ...reset, applied: true }),
    whole: 'complete: 4 already-gone',
  },
  {
    name: 'lost every time and never applied',
    account: ACCOUNT,
    settings: { attemptsMax: 2 },
    script: () => (asked) => (asked.kind === 'delete' && asked.media === 'media-2-1' ? reset : undefined),
    whole: 'complete: 3 deleted, 1 failed',
  },
  {
    name: '404 with the code of the service, and not there',
    account: [...ACCOUNT, old(5, 1, { fate: 'theirs' })],
    script:
      ({ truth, clock }) =>
      ({ kind, media }) => {
        if (kind === 'delete' && media === 'media-5-1') truth.take('message-5/media-5-1', clock.monotonicMs());
      },
    whole: 'complete: 4 deleted, 1 already-gone',
  },
  {
    name: '404 with the code of the service, and still there',
    account: ACCOUNT,
    script: deletes({ answer: error(404, 20404) }),
    whole: 'complete: 3 deleted, 1 failed',
  },
  {
    name: '404 as a web page',
    account: ACCOUNT,
    script: deletes({ answer: html(404) }, { answer: html(404), applied: true }),
    whole: 'complete: 2 deleted, 1 already-gone, 1 failed',
  },
  {
    name: '500, and then 204',
    account: ACCOUNT,
    script: firstTime('delete', { answer: error(500, 20504) }),
    whole: 'complete: 4 deleted',
  },
  {
    name: '503 though it was applied',
    account: ACCOUNT,
    script: firstTime('delete', { answer: html(503), applied: true }),
    whole: 'complete: 4 already-gone',
  },
  {
    name: '429 with five seconds to wait',
    account: ACCOUNT,
    script: deletes(undefined, { answer: { ...error(429, 20429), retryAfter: '5' } }),
    whole: 'complete: 4 deleted',
  },
  {
    name: '429 without a word how long',
    account: ACCOUNT,
    script: deletes({ answer: error(429, 20429) }, { answer: error(429, 20429) }),
    whole: 'complete: 4 deleted',
  },
  {
    name: '429 with a day to wait, which outlasts the sweep',
    account: ACCOUNT,
    script: deletes(undefined, { answer: reply(429, '', { retryAfter: '86400' }) }),
    whole: 'partial: 2 uncertain, 2 not-sent',
  },
  {
    name: '401 in the middle',
    account: ACCOUNT,
    script: deletes(undefined, { answer: error(401, 20003) }),
    whole: 'failed: 2 deleted, 1 failed, 1 not-sent',
  },
  {
    name: '401 in the middle, and a new token',
    account: ACCOUNT,
    hasNewToken: true,
    script: deletes(undefined, { answer: error(401, 20003) }),
    whole: 'complete: 4 deleted',
  },
  {
    name: '403 for one item',
    account: ACCOUNT,
    script: deletes({ answer: reply(403) }),
    whole: 'failed: 1 deleted, 1 failed, 2 not-sent',
  },
  {
    name: '400 that means something else',
    account: ACCOUNT,
    script: deletes({ answer: error(400, 21610) }),
    whole: 'complete: 3 deleted, 1 failed',
  },
  {
    name: '302 to somewhere else',
    account: ACCOUNT,
    script: deletes({ answer: reply(302) }, { answer: reply(307), applied: true }),
    whole: 'complete: 2 deleted, 1 already-gone, 1 failed',
  },
  {
    name: '200 and 202 in place of 204',
    account: ACCOUNT,
    script: deletes({ answer: reply(200) }, { answer: reply(202), applied: true }),
    whole: 'complete: 2 deleted, 1 already-gone, 1 failed',
  },
  {
    name: 'no connection at first',
    account: ACCOUNT,
    script: firstTime('delete', refused),
    whole: 'complete: 4 deleted',
  },
  {
    name: 'no connection at all any more',
    account: ACCOUNT,
    script:
      () =>
      ({ kind, nth }) =>
        kind === 'delete' && nth > 1 ? refused : undefined,
    whole: 'partial: 1 deleted, 3 not-sent',
  },
];
