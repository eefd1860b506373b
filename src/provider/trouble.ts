import { unreachable as impossible } from '../lib/exhaustive.ts';
import { Unauthorized, Unavailable, Unreachable } from './contract.ts';
import type { Round } from './http.ts';
import type { FailureKind } from './transport.ts';

/**
 * The error for a read that did not succeed, in words of ours: where, what happened, what to do. Nothing that a server
 * wrote is in it, and no path, which would name a message.
 */
export function errorFor(round: Round<unknown>, origin: string, timeoutMs: number): Unauthorized | Unreachable {
  switch (round.result) {
    case 'unauthorized':
      return new Unauthorized(round.status);
    case 'failed':
      return new (isAnswer(round.why) ? Unreachable : Unavailable)(`${origin} ${FAILED[round.why](timeoutMs)}`);
    case 'malformed':
      return new Unreachable(
        `${origin} did not answer as the API does (HTTP ${round.status}, but not the data it documents). ${CHECK_ADDRESS}`,
      );
    case 'foreign':
      return new Unreachable(
        `${origin} answered with data of another project or message than was asked for. Check project ID and token.`,
      );
    case 'absent':
      return new Unavailable(
        `${origin} knows nothing of this project (HTTP ${round.status}). Check the project ID and ${SPACE}.`,
      );
    case 'odd':
      return new Unreachable(`${origin} ${oddity(round.status)} ${CHECK_ADDRESS}`);
    case 'unavailable':
      return new Unavailable(
        `${origin} is not available (HTTP ${round.status}). It was tried several times; try again later.`,
      );
    case 'in-progress':
    case 'refused':
    case 'throttled':
    case 'ok':
      return new Unavailable(
        `${origin} refused a request that the API documents (HTTP ${round.status}). ${CHECK_ADDRESS}`,
      );
    default:
      return impossible(round);
  }
}

/** Of something, but not of the API. */
const isAnswer = (why: FailureKind): boolean => why === 'protocol' || why === 'oversize';

const SPACE = 'SIGNALWIRE_SPACE or SIGNALWIRE_BASE_URL';
const CHECK_ADDRESS = `Check that ${SPACE} names the API, and that no proxy answers in its place.`;

const oddity = (status: number): string =>
  status >= 300 && status < 400
    ? `answered with a redirect (HTTP ${status}), which is never followed.`
    : `did not answer as the API does (HTTP ${status}).`;

const FAILED: Readonly<Record<FailureKind, (timeoutMs: number) => string>> = {
  dns: () => `cannot be found: its name does not resolve. Check ${SPACE}, and the name server.`,
  unreachable: () =>
    `cannot be reached: no connection. Check ${SPACE}, the network, and whether a proxy is needed (HTTPS_PROXY).`,
  certificate: () =>
    'shows a certificate that is not trusted. Where a proxy inspects TLS, put its certificate into NODE_EXTRA_CA_CERTS.',
  tls: () => `does not speak TLS as it should. Check ${SPACE}, and the proxy if there is one.`,
  proxy: () => 'cannot be reached: the proxy opened no tunnel. Check HTTPS_PROXY and NO_PROXY.',
  timeout: (timeoutMs) =>
    `gave no complete answer within ${timeoutMs / 1000} s. Check the network, or raise requests.timeout.`,
  reset: () => 'broke the connection before its answer was complete. It was tried several times; try again later.',
  protocol: () => `answered with something that is not HTTP. ${CHECK_ADDRESS}`,
  oversize: () => `answered with more than any answer of the API can be. ${CHECK_ADDRESS}`,
};
