import type { Clock } from '../../src/lib/clock.ts';
import type { Transport } from '../../src/provider/transport.ts';
import type { HandClock } from '../support/hand-clock.ts';
import type { Files, Image } from './disk.ts';
import type { Ports } from './process.ts';
import type { Truth } from './truth.ts';

/** One moment at which a process may die, and what it would leave behind. */
export interface Point {
  /** `before markSending`: to be found again. */
  readonly at: string;
  readonly nth: number;
  readonly ms: number;
  readonly truth: Truth;
  /** The disk as it was when a durable write last returned, and as it was written. */
  readonly promised: Image;
  readonly written: Image;
}

/** Those that promise that everything is on disk when they return. */
const DURABLE = new Set(['begin', 'sealPlan', 'markSending', 'flush', 'remember', 'end', 'close']);

export interface Recorder extends Ports {
  readonly points: readonly Point[];
  readonly clock: (clock: HandClock) => Clock;
  readonly transport: (transport: Transport) => Transport;
}

/**
 * Lets a process live to its end, and notes at every call of a port what would be left if it died there: before the
 * effect, while it is under way, and after it. A process that dies does nothing more, so what is noted is all there is.
 */
export function recorder(files: Files, truth: Truth, hands: HandClock): Recorder {
  const points: Point[] = [];
  let promised = files.look();
  let isClosed = false;
  let frozen = { version: -1, truth };

  function note(moment: string, name: string): void {
    if (frozen.version !== truth.version) frozen = { version: truth.version, truth: truth.copy() };
    points.push({
      at: `${moment} ${name}`,
      nth: points.length + 1,
      ms: hands.monotonicMs(),
      truth: frozen.truth,
      promised,
      written: files.look(),
    });
  }

  async function call<T>(name: string, effect: () => Promise<T>): Promise<T> {
    note('before', name);
    const result = effect();
    note('during', name);
    const value = await result;
    if (DURABLE.has(name)) {
      note('unheard', name); // on disk, and nobody has been told
      promised = files.look();
    }
    note('after', name);
    isClosed ||= name === 'close';
    return value;
  }

  return {
    points,
    call,
    append(name, effect) {
      note('before', name);
      effect();
      note('after', name);
    },
    commit(run) {
      run();
      if (!isClosed) note('during', 'commit'); // one that was asked for and came with another finds nothing to do, maybe late
    },
    transport: (transport) => ({
      send: (request, signal) => call(`send ${request.method}`, () => transport.send(request, signal)),
      close: () => transport.close(),
    }),
    clock: (clock) => ({
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms, signal) =>
        call('sleep', () => {
          if (ms > 0) void half(ms / 2, signal);
          return clock.sleep(ms, signal);
        }),
    }),
  };

  /** In the middle of a wait a process may die as well. */
  async function half(ms: number, signal: AbortSignal | undefined): Promise<void> {
    try {
      await hands.sleep(ms, signal);
      note('half', 'sleep');
    } catch {
      // the wait is over
    }
  }
}
