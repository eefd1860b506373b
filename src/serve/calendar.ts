import { createTask, parse } from 'node-cron';

/** The slots of a schedule: the instants at which it wants a sweep. */
export interface Calendar {
  /** The newest slot at or before `at`. */
  last(at: Date): Date | undefined;
  /** The first slot after `at`; `undefined`: the schedule never comes again. */
  next(at: Date): Date | undefined;
}

/** A leap day that falls on a given weekday can be that far away. */
const YEARS_MAX = 40;
const DAYS_MAX = YEARS_MAX * 366;

/**
 * What node-cron means by `expression`, with one slot for each wall time, whatever the clocks do: a time that a night in
 * spring leaves out comes as much later as the clocks are put forward, and one that a night in autumn has twice comes the
 * first time. node-cron alone would leave out the one, and takes the first or the second of the other as the zone lies.
 * @param expression five cron fields that node-cron accepts
 * @param timezone a name of the IANA time zone database
 */
export function calendarOf(expression: string, timezone: string): Calendar {
  const { hour, minute } = parse(expression);
  const times = hour
    .toSorted(ascending)
    .flatMap((h) => minute.toSorted(ascending).map((m) => ({ hour: h, minute: m })));
  const isOnDay = dayMatcher(expression, times[0] ?? { hour: 0, minute: 0 });

  /** In the order of time. */
  function slotsOn(date: Temporal.PlainDate): Date[] {
    if (!isOnDay(date)) return [];
    const instants = times.map((time) => {
      const wall = date.toPlainDateTime(time);
      return wall.toZonedDateTime(timezone, { disambiguation: 'compatible' }).epochMilliseconds;
    });
    return instants.toSorted(ascending).map((ms) => new Date(ms));
  }

  return {
    last(at) {
      const today = dateOf(at, timezone);
      for (let days = 1; days > -DAYS_MAX; days--) {
        const slot = slotsOn(today.add({ days })).findLast((each) => each <= at);
        if (slot) return slot;
      }
      return undefined;
    },
    next(at) {
      const today = dateOf(at, timezone);
      for (let days = -1; days < DAYS_MAX; days++) {
        const slot = slotsOn(today.add({ days })).find((each) => each > at);
        if (slot) return slot;
      }
      return undefined;
    },
  };
}

const ascending = (a: number, b: number): number => a - b;

const dateOf = (at: Date, timezone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timezone).toPlainDate();

/** Whether a day of the calendar is one of the schedule's, in node-cron's own judgement: asked for a wall time as if it were one of UTC. */
function dayMatcher(
  expression: string,
  { hour, minute }: { readonly hour: number; readonly minute: number },
): (date: Temporal.PlainDate) => boolean {
  const task = createTask(expression, () => {}, { timezone: 'UTC' });
  void task.destroy(); // never started, and forgotten by node-cron's own list of tasks
  return ({ year, month, day }) => task.match(new Date(Date.UTC(year, month - 1, day, hour, minute)));
}
