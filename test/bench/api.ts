import { fork, type ChildProcess } from 'node:child_process';
import type { Question, Questions, Told } from './api-process.ts';

type Given<K extends keyof Questions> = Parameters<Questions[K]> extends [infer G] ? G : undefined;
type Answer<K extends keyof Questions> = Awaited<ReturnType<Questions[K]>>;

/** The service that all contenders share: the emulator, in a process of its own. */
export class Api {
  readonly #process: ChildProcess = fork(new URL('api-process.ts', import.meta.url), {
    execArgv: ['--max-old-space-size=4096'],
  });

  /** One question at a time. */
  async ask<K extends keyof Questions>(
    ask: K,
    ...given: Given<K> extends undefined ? [] : [Given<K>]
  ): Promise<Answer<K>> {
    const { promise, resolve, reject } = Promise.withResolvers<Told>();
    const gone = (): void => reject(new Error('The process of the emulator has ended.'));
    this.#process.once('message', resolve).once('exit', gone);
    this.#process.send({ ask, given: given[0] as never } satisfies Question);
    const { value, error } = await promise.finally(() => this.#process.off('message', resolve).off('exit', gone));
    if (error !== undefined) throw new Error(`The process of the emulator could not ${ask}: ${error}`);
    return value as Answer<K>;
  }

  [Symbol.dispose](): void {
    this.#process.disconnect();
  }
}
