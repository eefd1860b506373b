import { describe, expect, test } from 'vitest';

import { clockWatch } from '../../src/provider/clock-ahead.ts';
import { fakeClock } from './fakes.ts';

const OURS = Date.UTC(2026, 10, 23, 3);
const header = (msOff: number): string => new Date(OURS + msOff).toUTCString();

describe('what is known of the clock', () => {
  test('C1 C2 is how far it is ahead at the first answer, less the half second that a header leaves out', () => {
    for (const msOff of [-3_600_000, 0, 86_400_000]) {
      const watch = clockWatch(fakeClock(OURS));
      watch.heard(header(msOff));
      expect(watch.ahead()).toEqual({ ms: -msOff - 500 });
    }
  });

  test('C3 is nothing before an answer, and "unknown" after one without a date', () => {
    const watch = clockWatch(fakeClock(OURS));
    expect(watch.ahead()).toBeUndefined();
    for (const date of [undefined, '', 'yesterday', '2026-11-23T03:00:00Z']) {
      watch.heard(date);
      expect(watch.ahead()).toBe('unknown');
    }
  });

  test('C3 is what the first date says that can be read, and no later one', () => {
    const watch = clockWatch(fakeClock(OURS));
    watch.heard('yesterday');
    watch.heard(header(-10_000));
    watch.heard(header(-20_000));
    watch.heard(undefined);
    expect(watch.ahead()).toEqual({ ms: 9_500 });
  });
});
