import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openLedger } from '../../../src/ledger/open.ts';
import type { Hold, Policy } from '../../../src/retention/policy.ts';
import type { Message } from '../../../src/retention/resource.ts';
import type { Report } from '../../../src/sweep/report.ts';
import { conversation, fakeApi, type Conversation } from '../../support/fake-api.ts';
import { handClock } from '../../support/hand-clock.ts';
import { hold, inProgress, NOW, period, policy, rule, span, terminal } from '../../support/items.ts';
import { roomWith } from '../../support/room.ts';

const HOUR_MS = 3_600_000;
const TURNS = 10;
/** What was in progress for longer before anybody looked is found by a full scan only. */
const STUCK_HOURS = 10;

/** What happens to the account and to the policy before a sweep. */
interface Step {
  readonly hours: number;
  readonly arrivals: readonly Arrival[];
  /** Messages that were in progress have ended. */
  readonly ends: boolean;
  readonly rules: string;
  readonly holds: readonly number[];
}

interface Arrival {
  readonly agoHours: number;
  /** Hours; without effect for what never was sent. */
  readonly sentAfter: number;
  readonly pictures: number;
  readonly status: Message['status'];
}

const DELIVERED = terminal('delivered');
const statuses = fc.constantFrom(DELIVERED, terminal('failed'), inProgress('queued'));
const arrivals = (agoMax: number): fc.Arbitrary<Arrival[]> =>
  fc.array(
    fc.record({
      agoHours: fc.integer({ min: 0, max: agoMax }),
      sentAfter: fc.constantFrom(0, 0, 0, 30),
      pictures: fc.integer({ min: 0, max: 2 }),
      status: statuses,
    }),
    { maxLength: agoMax > 0 ? 30 : 4 },
  );
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    hours: fc.integer({ min: 1, max: 60 }),
    arrivals: arrivals(0),
    ends: fc.boolean(),
    rules: fc.constantFrom('7d', '7d', '7d', '7d', '7d', '3d', '14d', 'forever'),
    holds: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.subarray([1, 2, 3, 5, 8, 13]) },
    ),
  }),
  { minLength: 2, maxLength: 5 },
);

/** An account that lives, and a worker that reads all of it, or what it needs, `pageSize` messages a page. */
async function world(first: readonly Arrival[], pageSize: number, every: string) {
  const clock = handClock(NOW, 1_000_000, TURNS);
  const account: Conversation[] = [];
  const arrive = ({ agoHours, sentAfter, pictures, status: is }: Arrival): void => {
    const status = is.kind === 'in-progress' && agoHours > STUCK_HOURS ? DELIVERED : is;
    const createdMs = clock.now().getTime() - agoHours * HOUR_MS;
    const sentAt = status === DELIVERED ? new Date(createdMs + sentAfter * HOUR_MS) : null;
    account.unshift(conversation(account.length + 1, pictures, { createdAt: new Date(createdMs), sentAt, status }));
  };
  for (const each of first.toSorted((a, b) => b.agoHours - a.agoHours)) arrive(each);
  const api = fakeApi(account, { pageSize });
  const here = roomWith(api, await openLedger('sqlite::memory:', { clock }), clock);
  return {
    async after(step: Step): Promise<Report> {
      await clock.advance(step.hours * HOUR_MS);
      for (const each of step.arrivals) arrive(each);
      if (step.ends) account.splice(0, account.length, ...account.map(ended));
      const { report } = await here.sweep({ asOf: clock.now(), fullScanEvery: span(every), ...lawOf(step) });
      return report;
    },
    gone: (): string[] =>
      account.flatMap(({ media }) => media.flatMap(({ sid }) => (sid !== null && !api.has(sid) ? [sid] : []))),
  };
}

const lawOf = ({ rules, holds }: Step): { policy: Policy; holds: Hold[] } => ({
  policy: { ...policy(rule(rules, { status: ['delivered'] })), default: period('3d') },
  holds: holds.map((n) => hold(`case-${n}`, { messageSid: [conversation(n).message.sid!] })),
});

function ended({ message, media }: Conversation): Conversation {
  const { status, createdAt } = message;
  if (status.kind !== 'in-progress' || !(createdAt instanceof Date)) return { message, media };
  return {
    message: { ...message, status: terminal('delivered'), sentAt: new Date(createdAt.getTime() + HOUR_MS) },
    media,
  };
}

/** All but the reasons: what is not due yet is not judged by a hold that has been added since it was read. */
const figures = ({ messages, media, planned, outcomes, planComplete, oldestOverdueAt }: Report): object => ({
  messages,
  media,
  planned,
  outcomes,
  planComplete,
  oldestOverdueAt,
});

describe('reading what is due comes to the same as reading everything', () => {
  test('whatever arrives, ends, is held and released, and however the policy is edited', async () => {
    let incremental = 0;
    await fc.assert(
      fc.asyncProperty(arrivals(20 * 24), steps, fc.integer({ min: 1, max: 4 }), async (first, all, pageSize) => {
        const [lean, whole] = [await world(first, pageSize, '1y'), await world(first, pageSize, '1h')];
        for (const step of all) {
          const [report, full] = [await lean.after(step), await whole.after(step)];
          if (report.scan.kind === 'incremental') incremental++;
          expect([figures(report), lean.gone()]).toEqual([figures(full), whole.gone()]);
        }
      }),
      { numRuns: 150, seed: 1 },
    );
    expect(incremental).toBeGreaterThan(50);
  });
});
