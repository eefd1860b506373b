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

/**
 * One message that cannot be listed must not keep the whole account from being swept: its media are retained and
 * reported. Several in a row mean that it is not the message.
 * @param giveUp told of what ends the plan, so that the page's other lists need not be waited for
 */
export function listing({ reader, tell }: ListingDeps, giveUp: (error: Error) => void, signal: AbortSignal): List {
  let unlistedInARow = 0;
  return async (message) => {
    try {
      const list = await reader.listMedia(message, signal);
      unlistedInARow = 0;
      return list;
    } catch (error) {
      if (signal.aborted) throw error; // says nothing of this message
      const isOddMessage = error instanceof Unreachable && !(error instanceof PauseOutlasts);
      if (!isOddMessage || ++unlistedInARow >= UNANSWERED_IN_A_ROW_MAX) {
        giveUp(error as Error);
        throw error;
      }
      tell({ event: 'message.unlisted', messageSid: message });
      return 'unlisted';
    }
  };
}
