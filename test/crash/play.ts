import { openLedger } from '../../src/ledger/open.ts';
import { mulberry32 } from '../../src/emulator/random.ts';
import { Stop } from '../../src/sweep/events.ts';
import { handClock, type HandClock } from '../support/hand-clock.ts';
import { placeOf, START_MS, type Account } from './account.ts';
import { apiOf } from './api.ts';
import { afterCrash, TAILS, type Disk, type Files, type Image, type Tail } from './disk.ts';
import { forgotten, miscounted, otherEnds, unfinished, unmarked, untrue } from './oracle.ts';
import { recorder, type Point } from './points.ts';
import { live, type Ports, type Settings, type World } from './process.ts';
import { Reading, type Ended, type OnRecord } from './record.ts';
import type { LeftOpen, Scenario } from './scenario.ts';
import { LATE_MAX_MS, Truth, type FateUnderWay } from './truth.ts';

const PROJECT = 'project-1';
const SECOND = 'project-2';
const START_MONOTONIC_MS = 1_000_000;
const WALL_MS = START_MS - START_MONOTONIC_MS;
/** Rounds of the event loop without anything to do, after which time may pass. */
const TURNS = 4;

const clockAt = (ms: number): HandClock => handClock(new Date(WALL_MS + ms), ms, TURNS);

const API = { pageSize: 100, mediaPageSize: 50, aheadMs: 0 };

const settingsOf = ({ settings, second }: Scenario): Settings => ({
  projects: second ? [PROJECT, SECOND] : [PROJECT],
  mode: 'enforce',
  limits: { maxDeletions: 1000, onLimit: 'refuse' },
  holds: [],
  verify: 'always',
  lanes: 2,
  markAhead: 500,
  attemptsMax: 3,
  times: 1,
  ...settings,
});

function accountsOf({ account, second }: Scenario): Map<string, Account> {
  const accounts = new Map([[PROJECT, account]]);
  if (second) accounts.set(SECOND, second);
  return accounts;
}

/** The sweep of a scenario, from beginning to end, and all that would be left had it died. */
export interface Story {
  readonly scenario: Scenario;
  readonly points: readonly Point[];
  /** What is left where it does not die. */
  readonly whole: Point;
  /** How its sweeps ended: `complete: 4 deleted`. */
  readonly ends: string;
}

/** @param spoil makes of the process one that does something wrong: for showing that a test can fail */
export async function tell(scenario: Scenario, disk: Disk, spoil?: (ports: Ports) => Ports): Promise<Story> {
  const truth = new Truth(accountsOf(scenario));
  const hands = clockAt(START_MONOTONIC_MS);
  const files = disk.place(scenario.leftOpen && (await earlier(scenario.leftOpen, truth, disk, hands)));
  const stop = new AbortController();
  let stands = true;
  const script = scenario.script?.({
    truth,
    clock: hands,
    stop: (kind) => stop.abort(new Stop(kind, 'The operator.')),
    edit: () => (stands = false),
  });
  return watched(scenario, settingsOf(scenario), files, hands, spoil, {
    truth,
    transport: apiOf(truth, { ...API, ...scenario.api }, hands, script),
    policyStands: async () => stands,
    signal: stop.signal,
    ...(scenario.hasNewToken && { refresh: async () => true }),
  });
}

/** What the next process does after such a death, when it may die as well. */
export async function tellOn({ scenario }: Story, point: Point, death: Death, disk: Disk): Promise<Story> {
  const truth = point.truth.copy();
  truth.die(point.ms, death.fate);
  const hands = clockAt(point.ms);
  const files = disk.place(afterCrash(death.tail, point.promised, point.written, death.chance));
  const settings = { ...settingsOf(scenario), ...scenario.afterwards };
  return watched(scenario, settings, files, hands, undefined, quiet(truth, hands, scenario));
}

async function watched(
  scenario: Scenario,
  settings: Settings,
  files: Files,
  hands: HandClock,
  spoil: ((ports: Ports) => Ports) | undefined,
  world: Omit<World, 'clock'>,
): Promise<Story> {
  const { truth } = world;
  const watch = recorder(files, truth, hands);
  const ports = spoil ? spoil(watch) : watch;
  const around = { ...world, clock: watch.clock(hands), transport: watch.transport(world.transport) };
  await hands.drive(live(files, settings, around, ports));
  const image = files.look();
  const { ended } = readOnce(files.path);
  files.remove();
  const whole = { at: 'never', nth: 0, ms: hands.monotonicMs(), truth: truth.copy(), promised: image, written: image };
  return { scenario, points: watch.points, whole, ends: ended.map(endInWords).join(' / ') };
}

function endInWords({ result, report }: Ended): string {
  const outcomes = Object.entries(report.outcomes).filter(([, count]) => count > 0);
  return `${result}: ${outcomes.map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'nothing'}`;
}

