import type { Rows } from './catalogue.ts';

/** Account and clock. */
export const C: Rows = {
  C1: ['our clock is ahead', 'compares it with the API’s, and refuses beyond two minutes'],
  C2: ['our clock is behind', 'warns, and goes on: what is deleted later is no harm'],
  C3: ['the API names no time, or an absurd one', 'warns that clocks could not be compared, and goes on'],
  C4: ['the clock jumps', 'measures durations by another clock; one instant counts as now for a whole sweep'],
  C5: [
    '1970 or another century on our clock',
    'far ahead is refused as any clock that is ahead; far behind, nothing is due',
  ],
  C6: ['the machine’s time zone', 'changes nothing: all is UTC, but for the schedule, which names its own'],
  C7: ['a slot in a night on which clocks change', 'comes once in either night'],
  C8: ['a token of another project', 'refuses where ids differ, in the settings and in what the API says'],
  C9: ['a space that moved', 'keeps to the host of the settings, and follows no redirect'],
  C10: [
    'a token with too few or too many scopes',
    'names the scope that is missing; that there are too many cannot be seen: a limit, no promise',
  ],
  C11: ['an account that is suspended', 'ends with what the API’s refusal means, and claims nothing'],
  C12: ['somebody deletes beside us', 'calls such items already-gone'],
};
