import type { MessageSid } from '../retention/resource.ts';

/**
 * Works through a source with `count` lanes, each taking the next piece when it is done with its last. Returns when
 * every lane has ended, also where one throws; then throws what the first one threw, and the source is closed.
 */
export async function inLanes<T>(
  count: number,
  source: AsyncIterable<T>,
  work: (piece: T) => Promise<void>,
): Promise<void> {
  const pieces = source[Symbol.asyncIterator]();
  const failed = new AbortController();
  const lane = async (): Promise<void> => {
    try {
      for (let next = await pieces.next(); !next.done && !failed.signal.aborted; next = await pieces.next())
        await work(next.value);
    } catch (error) {
      failed.abort();
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: count }, lane));
  await pieces.return?.();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
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
