import { describe, expect, test } from 'vitest';
import { verdictOn, type Status } from '../../src/serve/page/state.ts';
import { DAY_MS, NOW } from '../support/items.ts';
import { aLastSweep, aStatus, endedAs, figures, outcomes, unswept, view } from './page-samples.ts';

const named = (project: string, of: Status['projects'][number]): Status['projects'][number] => ({ ...of, project });
const joined = (status: Status, project: Status['projects'][number]): Status => ({
  ...status,
  projects: [...status.projects, project],
});
const agoMs = (ms: number): Date => new Date(NOW.getTime() - ms);

/** All that can be the matter, the worst first, and how it comes about. */
const TROUBLES: readonly [kind: string, title: string, happens: (status: Status) => Status][] = [
  ['warn', 'Stopping', (status) => ({ ...status, isStopping: true })],
  [
    'bad',
    'Nothing is swept: the policy file cannot be used',
    (status) => ({ ...status, policy: { ...status.policy, isReadable: false, problems: ['a.yaml:3:1 limts'] } }),
  ],
  ['bad', 'Nothing is deleted: the ledger cannot be written', (status) => ({ ...status, isLedgerWritable: false })],
  ['bad', 'The last sweep of fails failed', (status) => joined(status, named('fails', endedAs('failed')))],
  ['bad', 'The last sweep of refuses was refused', (status) => joined(status, named('refuses', endedAs('refused')))],
  [
    'bad',
    'Media are overdue',
    (status) => joined(status, named('late', figures({ oldestOverdueAt: agoMs(3 * DAY_MS) }))),
  ],
  [
    'warn',
    'The slot of 2026-11-23 02:00:00 UTC had no sweep: busy',
    (status) => ({ ...status, lastSlot: { slotAt: new Date('2026-11-23T02:00:00Z'), slot: 'busy' } }),
  ],
  ['warn', 'Waiting for the first sweep of new', (status) => joined(status, unswept('new'))],
  ['warn', 'Dry run: nothing is deleted', (status) => ({ ...status, policy: { ...status.policy, mode: 'dry-run' } })],
  ['warn', '2 items are open or failed', (status) => joined(status, named('open', figures({ openItems: 2 })))],
  [
    'warn',
    'The last sweep of unfinished was partial',
    (status) => joined(status, named('unfinished', endedAs('partial'))),
  ],
];

describe('the first thing to know', () => {
  test.each(TROUBLES)('is, %s: %s', (kind, title, happens) => {
    expect(verdictOn(happens(aStatus()))).toMatchObject({ kind, title });
  });

  test.each(TROUBLES.map(([kind, title], at) => ({ kind, title, at })))(
    'of several is the worst: $title',
    ({ kind, title, at }) => {
      const status = TROUBLES.slice(at).reduce((all, [, , happens]) => happens(all), aStatus());
      expect(verdictOn(status)).toMatchObject({ kind, title });
    },
  );

  test('is that all is well where nothing is the matter, with the time of the next sweep', () => {
    expect(verdictOn(aStatus())).toEqual({
      kind: 'good',
      title: 'All is well',
      detail: 'The next sweep is due at 2026-11-24 02:00:00 UTC.',
    });
    expect(verdictOn(aStatus({ nextSlotAt: undefined })).detail).toBe('The schedule never comes again.');
  });
});

const titleOf = (...projects: Status['projects']): string => verdictOn(aStatus({ projects })).title;
const titleAfter = (ms: number): string => titleOf(figures({ oldestOverdueAt: agoMs(ms) }));

describe('what is said about it', () => {
  test('where the policy file cannot be used: every place in it', () => {
    const policy = view({ isReadable: false, problems: ['a.yaml:3:1 limts', 'a.yaml:14:15 policy.rules[2].retain'] });
    expect(verdictOn(aStatus({ policy })).detail).toMatch(
      /a hold.* a\.yaml:3:1 limts · a\.yaml:14:15 policy\.rules\[2\]\.retain$/,
    );
  });

  test('where a sweep was refused by the clock: to set it right, and not to raise a limit', () => {
    const { detail } = verdictOn(aStatus({ projects: [endedAs('refused', { planned: 0 })] }));
    expect(detail).toMatch(/clock is ahead/);
    expect(detail).not.toMatch(/limits/);
  });

  test('where a week lies between two slots: nothing is late that the schedule itself lets wait', () => {
    const projects = [figures({ oldestOverdueAt: agoMs(6 * DAY_MS) })];
    expect(verdictOn(aStatus({ projects, periodMs: 7 * DAY_MS })).title).toBe('All is well');
    expect(verdictOn(aStatus({ projects })).title).toBe('Media are overdue');
  });

  test('where sweeps were refused: how much is due in each, and what to do', () => {
    const projects = [
      named('one', endedAs('refused', { planned: 12_431 })),
      named('two', endedAs('refused', { planned: 1 })),
      figures(),
    ];
    const { title, detail } = verdictOn(aStatus({ projects }));
    expect(title).toBe('The last sweep of one, two was refused');
    expect(detail).toMatch(/^one: 12,431 items due, two: 1 item due\. Nothing was deleted\. .*limits\.maxDeletions/);
  });

  test('where media are overdue: for how long at worst, in days', () => {
    const projects = [5, 19.25, 1].map((days, at) =>
      named(`p${at}`, figures({ oldestOverdueAt: agoMs(days * DAY_MS) })),
    );
    expect(verdictOn(aStatus({ projects })).detail).toBe(
      'p0, p1: for 19 d 6 h something has been due and is still there.',
    );
  });

  test('of items: open ones and failed ones together, one in the singular', () => {
    const failed = aLastSweep({ outcomes: outcomes({ failed: 1_200 }) });
    expect(titleOf(figures({ openItems: 1 }))).toBe('1 item is open or failed');
    expect(titleOf(figures({ openItems: 34, last: failed }), figures({ openItems: 6 }))).toBe(
      '1,240 items are open or failed',
    );
  });
});

describe('media count as overdue', () => {
  test('after more than two days, not at two days', () => {
    expect(titleAfter(2 * DAY_MS)).toBe('All is well');
    expect(titleAfter(2 * DAY_MS + 1)).toBe('Media are overdue');
  });

  test('also where they came due by themselves while nothing was swept', () => {
    const projects = [figures({ nextDueAt: agoMs(3 * DAY_MS) })];
    expect(verdictOn(aStatus({ projects })).title).toBe('Media are overdue');
  });

  test('also in a dry run, which deletes nothing', () => {
    const projects = [figures({ oldestOverdueAt: agoMs(3 * DAY_MS), last: aLastSweep({ result: 'dry-run' }) })];
    expect(verdictOn(aStatus({ projects, policy: view({ mode: 'dry-run' }) })).title).toBe('Media are overdue');
  });
});
