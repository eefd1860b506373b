import {
  addMediaTo,
  addMessage,
  mediaIdOf,
  NOT_FOUND,
  ordinalOf,
  removeMessage,
  setStatus,
  settleLate,
} from './account.ts';
import type { Account } from './changes.ts';
import { isPresent, markDeleted } from './state.ts';
import type { State } from './state.ts';
import type { Switches } from './switches.ts';

/** The account as its owner sees it. What is late but due has happened before any change is made. */
export function createAccount(state: State, switches: Switches): Account {
  const known = (sid: string): number => {
    settleLate(state);
    const ordinal = ordinalOf(state, sid);
    if (ordinal === NOT_FOUND) throw new RangeError(`There is no message ${sid}.`);
    return ordinal;
  };
  return {
    addMessage: (message) => addMessage(state, message),
    setStatus: (messageSid, status) => {
      setStatus(state, known(messageSid), status);
    },
    removeMessage: (messageSid) => {
      removeMessage(state, known(messageSid), switches.deletedMessageKeepsMedia);
    },
    addMedia: (messageSid, media) => addMediaTo(state, known(messageSid), media),
    removeMedia: (messageSid, mediaSid) => {
      const id = mediaIdOf(state, known(messageSid), mediaSid);
      if (id === NOT_FOUND) throw new RangeError(`There is no media ${mediaSid} of message ${messageSid}.`);
      if (isPresent(state, id)) markDeleted(state, id, state.now().getTime());
    },
  };
}
