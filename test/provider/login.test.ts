import { describe, expect, test } from 'vitest';

import { Unauthorized } from '../../src/provider/contract.ts';
import { signalwire } from '../../src/provider/signalwire.ts';
import type { Transport } from '../../src/provider/transport.ts';
import {
  fakeClock,
  inTurn,
  MEDIA,
  MESSAGE,
  messageRow,
  never,
  ORIGIN,
  PROJECT,
  provider,
  reply,
  scripted,
} from './fakes.ts';

const withToken = (transport: Transport, tokens: string[], isChanged: boolean): ReturnType<typeof signalwire> =>
  signalwire(
    {
      projectId: PROJECT,
      origin: ORIGIN,
      token: { current: () => tokens[0] ?? '', refresh: async () => (tokens.shift(), isChanged) },
    },
    { concurrency: 4, perSecond: 1000, timeoutMs: 1000, attemptsMax: 1 },
    { transport, clock: fakeClock(), random: () => 0 },
  );
const basic = (token: string): string => `Basic ${Buffer.from(`${PROJECT}:${token}`).toString('base64')}`;

describe('credentials', () => {
  test.each([401, 403])('A1 A3 HTTP %i is fatal, and never absence', async (status) => {
    for (const body of ['', { code: 20404 }, { code: 20003 }]) {
      const transport = inTurn(reply(status, body));
      await expect(provider(transport).provider.getMessage(MESSAGE, never)).rejects.toThrow(Unauthorized);
      expect(transport.sent).toHaveLength(1);
    }
  });

  test('A2 that have been exchanged are tried once more', async () => {
    const transport = inTurn(reply(401), reply(200, messageRow(MESSAGE)));
    expect(await withToken(transport, ['old', 'new'], true).getMessage(MESSAGE, never)).toMatchObject({ sid: MESSAGE });
    expect(transport.sent.map(({ headers }) => headers[1])).toEqual([basic('old'), basic('new')]);
  });

  test('A1 that have been exchanged are tried only once', async () => {
    const transport = inTurn(reply(401));
    await expect(withToken(transport, ['a', 'b', 'c', 'd'], true).getMessage(MESSAGE, never)).rejects.toThrow(
      Unauthorized,
    );
    expect(transport.sent).toHaveLength(2);
  });

  test('that are the same as before are not', async () => {
    const transport = inTurn(reply(401));
    await expect(withToken(transport, ['a'], false).getMessage(MESSAGE, never)).rejects.toThrow(Unauthorized);
    expect(transport.sent).toHaveLength(1);
  });

  test('are read again once for all requests that were refused together', async () => {
    const tokens = ['old', 'new', 'never'];
    const transport = scripted(({ headers }) => (headers[1] === basic('old') ? reply(401) : reply(204)));
    const api = withToken(transport, tokens, true);
    const answers = await Promise.all([1, 2, 3].map(() => api.deleteMedia(MESSAGE, MEDIA, never)));
    expect(answers.map(({ kind, attempts }) => [kind, attempts])).toEqual([1, 2, 3].map(() => ['accepted', 2]));
    expect(tokens).toEqual(['new', 'never']);
  });
});
