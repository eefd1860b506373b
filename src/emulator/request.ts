/** What a request asks for. `mediaBytes` is a media item without `.json`: its content, which no worker should ever fetch. */
export const REQUEST_KINDS = [
  'listMessages',
  'getMessage',
  'deleteMessage',
  'listMedia',
  'getMedia',
  'mediaBytes',
  'deleteMedia',
  'other',
] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

export interface RequestInfo {
  readonly kind: RequestKind;
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** Empty where the path names none; decoded. The same goes for the two below. */
  readonly account: string;
  readonly messageSid: string;
  readonly mediaSid: string;
  /** The path ends in `.json`. */
  readonly json: boolean;
}

/** How a request ended: with an HTTP status, with its connection reset, or not at all. */
export interface AnswerEntry {
  readonly request: RequestInfo;
  readonly status: number | 'reset' | 'none';
  /** The fault that was injected. */
  readonly fault?: string;
}

/** Both prefixes are real: the SDKs start at the short one and then follow links that have the long one. */
const PREFIXES = ['/api/laml/2010-04-01/Accounts/', '/2010-04-01/Accounts/'] as const;

/** Reads method and URL. Whatever is not a route of this API is `other`. */
export function readRequest(method: string, url: string): RequestInfo {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const json = path.endsWith('.json');
  const other: RequestInfo = { kind: 'other', method, path, query, account: '', messageSid: '', mediaSid: '', json };

  const prefix = PREFIXES.find((each) => path.startsWith(each));
  if (prefix === undefined) return other;
  const segments = decode(path.slice(prefix.length, json ? -5 : undefined));
  if (segments === undefined || segments.length > 5 || segments.includes('')) return other;

  const [account = '', messages, messageSid = '', media, mediaSid = ''] = segments;
  if (messages !== 'Messages' || (media !== undefined && media !== 'Media')) return other;
  const kind = kindOf(method, segments.length, json);
  return { kind, method, path, query, account, messageSid, mediaSid, json };
}

function kindOf(method: string, depth: number, json: boolean): RequestKind {
  if (method === 'GET') {
    if (depth === 2) return 'listMessages';
    if (depth === 3) return 'getMessage';
    if (depth === 4) return 'listMedia';
    return json ? 'getMedia' : 'mediaBytes';
  }
  if (method === 'DELETE' && depth === 3) return 'deleteMessage';
  if (method === 'DELETE' && depth === 5) return 'deleteMedia';
  return 'other';
}

function decode(path: string): string[] | undefined {
  const segments = path.split('/');
  if (!path.includes('%')) return segments;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined; // a percent sign that encodes nothing: no such route
  }
}
