import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { Unavailable, Unreachable } from '../../src/provider/contract.ts';
import type { Failure, Reply, Transport } from '../../src/provider/transport.ts';
import { collect, failure, inTurn, messageRow, messages, never, PROJECT, provider, reply } from './fakes.ts';

const sid = (n: number): string => `5d2a8f4e-0000-4000-8000-${String(n).padStart(12, '0')}`;
const rows = (...ns: number[]): object[] => ns.map((n) => messageRow(sid(n)));
const readAll = (transport: Transport): Promise<unknown[]> => collect(provider(transport).provider.messagePages(never));

const said = async (answer: Reply | Failure): Promise<string> =>
  await readAll(inTurn(answer)).then(String, (error: Error) => error.message);

describe('an error', () => {
  const CANARY = 'c4n4ry';
  const poisoned = {
    code: CANARY,
    message: CANARY,
    more_info: CANARY,
    errors: [CANARY, { code: CANARY, message: CANARY }],
  };
  const all: readonly (readonly [string, Reply | Failure])[] = [
    ...[200, 201, 302, 400, 401, 403, 404, 409, 410, 422, 500, 503].flatMap((status) => [
      [`HTTP ${status} in JSON`, reply(status, poisoned, { date: CANARY, retryAfter: CANARY })] as const,
      [`HTTP ${status} in HTML`, reply(status, `<h1>${CANARY}`, { contentType: `text/html; ${CANARY}` })] as const,
    ]),
    ['another project', messages([messageRow(sid(1), { account_sid: CANARY })])],
    ['another list', messages(rows(1), `https://${CANARY}.example/?${CANARY}`)],
    ...(['dns', 'unreachable', 'certificate', 'tls', 'proxy', 'timeout', 'reset', 'protocol', 'oversize'] as const).map(
      (why) => [`no answer: ${why}`, failure(why)] as const,
    ),
  ];

  test.each(all)('says nothing that the server wrote and nothing secret: %s', async (_, answer) => {
    const error = await collect(provider(inTurn(answer)).provider.messagePages(never)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    const shown = inspect(error, { depth: Infinity, showHidden: true });
    for (const secret of [
      CANARY,
      'PTsecret',
      Buffer.from(`${PROJECT}:PTsecret`).toString('base64'),
      PROJECT,
      '+1555',
    ]) {
      expect(shown).not.toContain(secret);
    }
    expect((error as Error).cause).toBeUndefined();
  });

  test.each<readonly [string, Reply | Failure, boolean]>([
    ['HTTP 400', reply(400), true],
    ['HTTP 404', reply(404, { code: 20404 }), true],
    ['HTTP 500', reply(500), true],
    ['HTTP 504', reply(504, '<html>', { contentType: 'text/html' }), true],
    ...(['dns', 'unreachable', 'certificate', 'tls', 'proxy', 'timeout', 'reset'] as const).map(
      (why) => [why, failure(why), true] as const,
    ),
    ['not HTTP', failure('protocol'), false],
    ['more than it can be', failure('oversize'), false],
    ['a redirect', reply(302), false],
    ['a web page', reply(200, '<html>', { contentType: 'text/html' }), false],
    ['another project', messages([messageRow(sid(1), { account_sid: 'another' })]), false],
    ['another list', messages(rows(1), 'https://elsewhere.example/?Page=2'), false],
  ])('says of %s whether it was not given', async (_, answer, isUnavailable) => {
    const error = await readAll(inTurn(answer)).catch((thrown: unknown) => thrown);
    expect([error instanceof Unreachable, error instanceof Unavailable]).toEqual([true, isUnavailable]);
  });

  test('says where, what happened and what to do', async () => {
    expect(await said(failure('dns', false))).toBe(
      'https://example.signalwire.com cannot be found: its name does not resolve. Check SIGNALWIRE_SPACE or SIGNALWIRE_BASE_URL, and the name server.',
    );
    expect(await said(failure('timeout'))).toContain('within 15 s');
    expect(await said(failure('certificate', false))).toContain('NODE_EXTRA_CA_CERTS');
    expect(await said(reply(301))).toContain('redirect (HTTP 301), which is never followed');
    expect(await said(reply(200, '<html>', { contentType: 'text/html' }))).toContain('names the API');
    expect(await said(reply(403))).toContain('scope Messaging');
  });
});
