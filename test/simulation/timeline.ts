import { createHash } from 'node:crypto';
import type { Chance } from './chance.ts';

/** Who an event happens to. One that is dead hears of nothing any more; one that is frozen hears of it later. */
export interface Subject {
  readonly name: string;
  isDead: boolean;
  frozenUntilMs: number;
  /** An event is about to reach it: here it may die or freeze. */
  meets(): void;
  /** The event has had its effect; what is waiting for it has not gone on yet. */
  met(): void;
}

interface Entry {
  readonly atMs: number;
  /** Of events at one instant, which comes first is chance. */
  readonly tie: number;
  readonly label: string;
  readonly run: () => void;
  readonly subject: Subject | undefined;
  isCancelled: boolean;
}

/** More events than any history needs: it does not end. */
const EVENTS_MAX = 200_000;
/** How often the event loop may turn without an event until nothing more is to be expected: the ledger counts in slices. */
const IDLE_TURNS = 20;

/**
 * Virtual time: one heap of events, ordered by instant and by chance. After each event everything that it sets going runs to
 * its next wait. Nothing else moves, so the same seed gives the same history.
 */
export class Timeline {
  /** True time, in ms since the history began. */
  nowMs = 0;
  events = 0;
  readonly #heap: Entry[] = [];
  readonly #ties: Chance;
  readonly #trace: string[] = [];

  constructor(ties: Chance) {
    this.#ties = ties;
  }

  /** @returns what cancels it */
  after(delayMs: number, label: string, run: () => void, subject?: Subject): () => void {
    const entry = { atMs: this.nowMs + delayMs, tie: this.#ties.next(), label, run, subject, isCancelled: false };
    this.#push(entry);
    return () => {
      entry.isCancelled = true;
    };
  }

  /** Writes a line into the trace. */
  note(line: string): void {
    this.#trace.push(`${this.nowMs.toFixed(3)} ${line}`);
  }

  trace(): readonly string[] {
    return this.#trace;
  }

  /** The same for the same history, to the last event. */
  hash(): string {
    return createHash('sha256').update(this.#trace.join('\n')).digest('hex');
  }

  /** Lets events happen until `isOver`, or until there are none. @throws where there is no end to them */
  async run(isOver: () => boolean): Promise<void> {
    for (let idle = 0; idle < IDLE_TURNS;) {
      await (idle === 0 ? settled() : turn());
      if (isOver()) return;
      idle = this.#step() ? 0 : idle + 1;
    }
  }

  #step(): boolean {
    const entry = this.#pop();
    if (!entry) return false;
    const { subject } = entry;
    if (entry.isCancelled || subject?.isDead) return true;
    if (entry.atMs > this.nowMs) this.nowMs = entry.atMs;
    if (subject && subject.frozenUntilMs > this.nowMs) return this.#postpone(entry, subject.frozenUntilMs);
    if (++this.events > EVENTS_MAX) throw new Error('The history does not end.');
    subject?.meets();
    if (subject?.isDead) return true;
    if (subject && subject.frozenUntilMs > this.nowMs) return this.#postpone(entry, subject.frozenUntilMs);
    this.note(`${subject?.name ?? '-'} ${entry.label}`);
    entry.run();
    subject?.met();
    return true;
  }

  #postpone(entry: Entry, untilMs: number): true {
    const later = { ...entry, atMs: untilMs, tie: this.#ties.next() };
    // Whoever holds the way to cancel the entry means this one as well.
    Object.defineProperty(later, 'isCancelled', { get: () => entry.isCancelled });
    this.#push(later);
    return true;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.tie < b.tie);

/** Everything that waits for nothing has gone on by then: Node runs what promises have set going before it ticks. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
