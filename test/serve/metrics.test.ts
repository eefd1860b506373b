import { describe, expect, test } from 'vitest';
import { REASONS } from '../../src/commands/display/reasons.ts';
import type { ProjectFigures } from '../../src/serve/figures.ts';
import { newMetrics, type Metrics, type MetricsOptions } from '../../src/serve/metrics.ts';
import { handClock, type HandClock } from '../support/hand-clock.ts';
import { NOW } from '../support/items.ts';
import { exposed } from './prometheus.ts';
import { aLastSweep, figures, hours, outcomes, unswept } from './page-samples.ts';

const OPTIONS: MetricsOptions = { version: '1.2.3', reasons: Object.keys(REASONS), isServing: true };

function start(
  projects: readonly ProjectFigures[],
  own: Partial<MetricsOptions> = {},
): { metrics: Metrics; clock: HandClock } {
  const clock = handClock(NOW);
  const metrics = newMetrics({ ...OPTIONS, ...own }, clock);
  show(metrics, projects);
  return { metrics, clock };
}

const show = (
  metrics: Metrics,
  projects: readonly ProjectFigures[],
  own: Partial<Parameters<Metrics['show']>[0]> = {},
): void =>
  metrics.show({
    projects,
    ledgerBytes: 4_096,
    isArmed: true,
    isPolicyReadable: true,
    isLedgerWritable: true,
    nextSlotAt: hours(23),
    ...own,
  });

/** Our own series, without their common beginning. */
async function ours(metrics: Metrics): Promise<Record<string, number>> {
  const all = [...exposed(await metrics.text()).series].filter(([key]) => key.startsWith('media_retention_'));
  return Object.fromEntries(all.map(([key, value]) => [key.slice('media_retention_'.length), value]));
}

describe('what stands', () => {
  test('is what the ledger says', async () => {
    const last = aLastSweep({
      result: 'partial',
      planned: 12,
      outcomes: outcomes({ deleted: 7, failed: 2, uncertain: 3 }),
      retained: { hold: 4, 'in-progress': 9 },
      stuckInProgress: 5,
    });
    const found = await ours(start([figures({ last, lastCompleteAt: hours(-33), openItems: 3 })]).metrics);
    expect(found).toMatchObject({
      'info{version="1.2.3"}': 1,
      armed: 1,
      policy_readable: 1,
      ledger_writable: 1,
      ledger_bytes: 4_096,
      next_slot_timestamp_seconds: hours(23).getTime() / 1000,
      'last_sweep_timestamp_seconds{project="main"}': last.endedAt.getTime() / 1000,
      'last_complete_sweep_timestamp_seconds{project="main"}': hours(-33).getTime() / 1000,
      'last_sweep_duration_seconds{project="main"}': 252,
      'last_sweep{project="main",result="partial"}': 1,
      'last_sweep{project="main",result="complete"}': 0,
      'planned{project="main"}': 12,
      'outcomes{outcome="deleted",project="main"}': 7,
      'outcomes{outcome="uncertain",project="main"}': 3,
      'outcomes{outcome="not-sent",project="main"}': 0,
      'retained{project="main",reason="hold"}': 4,
      'retained{project="main",reason="not-due"}': 0,
      'stuck_messages{project="main"}': 5,
      'open_items{project="main"}': 3,
    });
  });

  test('is replaced by what stands next, to the last reason', async () => {
    const { metrics } = start([figures({ openItems: 3 })]);
    show(metrics, [figures({ last: aLastSweep({ result: 'failed', retained: {}, planned: 0 }) })], {
      isArmed: false,
      isPolicyReadable: false,
      isLedgerWritable: false,
    });
    expect(await ours(metrics)).toMatchObject({
      armed: 0,
      policy_readable: 0,
      ledger_writable: 0,
      'last_sweep{project="main",result="complete"}': 0,
      'last_sweep{project="main",result="failed"}': 1,
      'retained{project="main",reason="not-due"}': 0,
      'open_items{project="main"}': 0,
    });
  });
});

test('a project that has left the policy says nothing any more', async () => {
  const { metrics } = start([
    figures(),
    figures({ project: 'old', oldestOverdueAt: hours(-99), lastCompleteAt: hours(-99) }),
  ]);
  expect(Object.keys(await ours(metrics)).filter((key) => /overdue.*old|last_complete.*old/.test(key))).toHaveLength(2);
  show(metrics, [figures()]);
  const standing = /^(?:oldest|last|planned|outcomes|retained|stuck|open).*"old"/;
  expect(Object.keys(await ours(metrics)).filter((key) => standing.test(key))).toEqual([]);
});

