import type { RecordedAnswer } from '../../src/ledger/entries.ts';
import type { HandClock } from '../support/hand-clock.ts';
import type { Account } from './account.ts';
import type { ApiSettings, Script } from './api.ts';
import type { Settings } from './process.ts';
import type { Truth } from './truth.ts';

/** What a script may do to the world besides answering. */
interface Doings {
  readonly truth: Truth;
  readonly clock: HandClock;
  /** The operator stops the sweep, or its time is over. */
  readonly stop: (kind: 'stopped' | 'time') => void;
  /** Somebody edits the policy file: it is not the planned one any more. */
  readonly edit: () => void;
}

/** An item that a sweep killed before this scenario left marked as being sent. */
export interface LeftOpen {
  readonly message: string;
  readonly media: string;
  /** What is on record of its answer. */
  readonly answer?: RecordedAnswer['kind'];
  /** What really became of its DELETE: it took effect, never will, or will after so many ms. */
  readonly applied: boolean | number;
}

/** One story of a sweep, which is then told again and again, each time with a process that dies elsewhere in it. */
export interface Scenario {
  readonly name: string;
  readonly account: Account;
  /** Of a second project in the same ledger. */
  readonly second?: Account;
  readonly settings?: Partial<Settings>;
  readonly api?: Partial<ApiSettings>;
  /** What happens to the sweep. Nothing happens to those that come after it. */
  readonly script?: (here: Doings) => Script;
  readonly leftOpen?: readonly LeftOpen[];
  /** Whether a token that was refused can be read anew. */
  readonly hasNewToken?: boolean;
  /** How the sweep ends to which all this happens and which nobody kills: `complete: 3 deleted`. It shows that the script is played. */
  readonly whole: string;
  /** Where it differs for those that come after: an operator has raised a limit, or armed the policy. */
  readonly afterwards?: Partial<Settings>;
  readonly apiAfterwards?: Partial<ApiSettings>;
  /** How those two end: `complete` unless it says so; alternatives by `|`. */
  readonly ends?: readonly string[];
  /** Only so many of the points are tried, evenly: for one that has thousands. */
  readonly pointsMax?: number;
}
