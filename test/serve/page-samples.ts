import { REASONS } from '../../src/commands/display/reasons.ts';
import { OUTCOMES, type KnownItem, type OutcomeCounts } from '../../src/ledger/entries.ts';
import { inWords, type PolicyInWords } from '../../src/retention/words.ts';
import type { Day } from '../../src/ledger/entries.ts';
import type { ProjectFigures } from '../../src/serve/figures.ts';
import { statusPage } from '../../src/serve/page/page.ts';
import type { PolicyView, Status } from '../../src/serve/page/state.ts';
import type { Answers } from '../../src/serve/server.ts';
import { media, message } from '../ledger/samples.ts';
import { days as daysFrom, DAY_MS, hold, NOW, policy, rule, utc } from '../support/items.ts';

/** What the status page can be about. */

type LastSweep = NonNullable<ProjectFigures['last']>;

const HOUR_MS = 3_600_000;
export const hours = (count: number): Date => new Date(NOW.getTime() + count * HOUR_MS);

export const outcomes = (own: Partial<OutcomeCounts> = {}): OutcomeCounts => ({
  deleted: 0,
  'already-gone': 0,
  deferred: 0,
  failed: 0,
  uncertain: 0,
  'not-sent': 0,
  ...own,
});

export const aLastSweep = (own: Partial<LastSweep> = {}): LastSweep => ({
  sweepId: 'sweep-1',
  startedAt: hours(-9),
  endedAt: new Date(hours(-9).getTime() + 252_000),
  mode: 'enforce',
  result: 'complete',
  planned: 1_840,
  outcomes: outcomes({ deleted: 1_829, 'already-gone': 8, deferred: 3 }),
  retained: { 'not-due': 48_211, forever: 3_127, hold: 204, 'in-progress': 17, 'unknown-type': 2 },
  stuckInProgress: 0,
  ...own,
});

/** A project that was swept this morning, with nothing left over. */
export const figures = (own: Partial<ProjectFigures> = {}): ProjectFigures => ({
  project: 'main',
  last: aLastSweep(),
  lastCompleteAt: aLastSweep().endedAt,
  oldestOverdueAt: undefined,
  nextDueAt: hours(2),
  openItems: 0,
  attention: { open: [], failed: [] },
  ...own,
});

/** A project that nobody has swept. */
export const unswept = (project = 'main'): ProjectFigures =>
  figures({ project, last: undefined, lastCompleteAt: undefined, nextDueAt: undefined });

/** One whose last sweep ended like this. */
export const endedAs = (result: LastSweep['result'], own: Partial<LastSweep> = {}): ProjectFigures =>
  figures({ last: aLastSweep({ result, ...own }) });

/** Item `n` of the ledger, as the page names it. */
export const anItem = (n: number, own: Partial<KnownItem> = {}): KnownItem => ({
  sweepId: 'sweep-1',
  mode: 'enforce',
  project: 'main',
  projectId: 'project-1',
  messageSid: message(n),
  mediaSid: media(n),
  rule: 'pictures',
  expiredAt: daysFrom(-n),
  plannedAt: hours(-9),
  outcome: 'uncertain',
  settledAt: undefined,
  why: undefined,
  ...own,
});

export const OUR_NUMBER = '+15550001111';

/** The policy that the README shows, and a little more. */
const WORDS: PolicyInWords = inWords(
  policy(
    {
      ...rule('7d', { status: ['failed', 'undelivered'] }, 'failed-soon'),
      description: 'Media of messages that never arrived',
    },
    rule('90d', { contentType: ['image/*'], status: ['sent', 'delivered', 'received'] }, 'pictures'),
    rule('1y', { contentType: ['application/pdf'], from: [OUR_NUMBER] }, 'documents'),
  ),
  [
    {
      ...hold('case-2026-17', { number: [OUR_NUMBER], since: utc('2026-01-01'), until: utc('2026-03-31') }),
      reason: `Litigation about ${OUR_NUMBER}`,
    },
  ],
);

export const view = (own: Partial<PolicyView> = {}): PolicyView => ({
  file: 'config/retention.yaml',
  policyHash: '68fdbb8e'.padEnd(64, '0'),
  mode: 'enforce',
  schedule: '0 3 * * *',
  timezone: 'Europe/Berlin',
  words: WORDS,
  problems: [],
  isReadable: true,
  ...own,
});

