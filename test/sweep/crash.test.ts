import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import { Database } from '../../src/ledger/sqlite/database.ts';
import { sqliteLedger } from '../../src/ledger/sqlite/ledger.ts';
import { migrate } from '../../src/ledger/sqlite/migrations.ts';
import type { SweepDone } from '../../src/sweep/order.ts';
import { totalOf } from '../../src/sweep/report.ts';
import { conversation, fakeApi, type FakeApi } from '../support/fake-api.ts';
import { handClock, type HandClock } from '../support/hand-clock.ts';
import { days, NOW } from '../support/items.ts';
import { mortal, type Moment, type Mortal } from '../support/mortal.ts';
import { only, roomWith } from '../support/room.ts';

/** A disk: what a process had not committed when it died is not on it. */
interface Disk {
  readonly ledger: Ledger;
  readonly image: () => Uint8Array;
}

function disk(clock: HandClock, image?: Uint8Array): Disk {
  const db = new DatabaseSync(':memory:');
  if (image) db.deserialize(image);
  else migrate(db, ':memory:');
  const ledger = sqliteLedger(new Database(db, ':memory:'), 'write', { clock, soon: setImmediate });
  return { ledger, image: () => db.serialize() };
}

const DUE = [conversation(1, 2), conversation(2, 2), conversation(3, 1)];
const ACCOUNT = [...DUE, conversation(4, 2, { createdAt: days(-5) })];
const mediaOf = (account: typeof DUE): string[] => account.flatMap(({ media }) => media.map(({ sid }) => sid ?? ''));

/** What a DELETE of a process that died before its answer still does: within the time that settling allows for it. */
const LATE_MS = 59_000;

/** Nothing here waits long for the event loop. */
const TURNS = 10;

interface World {
  readonly clock: HandClock;
  readonly api: FakeApi;
  image: Uint8Array | undefined;
  /** The process that lives now. */
  alive: Mortal | undefined;
}

function world(): World {
  const clock = handClock(NOW, 1_000_000, TURNS);
  const here: World = { clock, api: fakeApi(ACCOUNT), image: undefined, alive: undefined };
  here.api.become({
    pageSize: 2,
    delete: async () => {
      const sender = here.alive;
      await clock.sleep(10);
      if (sender?.isDead()) await clock.sleep(LATE_MS);
      return undefined;
    },
  });
  return here;
}

/** A process sweeps, on what the one before it has left on disk, and dies at its `nth` call, or does not. */
async function live(here: World, nth = Infinity, moment: Moment = 'before'): Promise<SweepDone | 'died'> {
  const { clock, api } = here;
  const { ledger, image } = disk(clock, here.image);
  const process = mortal({ ledger, reader: api.reader, deleter: api.deleter }, nth, moment, () => {
    here.image = image();
  });
  here.alive = process;
  const done = roomWith({ ...api, ...process }, process.ledger, clock).begin({ concurrency: 2 });
  const end = await clock.drive(Promise.race([done, process.death.then(() => 'died' as const)]));
  if (end !== 'died') here.image = image();
  return end;
}

/** What the ledger says became of each item that was or may have been sent. */
async function proven({ clock, image }: World): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { mediaSid, outcome } of disk(clock, image).ledger.dispositions({})) {
    found.set(mediaSid, [...(found.get(mediaSid) ?? []), outcome]);
  }
  return found;
}

const has = ({ api }: World, media: string): boolean => api.has(media as Parameters<FakeApi['has']>[0]);
const isGone = (outcome: string): boolean => outcome === 'deleted' || outcome === 'already-gone';

/** What the ledger says and is not so, however much time is let pass: what is said to be gone is gone, what failed stays. */
async function lies(here: World): Promise<string[]> {
  const said = [...(await proven(here))];
  const found: string[] = [];
  for (let passed = 0; passed < 2; passed++) {
    for (const [media, outcomes] of said) {
      if (outcomes.some(isGone) && has(here, media)) found.push(`${media} is there: ${outcomes.join()}`);
      const isSettled = !outcomes.some(isGone) && !outcomes.includes('uncertain');
      if (isSettled && !has(here, media)) found.push(`${media} is gone: ${outcomes.join()}`);
    }
    await here.clock.advance(120_000);
  }
  return found;
}

/** What two sweeps that nothing happens to leave wrong: they should settle everything and delete what is due, once. */
async function wrongAfterwards(here: World): Promise<string[]> {
  const second = await live(here);
  const wrong = await lies(here);
  const third = await live(here);
  const said = await proven(here);
  for (const media of mediaOf(ACCOUNT)) {
    const isDue = mediaOf(DUE).includes(media);
    if (has(here, media) === isDue) wrong.push(`${media} ${isDue ? 'was due' : 'was to stay'}`);
    const outcomes = said.get(media) ?? [];
    if (outcomes.filter(isGone).length !== Number(isDue)) wrong.push(`${media} is on record as ${outcomes.join()}`);
    if (outcomes.includes('uncertain')) wrong.push(`${media} is open`);
  }
  for (const done of [second, third]) {
    if (done === 'died') wrong.push('died');
    else if (done.report.result !== 'complete') wrong.push(done.report.result);
    else if (done.report.planned !== totalOf(done.report.outcomes)) wrong.push('does not add up');
  }
  const sent = only('DELETE', here.api).map((line) => line.slice('DELETE '.length));
  return [...wrong, ...sent.filter((media) => !mediaOf(DUE).includes(media))];
}

async function callsOfOneSweep(): Promise<readonly string[]> {
  const here = world();
  await live(here);
  return here.alive?.calls ?? [];
}

const CALLS = await callsOfOneSweep();

describe('D1 a process that dies leaves nothing that the next two sweeps do not put right', () => {
  test('and there are all kinds of calls for it to die at', () => {
    expect([...new Set(CALLS)].toSorted()).toEqual([
      'addPlanned',
      'answered',
      'begin',
      'deleteMedia',
      'end',
      'flush',
      'getMessage',
      'goneCounts',
      'listMedia',
      'markSending',
      'messagePages',
      'oldestRemaining',
      'openItems',
      'plan',
      'remaining',
      'remember',
      'scanIndex',
      'sealPlan',
      'settled',
      'tally',
    ]);
  });

  test.each(
    CALLS.flatMap((call, at) => (['before', 'during', 'after'] as const).map((m) => [at + 1, m, call] as const)),
  )('at its call %i (%s %s)', async (nth, moment) => {
    const here = world();
    expect(await live(here, nth, moment)).toBe('died');
    expect(await wrongAfterwards(here)).toEqual([]);
  });

  test('also where the sweeps that put it right die as well', async () => {
    const moments = fc.constantFrom<Moment>('before', 'during', 'after');
    const deaths = fc.array(fc.tuple(fc.integer({ min: 1, max: CALLS.length }), moments), {
      minLength: 2,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(deaths, async (all) => {
        const here = world();
        for (const [nth, moment] of all) {
          await live(here, nth, moment);
          expect(await lies(here)).toEqual([]);
        }
        expect(await wrongAfterwards(here)).toEqual([]);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});
