import { Chance } from './chance.ts';
import type { Fault } from './dimensions.ts';
import type { World } from './world.ts';

/** What happens to one process, and at which of the events that reach it. `Infinity`: never. */
export interface Doom {
  readonly crashAt: number;
  /**
   * Before the event has its effect, after it, when nobody in the process has seen it yet, or with the first DELETE that it
   * sends from then on.
   */
  readonly crashMoment: 'before' | 'after' | 'sending';
  readonly freezeAt: number;
  readonly freezeMs: number;
  /** Of a suspended machine the monotonic clock stands still as well. */
  readonly isSuspended: boolean;
  readonly stopAt: number;
  readonly stepAt: number;
  readonly stepMs: number;
  readonly skewMs: number;
}

const NEVER = Infinity;
const SKEWS = [-900_000, -60_000, 60_000, 119_000, 180_000, 1_500_000, 86_400_000] as const;

export function fateOf(name: string, world: World): Doom {
  const { seed } = world.dimensions;
  const at = (fault: Fault): number => {
    const chance = new Chance(seed, `${fault} ${name}`);
    return happens(fault, chance, world) ? chance.int(1, chance.pick([8, 30, 100])) : NEVER;
  };
  const chance = new Chance(seed, `doom ${name}`);
  const skewMs = happens('clock-skewed', chance, world) ? chance.pick(SKEWS) : 0;
  const crashAt = at('crash');
  const stepAt = at('clock-stepped');
  // Whoever sees that a clock is ahead sets it right, perhaps before the first answer.
  const isSetRight = stepAt !== NEVER && skewMs > 0 && chance.happens(0.8);
  const suspendAt = at('suspend');
  const isSuspended = suspendAt !== NEVER;
  return {
    crashAt: crashAt === NEVER ? NEVER : (world.dimensions.crashAt ?? crashAt),
    crashMoment: chance.pick(['before', 'after', 'sending']),
    freezeAt: isSuspended ? suspendAt : at('pause'),
    freezeMs: chance.pick([1_000, 30_000, 120_000, 600_000]),
    isSuspended,
    stopAt: at('stop'),
    stepAt: isSetRight ? chance.int(1, 4) : stepAt,
    stepMs: isSetRight ? -skewMs : chance.pick([-600_000, -100_000, 100_000, 600_000]),
    skewMs,
  };
}

/** Once per process, and then mostly. */
function happens(fault: Fault, chance: Chance, { dimensions, isCalm }: World): boolean {
  return !isCalm && dimensions.faults.has(fault) && chance.happens(0.6);
}
