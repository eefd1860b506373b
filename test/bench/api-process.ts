import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import type { TrueMedia } from '../../src/emulator/truth.ts';
import { Counter, type Asked } from './asked.ts';
import { passDay } from './day.ts';
import { dueFrom, minimumOf, type Minimum, type Sweep } from './law.ts';
import { ageFrom } from './policies.ts';

/** The emulator in a process of its own. Run by `api.ts`, which asks its questions over IPC. */

export type Opening = Pick<
  EmulatorOptions,
  'seed' | 'messages' | 'days' | 'latencyMs' | 'inProgressDays' | 'oddities'
> & {
  /** Milliseconds since 1970: the account is that of this instant, whenever it is opened. */
  readonly seededAt: number;
};

export interface Opened {
  readonly url: string;
  readonly project: string;
  readonly token: string;
}

/** Some of the media, as one can tell whether they are the same ones. */
export interface Items {
  readonly count: number;
  /** Of their SIDs, in the order of the account. */
  readonly digest: string;
}

/** What is due of one message. */
export type DueMessage = readonly [messageSid: string, mediaSids: readonly string[]];

class Service {
  #emulator: Emulator | undefined;
  #counter = new Counter();
  #shiftMs = 0;

  async open({ seededAt, ...options }: Opening): Promise<Opened> {
    await this.#emulator?.close();
    let isSeeded = false;
    this.#counter = new Counter();
    this.#shiftMs = 0;
    this.#emulator = await startEmulator({
      ...options,
      now: () => new Date(isSeeded ? Date.now() + this.#shiftMs : seededAt),
      onRequest: ({ kind }) => this.#counter.arrived(kind),
      onAnswer: () => this.#counter.answered(),
    });
    isSeeded = true;
    const { url, project, token } = this.#emulator;
    return { url, project, token };
  }

  asked(): Asked {
    return this.#counter.asked();
  }

  /** Counts from nothing again, and lets it be another time from now on. */
  forget({ shiftMs }: { readonly shiftMs: number }): void {
    this.#counter = new Counter();
    this.#shiftMs = shiftMs;
  }

  /** Another day passes, the one before `now`. */
  passDay(day: { readonly now: number; readonly messages: number }): void {
    passDay(this.#running.account, this.#running.truth, day);
  }

  minimum(sweep: Sweep): Minimum {
    return minimumOf(this.#media(), sweep);
  }

  /** Media that a sweep as of `now` under the shipped policy should have deleted and has not, or the other way round. */
  wrong({ now }: { readonly now: number }): number {
    return this.#media().reduce((sum, each) => sum + Number(each.present === dueFrom(each) < now), 0);
  }

  count(): ReturnType<Emulator['truth']['count']> {
    return this.#running.truth.count();
  }

  /** Writes down what has no date at or after `cutoff`, in messages that have ended: `DueMessage[]`. */
  due({ cutoff, file }: { readonly cutoff: number; readonly file: string }): Items {
    const due = [...this.#media()].filter((media) => ageFrom(media) < cutoff);
    const messages = Map.groupBy(due, ({ messageSid }) => messageSid);
    const rows = [...messages].map(([sid, media]): DueMessage => [sid, media.map(({ mediaSid }) => mediaSid)]);
    writeFileSync(file, JSON.stringify(rows));
    return itemsOf(due);
  }

  gone(): Items {
    return itemsOf(this.#media().filter(({ present }) => !present));
  }

  #media(): IteratorObject<TrueMedia> {
    return Iterator.from(this.#running.truth.media());
  }

  get #running(): Emulator {
    if (!this.#emulator) throw new Error('No account has been opened.');
    return this.#emulator;
  }
}

/** What can be asked of this process. */
export type Questions = Pick<Service, keyof Service>;

export interface Question {
  readonly ask: keyof Questions;
  readonly given: never;
}
/** `Error` where `error` is set. */
export interface Told {
  readonly value?: unknown;
  readonly error?: string;
}

function itemsOf(media: Iterable<TrueMedia>): Items {
  const hash = createHash('sha256');
  let count = 0;
  for (const { mediaSid } of media) {
    hash.update(mediaSid);
    count++;
  }
  return { count, digest: hash.digest('hex') };
}

const service = new Service();
process.on('message', ({ ask, given }: Question) => {
  void Promise.try((): unknown => service[ask](given))
    .then((value): Told => ({ value }))
    .catch((error: unknown): Told => ({ error: String((error as Error).stack) }))
    .then((told) => process.send?.(told));
});
process.on('disconnect', () => process.exit());
