import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A server on loopback that does what a test says, for what only a real socket can show. */
export interface ApiServer {
  readonly origin: string;
  readonly port: number;
  /** Every connection there was. */
  readonly sockets: readonly Socket[];
  [Symbol.asyncDispose](): Promise<void>;
}

export interface HttpServer extends ApiServer {
  readonly requests: readonly IncomingMessage[];
}

/** @param answer is told which request it is, from 1 */
export async function httpServer(
  answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void,
): Promise<HttpServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length);
  });
  return Object.assign(await listening(server), { requests });
}

/** @param talk is given each connection's bytes as they come: HTTP as nobody should speak it */
export async function tcpServer(talk: (socket: Socket, text: string, nth: number) => void): Promise<ApiServer> {
  let connections = 0;
  return listening(
    createTcpServer((socket) => {
      const nth = ++connections;
      socket.on('data', (data: Buffer) => talk(socket, data.toString('latin1'), nth));
    }),
  );
}

/** Any server, on a port of its own. */
export async function listening(server: Server): Promise<ApiServer> {
  const sockets: Socket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => {}); // resets are what many tests are about
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
