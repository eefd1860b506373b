import { Worker } from 'node:worker_threads';
import type { Fault } from './dimensions.ts';
import type { Planted } from './patch.ts';
import type { Done, Task } from './thread.ts';

export interface Search {
  readonly from: number;
  readonly count: number;
  readonly threads: number;
  readonly toTheEnd: boolean;
  readonly bug?: Planted;
  readonly only?: readonly Fault[] | undefined;
}

/** So many seeds are handed out at a time. */
const CHUNK = 100;
/** What waits in processes that died never goes on, and is held for ever: so many pieces of work, and a thread is done. */
const CHUNKS_A_THREAD = 100;

/** Runs histories in threads. @param each told as pieces are done; whatever order they come in, what they say is the same */
export async function search(
  { from, count, threads, toTheEnd, bug, only }: Search,
  each: (done: Done) => void,
): Promise<void> {
  let next = from;
  let isFound = false;
  const isLeft = (): boolean => next < from + count && !isFound;
  const lane = async (): Promise<void> => {
    while (isLeft()) {
      const thread = new Worker(new URL('thread.ts', import.meta.url), { workerData: { bug, only } });
      try {
        for (let chunks = 0; chunks < CHUNKS_A_THREAD && isLeft(); chunks++) {
          const task: Task = { from: next, count: Math.min(CHUNK, from + count - next), toTheEnd };
          next += task.count;
          const done = await answerOf(thread, task);
          each(done);
          isFound ||= !toTheEnd && done.violated.length > 0;
          if (done.hash === undefined) break; // this thread is caught in a history for ever
        }
      } finally {
        await thread.terminate();
      }
    }
  };
  await Promise.all(Array.from({ length: threads }, lane));
}

/** Far longer than so many histories take on the slowest machine: one of them does not end. */
const PATIENCE_MS = 300_000;

function answerOf(thread: Worker, task: Task): Promise<Done> {
  const { promise, resolve, reject } = Promise.withResolvers<Done>();
  const patience = setTimeout(() => resolve(endless(task)), PATIENCE_MS);
  thread.once('message', resolve);
  thread.once('error', reject);
  thread.postMessage(task);
  return promise.finally(() => {
    clearTimeout(patience);
    thread.removeListener('error', reject).removeListener('message', resolve);
  });
}

const endless = ({ from, count }: Task): Done => ({
  from,
  histories: count,
  events: 0,
  cpuMs: PATIENCE_MS,
  fired: new Map(),
  violated: [{ seed: from, violations: [`[L2] this history, or one of the ${count} from it, does not end`] }],
  hash: undefined,
});
