import { draw, NOTHING_LEFT_OUT, type Without } from './dimensions.ts';
import { runHistory, type HistoryEnd } from './history.ts';

export interface Shrunk {
  readonly without: Without;
  readonly end: HistoryEnd;
}

const CRASH_AT_MAX = 60;

/** The same seed with as few faults and messages as still violate. What is left out changes nothing else of the history. */
export async function shrink(seed: number, whole: Without = NOTHING_LEFT_OUT): Promise<Shrunk> {
  let best: Shrunk = { without: whole, end: await runHistory(seed, whole) };
  const attempt = async (without: Without): Promise<boolean> => {
    const end = await runHistory(seed, without);
    const isWorse = end.violations.length > 0;
    if (isWorse) best = { without, end };
    return isWorse;
  };
  for (let at = 1; at <= CRASH_AT_MAX && draw(seed, best.without).faults.has('crash'); at++) {
    if (await attempt({ ...best.without, crashAt: at })) break;
  }
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    const { faults, messages } = draw(seed, best.without);
    for (const fault of faults.keys()) {
      const less = { ...best.without, faults: new Set([...best.without.faults, fault]) };
      if (await attempt(less)) isSmaller = true;
    }
    for (let count = 1; count < messages; count++) {
      if (!(await attempt({ ...best.without, messagesMax: count }))) continue;
      isSmaller = true;
      break;
    }
  }
  return best;
}

/** The one command that shows it again. */
export function replayOf(seed: number, { faults, messagesMax, crashAt, only }: Without): string {
  const concentrated = only ? ` --only ${only.join(',')}` : '';
  const without = faults.size > 0 ? ` --without ${[...faults].join(',')}` : '';
  const messages = messagesMax === Infinity ? '' : ` --messages ${messagesMax}`;
  const crash = crashAt === undefined || faults.has('crash') ? '' : ` --crash-at ${crashAt}`;
  return `npm run sim -- --seed ${seed}${concentrated}${without}${messages}${crash}`;
}
