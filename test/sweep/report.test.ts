import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unreachable, type Answer, type MediaList } from '../../src/provider/contract.ts';
import type { Policy } from '../../src/retention/policy.ts';
import type { Media, Message } from '../../src/retention/resource.ts';
import type { Report } from '../../src/sweep/report.ts';
import { totalOf } from '../../src/sweep/report.ts';
import { conversation, mediaSidOf, messageSidOf, type Conversation, type Script } from '../support/fake-api.ts';
import { aMedia, aMessage, days, hold, inProgress, period, policy, rule, terminal } from '../support/items.ts';
import { only, room, type Room } from '../support/room.ts';

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** What can become of one media item's DELETE, and whether it is really gone afterwards. */
const FATES: readonly (readonly [Answer, boolean])[] = [
  [{ kind: 'accepted', attempts: 1, status: 204 }, true],
  [{ kind: 'accepted', attempts: 1, status: 204 }, false],
  [{ kind: 'absent', attempts: 1, status: 404, code: 20404 }, true],
  [{ kind: 'in-progress', attempts: 1, status: 409, code: 20009 }, false],
  [{ kind: 'refused', attempts: 1, status: 422 }, false],
  [{ kind: 'lost', attempts: 5, lostAt: new Date(0) }, true],
  [{ kind: 'lost', attempts: 5, lostAt: new Date(0) }, false],
  [{ kind: 'not-sent', attempts: 0, endedBy: 'no-connection' }, false],
];

interface Account {
  readonly conversations: readonly Conversation[];
  /** By media: an index of `FATES`. */
  readonly fates: ReadonlyMap<string, number>;
  /** Messages whose list cannot be had, or that have gone. */
  readonly odd: ReadonlyMap<string, 'unlisted' | 'no-such-message'>;
}

const statuses: fc.Arbitrary<Message['status']> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(terminal('delivered'), terminal('received'), terminal('failed')) },
  { weight: 1, arbitrary: fc.constantFrom(inProgress('queued'), { kind: 'unknown' } as const) },
);
const ages = fc.integer({ min: 0, max: 120 });
const contentTypes = fc.constantFrom('image/png', 'video/mp4', null);

const accounts: fc.Arbitrary<Account> = fc
  .array(
    fc.record({
      status: statuses,
      age: ages,
      claims: fc.oneof(
        { weight: 5, arbitrary: fc.constant('truth') },
        { weight: 1, arbitrary: fc.constantFrom(1, 7, 'unknown') },
      ),
      odd: fc.oneof(
        { weight: 12, arbitrary: fc.constant('none') },
        { weight: 1, arbitrary: fc.constantFrom('unlisted', 'no-such-message') },
      ),
      media: fc.array(fc.record({ type: contentTypes, younger: fc.nat(20), fate: fc.nat(FATES.length - 1) }), {
        maxLength: 4,
      }),
    }),
    { maxLength: 12 },
  )
  .map((rows) => {
    const fates = new Map<string, number>();
    const odd = new Map<string, 'unlisted' | 'no-such-message'>();
    const conversations = rows.map(({ status, age, claims, odd: isOdd, media }, at): Conversation => {
      const sid = messageSidOf(at + 1);
      if (isOdd !== 'none') odd.set(sid, isOdd);
      const mediaCount = claims === 'truth' ? media.length : (claims as number | 'unknown');
      return {
        message: aMessage({ sid, status, createdAt: days(-age), mediaCount }),
        media: media.map(({ type, younger, fate }, of): Media => {
          const own = mediaSidOf(at + 1, of + 1);
          fates.set(own, fate);
          return aMedia({ sid: own, contentType: type, createdAt: days(-Math.max(0, age - younger)) });
        }),
      };
    });
    return { conversations, fates, odd };
  });

/** The API that this account meets: while it is `faulty`, everything happens to a DELETE that its fate says. */
function scriptOf({ fates, odd }: Account, api: () => Room['api']): Script {
  return {
    pageSize: 5,
    delete: (media) => {
      const [answer, isGone] = FATES[fates.get(media) ?? 0] ?? [undefined, false];
      if (isGone) api().remove(media);
      return answer;
    },
    list: (message): MediaList | undefined => {
      if (odd.get(message) === 'unlisted') throw new Unreachable('away');
      return odd.get(message) === 'no-such-message' ? { kind: 'no-such-message' } : undefined;
    },
  };
}

const policyOf = (pictures: string, rest: string): Policy => ({
  ...policy(rule(pictures, { contentType: ['image/*'] })),
  default: period(rest),
});

