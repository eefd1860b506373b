import { Chance } from './chance.ts';

/** What may go wrong. Each history leaves a random part of it out: some faults hide others. */
export const FAULTS = [
  // the network
  'no-connection',
  'request-lost',
  'answer-lost',
  'applied-late',
  'sent-twice',
  'slow',
  // answers
  'error-before',
  'error-after',
  'maintenance',
  'throttled',
  'html-404',
  'html-200',
  'cut-off',
  'redirect',
  'odd-success',
  'unauthorized',
  'wrong-link',
  'foreign-row',
  'lying-204',
  'lying-404',
  'refused',
  'cursor-lost',
  'token-changed',
  // the account
  'status-moves',
  'message-added',
  'media-added',
  'media-removed',
  'message-removed',
  'list-lags',
  'odd-rows',
  'odd-dates',
  'repeated-rows',
  // the process and its machine
  'crash',
  'pause',
  'suspend',
  'stop',
  'second-worker',
  'clock-skewed',
  'clock-stepped',
  'disk-full',
  'commit-unknown',
  // the operator
  'policy-edited',
  'hold-added',
  'hold-released',
  'policy-unreadable',
  'settings-edited',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Everything that is particular to one history. */
export interface Dimensions {
  readonly seed: number;
  /** How likely each is, wherever it may happen. */
  readonly faults: ReadonlyMap<Fault, number>;
  readonly messages: number;
  /** Commands of the first worker, one after the other. */
  readonly commands: number;
  /** Where processes that crash do, instead of where chance has it. */
  readonly crashAt: number | undefined;
  readonly settings: Settings;
  readonly api: ApiHabits;
}

/** The worker's own settings. */
export interface Settings {
  readonly mode: 'enforce' | 'dry-run' | 'plan';
  readonly concurrency: number;
  readonly perSecond: number;
  readonly timeoutMs: number;
  readonly attemptsMax: number;
  readonly verify: 'always' | 'never';
  readonly markAhead: number;
  readonly maxDeletions: number;
  readonly onLimit: 'refuse' | 'oldest-first';
  readonly maxDurationMs: number;
  readonly fullScanHours: number;
  /** How long reading by days may take. */
  readonly planMs: number;
}

/** What no document says, or several say differently. */
interface ApiHabits {
  readonly paging: 'cursor' | 'offset';
  /** The most rows of a page, whatever is asked for. */
  readonly pageMax: number;
  readonly emptyLastPage: boolean;
  readonly links: 'relative' | 'json' | 'unprefixed' | 'absolute';
  readonly newestFirst: boolean;
  readonly repeatedDelete: 404 | 204;
  readonly inProgressStatus: 400 | 409 | 422;
  /** Of a message in progress; and whether that is looked at before whether the item is there. */
  readonly inProgressDelete: 'refused' | 'done';
  readonly checksStatusFirst: boolean;
  readonly codeAs: 'number' | 'string';
  readonly errorBody: 'flat' | 'objects';
  readonly numMediaFalls: boolean;
  readonly numMediaAs: 'number' | 'string';
  readonly removedMessageKeepsMedia: boolean;
  readonly removedMessageListsMedia: boolean;
  readonly dateHeader: 'right' | 'absent' | 'unreadable';
  /** How long a list may show what is gone, in ms. */
  readonly lagMs: number;
  readonly latencyMs: number;
  /** What becomes of filters by day and status; and whether "before a day" means that day as well. */
  readonly filters: 'right' | 'ignored' | 'in another zone' | 'leave some out';
  readonly beforeIncludesDay: boolean;
}

const RATES = [0.02, 0.05, 0.1, 0.3] as const;

/** What makes a history smaller. */
export interface Without {
  readonly faults: ReadonlySet<Fault>;
  readonly messagesMax: number;
  readonly crashAt?: number;
  /** These in place of the faults that are drawn: for what needs several of them at once. */
  readonly only?: readonly Fault[];
}

export const NOTHING_LEFT_OUT: Without = { faults: new Set(), messagesMax: Infinity };

/** @param without what a shrunk history does not need */
export function draw(seed: number, without: Without = NOTHING_LEFT_OUT): Dimensions {
  const faults = new Map<Fault, number>();
  for (const fault of without.only ?? swarm(seed)) {
    if (!without.faults.has(fault)) faults.set(fault, new Chance(seed, `rate of ${fault}`).pick(RATES));
  }
  const chance = new Chance(seed, 'sizes');
  const settings = drawSettings(new Chance(seed, 'settings'), faults);
  return {
    seed,
    faults,
    messages: Math.min(chance.int(1, chance.pick([3, 8, 8, 16])), without.messagesMax),
    commands: chance.int(1, 4),
    crashAt: without.crashAt,
    settings,
    api: drawHabits(new Chance(seed, 'habits'), faults, settings),
  };
}

/** Mostly a few: where everything goes wrong at once, nothing gets far enough to go wrong in a new way. */
function swarm(seed: number): readonly Fault[] {
  const chance = new Chance(seed, 'swarm');
  const left: Fault[] = [...FAULTS];
  const drawn = Array.from({ length: chance.pick([0, 1, 2, 3, 4, 6, 10, 20]) }, () =>
    left.splice(chance.int(0, left.length - 1), 1),
  );
  return drawn.flat();
}

/** What another command is given: a timeout is what the service's own pace is drawn from, and stays. */
export const redrawn = (chance: Chance, { faults, settings: { timeoutMs } }: Dimensions): Settings => ({
  ...drawSettings(chance, faults),
  timeoutMs,
});

function drawSettings(chance: Chance, faults: ReadonlyMap<Fault, number>): Settings {
  const verify = chance.happens(0.8) ? 'always' : 'never';
  return {
    mode: chance.happens(0.93) ? 'enforce' : chance.pick(['dry-run', 'plan']),
    concurrency: chance.pick([1, 2, 3, 8]),
    perSecond: chance.pick([5, 50, 1000]),
    timeoutMs: chance.pick([1_000, 5_000, 15_000, 60_000]),
    attemptsMax: chance.pick([1, 2, 3, 5]),
    verify: faults.has('lying-204') ? 'always' : verify, // unverified, a lie would have to be believed
    markAhead: chance.pick([1, 3, 500]),
    maxDeletions: chance.happens(0.8) ? 1000 : chance.pick([0, 1, 5]),
    onLimit: chance.pick(['refuse', 'oldest-first']),
    maxDurationMs: chance.pick([60_000, 600_000, 3_600_000]),
    fullScanHours: chance.pick([1, 48, 168, 168]),
    planMs: chance.happens(0.8) ? 1_800_000 : chance.pick([0, 1_000, 10_000]),
  };
}

function drawHabits(chance: Chance, faults: ReadonlyMap<Fault, number>, { timeoutMs }: Settings): ApiHabits {
  const header = chance.pick(['right', 'right', 'right', 'absent', 'unreadable'] as const);
  return {
    paging: chance.pick(['cursor', 'offset']),
    pageMax: chance.pick([1, 1, 2, 5, 1000]),
    emptyLastPage: chance.happens(0.3),
    links: chance.pick(['relative', 'json', 'unprefixed', 'absolute']),
    newestFirst: chance.happens(0.8),
    repeatedDelete: chance.pick([404, 204]),
    inProgressStatus: chance.pick([400, 409, 422]),
    codeAs: chance.pick(['number', 'string']),
    errorBody: chance.pick(['flat', 'objects']),
    numMediaFalls: chance.happens(0.5),
    numMediaAs: chance.pick(['number', 'string']),
    removedMessageKeepsMedia: chance.happens(0.5),
    removedMessageListsMedia: chance.happens(0.5),
    // Without the service's time nobody can tell that a clock runs ahead: law 9 warns, and that is all.
    dateHeader: faults.has('clock-skewed') || faults.has('clock-stepped') ? 'right' : header,
    lagMs: faults.has('list-lags') ? chance.pick([1_000, 10_000]) : 0,
    latencyMs: Math.min(chance.pick([0, 5, 100, 800, 10_000]), 0.8 * timeoutMs),
    inProgressDelete: chance.pick(['refused', 'refused', 'refused', 'done']),
    checksStatusFirst: chance.happens(0.5),
    filters: chance.happens(0.7) ? 'right' : chance.pick(['ignored', 'in another zone', 'leave some out']),
    beforeIncludesDay: chance.happens(0.5),
  };
}