describe('the age of the oldest overdue item', () => {
  const KEY = 'oldest_overdue_seconds{project="main"}';

  test('is absent before the first sweep', async () => {
    expect(await ours(start([unswept()]).metrics)).not.toHaveProperty([KEY]);
  });

  test('grows with the clock between sweeps, though nothing is shown anew', async () => {
    const { metrics, clock } = start([figures({ oldestOverdueAt: hours(-5) })]);
    expect((await ours(metrics))[KEY]).toBe(5 * 3_600);
    await clock.advance(90_000);
    expect((await ours(metrics))[KEY]).toBe(5 * 3_600 + 90);
  });

  test('is 0 until the next retained item comes due, and grows from then on', async () => {
    const { metrics, clock } = start([figures({ nextDueAt: hours(2) })]);
    expect((await ours(metrics))[KEY]).toBe(0);
    await clock.advance(2 * 3_600_000);
    expect((await ours(metrics))[KEY]).toBe(0);
    await clock.advance(1_500);
    expect((await ours(metrics))[KEY]).toBe(1.5);
  });

  test('grows in a dry run too', async () => {
    const { metrics, clock } = start([
      figures({ last: aLastSweep({ result: 'dry-run', mode: 'dry-run' }), oldestOverdueAt: hours(-1) }),
    ]);
    await clock.advance(3_600_000);
    expect((await ours(metrics))[KEY]).toBe(2 * 3_600);
  });

  test('is 0 again once a sweep has left nothing', async () => {
    const { metrics } = start([figures({ oldestOverdueAt: hours(-5) })]);
    show(metrics, [figures({ nextDueAt: undefined })]);
    expect((await ours(metrics))[KEY]).toBe(0);
  });
});

describe('what happens is counted', () => {
  test('once for each item, sweep, refusal, request, retry, slot and notice', async () => {
    const { metrics } = start([figures()]);
    for (let n = 0; n < 3; n++) metrics.settled('main', 'deleted');
    metrics.sweepEnded('main', 'complete', false);
    metrics.sweepEnded('main', 'refused', true);
    metrics.sweepEnded('main', 'refused', false); // by the clock
    for (const result of ['ok', 'throttled', 'throttled']) {
      metrics.requestBegun('main');
      metrics.requestEnded('main', 'deleteMedia', result);
    }
    metrics.retried('main', 4);
    metrics.slotEnded('made-up');
    metrics.noticed('heartbeat', 'sent');
    expect(await ours(metrics)).toMatchObject({
      'settled_total{outcome="deleted",project="main"}': 3,
      'settled_total{outcome="failed",project="main"}': 0,
      'sweeps_total{project="main",result="complete"}': 1,
      'sweeps_total{project="main",result="refused"}': 2,
      'limit_refusals_total{project="main"}': 1,
      'requests_total{kind="deleteMedia",project="main",result="ok"}': 1,
      'requests_total{kind="deleteMedia",project="main",result="throttled"}': 2,
      'throttled_total{project="main"}': 2,
      'retries_total{project="main"}': 4,
      'slots_total{result="made-up"}': 1,
      'notices_total{kind="heartbeat",result="sent"}': 1,
    });
  });

  test('and goes on where it was when the figures are shown anew', async () => {
    const { metrics } = start([figures()]);
    metrics.settled('main', 'deleted');
    show(metrics, [figures(), unswept('new')]);
    expect(await ours(metrics)).toMatchObject({
      'settled_total{outcome="deleted",project="main"}': 1,
      'settled_total{outcome="deleted",project="new"}': 0,
    });
  });

  test('requests in flight go up and come back to 0, each project for itself', async () => {
    const { metrics } = start([figures(), figures({ project: 'other' })]);
    for (let n = 0; n < 5; n++) metrics.requestBegun('main');
    metrics.requestEnded('main', 'listMedia', 'failed');
    const flying = async (): Promise<unknown[]> => {
      const found = await ours(metrics);
      return ['main', 'other'].map((project) => found[`requests_in_flight{project="${project}"}`]);
    };
    expect(await flying()).toEqual([4, 0]);
    for (let n = 0; n < 4; n++) metrics.requestEnded('main', 'listMedia', 'ok');
    expect(await flying()).toEqual([0, 0]);
  });
});

describe('the text', () => {
  test('can be read whatever a project is called, and says its name to the letter', async () => {
    const project = 'a "quoted" \\ name,\nwith={lines}';
    const { series } = exposed(await start([figures({ project })]).metrics.text());
    expect(series.get('media_retention_planned{project="a \\"quoted\\" \\\\ name,\\nwith={lines}"}')).toBe(1_840);
  });

  test.each([
    ['a 1', 'no end'],
    ['a{b="c" 1\n', 'not understood'],
    ['a{b="c"d="e"} 1\n', 'not understood'],
    ['a{b="c\\d"} 1\n', 'not understood'],
    ['a one\n', 'not understood'],
    ['a 1\na 2\n', 'twice'],
    ['# TYPE a gauge\n# TYPE a counter\n', 'a second type'],
  ])('is read strictly here: not %j', (text, why) => {
    expect(() => exposed(text)).toThrow(why);
  });

  test('of two programs in one process is each its own', async () => {
    const [one, two] = [start([figures()]), start([figures()])];
    one.metrics.settled('main', 'deleted');
    const key = 'settled_total{outcome="deleted",project="main"}';
    expect([(await ours(one.metrics))[key], (await ours(two.metrics))[key]]).toEqual([1, 0]);
  });
});
