import * as fc from 'fast-check';
import { createTask } from 'node-cron';
import { describe, expect, test } from 'vitest';
import { calendarOf } from '../../src/serve/calendar.ts';
import { setTime, withFakedTime } from '../support/faked-time.ts';

withFakedTime();

const at = (text: string): Date => new Date(`${text}Z`);

/** The slots from one instant until before another. */
function slots(expression: string, timezone: string, from: Date, until: Date): string[] {
  const calendar = calendarOf(expression, timezone);
  const found: string[] = [];
  for (let slot = calendar.next(from); slot && slot < until; slot = calendar.next(slot)) {
    found.push(slot.toISOString().slice(0, 16));
  }
  return found;
}

describe('C7 a night on which the clocks change has one slot for each wall time', () => {
  test.each([
    // Berlin: 29 March 02:00 becomes 03:00, 25 October 03:00 becomes 02:00.
    ['left out in spring', '30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00', ['03-29T01:30', '03-30T00:30']],
    ['just after it', '0 3 * * *', 'Europe/Berlin', '2026-03-28T12:00', ['03-29T01:00', '03-30T01:00']],
    ['had twice in autumn', '30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00', ['10-25T00:30', '10-26T01:30']],
    // New York: 8 March 02:00 becomes 03:00, 1 November 02:00 becomes 01:00.
    [
      'left out west of Greenwich',
      '30 2 * * *',
      'America/New_York',
      '2026-03-07T12:00',
      ['03-08T07:30', '03-09T06:30'],
    ],
    ['had twice there', '30 1 * * *', 'America/New_York', '2026-10-31T12:00', ['11-01T05:30', '11-02T06:30']],
    // Lord Howe: half an hour only.
    [
      'left out where half an hour goes',
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-03T06:00',
      ['10-03T15:45', '10-04T15:15'],
    ],
    // Apia skipped a whole day, 30 December 2011.
    ['of a day that never was', '0 3 * * *', 'Pacific/Apia', '2011-12-28T14:00', ['12-29T13:00', '12-30T13:00']],
  ])('%s: %s in %s', (_, expression, zone, from, expected) => {
    const found = slots(expression, zone, at(from), new Date(at(from).getTime() + 2 * 86_400_000));
    expect(found.map((slot) => slot.slice(5))).toEqual(expected);
  });

  test('also where a schedule has many', () => {
    const spring = slots('*/30 * * * *', 'Europe/Berlin', at('2026-03-29T00:00'), at('2026-03-29T02:30'));
    expect(spring).toEqual(['2026-03-29T00:30', '2026-03-29T01:00', '2026-03-29T01:30', '2026-03-29T02:00']);
    const autumn = slots('0 * * * *', 'Europe/Berlin', at('2026-10-24T23:30'), at('2026-10-25T03:30'));
    expect(autumn).toEqual(['2026-10-25T00:00', '2026-10-25T02:00', '2026-10-25T03:00']); // 02:00 once, at its first time
  });
});

const field = (max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 0, max }).map(String),
    fc.integer({ min: 2, max: 20 }).map((n) => `*/${n}`),
  );

describe('the last slot', () => {
  test.each([
    ['is the one of this very instant', '0 3 * * *', '2026-11-23T03:00', '2026-11-23T03:00'],
    ['is not one that is yet to come', '0 3 * * *', '2026-11-23T02:59', '2026-11-22T03:00'],
    ['may be long ago', '0 3 1 1 *', '2026-11-23T03:00', '2026-01-01T03:00'],
    ['may be a leap day', '0 3 29 2 *', '2026-11-23T03:00', '2024-02-29T03:00'],
    [
      'follows node-cron: both the day of the month and that of the week',
      '0 3 13 * 5',
      '2026-11-23T03:00',
      '2026-11-13T03:00',
    ],
    ['may be the last day of a month', '0 3 L * *', '2026-11-23T03:00', '2026-10-31T03:00'],
    ['may be the second Monday', '0 3 * * 1#2', '2026-11-23T03:00', '2026-11-09T03:00'],
  ])('%s', (_, expression, now, expected) => {
    expect(calendarOf(expression, 'UTC').last(at(now))).toEqual(at(expected));
  });

  test('lies before the next, with none between them', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(
        field(59),
        field(23),
        field(6),
        zones,
        fc.date({ min: at('2026-01-01T00:00'), max: at('2028-01-01T00:00'), noInvalidDate: true }),
        (minute, hour, weekday, zone, now) => {
          const calendar = calendarOf(`${minute} ${hour} * * ${weekday}`, zone);
          const [last, next] = [calendar.last(now), calendar.next(now)];
          expect(last && last <= now && next && next > now).toBe(true);
          expect(last && calendar.next(last)).toEqual(next);
          expect(next && calendar.last(new Date(next.getTime() - 1))).toEqual(last);
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('a schedule that never comes has no slot, and is not looked for for ever', () => {
  const calendar = calendarOf('0 3 29 2 1#1', 'UTC'); // a leap day is never the first Monday of its month
  expect([calendar.last(at('2026-11-23T03:00')), calendar.next(at('2026-11-23T03:00'))]).toEqual([
    undefined,
    undefined,
  ]);
});

test('node-cron itself means the same, but for nights on which clocks change', () => {
  const expressions = fc.constantFrom(
    '0 3 * * *',
    '*/7 * * * *',
    '15 0,12 * * 1-5',
    '0 3 L * *',
    '30 4 * 2,11 *',
    '5 5 1W * *',
    '0 0 * * 5L',
  );
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu');
  const calmDays = fc.date({ min: at('2026-05-01T00:00'), max: at('2026-09-01T00:00'), noInvalidDate: true });
  fc.assert(
    fc.property(expressions, zones, calmDays, (expression, timezone, now) => {
      setTime(now);
      const task = createTask(expression, () => {}, { timezone });
      void task.destroy();
      const until = new Date(now.getTime() + 40 * 86_400_000);
      const theirs = task.getNextRuns(5).filter((slot) => slot < until);
      const calendar = calendarOf(expression, timezone);
      let slot: Date | undefined = now;
      for (const their of theirs) {
        slot = slot && calendar.next(slot);
        expect(slot).toEqual(their);
      }
      expect(calendar.next(now)).toEqual(task.getNextRun());
    }),
    { numRuns: 60 },
  );
});
