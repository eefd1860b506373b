import { PauseOutlasts, Unreachable, type Reader } from '../../provider/contract.ts';

/** The service's filter gave something else than was asked for, or nothing at all. */
export class Distrust extends Error {
  override readonly name = 'Distrust';
}

/**
 * A reader whose lists under a filter fail with `Distrust` where the service does not give them: without a filter everything
 * may still be read, and if it is the service that is away, that shows then.
 */
export function doubting(reader: Reader): Reader {
  return {
    ...reader,
    messagesOn: (day, signal) => pagesOf(reader.messagesOn(day, signal), signal),
    messagesIn: (status, signal) => pagesOf(reader.messagesIn(status, signal), signal),
    hasSentBefore: (day, signal) =>
      reader.hasSentBefore(day, signal).catch((error: unknown) => {
        throw doubtOf(error, signal);
      }),
  };
}

async function* pagesOf<T>(pages: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (error) {
    throw doubtOf(error, signal);
  }
}

/** What was given up by us says nothing of the filter, and in a pause nothing else can be read either. */
function doubtOf(error: unknown, signal: AbortSignal): unknown {
  const isFilters = error instanceof Unreachable && !(error instanceof PauseOutlasts) && !signal.aborted;
  return isFilters ? new Distrust(error.message, { cause: error }) : error;
}
