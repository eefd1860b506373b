import { REQUEST_KINDS, type RequestKind } from '../../src/emulator/request.ts';

/** What was asked of the service, and when. */
export interface Asked {
  readonly requests: Readonly<Record<RequestKind, number>>;
  /** Milliseconds since 1970, with fractions: when the first request arrived and the last answer was given; 0 for never. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** CPU of the service from the first request to this question, in microseconds. */
  readonly cpuUs: number;
}

/** Counts requests for as long as one contender has its turn. */
export class Counter {
  readonly #requests = Object.fromEntries(REQUEST_KINDS.map((kind) => [kind, 0])) as Record<RequestKind, number>;
  #firstMs: number | undefined;
  #lastMs = 0;
  #cpu = process.cpuUsage();

  arrived(kind: RequestKind): void {
    this.#requests[kind]++;
    if (this.#firstMs !== undefined) return;
    this.#firstMs = performance.now();
    this.#cpu = process.cpuUsage();
  }

  answered(): void {
    this.#lastMs = performance.now();
  }

  asked(): Asked {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      requests: { ...this.#requests },
      firstAt: wallClock(this.#firstMs),
      lastAt: wallClock(this.#lastMs),
      cpuUs: this.#firstMs === undefined ? 0 : user + system,
    };
  }
}

const wallClock = (ms: number | undefined): number => (ms ? performance.timeOrigin + ms : 0);
