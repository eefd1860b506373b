import { createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

import { listening, type ApiServer } from '../support/api-server.ts';

/** The head of one request, as its bytes came. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** All of it, up to the empty line. */
  readonly head: string;
  /** Which connection it came on, from 1. */
  readonly connection: number;
}

/** A server that speaks in bytes: it can do what no HTTP server would, and counts what really arrived. */
export interface WireServer extends ApiServer {
  readonly requests: readonly WireRequest[];
  /** Whatever was received, as text; over TLS what was in it. */
  received(): string;
}

export interface WireScript {
  /** @param nth which request of all, from 1 */
  readonly talk?: (socket: Socket, request: WireRequest, nth: number) => void;
  /** As soon as there is a connection, before a byte of it is read. @param nth which connection, from 1 */
  readonly greet?: (socket: Socket, nth: number) => void;
  /** Speaks TLS; its origin is then `https://localhost`. */
  readonly tls?: TlsOptions;
}

const END_OF_HEAD = '\r\n\r\n';

export async function wireServer({ talk, greet, tls }: WireScript): Promise<WireServer> {
  const requests: WireRequest[] = [];
  let connections = 0;
  let all = '';

  const accept = (socket: Socket): void => {
    const connection = ++connections;
    let text = '';
    socket.on('error', () => {}); // resets are what many tests are about
    socket.on('data', (data: Buffer) => {
      all += data.toString('latin1');
      text += data.toString('latin1');
      for (let end = text.indexOf(END_OF_HEAD); end !== -1; end = text.indexOf(END_OF_HEAD)) {
        const head = text.slice(0, end);
        text = text.slice(end + END_OF_HEAD.length);
        const [method = '', path = ''] = head.split(' ');
        const request = { method, path, head, connection };
        requests.push(request);
        talk?.(socket, request, requests.length);
      }
    });
    greet?.(socket, connection);
  };

  const server = tls ? createTlsServer(tls, accept) : createTcpServer(accept);
  const base = await listening(server);
  const origin = tls ? `https://localhost:${base.port}` : base.origin;
  return Object.assign(base, { origin, requests, received: () => all });
}

/** The text of a whole answer. */
export const answer = (status: string, headers: readonly string[] = [], body = ''): string => {
  const length = status.startsWith('204') ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return [`HTTP/1.1 ${status}`, ...length, ...headers, '', body].join('\r\n');
};

export const NO_CONTENT = answer('204 No Content');

export const json = (value: unknown, headers: readonly string[] = []): string =>
  answer('200 OK', ['Content-Type: application/json', ...headers], JSON.stringify(value));

/** RST, not FIN: whatever is on its way is gone. */
export const reset = (socket: Socket): void => void socket.resetAndDestroy();

/** When that connection is over, in whatever way. */
export const closed = (socket: Socket | undefined): Promise<void> =>
  new Promise((resolve) => (!socket || socket.closed ? resolve() : socket.once('close', () => resolve())));

/** Writes again and again, every `everyMs`, for as long as anybody is there. */
export function drip(socket: Socket, piece: () => string | Uint8Array, everyMs: number): void {
  const timer = setInterval(() => socket.write(piece()), everyMs);
  socket.on('close', () => clearInterval(timer));
}
