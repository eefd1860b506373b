import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import { some } from 'hono/combine';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { STYLE } from './page/style.ts';

/** What is asked over HTTP. Health and readiness are one word each, and say nothing that a stranger may not know. */
export interface Answers {
  health(): Word;
  readiness(): Word;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** The status page as HTML. */
  page(): Promise<string>;
}

interface Word {
  readonly isGood: boolean;
  readonly word: string;
}

export interface Guard {
  /**
   * The token that metrics and page are behind, as it is now: a file may have been replaced. `undefined`: they are for
   * this machine alone.
   */
  readonly token: (() => string) | undefined;
  /** Told that an answer could not be made, and not why: the error may carry a number or a secret. */
  readonly failed?: () => void;
}

/**
 * The status server without a socket. There is nothing in it that changes anything: every request is a look.
 * The token comes as a bearer token, as a Prometheus server sends it, or as the password of any user, as a browser does.
 */
export function statusApp(answers: Answers, { token, failed }: Guard): Hono {
  const app = new Hono();
  app.use(headers());
  app.get('/healthz', (c) => oneWord(c, answers.health()));
  app.get('/readyz', (c) => oneWord(c, answers.readiness()));

  app.use(token ? withToken(token) : fromThisMachine);
  app.get('/metrics', async (c) => {
    const { contentType, text } = await answers.metrics();
    return c.body(text, 200, { 'content-type': contentType });
  });
  app.get('/', async (c) => c.html(await answers.page()));
  app.notFound((c) => c.text('not-found\n', 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse(); // how Hono asks for the token
    failed?.();
    return c.text('failed\n', 500); // Hono's own handler would print the error whole
  });
  return app;
}

const oneWord = (c: Context, { isGood, word }: Word): Response => c.text(`${word}\n`, isGood ? 200 : 503);

function withToken(token: () => string): MiddlewareHandler {
  const isToken = (given: string): boolean => timingSafeEqual(digest(given), digest(token()));
  const isBearer = ({ req }: Context): boolean => {
    const [, given] = BEARER.exec(req.header('authorization') ?? '') ?? [];
    return given !== undefined && isToken(given);
  };
  return some(isBearer, basicAuth({ verifyUser: (_, password) => isToken(password), realm: 'media-retention' }));
}

/** Any characters, as a file may hold any: Hono's own takes only those of base64, and answers the others with 400. */
const BEARER = /^bearer +([\x21-\x7e]+) *$/i;

/** Of one length, whatever was given, so that comparing tells nothing. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A page of the web could make a browser on this machine ask for us under a name of its own, and read the answer. */
const fromThisMachine: MiddlewareHandler = async (c, next) => {
  const host = c.req.header('host') ?? '';
  if (LOCAL_HOST.test(host)) return next();
  return c.text('forbidden\n', 403);
};

const LOCAL_HOST = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?$/i;

/** Nothing is loaded, framed or run: the page is text, one style sheet within it, and a drawing. */
function headers(): MiddlewareHandler {
  const style = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
  const strict = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [style],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'no-referrer',
    strictTransportSecurity: false, // plain http: whatever ends TLS in front of it says this for itself
  });
  return async (c, next) => {
    await strict(c, next);
    c.header('cache-control', 'no-store');
  };
}

export interface Listening {
  /** `http://127.0.0.1:8080` */
  readonly origin: string;
  /** Takes nothing new and ends what is open. */
  close(): Promise<void>;
}

/** More than any number of scrapes and readers, and few enough to hold. */
const CONNECTIONS_MAX = 128;

/** Nobody who looks needs longer to ask, and who says nothing holds one of the connections. */
const PATIENCE = { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000 };

/** @throws where the address cannot be listened on, with the `code` of the system */
export function listen(
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: PATIENCE });
  server.maxConnections = CONNECTIONS_MAX;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  return new Promise((resolve, reject) => {
    server.on('error', reject); // later it does nothing: a connection that cannot be accepted ends, and nothing else
    server.listen(port, host.replace(/^\[(.*)\]$/, '$1'), () => {
      const { port: actual } = server.address() as AddressInfo;
      resolve({ origin: `http://${host}:${actual}`, close });
    });
  });
}
