import { schedule, type Logger, type ScheduledTask } from 'node-cron';
import type { Clock } from '../lib/clock.ts';
import { hasWaited } from '../lib/waiting.ts';
import { calendarOf, type Calendar } from './calendar.ts';
import type { ServeEvent, SlotResult } from './events.ts';

/** When to sweep, as the policy file has it. */
export interface Timing {
  /** Five cron fields. */
  readonly schedule: string;
  readonly timezone: string;
  /** A slot missed while down is made up for, once. */
  readonly catchUp: boolean;
  /** A sweep begins up to this much later, so that a fleet does not begin at once. */
  readonly jitterMs: number;
}

export interface SchedulerDeps {
  readonly clock: Clock;
  readonly random: () => number;
  /** A sweep of all projects, which ends early once `signal` is aborted. What it throws is a bug, and ends the scheduler. */
  readonly sweep: (signal: AbortSignal) => Promise<SweepEnd>;
  readonly tell: (event: ServeEvent) => void;
}

/** `done`: it ran, whatever came of it. The others: it never began, and why. */
export interface SweepEnd {
  readonly kind: 'done' | 'busy' | 'refused' | 'failed';
  readonly why?: string;
}

export interface LastSlot {
  readonly slotAt: Date;
  readonly slot: SlotResult;
}

/** Owns the timer that fires on schedule, and the sweep that runs. */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #stop: AbortSignal;
  readonly #crashed: (error: unknown) => void;
  #timing: Timing;
  #calendar: Calendar;
  #task: ScheduledTask;
  /** The newest slot that needs nothing any more, or an instant after it. */
  #dealtWithAt: Date;
  #running: Promise<void> | undefined;
  #begunAt: Date | undefined;
  #lastSlot: LastSlot | undefined;

  /**
   * @param lastSweepAt when the ledger's last sweep began; `undefined`: a ledger without history, which has missed no slot
   * @param stop no sweep begins any more; the one that runs is handed it too
   * @param crashed told at once of what a sweep has thrown
   */
  constructor(
    timing: Timing,
    lastSweepAt: Date | undefined,
    deps: SchedulerDeps,
    stop: AbortSignal,
    crashed: (error: unknown) => void,
  ) {
    this.#deps = deps;
    this.#stop = stop;
    this.#crashed = crashed;
    this.#timing = timing;
    this.#calendar = calendarOf(timing.schedule, timing.timezone);
    this.#dealtWithAt = this.#startOf(lastSweepAt);
    this.#task = this.#fire();
  }

  /** Goes by another timing from now on; the same one changes nothing. */
  follow(timing: Timing): void {
    const { schedule: expression, timezone } = this.#timing;
    this.#timing = timing;
    if (timing.schedule === expression && timing.timezone === timezone) return;
    void this.#task.destroy();
    this.#calendar = calendarOf(timing.schedule, timing.timezone);
    this.#dealtWithAt = this.#deps.clock.now(); // the new schedule's slots of the past are nobody's
    this.#task = this.#fire();
    this.#deps.tell({ event: 'schedule.changed', nextAt: this.nextAt() });
  }

  /**
   * Begins the sweep of the newest slot, unless that has been dealt with. node-cron calls it on time; whoever calls it
   * every now and then makes up for what node-cron cannot: the slot of a night in spring, a process that was suspended.
   */
  look(): void {
    const now = this.#deps.clock.now();
    this.#mindClockSetBack(now);
    const slotAt = this.#calendar.last(now);
    if (this.#stop.aborted || slotAt === undefined || slotAt <= this.#dealtWithAt) return;
    this.#dealtWithAt = slotAt;
    if (this.#running)
      return this.#ended(slotAt, 'skipped', 'the sweep of an earlier slot is still running, or waits for its jitter.');
    const late = now.getTime() - slotAt.getTime() > ON_TIME_MS;
    this.#running = this.#run(slotAt, late)
      .catch(this.#crashed)
      .finally(() => {
        this.#running = undefined;
        this.#begunAt = undefined;
      });
  }

  /** What became of the last slot that was dealt with by this process. */
  get lastSlot(): LastSlot | undefined {
    return this.#lastSlot;
  }

  /** From the last slot to the next; `undefined` where one of them is missing. */
  periodMs(): number | undefined {
    const now = this.#deps.clock.now();
    const [last, next] = [this.#calendar.last(now), this.#calendar.next(now)];
    return last && next && next.getTime() - last.getTime();
  }

  nextAt(): Date | undefined {
    return this.#calendar.next(this.#deps.clock.now());
  }

  /** A slot's sweep is running, or waits for its jitter. */
  get isSweeping(): boolean {
    return this.#running !== undefined;
  }

  /** When the sweep that runs began. */
  get sweepingSince(): Date | undefined {
    return this.#begunAt;
  }

  /** Stops firing, and waits for the sweep that runs. */
  async end(): Promise<void> {
    await this.#task.destroy();
    await this.#running;
  }

  /** A clock that was ahead at the start must not use up slots that are yet to come. */
  #mindClockSetBack(now: Date): void {
    const next = this.#calendar.next(now);
    if (next && this.#dealtWithAt > next) this.#dealtWithAt = now;
  }

  #fire(): ScheduledTask {
    const { schedule: expression, timezone } = this.#timing;
    return schedule(expression, () => this.look(), { timezone, logger: SILENT, suppressMissedWarning: true });
  }

  #startOf(lastSweepAt: Date | undefined): Date {
    const now = this.#deps.clock.now();
    const slotAt = this.#calendar.last(now);
    const isMissed = slotAt !== undefined && lastSweepAt !== undefined && slotAt > lastSweepAt;
    if (isMissed && this.#timing.catchUp) return lastSweepAt;
    if (isMissed) this.#ended(slotAt, 'missed');
    return now;
  }

  async #run(slotAt: Date, late: boolean): Promise<void> {
    const { clock, random, sweep, tell } = this.#deps;
    const ms = Math.floor(random() * this.#timing.jitterMs);
    if (ms > 0) tell({ event: 'slot.waiting', slotAt, ms });
    if (ms > 0 && !(await hasWaited(ms, clock, this.#stop))) return this.#ended(slotAt, 'stopped');
    this.#begunAt = clock.now();
    tell({ event: 'slot.begun', slotAt, late });
    const { kind, why } = await sweep(this.#stop);
    this.#ended(slotAt, kind === 'done' ? (late ? 'made-up' : 'swept') : kind, why);
  }

  #ended(slotAt: Date, slot: SlotResult, why?: string): void {
    this.#lastSlot = { slotAt, slot };
    const nextAt = this.nextAt();
    this.#deps.tell({ event: 'slot.ended', slotAt, slot, nextAt, ...(why !== undefined && { why }) });
  }
}

/** node-cron is right to a second, and whoever looks every now and then comes this much later at most. */
const ON_TIME_MS = 60_000;

/** node-cron's own would write coloured text between our lines. What it has to say is said as events. */
const SILENT: Logger = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
