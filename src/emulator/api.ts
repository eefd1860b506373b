import { deleteMedia, isRemoved, mediaIdOf, NOT_FOUND, ordinalOf, removeMessage, settleLate } from './account.ts';
import type { Answer } from './answer.ts';
import { EMPTY, ERROR, errorAnswer, htmlAnswer, inProgressError, jsonAnswer, missingScopeError } from './answer.ts';
import { listMedia, listMessages, mediaJson, messageJson } from './list.ts';
import { contentTypeOf } from './portrait.ts';
import type { RenderContext } from './render.ts';
import type { RequestInfo } from './request.ts';
import type { State } from './state.ts';
import { inProgress, isPresent } from './state.ts';
import type { Switches } from './switches.ts';

/** The API: what one account answers. It knows nothing of sockets and faults. */
export interface Api {
  readonly state: State;
  readonly switches: Switches;
  readonly project: string;
  /** What the `Authorization` header has to say. */
  readonly authorization: string;
  readonly canary: string;
  /** For absolute links. */
  readonly origin: string;
}

/** Answers a request and does what it asks for. */
export function answer(request: RequestInfo, authorization: string | undefined, api: Api): Answer {
  const { switches, canary } = api;
  if (request.kind === 'other') return htmlAnswer(404, 'Nothing here', canary);
  if (authorization !== api.authorization) {
    return errorAnswer(ERROR.unauthorized, switches, canary, ['WWW-Authenticate', 'Basic realm="API"']);
  }
  if (switches.missingScope !== false) return errorAnswer(missingScopeError(switches.missingScope), switches, canary);
  if (request.account !== api.project) return errorAnswer(ERROR.notFound, switches, canary);
  settleLate(api.state);
  return answerKnown(request, api);
}

function answerKnown(request: RequestInfo, api: Api): Answer {
  const { state } = api;
  if (request.kind === 'deleteMedia') return answerDeleteMedia(request, api); // first: the hot path

  const context = contextOf(api);
  const origin = api.switches.linkOrigin === 'absolute' ? api.origin : '';
  const query = new URLSearchParams(request.query);
  if (request.kind === 'listMessages') return listMessages(query, state, context, origin);

  const ordinal = ordinalOf(state, request.messageSid);
  if (ordinal === NOT_FOUND) return notFound(api);
  if (request.kind === 'getMessage')
    return isRemoved(state, ordinal) ? notFound(api) : jsonAnswer(messageJson(state, ordinal, context));
  if (request.kind === 'deleteMessage') return answerDeleteMessage(ordinal, api);
  if (request.kind === 'listMedia') {
    const listed =
      !isRemoved(state, ordinal) || (api.switches.deletedMessageKeepsMedia && api.switches.deletedMessageListsMedia);
    return listed ? listMedia(query, ordinal, request.messageSid, state, context, origin) : notFound(api);
  }

  const id = mediaIdOf(state, ordinal, request.mediaSid);
  if (id === NOT_FOUND || !isPresent(state, id)) return notFound(api);
  return request.kind === 'getMedia' ? jsonAnswer(mediaJson(state, id, context)) : bytesOf(state, id);
}

function answerDeleteMedia(request: RequestInfo, api: Api): Answer {
  const { state, switches, canary } = api;
  const ordinal = ordinalOf(state, request.messageSid);
  const id = ordinal === NOT_FOUND ? NOT_FOUND : mediaIdOf(state, ordinal, request.mediaSid);
  if (id === NOT_FOUND) return notFound(api);
  if (!isPresent(state, id)) return switches.repeatedDelete === 204 ? EMPTY : notFound(api);
  if (switches.inProgressDelete === 'refuse' && inProgress(state, ordinal))
    return errorAnswer(inProgressError(switches), switches, canary);
  deleteMedia(state, id, state.now().getTime());
  return EMPTY;
}

function answerDeleteMessage(ordinal: number, api: Api): Answer {
  const { state, switches, canary } = api;
  if (isRemoved(state, ordinal)) return notFound(api);
  if (switches.inProgressDelete === 'refuse' && inProgress(state, ordinal))
    return errorAnswer(inProgressError(switches), switches, canary);
  removeMessage(state, ordinal, switches.deletedMessageKeepsMedia);
  return EMPTY;
}

/**
 * Puts a DELETE of a media item on the way without answering it. Whether the item may be deleted is asked when it
 * arrives, like everything else about it; `false` where there is nothing to delete.
 */
export function deleteLater(request: RequestInfo, byMs: number, { state }: Api): boolean {
  const ordinal = ordinalOf(state, request.messageSid);
  const id = ordinal === NOT_FOUND ? NOT_FOUND : mediaIdOf(state, ordinal, request.mediaSid);
  if (id === NOT_FOUND) return false;
  state.late.push({ id, dueAt: state.now().getTime() + byMs });
  return true;
}

function contextOf({ project, canary, switches }: Api): RenderContext {
  const base = `${switches.linkPrefix === 'laml' ? '/api/laml' : ''}/2010-04-01/Accounts/${project}`;
  return { project, base, ending: switches.links === 'json' ? '.json' : '', canary, switches };
}

/** Enough to prove that somebody fetched content. */
const bytesOf = (state: State, id: number): Answer => ({
  status: 200,
  type: contentTypeOf(state, id) ?? 'application/octet-stream',
  body: 'not really a picture',
  headers: [],
});

const notFound = ({ switches, canary }: Api): Answer => errorAnswer(ERROR.notFound, switches, canary);
