import { mulberry32 } from '../../src/emulator/random.ts';
import { Disk, TAILS } from './disk.ts';
import { deathsAt, judge, keyOf, tell, tellOn, type Death, type Story } from './play.ts';
import type { Point } from './points.ts';
import type { Scenario } from './scenario.ts';

/** What was tried. */
export interface Figures {
  /** Moments at which a process could die, those under way with each fate of what it had sent. */
  points: number;
  /** Those, with each tail: how often a process died. */
  deaths: number;
  /** How many of them left something different behind, and were followed to their end. */
  runs: number;
}

export const noFigures = (): Figures => ({ points: 0, deaths: 0, runs: 0 });

export interface Tried {
  readonly ends: string;
  /** What is wrong, with the death that shows it; the first of each point. */
  readonly wrong: readonly string[];
}

/** Lets a scenario's process die at every point there is, in every way, and says what is not put right. */
export async function survive(scenario: Scenario, seed: number, figures: Figures): Promise<Tried> {
  using disk = new Disk();
  const story = await tell(scenario, disk);
  const wrong = [...(await said(story, story.whole, { tail: 'kept', fate: 'never', chance: 0 }, disk))];
  const points = evenly(story.points, scenario.pointsMax ?? Infinity);
  await dieAtEach(story, points, seed, figures, disk, wrong);
  return { ends: story.ends, wrong };
}

const FIRST_DEATHS = 1;
const SECOND_POINTS = 8;

/** As `survive`, for processes that die while they put right what was left by one that had died: a few points of a few. */
export async function surviveTwice(scenario: Scenario, seed: number, figures: Figures): Promise<readonly string[]> {
  using disk = new Disk();
  const wrong: string[] = [];
  const random = mulberry32(seed);
  const story = await tell(scenario, disk);
  for (let n = 0; n < FIRST_DEATHS; n++) {
    const point = story.points[Math.floor(random() * story.points.length)];
    const deaths = point ? deathsAt(point, seed) : [];
    const death = deaths[Math.floor(random() * deaths.length)];
    if (!point || !death) continue;
    const second = await tellOn(story, point, death, disk);
    const few = evenly(second.points, SECOND_POINTS);
    const before = wrong.length;
    await dieAtEach(second, few, seed, figures, disk, wrong);
    if (wrong.length > before) wrong.splice(before, 0, `after the death ${inWords(point, death)}:`);
  }
  return wrong;
}

async function dieAtEach(
  story: Story,
  points: readonly Point[],
  seed: number,
  figures: Figures,
  disk: Disk,
  wrong: string[],
): Promise<void> {
  const seen = new Set<string>();
  for (const point of points) {
    const fates = point.truth.underWay.size === 0 ? 1 : 3;
    figures.points += fates;
    figures.deaths += fates * TAILS.length;
    for (const death of deathsAt(point, seed)) {
      const key = keyOf(point, death);
      if (seen.has(key)) continue;
      seen.add(key);
      figures.runs++;
      wrong.push(...(await said(story, point, death, disk)));
    }
  }
}

async function said(story: Story, point: Point, death: Death, disk: Disk): Promise<string[]> {
  const wrong = await wrongAfter(story, point, death, disk);
  return wrong.length > 0 ? [`${inWords(point, death)}: ${wrong.slice(0, 3).join('; ')}`] : [];
}

/** What throws is as wrong as what is false. */
async function wrongAfter(story: Story, point: Point, death: Death, disk: Disk): Promise<string[]> {
  try {
    return await judge(story, point, death, disk);
  } catch (error) {
    return [`threw ${String(error)}`];
  }
}

/** `82 before markSending (tail torn at 0.51, what was under way never applied)` */
const inWords = ({ nth, at }: Point, { tail, fate, chance }: Death): string =>
  `${nth} ${at} (tail ${tail}${tail === 'torn' ? ` at ${chance.toFixed(4)}` : ''}, under way: ${fate})`;

function evenly<T>(all: readonly T[], max: number): readonly T[] {
  const step = Math.max(1, all.length / max);
  return Array.from({ length: Math.min(all.length, max) }, (_, i) => all[Math.floor(i * step)] as T);
}