/** The last `count` days up to today, with what `of` says of the `at`th. */
export const lastDays = (count: number, of: (at: number) => Partial<OutcomeCounts> = () => ({})): Day[] =>
  Array.from({ length: count }, (_, at) => {
    const counts = outcomes(of(at));
    const day = new Date(NOW.getTime() - (count - 1 - at) * DAY_MS).toISOString().slice(0, 10);
    return { day, sweeps: OUTCOMES.some((outcome) => counts[outcome] > 0) ? 1 : 0, outcomes: counts };
  });

/** A month as an account of some size has it: busier on weekdays, one night without a sweep, now and then trouble. */
export const A_MONTH: readonly Day[] = lastDays(30, (at) => {
  if (at === 11) return {};
  const deleted = at % 7 < 5 ? 1_500 + ((at * 397) % 700) : 420 + ((at * 61) % 90);
  const trouble = at === 12 ? { failed: 340, uncertain: 120 } : {};
  return { deleted, 'already-gone': (at * 31) % 40, deferred: at % 4, ...trouble };
});

/** All is well, unless `own` says otherwise. */
export const aStatus = (own: Partial<Status> = {}): Status => ({
  now: NOW,
  version: '1.2.3',
  policy: view(),
  isLedgerWritable: true,
  ledgerBytes: 42_000_000,
  isStopping: false,
  sweepingSince: undefined,
  lastSlot: undefined,
  periodMs: 86_400_000,
  nextSlotAt: hours(23),
  projects: [figures()],
  days: A_MONTH,
  reasons: REASONS,
  ...own,
});

/** What the status server says where all is well. */
export const answers = (own: Partial<Answers> = {}): Answers => ({
  health: () => ({ isGood: true, word: 'ok' }),
  readiness: () => ({ isGood: true, word: 'ready' }),
  metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', text: 'media_retention_info 1\n' }),
  page: () => statusPage(aStatus()),
  ...own,
});

/** A real SID is this long. */
const sid = (n: number): string => `${String(n).padStart(8, '0')}-b3d6-403c-9536-9fad8a929a6a`;
const longNamed = (n: number, own: Partial<KnownItem>): KnownItem =>
  anItem(n, { messageSid: sid(n) as KnownItem['messageSid'], mediaSid: sid(n + 500) as KnownItem['mediaSid'], ...own });

/** Two projects of which one has items open and failed. */
const TROUBLED = figures({
  project: 'clinic-messages',
  last: aLastSweep({ planned: 412, outcomes: outcomes({ deleted: 363, failed: 26, uncertain: 23 }) }),
  oldestOverdueAt: hours(-31),
  openItems: 23,
  attention: {
    open: Array.from({ length: 20 }, (_, at) => longNamed(at + 1, {})),
    failed: Array.from({ length: 20 }, (_, at) =>
      longNamed(at + 100, { outcome: 'failed', settledAt: hours(-9), why: at % 2 === 0 ? 'still-listed' : 'refused' }),
    ),
  },
});

/** The states in which people look at the page. */
export const STATES: Readonly<Record<string, Status>> = {
  well: aStatus(),
  'policy unreadable': aStatus({
    policy: view({ isReadable: false, problems: ['config/retention.yaml:14:15 policy.rules[2].retain'] }),
  }),
  'items open and failed': aStatus({ projects: [figures(), TROUBLED], sweepingSince: hours(-0.2) }),
  empty: aStatus({
    policy: view({ mode: 'dry-run', words: inWords(policy(rule('30d')), []) }),
    projects: [unswept()],
    days: lastDays(30),
    ledgerBytes: 0,
  }),
  overdue: aStatus({ projects: [figures({ oldestOverdueAt: hours(-24 * 19 - 5) })], isStopping: false }),
  huge: aStatus({
    projects: [
      figures({
        project: 'a-project-whose-name-is-as-long-as-names-may-become-in-a-policy',
        last: aLastSweep({
          planned: 123_456_789,
          outcomes: outcomes({ deleted: 123_456_789 }),
          retained: { 'not-due': 9_876_543_210, 'in-progress': 1 },
          endedAt: hours(90),
        }),
      }),
    ],
    days: lastDays(30, (at) => ({ deleted: at * 4_000_000 })),
    ledgerBytes: 6 * 2 ** 40,
  }),
};
