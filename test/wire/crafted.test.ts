import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { openLedger } from '../../src/ledger/open.ts';
import type { ApiRequest, Reply } from '../../src/provider/transport.ts';
import type { MessageSid } from '../../src/retention/resource.ts';
import { sweep } from '../../src/sweep/sweep.ts';
import {
  fakeClock,
  mediaList,
  messageRow,
  messages,
  never,
  PROJECT,
  provider,
  reply,
  scripted,
} from '../provider/fakes.ts';
import { DAY_MS, hold, NOW, policy, rule } from '../support/items.ts';
import { digest, orderFrom } from '../support/sweeping.ts';

const LIST = `/api/laml/2010-04-01/Accounts/${PROJECT}/Messages`;
const OTHER = '5d2a8f4e-0009-4000-8000-000000000009';
const sidOf = (kind: number, n: number): string => `5d2a8f4e-000${kind}-4000-8000-${String(n).padStart(12, '0')}`;
/** Held by a policy that the API knows nothing of. */
const HELD = sidOf(1, 1) as MessageSid;

const dateOf = (age: number): string => new Date(NOW.getTime() - age * DAY_MS).toUTCString().replace('GMT', '+0000');
const ages = fc.constantFrom(-1, 1, 29, 31, 400, 400, 400);

/** What an API in the wrong hands may say: true, false, and never the same twice. */
const evil = fc.record({
  pages: fc.array(
    fc.record({
      rows: fc.array(
        fc.record({
          sid: fc.oneof(
            { weight: 9, arbitrary: fc.nat(12).map((n) => sidOf(1, n)) },
            fc.constantFrom('../../x', '', 'a/b', 7),
          ),
          age: ages,
          status: fc.constantFrom('delivered', 'delivered', 'failed', 'queued', 'gone', null),
          num_media: fc.constantFrom(1, 2, '3', 0, -1, 1e9, null),
          account_sid: fc.oneof({ weight: 300, arbitrary: fc.constant(PROJECT) }, fc.constant(OTHER)),
        }),
        { maxLength: 8 },
      ),
      next: fc.oneof(
        { weight: 30, arbitrary: fc.constant('next') },
        fc.constantFrom(null, 'same', 'https://evil.example/', `${LIST}/${sidOf(1, 1)}/Media.json?Page=1`),
      ),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  lists: fc.array(
    fc.array(
      fc.record({
        sid: fc.oneof(
          { weight: 9, arbitrary: fc.nat(20).map((n) => sidOf(2, n)) },
          fc.constantFrom(sidOf(1, 2), '../../../Messages', 'x?y'),
        ),
        age: ages,
      }),
      { maxLength: 6 },
    ),
    { minLength: 1, maxLength: 7 },
  ),
  answers: fc.array(fc.constantFrom(204, 200, 404, 302, 422, 500, 429), { minLength: 1, maxLength: 5 }),
});
type Evil = typeof evil extends fc.Arbitrary<infer T> ? T : never;

interface Told {
  /** Messages that were once said to be older than the policy asks for. */
  readonly old: Set<string>;
  /** The same of media, by message and media. */
  readonly oldMedia: Set<string>;
}

/** Answers as `evil` says, and keeps what it said that could be a reason to delete. */
function apiOf({ pages, lists, answers }: Evil, told: Told): (request: ApiRequest, nth: number) => Reply {
  let page = 0;
  return ({ method, path }, nth) => {
    if (method === 'DELETE') return reply(answers[nth % answers.length] ?? 204);
    const message = /\/Messages\/([^/]+)\/Media\.json/.exec(path)?.[1];
    if (message !== undefined) {
      const rows = lists[nth % lists.length] ?? [];
      for (const { sid, age } of rows) if (age > 30) told.oldMedia.add(`${message}/${sid}`);
      return mediaList(
        rows.map(({ sid, age }) => ({
          sid,
          parent_sid: message,
          content_type: 'image/png',
          date_created: dateOf(age),
        })),
      );
    }
    const { rows, next } = pages[page++ % pages.length] ?? { rows: [], next: null };
    for (const { sid, age } of rows) if (age > 30) told.old.add(String(sid));
    const link = next === 'next' ? `${LIST}.json?Page=${page}` : next === 'same' ? path : next;
    return messages(
      rows.map(({ age, ...row }) => messageRow('', { ...row, date_created: dateOf(age) })),
      next === 'next' && page >= pages.length ? null : link,
    );
  };
}

const DELETION = new RegExp(`^${LIST}/([A-Za-z0-9-]{8,64})/Media/([A-Za-z0-9-]{8,64})\\.json$`);

test('F22 whatever an API in the wrong hands answers, no more is deleted than the limit allows, nothing young and nothing held', async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(
      evil,
      fc.constantFrom(0, 1, 3, 1000, 1000, 1000),
      fc.constantFrom('refuse', 'oldest-first'),
      async (own, maxDeletions, onLimit) => {
        const told: Told = { old: new Set(), oldMedia: new Set() };
        const transport = scripted(apiOf(own, told));
        const clock = fakeClock(NOW.getTime());
        const { provider: api } = provider(
          transport,
          { attemptsMax: 2 },
          { clock, random: () => 0.5, deadlineMs: clock.monotonicMs() + 120_000 },
        );
        const ledger = await openLedger('sqlite::memory:', { clock });
        const asked = {
          policy: policy(rule('30d')),
          holds: [hold('case-7', { messageSid: [HELD] })],
          limits: { maxDeletions, onLimit } as const,
        };
        const deps = {
          reader: api,
          deleter: api,
          ledger,
          clock,
          newId: randomUUID,
          digest,
          policyStands: async () => true,
          tell: () => {},
        };
        const { report } = await sweep(orderFrom(asked, PROJECT, clock), deps, never);
        await ledger.close();

        const deletes = transport.sent.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
        const places = deletes.map((path) => DELETION.exec(path) ?? []);
        expect(
          places.filter(
            ([, message = '', media = '']) => !told.old.has(message) || !told.oldMedia.has(`${message}/${media}`),
          ),
        ).toEqual([]);
        expect(places.filter(([, message]) => message === HELD)).toEqual([]);
        expect(new Set(deletes).size).toBeLessThanOrEqual(maxDeletions);
        const isHalf = !report.planComplete && report.retained.unlisted === undefined;
        const isRefused = onLimit === 'refuse' && report.planned > maxDeletions;
        expect(isHalf || isRefused ? deletes : []).toEqual([]);
        sent += deletes.length;
      },
    ),
    { numRuns: 100, seed: 22 },
  );
  expect(sent).toBeGreaterThan(50);
});
