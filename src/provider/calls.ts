import type { MediaSid, Media, Message, MessageSid } from '../retention/resource.ts';
import { readJson, type Body } from './body.ts';
import type { Clearance } from './contract.ts';
import type { Call, Interpreter } from './http.ts';
import { mediaPage, messagePage, oneMedia, oneMessage, type Page, type Unread } from './payload.ts';
import type { Reply } from './transport.ts';

/** Every request there is. A URL is built from a template, never from a `uri` field of an answer. */
export interface Calls {
  /** The list of messages, as a link to its next page has to name it. */
  readonly messagesPath: string;
  mediaPath(message: MessageSid): string;
  messages(query: string): Call<Page<Message>>;
  /** @param query empty for the first page */
  media(message: MessageSid, query: string): Call<Page<Media>>;
  message(message: MessageSid): Call<Message>;
  mediaItem(message: MessageSid, media: MediaSid): Call<Media>;
  deletion(message: MessageSid, media: MediaSid, mayBegin?: Clearance): Call<true>;
}

const API = '/api/laml';
/** A thousand messages with bodies of 1600 characters in several bytes each, and room to spare. */
const MESSAGES_MAX_BYTES = 16 * 1024 * 1024;
const BODY_MAX_BYTES = 1024 * 1024;

/** @param projectId has to be of the shape of a SID */
export function callsOf(projectId: string): Calls {
  const messagesPath = `/2010-04-01/Accounts/${projectId}/Messages`;
  const base = `${API}${messagesPath}`;
  const get = { method: 'GET', bodyMax: BODY_MAX_BYTES } as const;
  return {
    messagesPath,
    mediaPath: (message) => `${messagesPath}/${message}/Media`,
    messages: (query) => ({
      kind: 'listMessages',
      method: 'GET',
      path: `${base}.json?${query}`,
      bodyMax: MESSAGES_MAX_BYTES,
      interpreter: () => {
        const { take, end } = messagePage(projectId);
        return { take, read: (reply) => fromJson(reply, end) };
      },
    }),
    media: (message, query) => ({
      ...get,
      kind: 'listMedia',
      path: `${base}/${message}/Media.json${query === '' ? '' : `?${query}`}`,
      interpreter: json((body) => mediaPage(body, projectId, message)),
    }),
    message: (message) => ({
      ...get,
      kind: 'getMessage',
      path: `${base}/${message}.json`,
      interpreter: json((body) => oneMessage(readJson(body), projectId, message)),
    }),
    mediaItem: (message, media) => ({
      ...get,
      kind: 'getMedia',
      path: `${base}/${message}/Media/${media}.json`, // without .json the answer is the picture itself
      interpreter: json((body) => oneMedia(readJson(body), projectId, message, media)),
    }),
    deletion: (message, media, mayBegin) => ({
      kind: 'deleteMedia',
      method: 'DELETE',
      path: `${base}/${message}/Media/${media}.json`,
      bodyMax: BODY_MAX_BYTES,
      interpreter: () => ACCEPTED,
      mayBegin,
    }),
  };
}

/** Its body says nothing. */
const ACCEPTED: Interpreter<true> = { read: () => true };

const json =
  <T>(parse: (body: Body) => T | Unread) =>
  (): Interpreter<T> => ({ read: (reply) => fromJson(reply, parse) });

const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;

/** Strict about the content type too: what calls itself a web page or plain text was written by somebody else. */
function fromJson<T>({ contentType, body }: Reply, parse: (body: Body) => T | Unread): T | Unread {
  if (body === undefined || contentType === undefined || !JSON_TYPE.test(contentType)) return 'malformed';
  try {
    return parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return 'malformed';
    throw error;
  }
}
