import { collectDefaultMetrics, Counter, Gauge, Registry, type CollectFunction } from 'prom-client';
import type { Clock } from '../lib/clock.ts';
import { OUTCOMES, type Outcome, type SweepResult } from '../ledger/entries.ts';
import { SLOT_RESULTS, type NoticeKind, type SlotResult } from './events.ts';
import { overdueMs, type ProjectFigures } from './figures.ts';

/** What a Prometheus server is told. Every series of a known project is there from the start, so that an increase from nothing is one. */
export interface Metrics {
  readonly contentType: string;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  /** What the ledger says now. */
  show(overview: Shown): void;
  settled(project: string, outcome: Outcome): void;
  sweepEnded(project: string, result: SweepResult, isLimitRefusal: boolean): void;
  requestBegun(project: string): void;
  /** @param kind and `result` in the provider's words */
  requestEnded(project: string, kind: string, result: string): void;
  /** Of one sweep: attempts beyond a request's first, after anything but a 429. */
  retried(project: string, count: number): void;
  slotEnded(result: SlotResult): void;
  noticed(kind: NoticeKind, result: 'sent' | 'failed'): void;
}

/** What stands, as opposed to what has happened. */
export interface Shown {
  readonly projects: readonly ProjectFigures[];
  readonly ledgerBytes: number;
  readonly isArmed: boolean;
  readonly isPolicyReadable: boolean;
  readonly isLedgerWritable: boolean;
  /** `undefined` where there is no schedule. */
  readonly nextSlotAt?: Date | undefined;
}

export interface MetricsOptions {
  readonly version: string;
  /** Why media stay, in the sweep's words. */
  readonly reasons: readonly string[];
  /** With the process's own metrics and those of the schedule: for the long-running mode alone. */
  readonly isServing: boolean;
}

const RESULTS: readonly SweepResult[] = ['complete', 'refused', 'partial', 'dry-run', 'failed'];

/** The default of 10 wakes an idle process a hundred times a second, for ever. */
const LAG_PRECISION_MS = 200;

export function newMetrics({ version, reasons, isServing }: MetricsOptions, clock: Clock): Metrics {
  const registry = new Registry();
  const make = makers(registry);
  let shown: readonly ProjectFigures[] = [];

  make.gauge('info', 'Always 1; its label says which program this is.', ['version']).set({ version }, 1);
  const gauges = standing(make);
  make.gauge(
    'oldest_overdue_seconds',
    'For how long the longest overdue item has been overdue. 0: none is; absent: not swept yet. Grows between sweeps and in a dry run.',
    ['project'],
    function collect() {
      this.reset();
      for (const figures of shown) {
        const ms = overdueMs(figures, clock.now());
        if (ms !== undefined) this.set({ project: figures.project }, ms / 1000);
      }
    },
  );
  const counters = happening(make);
  const scheduled = isServing ? ofSchedule(make) : undefined;
  if (isServing) collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_PRECISION_MS });

  for (const result of SLOT_RESULTS) scheduled?.slots.inc({ result }, 0);

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    show(overview) {
      for (const { project } of overview.projects) {
        if (!shown.some((figures) => figures.project === project)) beginAtZero(project, counters);
      }
      shown = overview.projects;
      showStanding(overview, reasons, gauges);
      if (overview.nextSlotAt) scheduled?.nextSlot.set(seconds(overview.nextSlotAt));
    },
    settled: (project, outcome) => counters.settled.inc({ project, outcome }),
    sweepEnded(project, result, isLimitRefusal) {
      counters.sweeps.inc({ project, result });
      if (isLimitRefusal) counters.limitRefusals.inc({ project });
    },
    requestBegun: (project) => counters.inFlight.inc({ project }),
    requestEnded(project, kind, result) {
      counters.inFlight.dec({ project });
      counters.requests.inc({ project, kind, result });
      if (result === 'throttled') counters.throttled.inc({ project });
    },
    retried: (project, count) => counters.retries.inc({ project }, count),
    slotEnded: (result) => scheduled?.slots.inc({ result }),
    noticed: (kind, result) => counters.notices.inc({ kind, result }),
  };
}

/** A counter that appears with its first event has not increased, as far as Prometheus can tell. */
function beginAtZero(project: string, to: ReturnType<typeof happening>): void {
  for (const outcome of OUTCOMES) if (outcome !== 'uncertain') to.settled.inc({ project, outcome }, 0);
  for (const result of RESULTS) to.sweeps.inc({ project, result }, 0);
  for (const counter of [to.limitRefusals, to.throttled, to.retries]) counter.inc({ project }, 0);
  to.inFlight.inc({ project }, 0);
}

