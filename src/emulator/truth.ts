import { isRemoved, mediaIds, settleLate } from './account.ts';
import { contentTypeOf, createdAtOf, directionOf, mediaCreatedAtOf, partiesOf, sentAtOf } from './portrait.ts';
import { SLOTS } from './sids.ts';
import type { State } from './state.ts';
import { deletedAtOf, hasTrait, isPresent, sidOf, statusOf, TRAIT } from './state.ts';

/** One media item as it really is, whatever the API says. `unreadable`: the API writes this date so that nobody can read it. */
export interface TrueMedia {
  readonly messageSid: string;
  readonly mediaSid: string;
  readonly present: boolean;
  readonly deletedAt: Date | undefined;
  readonly status: string;
  readonly direction: string;
  /** Dates are whole seconds. */
  readonly dateCreated: Date | 'unreadable';
  /** `null`: never sent. */
  readonly dateSent: Date | 'unreadable' | null;
  readonly mediaDateCreated: Date | 'unreadable';
  readonly contentType: string | null;
  readonly from: string;
  readonly to: string;
  /** Its message was deleted. */
  readonly messageRemoved: boolean;
}

interface TrueCount {
  /** Not removed. */
  readonly messages: number;
  /** Ever. */
  readonly media: number;
  readonly present: number;
  readonly deleted: number;
}

/** What tests and the demo compare a client's report with; it never goes over HTTP. Fields given as `raw` are not seen here. */
export interface Truth {
  /** In order of the messages' arrival, media of removed messages included. */
  media(): IterableIterator<TrueMedia>;
  count(): TrueCount;
}

export function createTruth(state: State): Truth {
  return {
    media: () => media(state),
    count: () => count(state),
  };
}

function* media(state: State): IterableIterator<TrueMedia> {
  settleLate(state);
  for (let ordinal = 0; ordinal < state.size; ordinal++) {
    if (state.mediaCount[ordinal] === 0) continue;
    const message = truthOfMessage(state, ordinal);
    for (const id of mediaIds(state, ordinal)) {
      const present = isPresent(state, id);
      yield {
        ...message,
        mediaSid: sidOf(state, id),
        present,
        deletedAt: present ? undefined : new Date(deletedAtOf(state, id)),
        mediaDateCreated: hasTrait(state, ordinal, TRAIT.oddMedia) ? 'unreadable' : dateOf(mediaCreatedAtOf(state, id)),
        contentType: contentTypeOf(state, id),
      };
    }
  }
}

function truthOfMessage(
  state: State,
  ordinal: number,
): Omit<TrueMedia, 'mediaSid' | 'present' | 'deletedAt' | 'mediaDateCreated' | 'contentType'> {
  const sentAt = sentAtOf(state, ordinal);
  const sent = sentAt === null ? null : dateOf(sentAt);
  return {
    messageSid: sidOf(state, ordinal * SLOTS),
    status: statusOf(state, ordinal),
    direction: directionOf(state, ordinal),
    ...partiesOf(state, ordinal),
    dateCreated: hasTrait(state, ordinal, TRAIT.oddCreated) ? 'unreadable' : dateOf(createdAtOf(state, ordinal)),
    dateSent: hasTrait(state, ordinal, TRAIT.oddSent) ? 'unreadable' : sent,
    messageRemoved: isRemoved(state, ordinal),
  };
}

const dateOf = (seconds: number): Date => new Date(seconds * 1000);

function count(state: State): TrueCount {
  settleLate(state);
  let messages = 0;
  let all = 0;
  let present = 0;
  for (let ordinal = 0; ordinal < state.size; ordinal++) {
    if (!isRemoved(state, ordinal)) messages++;
    all += state.mediaCount[ordinal] ?? 0;
    for (let bits = state.present[ordinal] ?? 0; bits !== 0; bits &= bits - 1) present++;
  }
  return { messages, media: all, present, deleted: all - present };
}
