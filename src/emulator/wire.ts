import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { httpDate } from './dates.ts';
import type { Switches } from './switches.ts';
import type { Timers } from './timers.ts';

/** Sends a whole answer at once. */
export function send(response: ServerResponse, answer: Answer, date: string | undefined): void {
  writeHead(response, answer, date);
  response.end(answer.body.length === 0 ? undefined : answer.body);
}

/** Pieces of a slow body. */
const PIECES = 10;

/** The head at once, the body piece by piece over `forMs`; where there is no body, the head comes last. */
export function sendSlowly(
  response: ServerResponse,
  answer: Answer,
  date: string | undefined,
  forMs: number,
  timers: Timers,
): void {
  const { body } = answer;
  if (body.length === 0) {
    timers.after(forMs, () => {
      send(response, answer, date);
    });
    return;
  }
  writeHead(response, answer, date);
  response.flushHeaders();
  const length = Math.ceil(body.length / PIECES);
  const next = (start: number): void => {
    if (response.destroyed) return;
    const piece = body.slice(start, start + length);
    if (start + length >= body.length) response.end(piece);
    else {
      response.write(piece);
      timers.after(forMs / PIECES, () => {
        next(start + length);
      });
    }
  };
  timers.after(forMs / PIECES, () => {
    next(0);
  });
}

/** Promises the whole body, sends half of it and resets the connection. */
export function sendHalf(response: ServerResponse, answer: Answer, date: string | undefined): void {
  writeHead(response, answer, date);
  response.write(answer.body.slice(0, answer.body.length >> 1), () => {
    reset(response);
  });
}

/** RST, not FIN: what a client sees when a proxy or the service itself dies. */
export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** Names and values in one flat array: the one form `node:http` sends without copying it into a map first. */
function writeHead(response: ServerResponse, { status, type, body, headers }: Answer, date: string | undefined): void {
  const all = [...headers];
  if (type !== undefined) all.push('Content-Type', type);
  if (status !== 204) all.push('Content-Length', String(Buffer.byteLength(body)));
  if (date !== undefined) all.push('Date', date);
  response.sendDate = false;
  response.writeHead(status, all);
}

/** The `Date` header as the switch wants it, written once a second. */
export function createDateHeader(): (nowMs: number, dateHeader: Switches['dateHeader']) => string | undefined {
  let second = -1;
  let text = '';
  return (nowMs, dateHeader) => {
    if (dateHeader === 'missing') return undefined;
    if (dateHeader === 'garbage') return 'the day before yesterday';
    const asked = Math.floor((nowMs + (dateHeader === 'right' ? 0 : dateHeader.aheadMs)) / 1000);
    if (asked !== second) {
      second = asked;
      text = httpDate(asked * 1000);
    }
    return text;
  };
}