/** Every name begins with the program's. */
function makers(registry: Registry) {
  const common = <L extends string>(name: string, help: string, labelNames: readonly L[]) => ({
    name: `media_retention_${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
  return {
    gauge: <L extends string = never>(
      name: string,
      help: string,
      labels: readonly L[] = [],
      collect?: CollectFunction<Gauge<L>>,
    ): Gauge<L> => new Gauge({ ...common(name, help, labels), ...(collect && { collect }) }),
    counter: <L extends string>(name: string, help: string, labels: readonly L[]): Counter<L> =>
      new Counter(common(name, help, labels)),
  };
}

type Make = ReturnType<typeof makers>;

const happening = ({ counter, gauge }: Make) => ({
  settled: counter('settled_total', 'Items settled since the process started.', ['project', 'outcome']),
  sweeps: counter('sweeps_total', 'Sweeps since the process started.', ['project', 'result']),
  limitRefusals: counter('limit_refusals_total', 'Sweeps refused by limits.maxDeletions.', ['project']),
  requests: counter('requests_total', 'Attempts sent to the API, by what came of them.', ['project', 'kind', 'result']),
  throttled: counter('throttled_total', 'Answers with 429.', ['project']),
  retries: counter('retries_total', 'Attempts beyond the first of a request, after anything but a 429.', ['project']),
  inFlight: gauge('requests_in_flight', 'Requests under way.', ['project']),
  notices: counter('notices_total', 'Notifications, by what became of them.', ['kind', 'result']),
});

const ofSchedule = ({ counter, gauge }: Make) => ({
  slots: counter('slots_total', 'Slots of the schedule, by what became of them.', ['result']),
  nextSlot: gauge('next_slot_timestamp_seconds', 'When the schedule fires next.'),
});

const standing = ({ gauge }: Make) => ({
  armed: gauge('armed', '1: sweeps delete. 0: dry run.'),
  policyReadable: gauge('policy_readable', '1: the policy file is valid. 0: nothing is swept until it is.'),
  ledgerWritable: gauge('ledger_writable', '1: the ledger can be written. 0: nothing is deleted.'),
  ledgerBytes: gauge('ledger_bytes', 'Size of the ledger on disk.'),
  lastAt: gauge('last_sweep_timestamp_seconds', 'End of the last sweep, whatever came of it.', ['project']),
  lastCompleteAt: gauge(
    'last_complete_sweep_timestamp_seconds',
    'End of the last sweep that read everything and did what it planned.',
    ['project'],
  ),
  lastTook: gauge('last_sweep_duration_seconds', 'How long the last sweep took.', ['project']),
  last: gauge('last_sweep', '1 for the result of the last sweep.', ['project', 'result']),
  planned: gauge('planned', 'Due items that the last sweep found.', ['project']),
  outcomes: gauge('outcomes', 'What became of the items of the last sweep.', ['project', 'outcome']),
  retained: gauge('retained', 'Media that the last sweep retained, by reason.', ['project', 'reason']),
  stuck: gauge('stuck_messages', 'Messages that the last sweep saw in progress for over 48 hours.', ['project']),
  open: gauge('open_items', 'Items that were or may have been sent and are not settled.', ['project']),
});

function showStanding(overview: Shown, reasons: readonly string[], to: ReturnType<typeof standing>): void {
  for (const gauge of Object.values(to)) gauge.reset(); // a project that left the policy must not speak for ever
  to.armed.set(Number(overview.isArmed));
  to.policyReadable.set(Number(overview.isPolicyReadable));
  to.ledgerWritable.set(Number(overview.isLedgerWritable));
  to.ledgerBytes.set(overview.ledgerBytes);
  for (const { project, last, lastCompleteAt, openItems } of overview.projects) {
    to.open.set({ project }, openItems);
    if (lastCompleteAt) to.lastCompleteAt.set({ project }, seconds(lastCompleteAt));
    if (last) to.lastAt.set({ project }, seconds(last.endedAt));
    to.lastTook.set({ project }, last ? (last.endedAt.getTime() - last.startedAt.getTime()) / 1000 : 0);
    to.planned.set({ project }, last?.planned ?? 0);
    to.stuck.set({ project }, last?.stuckInProgress ?? 0);
    for (const result of RESULTS) to.last.set({ project, result }, Number(last?.result === result));
    for (const outcome of OUTCOMES) to.outcomes.set({ project, outcome }, last?.outcomes[outcome] ?? 0);
    for (const reason of reasons) to.retained.set({ project, reason }, last?.retained[reason] ?? 0);
  }
}

const seconds = (at: Date): number => at.getTime() / 1000;
