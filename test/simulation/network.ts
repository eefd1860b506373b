import type { ApiRequest, Failure, FailureKind, Reply } from '../../src/provider/transport.ts';
import { json, NO_CONTENT, readPath, type Api, type Asked, type Said } from './api.ts';
import { withForeignRow, withWrongLink } from './spoiled.ts';
import { BEGIN_MS } from './truth.ts';
import { Chance } from './chance.ts';
import type { Fault } from './dimensions.ts';
import type { World } from './world.ts';
import type { Worker } from './worker.ts';

/**
 * How long after it was given up a DELETE may still be applied, and until when every list shows it: the assumption that the
 * worker waits by.
 */
export const LATE_MS = 60_000;

/** A DELETE that has not reached the service yet, and still may. */
export interface OnItsWay {
  readonly worker: Worker;
  readonly asked: Asked;
  readonly atMs: number;
}

/** What a process that is gone has sent, its connections being closed, is applied within the minute or never. */
export const mayArrive = ({ worker, atMs }: OnItsWay): boolean => atMs <= worker.goneMs + LATE_MS;

/** What comes back, as far as the network lets it. */
interface Fate {
  readonly arrivesAfterMs: readonly number[];
  /** `never`: only its own deadline ends the request. */
  readonly end: 'answer' | 'never' | 'gateway' | FailureKind;
  readonly isSent: boolean;
}

/** The network between workers and service, and the service's bad days. */
export class Network {
  readonly onTheirWay = new Set<OnItsWay>();
  /** Requests that have reached the service. */
  requests = 0;
  /** What the service takes for the token now. */
  tokenVersion = 1;
  readonly #world: World;
  readonly #api: Api;
  readonly #chance: Chance;
  #badDays = { maintenance: 0, throttled: 0, unauthorized: 0 };

  constructor(world: World, api: Api) {
    this.#world = world;
    this.#api = api;
    this.#chance = new Chance(world.dimensions.seed, 'network');
  }