/** A ledger as a killed sweep has left it. */
async function earlier(open: readonly LeftOpen[], truth: Truth, disk: Disk, clock: HandClock): Promise<Image> {
  const files = disk.place(undefined);
  const ledger = await openLedger(`sqlite:${files.path}`, { clock, soon: setImmediate });
  const at = new Date(START_MS - 3_600_000);
  const record = await ledger.begin({
    sweepId: 'earlier',
    project: 'main',
    projectId: PROJECT,
    mode: 'enforce',
    policyHash: 'a'.repeat(64),
    policyText: '{}',
    programVersion: '0.0.0-test',
    asOf: at,
    startedAt: at,
  });
  const item = { contentType: null, rule: 'after-30d', expiredAt: at, plannedAt: at };
  await record.addPlanned(
    open.map(({ message, media }) => ({ ...item, messageSid: message, mediaSid: media }) as never),
  );
  await record.sealPlan();
  const ids: number[] = [];
  for await (const block of record.plan('as-planned', Infinity)) ids.push(...block.map(({ id }) => id));
  for (let from = 0; from < ids.length; from += 500) await record.markSending(ids.slice(from, from + 500), at);
  for (const [i, { message, media, answer, applied }] of open.entries()) {
    const sent = { sweep: 'earlier', place: placeOf(message, media), atMs: START_MONOTONIC_MS - 1000 };
    truth.send(sent);
    if (answer) record.answered(ids[i] ?? 0, { kind: answer, at, attempts: 1, status: undefined, code: undefined });
    if (applied === true) truth.apply(sent, START_MONOTONIC_MS - 500);
    else if (applied === false) truth.neverApply(sent);
    else truth.applyLater(sent, START_MONOTONIC_MS + applied);
  }
  await record.flush();
  const image = files.look();
  await ledger.close();
  files.remove();
  return image;
}

/** How a process dies: what is left of what it wrote, and what becomes of what it has sent. */
export interface Death {
  readonly tail: Tail;
  readonly fate: FateUnderWay;
  readonly chance: number;
}

/** Every death there can be at a point, without those that leave the same behind. */
export function deathsAt(point: Point, seed: number): Death[] {
  const random = mulberry32(seed * 100_003 + point.nth);
  const late = Math.floor(1 + random() * (LATE_MAX_MS - 2));
  const fates: FateUnderWay[] = point.truth.underWay.size === 0 ? ['never'] : ['applied', 'never', late];
  const tails = point.promised === point.written ? (['kept'] as const) : TAILS;
  return fates.flatMap((fate) => tails.map((tail) => ({ tail, fate, chance: random() })));
}

/** What is wrong at once after such a death, and when two more sweeps have had their way. */
export async function judge(
  { scenario }: Pick<Story, 'scenario'>,
  point: Point,
  { tail, fate, chance }: Death,
  disk: Disk,
  damage: (image: Image) => Image = (image) => image,
): Promise<string[]> {
  const truth = point.truth.copy();
  truth.die(point.ms, fate);
  const promised = await promisedBy(point.promised, disk);
  const files = disk.place(damage(afterCrash(tail, point.promised, point.written, chance)));
  const clock = clockAt(point.ms);
  const settings = { ...settingsOf(scenario), ...scenario.afterwards, times: 2 };
  const wrong: string[] = [];
  const opened = (): void => {
    const found = readOnce(files.path);
    wrong.push(...forgotten(promised, found), ...unmarked(truth, found), ...untrue(truth, found, WALL_MS));
  };
  const done = await clock.drive(live(files, settings, { ...quiet(truth, clock, scenario), opened }));
  const after = readOnce(files.path);
  files.remove();
  truth.pass(clock.monotonicMs() + 2 * LATE_MAX_MS);
  const names = done.map(({ report }) => report.sweepId);
  const ended = after.ended.filter(({ sweep }) => names.includes(sweep));
  return [
    ...wrong,
    ...forgotten(promised, after),
    ...unmarked(truth, after),
    ...untrue(truth, after, WALL_MS),
    ...miscounted(after, names.at(-1) ?? ''),
    ...unfinished(truth, after, settings.projects),
    ...otherEnds(ended, scenario.ends ?? done.map(() => 'complete')),
  ];
}

/** A world in which nothing happens any more but what was already on its way. */
const quiet = (truth: Truth, clock: HandClock, scenario: Scenario): World => ({
  truth,
  clock,
  transport: apiOf(truth, { ...API, ...scenario.api, ...scenario.apiAfterwards }, clock),
  policyStands: async () => true,
  signal: new AbortController().signal,
});

function readOnce(path: string): OnRecord {
  using reading = new Reading(path);
  return reading.read();
}

const NOTHING: OnRecord = { rows: [], ended: [] };
const records = new WeakMap<Image, OnRecord>();

async function promisedBy(image: Image, disk: Disk): Promise<OnRecord> {
  if (!image.db) return NOTHING;
  const known = records.get(image);
  if (known) return known;
  const files = disk.place(image);
  const ledger = await openLedger(`sqlite:${files.path}`, { clock: clockAt(START_MONOTONIC_MS) });
  const record = readOnce(files.path);
  await ledger.close();
  files.remove();
  records.set(image, record);
  return record;
}

/** Deaths with the same key leave the same behind: what follows is the same too. */
export const keyOf = ({ promised, written, truth, ms }: Point, { tail, fate }: Death): string =>
  [promised.id, tail === 'lost' ? '' : written.id, tail === 'torn' ? 'torn' : '', truth.version, fate, ms].join(' ');
