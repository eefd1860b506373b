import type { Switches } from './switches.ts';

/** What is sent back, before any fault gets hold of it. */
export interface Answer {
  readonly status: number;
  /** `undefined`: none. */
  readonly type: string | undefined;
  readonly body: string | Uint8Array;
  /** Beyond type, length and date: names and values in turn. */
  readonly headers: readonly string[];
}

const JSON_TYPE = 'application/json; charset=utf-8';
const NO_HEADERS: readonly string[] = [];

export const jsonAnswer = (body: string): Answer => ({ status: 200, type: JSON_TYPE, body, headers: NO_HEADERS });

export const EMPTY: Answer = { status: 204, type: undefined, body: '', headers: NO_HEADERS };

/** What the API itself says of an error. */
export interface ApiError {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

export const ERROR = {
  unauthorized: { status: 401, code: 20003, message: 'Authentication failed: project and token do not fit together.' },
  notFound: { status: 404, code: 20404, message: 'No such resource.' },
  badPageToken: {
    status: 400,
    code: 54453,
    message: 'PageToken is required beyond page 0, and has to be one of ours.',
  },
  badPageSize: { status: 400, code: 54454, message: 'PageSize has to be between 1 and 1000.' },
  badRequest: { status: 400, code: 20001, message: 'A parameter could not be read.' },
  tooManyRequests: { status: 429, code: 20429, message: 'Too many requests.' },
  internal: { status: 500, code: 20504, message: 'Something went wrong here.' },
} as const satisfies Record<string, ApiError>;

export const inProgressError = (switches: Switches): ApiError => ({
  status: switches.inProgressStatus,
  code: 20009,
  message: 'The message is in progress; its media cannot be deleted yet.',
});

export const missingScopeError = (status: 401 | 403): ApiError => ({
  status,
  code: 20003,
  message: 'The token lacks the scope Messaging.',
});

/** Codes the documents promise; they survive the body shape that has no place for a code. */
const PROMISED_CODES: ReadonlySet<number> = new Set([20009, 20404]);

export function errorAnswer(
  error: ApiError,
  switches: Switches,
  canary: string,
  headers: readonly string[] = NO_HEADERS,
): Answer {
  const { status } = error;
  const code = switches.codeAs === 'string' ? String(error.code) : error.code;
  const message = error.message + canary;
  const shape = switches.errorBody === 'errors-strings' && PROMISED_CODES.has(error.code) ? 'flat' : switches.errorBody;
  const body = {
    flat: { code, message, more_info: `https://docs.signalwire.invalid/errors/${error.code}${canary}`, status },
    'errors-objects': { errors: [{ code, message }] },
    'errors-strings': { errors: [message] },
  }[shape];
  return { status, type: JSON_TYPE, body: JSON.stringify(body), headers };
}

/** What a router or proxy says, who know nothing of the API. */
export function htmlAnswer(status: number, title: string, canary: string): Answer {
  const text = `${title}${canary}`.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const body = `<!doctype html>\n<html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>\n`;
  return { status, type: 'text/html; charset=utf-8', body, headers: NO_HEADERS };
}
