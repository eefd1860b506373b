import { describe, expect, test } from 'vitest';
import type { Notify } from '../../src/app/settings-notify.ts';
import { digestOf, newNotices } from '../../src/commands/notices.ts';
import type { OutcomeCounts } from '../../src/ledger/entries.ts';
import type { ProjectFigures } from '../../src/serve/figures.ts';
import type { Status } from '../../src/serve/page/state.ts';
import { aPolicy } from '../support/serving.ts';

const NONE = { deleted: 0, 'already-gone': 0, deferred: 0, failed: 0, uncertain: 0, 'not-sent': 0 };
const outcomes = (own: Partial<OutcomeCounts>): OutcomeCounts => ({ ...NONE, ...own });

const NOW = new Date('2026-11-24T00:00:05Z');
const figures = (own: Partial<ProjectFigures> = {}): ProjectFigures => ({
  project: 'main',
  last: {
    sweepId: 'sweep-1',
    startedAt: new Date('2026-11-23T03:00:00Z'),
    endedAt: new Date('2026-11-23T03:10:00Z'),
    mode: 'enforce',
    result: 'complete',
    planned: 4_182,
    outcomes: outcomes({ deleted: 4_182 }),
    retained: { 'not-due': 1_000, hold: 234 },
    stuckInProgress: 0,
  },
  lastCompleteAt: new Date('2026-11-23T03:10:00Z'),
  oldestOverdueAt: undefined,
  nextDueAt: undefined,
  openItems: 0,
  attention: { open: [], failed: [] },
  ...own,
});

function status(own: Partial<Status> = {}): Status {
  const days = ['22', '23', '24'].map((day, at) => ({
    day: `2026-11-${day}`,
    sweeps: at,
    outcomes: outcomes({ deleted: at * 2_091, failed: 1 - (at % 2) }),
  }));
  return {
    now: NOW,
    version: '0.0.0',
    policy: { ...aPolicy().view, problems: [], isReadable: true },
    isLedgerWritable: true,
    ledgerBytes: 1,
    isStopping: false,
    sweepingSince: undefined,
    lastSlot: undefined,
    periodMs: 86_400_000,
    nextSlotAt: new Date('2026-11-24T03:00:00Z'),
    projects: [figures()],
    days,
    reasons: {},
    ...own,
  };
}

test('a digest says what stands, what the day before came to, and how each project is', () => {
  const waiting = figures({ project: 'other', last: undefined });
  expect(digestOf(status({ projects: [figures(), waiting] })).split('\n')).toEqual([
    'media-retention, 2026-11-24 00:00:05 UTC',
    expect.stringContaining('The next sweep is due at 2026-11-24 03:00:00 UTC.'),
    '2026-11-23: 1 sweep, 2,091 deleted, 0 failed.',
    'main: last sweep complete (2026-11-23 03:10:00 UTC), 4,182 due, 4,182 deleted, 0 failed, 0 open, 1,234 retained; nothing is overdue.',
    'other: not swept yet.',
  ]);
});

describe('the day before is', () => {
  test.each([
    ['in London', '2026-11-24T00:00:05Z', '2026-11-23: 1 sweep,'],
    ['in Berlin', '2026-11-23T23:00:05Z', '2026-11-23: 1 sweep,'],
    ['in New York', '2026-11-24T05:00:05Z', '2026-11-23: 1 sweep,'],
    ['in Auckland, the UTC day that most of it was', '2026-11-23T11:00:05Z', '2026-11-22: 0 sweeps,'],
  ])('%s', (_, now, line) => {
    expect(digestOf(status({ now: new Date(now) })).split('\n')[2]).toContain(line);
  });

  test('left out where it is not known', () => {
    expect(digestOf(status({ days: [] })).split('\n')).toHaveLength(3);
  });
});

test.each<[string, Partial<Status>, RegExp]>([
  [
    'what is overdue',
    { projects: [figures({ oldestOverdueAt: new Date('2026-11-23T22:00:05Z') })] },
    /overdue for 2 h\.$/,
  ],
  ['what has come due since', { projects: [figures({ nextDueAt: new Date('2026-11-23T23:55:05Z') })] }, /for 5 min\.$/],
  ['what is open', { projects: [figures({ openItems: 3 })] }, /, 3 open, /],
  ['that the policy file cannot be used', { policy: unreadable() }, /\nNothing is swept: .*f\.yaml:3:1 limts/],
  ['that the ledger cannot be written', { isLedgerWritable: false }, /\nNothing is deleted: /],
])('a digest says %s', (_, own, line) => {
  expect(digestOf(status(own))).toMatch(line);
});

function unreadable(): Status['policy'] {
  return { ...aPolicy().view, isReadable: false, problems: ['f.yaml:3:1 limts'] };
}

test.each([
  ['where it is asked for', ['digest'], 1],
  ['and not where it is not', ['refused', 'failed'], 0],
] as const)('a digest is sent %s', async (_, on, count) => {
  const webhook = { current: () => 'https://hooks.example/secret' };
  const notify: Notify = { webhook, heartbeat: undefined, on: [...on] };
  const posted: unknown[] = [];
  const notices = newNotices(() => notify, {
    async post(url, body) {
      posted.push([url, body]);
      return { kind: 'sent' };
    },
    metrics: { noticed: (kind, result) => expect([kind, result]).toEqual(['digest', 'sent']) },
    tell: () => {},
  });
  await notices.digest(status());
  expect(posted).toEqual([[webhook, { text: digestOf(status()) }]].slice(0, count));
});