  send(worker: Worker, request: ApiRequest, signal: AbortSignal | undefined): Promise<Reply | Failure> {
    const { timeline, oracle, dimensions } = this.#world;
    const asked = readPath(request.method, request.path);
    oracle.sends(worker, asked, request);
    if (!asked) throw new Error('The worker asked for something that it never asks for.');
    const { promise, resolve, reject } = Promise.withResolvers<Reply | Failure>();
    let isOver = false;
    const end = (outcome: Reply | Failure | undefined): void => {
      if (isOver) return;
      isOver = true;
      cancelDeadline();
      signal?.removeEventListener('abort', giveUp);
      oracle.hears(worker, asked, outcome);
      if (outcome) resolve(outcome);
      else reject(signal?.reason as Error);
    };
    const giveUp = (): void => end(undefined);
    const fail = (why: FailureKind, isSent: boolean): void => end({ kind: 'failure', why, isSent });
    const cancelDeadline = worker.clock.wait(dimensions.settings.timeoutMs, 'deadline', () => fail('timeout', true));
    signal?.addEventListener('abort', giveUp);

    const fate = this.#fateOf(asked);
    for (const [nth, ms] of fate.arrivesAfterMs.entries()) {
      this.#arrive(worker, asked, request, { ms, isCopy: nth > 0 }, (reply) => {
        if (nth < fate.arrivesAfterMs.length - 1 || fate.end !== 'answer') return; // who sends again hears of the last
        const what = `answer ${reply.kind === 'reply' ? reply.status : reply.why}`;
        timeline.after(this.#latency(), what, () => end(reply), worker);
      });
    }
    const { end: why, isSent } = fate;
    if (why === 'gateway') {
      timeline.after(this.#latency(), 'answer 504', () => end(this.#reply(html(504), undefined)), worker);
    } else if (why !== 'answer' && why !== 'never') {
      timeline.after(this.#latency(), why, () => fail(why, isSent), worker);
    }
    if (asked.kind === 'delete') worker.sent();
    return promise;
  }

  #fateOf({ kind }: Asked): Fate {
    const { timeoutMs } = this.#world.dimensions.settings;
    const chance = this.#chance;
    const up = this.#latency();
    const broken = (): Fate['end'] => chance.pick(['reset', 'never']);
    const late = (): number => chance.next() * chance.pick([timeoutMs, timeoutMs + this.#lateMs()]);
    if (this.#fires('no-connection')) {
      const why = chance.pick(['unreachable', 'dns', 'certificate', 'tls', 'proxy'] as const);
      return { arrivesAfterMs: [], end: why, isSent: false };
    }
    if (this.#fires('request-lost')) return { arrivesAfterMs: [], end: broken(), isSent: true };
    if (this.#fires('answer-lost')) return { arrivesAfterMs: [up], end: broken(), isSent: true };
    if (kind === 'delete' && this.#fires('applied-late'))
      return { arrivesAfterMs: [late()], end: chance.happens(0.3) ? 'gateway' : broken(), isSent: true };
    if (kind === 'delete' && this.#fires('sent-twice'))
      return { arrivesAfterMs: [up, late()], end: 'answer', isSent: true };
    if (this.#fires('slow')) return { arrivesAfterMs: [chance.next() * timeoutMs], end: 'answer', isSent: true };
    return { arrivesAfterMs: [up], end: 'answer', isSent: true };
  }

  #arrive(
    worker: Worker,
    asked: Asked,
    request: ApiRequest,
    { ms, isCopy }: { readonly ms: number; readonly isCopy: boolean },
    answered: (reply: Reply | Failure) => void,
  ): void {
    const { timeline } = this.#world;
    const way = { worker, asked, atMs: timeline.nowMs + ms };
    if (asked.kind === 'delete') this.onTheirWay.add(way);
    timeline.after(ms, `${asked.kind} ${asked.message ?? ''}/${asked.media ?? ''} arrives`, () => {
      this.onTheirWay.delete(way);
      if (!mayArrive(way)) return;
      if (worker.isDead && !isCopy && this.#chance.happens(0.5)) return this.#linger(worker, asked, request, answered);
      this.requests++;
      this.#world.reached(this.requests);
      const { said, cut, retryAfter } = this.#serve(asked, request, isCopy);
      timeline.note(`- said ${said.status}`);
      answered(cut ? { kind: 'failure', why: 'reset', isSent: true } : this.#reply(said, retryAfter));
    });
  }

  /** What a process had sent when it died may be in somebody's queue for a while. */
  #linger(worker: Worker, asked: Asked, request: ApiRequest, answered: (reply: Reply | Failure) => void): void {
    const leftMs = Math.max(0, worker.goneMs + this.#lateMs() - this.#world.timeline.nowMs);
    this.#arrive(worker, asked, request, { ms: this.#chance.next() * leftMs, isCopy: true }, answered);
  }

  /** A 429 means that nothing was done: whoever sends a request twice never hears it of the second, when the first was done. */
  #serve(
    asked: Asked,
    request: ApiRequest,
    isCopy: boolean,
  ): { said: Said; cut?: boolean; retryAfter?: string | undefined } {
    const isDelete = asked.kind === 'delete';
    if (this.#isUnauthorized(request)) return { said: this.#api.error(401, 20003) };
    if (this.#hasBadDay('unauthorized')) return { said: this.#api.error(this.#chance.pick([401, 403]), 20003) };
    if (this.#hasBadDay('maintenance')) return { said: this.#api.error(503, 20504) };
    if (!isCopy && this.#hasBadDay('throttled'))
      return { said: this.#api.error(429, 20429), retryAfter: this.#retryAfter() };
    if (this.#fires('error-before')) {
      const status = this.#chance.pick([500, 502, 503, 504, 408]);
      return { said: this.#chance.happens(0.5) ? html(status) : this.#api.error(status, 20504) };
    }
    if (this.#fires('html-404')) return { said: html(404) };
    if (this.#fires('redirect')) return { said: html(this.#chance.pick([301, 302, 303, 307, 308])) };
    if (this.#fires('refused')) return { said: this.#api.error(this.#chance.pick([400, 405, 410, 451]), 20001) };
    if (asked.kind === 'messages' && asked.query.has('Page') && this.#fires('cursor-lost')) {
      return { said: this.#api.error(400, 54453) };
    }
    if (isDelete && this.#fires('lying-204')) return { said: NO_CONTENT };
    if (isDelete && this.#fires('lying-404')) return { said: this.#api.error(404, 20404) };
    if (isDelete && this.#fires('odd-success') && this.#chance.happens(0.5)) return { said: json(200, {}) };

    const said = this.#api.answer(asked);
    const isList = (asked.kind === 'messages' || asked.kind === 'media') && said.status === 200;
    if (isList && this.#fires('wrong-link')) return { said: withWrongLink(said, request.path, this.#chance) };
    if (isList && this.#fires('foreign-row')) return { said: withForeignRow(said, this.#chance) ?? said };
    if (this.#fires('error-after')) return { said: html(this.#chance.pick([500, 502, 504])) };
    if (this.#fires('odd-success'))
      return { said: { ...said, status: isDelete ? this.#chance.pick([200, 202, 206]) : 204 } };
    if (this.#fires('html-200')) return { said: html(200) };
    if (this.#fires('cut-off')) {
      const half = said.body.slice(0, this.#chance.int(0, Math.max(0, said.body.length - 1)));
      return this.#chance.happens(0.5) ? { said, cut: true } : { said: { ...said, body: half } };
    }
    return { said };
  }

  #isUnauthorized({ headers }: ApiRequest): boolean {
    if (this.#fires('token-changed') && this.#chance.happens(0.2)) this.tokenVersion++;
    const login = Buffer.from(headers[1]?.replace('Basic ', '') ?? '', 'base64').toString();
    return !login.endsWith(`-v${this.tokenVersion}`);
  }

  /** What does not pass at once: so many requests in a row. */
  #hasBadDay(kind: 'maintenance' | 'throttled' | 'unauthorized'): boolean {
    if (this.#badDays[kind] === 0 && this.#fires(kind)) this.#badDays[kind] = this.#chance.pick([1, 3, 30]);
    if (this.#badDays[kind] === 0 || this.#world.isCalm) return false;
    this.#badDays[kind]--;
    return true;
  }

  #retryAfter(): string | undefined {
    const inAWhile = new Date(BEGIN_MS + this.#world.timeline.nowMs + 5_000).toUTCString();
    return this.#chance.pick([undefined, undefined, '0', '1', '3.5', '-1', 'soon', inAWhile, '90', '7200']);
  }

  #reply({ status, type, body }: Said, retryAfter: string | undefined): Reply {
    const { dateHeader } = this.#world.dimensions.api;
    const now = new Date(BEGIN_MS + this.#world.timeline.nowMs).toUTCString();
    const date = { right: now, absent: undefined, unreadable: 'yesterday' }[dateHeader];
    return { kind: 'reply', status, contentType: type, retryAfter, date, body: inPieces(body) };
  }

  /** So late, at most, that lists show it within the minute. */
  #lateMs(): number {
    return LATE_MS - this.#world.dimensions.api.lagMs;
  }

  #fires(fault: Fault): boolean {
    return this.#world.fires(fault, this.#chance);
  }

  /** One way. */
  #latency(): number {
    return (this.#world.dimensions.api.latencyMs / 2) * this.#chance.next();
  }
}

const html = (status: number): Said => ({
  status,
  type: 'text/html; charset=utf-8',
  body: '<html><body>CANARY</body></html>',
});

/** As they come from a socket: cut anywhere, and the first of them long enough for the beginning of a list. */
function inPieces(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const pieces = [bytes.subarray(0, 300)];
  for (let at = 300; at < bytes.length; at += 700) pieces.push(bytes.subarray(at, at + 700));
  return pieces;
}
