import { wholeText, type Body } from './body.ts';

/** Error codes of the API that decide something, from SignalWire's documents; the others say no more than the status does. */
const CODE = { authentication: 20003, inProgress: 20009, noSuchResource: 20404, tooManyRequests: 20429 } as const;

/**
 * What an answer means.
 * `ok`: the one status that is success. `absent`: the service itself says that there is no such resource.
 * `unavailable`: worth another try. `odd`: nothing the API documents, so it need not be the API that answered.
 */
export type Meaning =
  | 'ok'
  | 'absent'
  | 'in-progress'
  | 'refused'
  | 'unauthorized'
  | 'throttled'
  | 'unavailable'
  | 'odd';

/**
 * The code decides where there is one that decides something: the HTTP status that goes with 20009 is not documented
 * (400, 409 and 422 are all plausible). A 404 without the service's own code may be any router on the way.
 * @param success 204 for DELETE, 200 for GET
 */
export function meaningOf(status: number, code: number | undefined, success: 200 | 204): Meaning {
  if (code === CODE.inProgress) return 'in-progress';
  if (code === CODE.tooManyRequests || status === 429) return 'throttled';
  if (code === CODE.authentication || status === 401 || status === 403) return 'unauthorized';
  if (status === success) return 'ok';
  if (status === 404) return code === CODE.noSuchResource ? 'absent' : 'odd';
  if (status === 408 || status >= 500) return 'unavailable';
  return status >= 400 ? 'refused' : 'odd';
}

const BODY_MAX = 65_536;

/**
 * The error code in a body: `{code, message, more_info, status}` or `{errors: [{code, message}]}`, as number or as string
 * of digits. `undefined` for every other body: `{errors: ["text"]}`, a web page, nothing. Never throws; no other text of
 * the body is kept.
 */
export function errorCode(body: Body | undefined): number | undefined {
  const text = body && wholeText(body);
  // Stryker disable next-line StringLiteral: looking for a brace only saves reading a web page as JSON.
  if (text === undefined || text.length > BODY_MAX || !text.includes('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What is no JSON has no code.
  }
  return codeIn(value) ?? firstCodeIn((value as { errors?: unknown } | null | undefined)?.errors);
}

function firstCodeIn(errors: unknown): number | undefined {
  if (!Array.isArray(errors)) return undefined;
  for (const error of errors) {
    const code = codeIn(error);
    if (code !== undefined) return code;
  }
  return undefined;
}

/** Five digits, as all of the API's codes have: nothing of the server's own choosing can leave through here. */
function codeIn(value: unknown): number | undefined {
  const code = (value as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return /^[1-9]\d{4}$/.test(code) ? Number(code) : undefined;
  return isFiveDigits(code) ? code : undefined;
}

const isFiveDigits = (code: unknown): code is number =>
  Number.isInteger(code) && (code as number) >= 10_000 && (code as number) <= 99_999;
