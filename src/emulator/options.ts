import type { Faults } from './faults.ts';
import type { SidStyle } from './sids.ts';
import type { AnswerEntry, RequestInfo } from './request.ts';
import type { Switches } from './switches.ts';

/** The account everybody gets who does not ask for another. */
export const DEFAULT_PROJECT = '5e3d9a52-8c1f-4b7e-9d60-2f1c7a94b3e8';
export const DEFAULT_TOKEN = 'PT9c41f0b7d2e85a36c0d9e4f7182b53a6c7d8e9f0a1b2c3d4';

/** Everything has a default: `startEmulator()` alone is a useful account. */
export interface EmulatorOptions {
  /** 0, the default: any free port. The emulator listens on 127.0.0.1 and nowhere else. */
  readonly port?: number;
  /** The same seed, counts and `now` give the same account, SIDs included, and the same order of faults. Default 1. */
  readonly seed?: number;
  /** Messages at the start, default 5000, at most 134,217,728; a million take about 25 MB. */
  readonly messages?: number;
  /** Their dates are spread evenly over this many days before `now()`. Default 400. */
  readonly days?: number;
  /** Seeded messages that are older than this many days have ended. Default: those in progress are of any age. */
  readonly inProgressDays?: number;
  /** `false`: no seeded message has a date, status or number that nobody can read. Default: a few in a thousand have. */
  readonly oddities?: boolean;
  /** Drives seeded dates, the `Date` header, delayed effects and the rate limit. Default: the system's clock. */
  readonly now?: () => Date;
  /** Real milliseconds from a request's arrival to its being looked at. Default 0. */
  readonly latencyMs?: number;
  /** Also the AccountSid: a UUID, or `AC` and 32 hexadecimal digits for Twilio's SDK. */
  readonly project?: string;
  readonly token?: string;
  readonly sidStyle?: SidStyle;
  readonly switches?: Partial<Switches>;
  readonly faults?: Partial<Faults>;
  /**
   * A text that stands in every free text the API returns: bodies, error texts, `more_info`, `error_message`, the `uri`
   * fields no client should use, HTML pages, the place a redirect points to. A client that leaks server text leaks it.
   */
  readonly canary?: string;
  /** The other party of every second seeded message: digits that should turn up in no log, report or ledger. */
  readonly canaryNumber?: string;
  /** Answers 429 beyond this many requests a second, in bursts of as many. `retryAfter` defaults to `seconds`. */
  readonly rateLimit?: RateLimit;
  /** Called for every request before anything is done about it: the place to change the account in the middle of a sweep. */
  readonly onRequest?: (request: RequestInfo) => void;
  /** Called for every request when its answer is given, or is not. */
  readonly onAnswer?: (entry: AnswerEntry) => void;
}

export interface RateLimit {
  readonly perSecond: number;
  readonly retryAfter?: 'seconds' | 'date' | 'none';
}
