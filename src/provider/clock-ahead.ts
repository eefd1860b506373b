import type { Clock } from '../lib/clock.ts';
import type { ClockAhead } from './contract.ts';
import { httpDateMs } from './dates.ts';

/** Compares our wall clock with the service's at the first answer that says what time it is. */
export interface ClockWatch {
  /** @param date the `Date` header of an answer that has just arrived */
  heard(date: string | undefined): void;
  ahead(): ClockAhead | undefined;
}

/** The header's seconds are cut off: on the average half of one has passed. */
const HALF_A_SECOND_MS = 500;

export function clockWatch(clock: Clock): ClockWatch {
  let ahead: ClockAhead | undefined;
  return {
    heard(date) {
      if (ahead !== undefined && ahead !== 'unknown') return;
      const serverMs = httpDateMs(date);
      ahead = serverMs === undefined ? 'unknown' : { ms: clock.now().getTime() - serverMs - HALF_A_SECOND_MS };
    },
    ahead: () => ahead,
  };
}
