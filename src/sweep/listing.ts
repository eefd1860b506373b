import { PauseOutlasts, Unreachable, type MediaList, type Reader } from '../provider/contract.ts';
import type { MessageSid } from '../retention/resource.ts';
import { UNANSWERED_IN_A_ROW_MAX } from './answers.ts';
import type { SweepEvent } from './events.ts';

/** Lists a message's media for the plan; `unlisted` where that one message cannot be. */
export type List = (message: MessageSid) => Promise<MediaList | 'unlisted'>;

interface ListingDeps {
  readonly reader: Reader;
  readonly tell: (event: SweepEvent) => void;
}

/** The media of one message that cannot be listed are retained and reported. @param giveUp as in `unlessOdd` */
export function listing({ reader, tell }: ListingDeps, giveUp: (error: Error) => void, signal: AbortSignal): List {
  const attempt = unlessOdd(tell, giveUp, signal);
  return async (message) => (await attempt(message, () => reader.listMedia(message, signal))) ?? 'unlisted';
}

/**
 * Reads of single messages; `undefined`, and told, where one cannot be had: it must not keep the whole account from being
 * swept. Several in a row mean that it is not the message.
 * @param giveUp told of what ends the plan, so that what else is on its way need not be waited for
 */
export function unlessOdd(
  tell: (event: SweepEvent) => void,
  giveUp: (error: Error) => void,
  signal: AbortSignal,
): <T>(message: MessageSid, read: () => Promise<T>) => Promise<T | undefined> {
  let oddInARow = 0;
  return async (message, read) => {
    try {
      const value = await read();
      oddInARow = 0;
      return value;
    } catch (error) {
      if (signal.aborted) throw error; // says nothing of this message
      const isOddMessage = error instanceof Unreachable && !(error instanceof PauseOutlasts);
      if (!isOddMessage || ++oddInARow >= UNANSWERED_IN_A_ROW_MAX) {
        giveUp(error as Error);
        throw error;
      }
      tell({ event: 'message.unlisted', messageSid: message });
      return undefined;
    }
  };
}