const orders = fc.record({
  mode: fc.constantFrom('enforce', 'enforce', 'enforce', 'dry-run', 'plan'),
  verify: fc.constantFrom('always', 'never'),
  concurrency: fc.integer({ min: 1, max: 5 }),
  limits: fc.record({ maxDeletions: fc.constantFrom(0, 3, 1000), onLimit: fc.constantFrom('refuse', 'oldest-first') }),
  policy: fc
    .tuple(fc.constantFrom('1d', '30d', '60d'), fc.constantFrom('45d', 'forever'))
    .map(([pictures, rest]) => policyOf(pictures, rest)),
  holds: fc.constantFrom([], [hold('case-7', { messageSid: [messageSidOf(1), messageSidOf(2)] })]),
});

/** What does not add up in a report, or does not go together. */
function oddities(report: Report, deletes: number): string[] {
  const { media, retained, planned, outcomes, planComplete, mode, result } = report;
  const mayDelete = mode === 'enforce' && result !== 'refused';
  return [
    ...(media === sum(retained) + planned ? [] : ['media']),
    ...(planned === totalOf(outcomes) ? [] : ['planned']),
    ...(Object.values(retained).every((n) => n > 0) ? [] : ['retained']),
    ...(planComplete && retained.unlisted !== undefined ? ['planComplete'] : []),
    ...(!mayDelete && (deletes > 0 || outcomes['not-sent'] !== planned) ? ['sent'] : []),
  ];
}

/** Where ledger and truth differ, but for what is not settled yet. */
async function disagreements({ api, ledger }: Room, { conversations }: Account): Promise<string[]> {
  const gone = new Set<string>();
  const open = new Set<string>();
  for await (const { mediaSid, outcome } of ledger.dispositions({})) {
    if (outcome === 'deleted' || outcome === 'already-gone') gone.add(mediaSid);
    if (outcome === 'uncertain') open.add(mediaSid);
  }
  const sids = conversations.flatMap(({ media }) => media.map(({ sid }) => sid)).filter((sid) => sid !== null);
  return sids.filter((sid) => !open.has(sid) && api.has(sid) === gone.has(sid));
}

describe('a report', () => {
  test('adds up, and ledger and truth agree, whatever happens to whatever is in the account', async () => {
    await fc.assert(
      fc.asyncProperty(accounts, fc.array(orders, { minLength: 1, maxLength: 3 }), async (account, asked) => {
        const here: Room = await room(
          account.conversations,
          scriptOf(account, () => here.api),
        );
        // A 204 that is believed without a look is the one way to be wrong that the user may choose.
        const isTrusting = asked.some(({ verify }) => verify === 'never');
        for (const order of asked) {
          const before = only('DELETE', here.api).length;
          const { report } = await here.sweep(order);
          expect(oddities(report, only('DELETE', here.api).length - before)).toEqual([]);
          expect(isTrusting ? [] : await disagreements(here, account)).toEqual([]);
          const [last] = await here.ledger.history({ limit: 1 });
          expect(JSON.parse(last?.end?.report ?? '{}')).toEqual(report);
        }
      }),
      { numRuns: 150, seed: 7 },
    );
  });

  test('says since when the longest overdue is: of what is due and still there', async () => {
    const account = [40, 80, 60].map((age, i) => conversation(i + 1, 1, { createdAt: days(-age) }));
    const here = await room(account, {
      delete: (media) =>
        media === mediaSidOf(2) ? { kind: 'in-progress', attempts: 1, status: 422, code: 20009 } : undefined,
    });
    const dry = await here.sweep({ mode: 'dry-run' });
    expect(dry.report.oldestOverdueAt).toBe(days(-50).toISOString());
    const first = await here.sweep();
    expect([first.report.result, first.report.oldestOverdueAt]).toEqual(['complete', days(-50).toISOString()]);
    here.api.become({});
    expect((await here.sweep()).report.oldestOverdueAt).toBeNull();
  });

  test('counts what was believed without a look', async () => {
    const here = await room([conversation(1, 3)]);
    const { report } = await here.sweep({ verify: 'never' });
    expect([report.outcomes.deleted, report.unverified, await here.proven()]).toEqual([
      3,
      3,
      ['media-1-1 deleted unverified', 'media-1-2 deleted unverified', 'media-1-3 deleted unverified'],
    ]);
    expect(report.requests.listMedia).toBe(1);
  });
});
