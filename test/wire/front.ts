import type { IncomingMessage, ServerResponse } from 'node:http';

import { request } from 'undici';

import type { Emulator } from '../../src/emulator/server.ts';
import { httpServer } from '../support/api-server.ts';

interface Given {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What stands between client and API does with one request: `forward` takes it there, as often as it likes. */
type Through = (ask: IncomingMessage, forward: (url?: string) => Promise<Given>) => Promise<Given | 'reset'>;

/** A proxy in front of the emulator; of what it has seen of the requests, methods and URLs. */
export interface Front extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly seen: readonly string[];
}

export async function inFrontOf(emulator: Emulator, through: Through): Promise<Front> {
  const seen: string[] = [];
  const forward = async (ask: IncomingMessage, url: string): Promise<Given> => {
    const { authorization = '' } = ask.headers;
    const method = ask.method === 'DELETE' ? 'DELETE' : 'GET';
    const { statusCode, headers, body } = await request(emulator.url + url, { method, headers: { authorization } });
    return { status: statusCode, type: String(headers['content-type'] ?? ''), body: await body.text() };
  };
  const pass = async (ask: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.push(`${ask.method} ${ask.url}`);
    const given = await through(ask, (url = ask.url ?? '') => forward(ask, url));
    if (given === 'reset') ask.socket.resetAndDestroy();
    else response.writeHead(given.status, given.type === '' ? {} : { 'content-type': given.type }).end(given.body);
  };
  const server = await httpServer((ask, response) => void pass(ask, response));
  return {
    emulator: { ...emulator, url: server.origin },
    seen,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
