import type { MessageSid } from '../retention/resource.ts';

/**
 * Works through a source with `count` lanes, each taking the next piece when it is done with its last. Returns when
 * every lane has ended, also where one throws; then throws what the first one threw, and the source is closed.
 * @param giveUp told of work that failed while the others are still at theirs, so that they can be made to end; where the
 *   source fails, they come to their end
 */
export async function inLanes<T>(
  count: number,
  source: AsyncIterable<T> | Iterable<T>,
  work: (piece: T) => Promise<void>,
  giveUp: (error: Error) => void = () => {},
): Promise<void> {
  const pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    try {
      while (failures.length === 0) {
        const next = await pieces.next();
        if (next.done) return;
        await work(next.value).catch((error: unknown) => {
          giveUp(error as Error);
          throw error;
        });
      }
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: count }, lane)); // none of them rejects
  try {
    await pieces.return?.();
  } catch (error) {
    failures.push(error);
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * The same pieces, each asked for while the one before it is worked on. Where asking fails, whoever wants no more of them is
 * told as well: it may be the source that is wrong.
 */
export async function* oneAhead<T>(pieces: AsyncIterator<T>): AsyncGenerator<T> {
  let following: Promise<IteratorResult<T>> | undefined;
  const ask = (): Promise<IteratorResult<T>> => {
    const next = pieces.next();
    next.catch(() => {}); // looked at below
    return next;
  };
  try {
    for (let next = await ask(); !next.done;) {
      following = ask();
      yield next.value;
      next = await following;
    }
  } finally {
    await pieces.return?.();
    await following;
  }
}

/** The items of one message together, as they stand next to each other. */
export function* byMessage<T extends { readonly messageSid: MessageSid }>(
  items: readonly T[],
): Generator<readonly T[]> {
  let start = 0;
  for (let i = 1; i <= items.length; i++) {
    if (items[i]?.messageSid === items[start]?.messageSid) continue;
    yield items.slice(start, i);
    start = i;
  }
}

/** Groups put together until they have `size` items or more; a group is never divided. */
export function* inBatches<T>(groups: Iterable<readonly T[]>, size: number): Generator<readonly (readonly T[])[]> {
  let batch: (readonly T[])[] = [];
  let items = 0;
  for (const group of groups) {
    batch.push(group);
    items += group.length;
    if (items < size) continue;
    yield batch;
    batch = [];
    items = 0;
  }
  if (batch.length > 0) yield batch;
}
