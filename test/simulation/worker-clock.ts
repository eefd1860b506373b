import type { Clock } from '../../src/lib/clock.ts';
import { BEGIN_MS } from './truth.ts';
import type { Worker } from './worker.ts';
import type { World } from './world.ts';

/** A machine's time as one process sees it: its wall clock may be wrong, and both stand still while it is suspended. */
export class WorkerClock implements Clock {
  skewMs: number;
  /** How long the machine was suspended, which its monotonic clock does not know of. */
  suspendedMs = 0;
  readonly #worker: Worker;
  readonly #world: World;

  constructor(worker: Worker, world: World, skewMs: number) {
    this.#worker = worker;
    this.#world = world;
    this.skewMs = skewMs;
  }

  now(): Date {
    return new Date(BEGIN_MS + this.#world.timeline.nowMs + this.skewMs);
  }

  monotonicMs(): number {
    return 1_000_000 + this.#world.timeline.nowMs - this.suspendedMs;
  }

  /** Calls back when so much monotonic time has passed. @returns what cancels it */
  wait(ms: number, label: string, ring: () => void): () => void {
    const dueMs = this.monotonicMs() + ms;
    let cancel: (() => void) | undefined;
    const look = (): void => {
      const leftMs = dueMs - this.monotonicMs();
      if (leftMs > 0) cancel = this.#world.timeline.after(leftMs, label, look, this.#worker);
      else ring();
    };
    cancel = this.#world.timeline.after(ms, label, look, this.#worker);
    return () => cancel?.();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#worker.isDead) return;
      if (signal?.aborted) return reject(signal.reason as Error);
      const giveUp = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = this.wait(ms, 'wakes', () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      });
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }
}
