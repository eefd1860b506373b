import { Unavailable, type Reader } from '../../provider/contract.ts';

/** The service's filter gave something else than was asked for, or no answer. */
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

/** What was given up by us says nothing of the filter; and whoever leads astray is not to be asked for anything else. */
const doubtOf = (error: unknown, signal: AbortSignal): unknown =>
  error instanceof Unavailable && !signal.aborted ? new Distrust(error.message, { cause: error }) : error;
