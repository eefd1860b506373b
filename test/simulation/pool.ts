import { Worker } from 'node:worker_threads';
import type { Planted } from './planted.ts';
import type { Done, Task } from './thread.ts';

export interface Search {
  readonly from: number;
  readonly count: number;
  readonly threads: number;
  readonly toTheEnd: boolean;
  readonly bug?: Planted;
}

/** So many seeds are handed out at a time. */
const CHUNK = 100;

/** Runs histories in threads. @param each told as pieces are done; whatever order they come in, what they say is the same */
export async function search(
  { from, count, threads, toTheEnd, bug }: Search,
  each: (done: Done) => void,
): Promise<void> {
  let next = from;
  let isFound = false;
  const lane = async (): Promise<void> => {
    const thread = new Worker(new URL('thread.ts', import.meta.url), { workerData: { bug } });
    try {
      while (next < from + count && !isFound) {
        const task: Task = { from: next, count: Math.min(CHUNK, from + count - next), toTheEnd };
        next += task.count;
        const done = await answerOf(thread, task);
        each(done);
        isFound ||= !toTheEnd && done.violated.length > 0;
      }
    } finally {
      await thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, lane));
}

function answerOf(thread: Worker, task: Task): Promise<Done> {
  const { promise, resolve, reject } = Promise.withResolvers<Done>();
  thread.once('message', resolve);
  thread.once('error', reject);
  thread.postMessage(task);
  return promise.finally(() => thread.removeListener('error', reject).removeListener('message', resolve));
}
