import { mulberry32 } from './random.ts';
import type { RequestInfo, RequestKind } from './request.ts';

/** Faults that only a DELETE can meet. */
const OF_DELETE = ['resetAfter', 'serverErrorAfter', 'lateApply', 'unapplied204', 'empty204As200'] as const;
/** Faults that need a body to happen to. */
const OF_GET = ['truncated', 'resetMidBody'] as const;
const OF_BOTH = [
  'throttle',
  'throttleDate',
  'throttleBare',
  'serverError',
  'html',
  'resetBefore',
  'hang',
  'redirect',
  'slow',
] as const;

/**
 * What can go wrong with one request.
 *
 * - `throttle`, `throttleDate`, `throttleBare`: 429 with `Retry-After` in seconds, as a date, without. Never applied.
 * - `serverError`: 500, 502, 503 or 504, not applied. `serverErrorAfter`: the same, after the DELETE was applied.
 * - `html`: a page of some proxy, 200 for a GET and 404 for a DELETE, which is not applied.
 * - `resetBefore`: the connection is reset, nothing was applied. `resetAfter`: the DELETE was applied.
 * - `resetMidBody`: reset in the middle of a body. `truncated`: correctly framed, but the JSON breaks off.
 * - `slow`: the answer takes `slowForMs`, its body trickles. `hang`: no answer ever, nothing applied.
 * - `lateApply`: the answer is lost as `lateAnswer` says, and the DELETE is applied `lateByMs` afterwards, by the
 *   emulator's own clock, if it would still be allowed by then.
 * - `redirect`: 307 to another path, not applied. `unapplied204`: 204, and nothing was deleted.
 * - `empty204As200`: applied, but answered with 200 and no body.
 */
export const FAULT_KINDS = [...OF_BOTH, ...OF_GET, ...OF_DELETE] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/**
 * Rates from 0 to 1 for each kind, of the requests it can happen to. A request meets one fault at most, so rates that
 * add up to more than 1 crowd out the last ones of `FAULT_KINDS`.
 */
type FaultRates = { [Kind in FaultKind]: number };

export interface Faults extends FaultRates {
  retryAfterSeconds: number;
  slowForMs: number;
  lateByMs: number;
  lateAnswer: 'reset' | 'hang' | 504;
}

const DEFAULT_FAULTS: Readonly<Faults> = {
  ...(Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultRates),
  retryAfterSeconds: 1,
  slowForMs: 2000,
  lateByMs: 30_000,
  lateAnswer: 'reset',
};

/** A whole answer given instead of the API's, for everything no fault covers. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** The request is applied all the same. Default: it is not. */
  readonly applied?: boolean;
}

/** Changes the parsed JSON of an answer; what it returns is sent, a string as it is. */
export type Edit = (body: Record<string, unknown>) => unknown;

export type Fault =
  /** `chance`, in [0, 1), picks between the forms a fault can take. */
  | { readonly kind: FaultKind; readonly chance: number }
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'edit'; readonly edit: Edit };

/** Which requests a scripted fault waits for. Left out: any that it can happen to. */
type Matcher = RequestKind | ((request: RequestInfo) => boolean);

export interface FaultPlan {
  /** Rates and figures as they are now. */
  readonly current: Readonly<Faults>;
  /** Changes some of them; a rate outside 0 to 1 is a RangeError. */
  set(faults: Partial<Faults>): void;
  /** No more faults: rates 0, the script empty. */
  clear(): void;
  /** The next `times` matching requests meet this fault. Scripted faults come before drawn ones, first come first served. */
  next(kind: FaultKind, matcher?: Matcher, times?: number): void;
  /** The next matching request gets this answer. */
  nextReply(reply: Reply, matcher?: Matcher): void;
  /** The next matching request gets its answer changed: a link to elsewhere, a missing key, a strange value. */
  nextEdit(edit: Edit, matcher?: Matcher): void;
  /** Scripted faults that have not happened yet. */
  readonly waiting: number;
  /** The fault this request meets. Uses it up. */
  draw(request: RequestInfo): Fault | undefined;
}

interface Scripted {
  readonly fault: Fault;
  readonly matches: (request: RequestInfo) => boolean;
}

export function createFaultPlan(seed: number, initial: Partial<Faults> = {}): FaultPlan {
  const random = mulberry32(seed);
  const current: Faults = { ...DEFAULT_FAULTS };
  const script: Scripted[] = [];
  let quiet = true;

  const add = (fault: Fault, matcher: Matcher | undefined): void => {
    script.push({ fault, matches: matcherOf(fault, matcher) });
  };
  const set = (faults: Partial<Faults>): void => {
    refuseBadRates(faults);
    Object.assign(current, faults);
    quiet = FAULT_KINDS.every((kind) => current[kind] === 0);
  };
  set(initial);

  return {
    current,
    set,
    clear: () => {
      script.length = 0;
      set(DEFAULT_FAULTS);
    },
    next: (kind, matcher, times = 1) => {
      for (let i = 0; i < times; i++) add({ kind, chance: random() }, matcher);
    },
    nextReply: (reply, matcher) => {
      add({ kind: 'reply', reply }, matcher);
    },
    nextEdit: (edit, matcher) => {
      add({ kind: 'edit', edit }, matcher);
    },
    get waiting() {
      return script.length;
    },
    draw: (request) => {
      if (script.length > 0) {
        const index = script.findIndex(({ matches }) => matches(request));
        if (index >= 0) return script.splice(index, 1)[0]?.fault;
      }
      return quiet ? undefined : pick(current, random, request);
    },
  };
}

function refuseBadRates(faults: Partial<Faults>): void {
  for (const kind of FAULT_KINDS) {
    const rate = faults[kind] ?? 0;
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`The rate of ${kind} is ${rate}; expected 0 to 1.`);
  }
}

function pick(rates: FaultRates, random: () => number, request: RequestInfo): Fault | undefined {
  let left = random();
  for (const kind of FAULT_KINDS) {
    if (rates[kind] === 0 || !canHappen(kind, request)) continue;
    if (left < rates[kind]) return { kind, chance: random() };
    left -= rates[kind];
  }
  return undefined;
}

function matcherOf(fault: Fault, matcher: Matcher | undefined): (request: RequestInfo) => boolean {
  const asked = typeof matcher === 'string' ? (request: RequestInfo) => request.kind === matcher : matcher;
  return (request) => canHappen(fault.kind, request) && (asked === undefined || asked(request));
}

function canHappen(kind: Fault['kind'], request: RequestInfo): boolean {
  if (kind === 'lateApply') return request.kind === 'deleteMedia';
  if ((OF_DELETE as readonly string[]).includes(kind))
    return request.kind === 'deleteMedia' || request.kind === 'deleteMessage';
  if (kind === 'edit' || (OF_GET as readonly string[]).includes(kind)) return request.method === 'GET';
  return true;
}
