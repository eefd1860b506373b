import { expect, test } from 'vitest';
import { REASONS } from '../../src/commands/display/reasons.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ProjectFigures } from '../../src/serve/figures.ts';
import { newMetrics } from '../../src/serve/metrics.ts';
import { figures, hours, unswept } from './page-samples.ts';
import { exposed, type Exposed } from './prometheus.ts';

/** What alerts, dashboard and other people's queries go by: a name that changes here breaks them. */

const labelled = (name: string, project: string, label: string, values: string): string[] =>
  values.split(' ').map((value) => `${name}{${[`project="${project}"`, `${label}="${value}"`].toSorted().join()}}`);
const plain = (project: string, names: string): string[] =>
  names.split(' ').map((name) => `${name}{project="${project}"}`);

const RESULTS = 'complete refused partial dry-run failed';
const WHY_RETAINED =
  'not-due forever hold in-progress unknown-status unknown-direction unknown-number unknown-type unreadable-date ' +
  'implausible-date future-date strange-sid unsettled unlisted no-such-message';

/** Of a project, from the start. */
const ofProject = (project: string): string[] => [
  ...plain(project, 'last_sweep_duration_seconds planned stuck_messages open_items'),
  ...labelled('last_sweep', project, 'result', RESULTS),
  ...labelled('outcomes', project, 'outcome', 'deleted already-gone deferred failed uncertain not-sent'),
  ...labelled('retained', project, 'reason', WHY_RETAINED),
  ...labelled('settled_total', project, 'outcome', 'deleted already-gone deferred failed not-sent'),
  ...labelled('sweeps_total', project, 'result', RESULTS),
  ...plain(project, 'limit_refusals_total throttled_total retries_total requests_in_flight'),
];
/** Besides, once it was swept. */
const afterASweep = (project: string): string[] =>
  plain(project, 'last_sweep_timestamp_seconds last_complete_sweep_timestamp_seconds oldest_overdue_seconds');
const OF_ALL = ['info{version="1.2.3"}', 'armed', 'policy_readable', 'ledger_writable', 'ledger_bytes'];
const SLOTS = 'swept made-up skipped busy refused failed stopped missed'
  .split(' ')
  .map((result) => `slots_total{result="${result}"}`);

async function expose(projects: readonly ProjectFigures[], isServing = true): Promise<Exposed> {
  const reasons = Object.keys(REASONS);
  const metrics = newMetrics({ version: '1.2.3', reasons, isServing }, systemClock);
  const stands = { isArmed: true, isPolicyReadable: true, isLedgerWritable: true };
  metrics.show({ projects, ledgerBytes: 4_096, ...stands, nextSlotAt: hours(23) });
  return exposed(await metrics.text());
}

const PREFIX = 'media_retention_';
/** Our own names, without what all of them begin with. */
const own = (names: Iterable<string>): string[] =>
  [...names].flatMap((name) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [])).toSorted();

test('every series of a project that was never swept is there from the start, at 0, and none of a last sweep', async () => {
  const { series } = await expose([unswept()]);
  expect(own(series.keys())).toEqual(
    [...OF_ALL, 'next_slot_timestamp_seconds', ...SLOTS, ...ofProject('main')].toSorted(),
  );
  const counts = [...SLOTS, ...ofProject('main')].map((key) => [key, series.get(PREFIX + key)]);
  expect(counts.filter(([, value]) => value !== 0)).toEqual([]);
});

test('so is every series of each of several, with what is known of a last sweep', async () => {
  const { series } = await expose([figures(), unswept('other')]);
  const all = [...OF_ALL, 'next_slot_timestamp_seconds', ...SLOTS];
  expect(own(series.keys())).toEqual(
    [...all, ...ofProject('main'), ...afterASweep('main'), ...ofProject('other')].toSorted(),
  );
});

test('what only ever grows is a counter, the rest a gauge', async () => {
  const { types } = await expose([figures()]);
  const names = own(types.keys());
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    expect([name, types.get(PREFIX + name)]).toEqual([name, name.endsWith('_total') ? 'counter' : 'gauge']);
  }
});

test('the long-running mode also says what its process takes', async () => {
  const { series } = await expose([figures()]);
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'process_start_time_seconds',
    'nodejs_eventloop_lag_p99_seconds',
  ])
    expect([name, series.get(name)]).toEqual([name, expect.any(Number)]);
});

test('a single sweep says nothing of a schedule or a process', async () => {
  const { types, series } = await expose([figures()], false);
  expect([...types.keys()].filter((name) => !name.startsWith(PREFIX) || name.includes('slot'))).toEqual([]);
  expect(own(series.keys())).toEqual([...OF_ALL, ...ofProject('main'), ...afterASweep('main')].toSorted());
});

test('the reasons are those that a sweep can give', () => {
  expect(Object.keys(REASONS).toSorted()).toEqual(WHY_RETAINED.split(' ').toSorted());
});
