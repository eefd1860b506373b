import type { LedgerError } from '../ledger/contract.ts';
import { PauseOutlasts, Unauthorized, Unreachable, type MediaList, type Reader } from '../provider/contract.ts';
import type { MessageSid } from '../retention/resource.ts';
import { Stop } from './events.ts';

/** What deleting and settling need to read a list and to notice that the service is away. */
export interface Listing {
  readonly reader: Reader;
  /** Ends the sweep from within: the first reason counts. Anything but a `Stop` is a bug or the ledger's loss, and is thrown when what is on its way has ended. */
  readonly halt: (why: Error) => void;
  readonly unanswered: (isAnswered: boolean) => void;
}

/** The message's media list, or `undefined` where it cannot be had: then what it would settle stays open. */
export async function readList(
  message: MessageSid,
  { reader, halt, unanswered }: Listing,
  signal: AbortSignal,
): Promise<MediaList | undefined> {
  try {
    const list = await reader.listMedia(message, signal);
    unanswered(true);
    return list;
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof Unauthorized) halt(unauthorized(error.status));
    else if (error instanceof PauseOutlasts) halt(pauseOutlasts());
    else if (error instanceof Unreachable) unanswered(false);
    else throw error;
    return undefined;
  }
}

/** So many requests in a row without a trustworthy answer mean that the service is away, not that an item is odd. */
export const UNANSWERED_IN_A_ROW_MAX = 10;

/** Counts answers that could not be trusted, and halts when there is nothing else any more. */
export function unansweredInARow(halt: (stop: Stop) => void): (isAnswered: boolean) => void {
  let inARow = 0;
  return (isAnswered) => {
    inARow = isAnswered ? 0 : inARow + 1;
    if (inARow === UNANSWERED_IN_A_ROW_MAX) {
      halt(new Stop('unreachable', `the API gave no trustworthy answer ${inARow} times in a row.`));
    }
  };
}

export const unauthorized = (status: number | undefined): Stop =>
  new Stop('unauthorized', new Unauthorized(status ?? 401).message);

export const pauseOutlasts = (): Stop =>
  new Stop('unreachable', 'the API asked for a pause that is longer than the time this sweep has left.');

export const ledgerLost = (error: LedgerError): Stop => new Stop('ledger', error.message, { cause: error });
