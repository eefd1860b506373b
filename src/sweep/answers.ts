import type { LedgerError } from '../ledger/contract.ts';
import { PauseOutlasts, Unauthorized, Unreachable, type MediaList, type Reader } from '../provider/contract.ts';
import type { NumberedItem } from '../ledger/entries.ts';
import type { Media, MessageSid } from '../retention/resource.ts';
import { Stop } from './events.ts';
import { isOn } from './settle.ts';

/** What deleting and settling need to read a list and to notice that the service is away. */
export interface Listing {
  readonly reader: Reader;
  /** Ends the sweep from within: the first reason counts. Anything but a `Stop` is a bug or the ledger's loss, and is thrown when what is on its way has ended. */
  readonly halt: (why: Error) => void;
  readonly unanswered: (isAnswered: boolean) => void;
}

/**
 * The media list of a message, fit to settle `items` by; `undefined` where it cannot be had: then what it would settle
 * stays open.
 * @param items of one message
 */
export async function readList(
  items: readonly NumberedItem[],
  { reader, halt, unanswered }: Listing,
  signal: AbortSignal,
): Promise<MediaList | undefined> {
  const message = items[0]?.messageSid;
  if (message === undefined) return undefined;
  try {
    const list = await reader.listMedia(message, signal);
    const sure = list.kind !== 'listed' || isSure(list) ? list : await lookedFor(items, message, list, reader, signal);
    unanswered(true);
    return sure;
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof Unauthorized) halt(unauthorized(error.status));
    else if (error instanceof PauseOutlasts) halt(pauseOutlasts());
    else if (error instanceof Unreachable) unanswered(false);
    else throw error;
    return undefined;
  }
}

type Listed = MediaList & { readonly kind: 'listed' };

/** A row whose SID cannot be read may be any item. */
const isSure = ({ isOneAnswer, media }: Listed): boolean => isOneAnswer && media.every(({ sid }) => sid !== null);

/**
 * A list of several pages is of no one instant, and what is there may be on none of them. What it lacks is gone only where
 * the service says so of the item itself, and a list read after that lacks it too: which shows that its message is there,
 * since the items of a message that is not would be answered in the same way.
 */
async function lookedFor(
  items: readonly NumberedItem[],
  message: MessageSid,
  list: Listed,
  reader: Reader,
  signal: AbortSignal,
): Promise<MediaList> {
  const found: Media[] = [...list.media];
  const missing = items.filter((item) => !isOn(list.media, item));
  if (missing.length === 0) return list;
  for (const { mediaSid } of missing) {
    const media = await reader.getMedia(message, mediaSid, signal);
    if (media !== 'absent') found.push({ ...media, sid: mediaSid }); // however it spells its SID
  }
  const again = await reader.listMedia(message, signal);
  return again.kind === 'listed' ? { ...again, media: [...found, ...again.media] } : again;
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
