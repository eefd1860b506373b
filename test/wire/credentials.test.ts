import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { readToken } from '../../src/app/settings-token.ts';
import { Unauthorized } from '../../src/provider/contract.ts';
import type { Token } from '../../src/provider/login.ts';
import { client } from '../provider/client.ts';
import { MEDIA, MESSAGE, messageRow, never, PROJECT } from '../provider/fakes.ts';
import { counted } from '../support/room.ts';
import { bench, old } from './account.ts';
import { answer, json, NO_CONTENT, wireServer, type WireRequest, type WireServer } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'wire-'));
afterAll(() => rmSync(folder, { recursive: true }));
const OTHER = '5d2a8f4e-0000-4000-8000-000000000009';
let files = 0;

/** A token in a file of its own, as a mounted secret is one; and how it is exchanged. */
function tokenFile(text: string): { readonly token: Token; readonly exchange: (next: string) => void } {
  const path = join(folder, `token-${++files}`);
  writeFileSync(path, text);
  const read = readToken('SIGNALWIRE_API_TOKEN', { SIGNALWIRE_API_TOKEN_FILE: path });
  if (read.kind !== 'token') throw new Error('This test has no token.');
  return { token: read.token, exchange: (next) => writeFileSync(path, next) };
}

const tokenOf = ({ head }: WireRequest): string =>
  Buffer.from(/authorization: Basic (\S+)/i.exec(head)?.[1] ?? '', 'base64')
    .toString()
    .slice(PROJECT.length + 1);

/** Lets `valid` in, and nobody else. */
const serverFor = (valid: () => string): Promise<WireServer> =>
  wireServer({
    talk: (socket, request) => {
      if (tokenOf(request) !== valid()) socket.write(answer('401 Unauthorized', ['WWW-Authenticate: Basic']));
      else socket.write(request.method === 'DELETE' ? NO_CONTENT : json(messageRow(MESSAGE)));
    },
  });

describe('a token in a file', () => {
  test('A1 that is refused is read again, and if it is the same one, that was all', async () => {
    const { token } = tokenFile('PTold');
    await using server = await serverFor(() => 'PTnew');
    await using api = client(server.origin, { attemptsMax: 5 }, { token });
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow(Unauthorized);
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'unauthorized', attempts: 1, status: 401 });
    expect(server.requests.map(tokenOf)).toEqual(['PTold', 'PTold']);
  });

  test('A2 that is exchanged in the middle is read again at the first 401, and the DELETE goes on with it', async () => {
    const { token, exchange } = tokenFile('PTold');
    let valid = 'PTold';
    await using server = await serverFor(() => valid);
    await using api = client(server.origin, { concurrency: 1, attemptsMax: 1 }, { token });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'accepted' });
    valid = 'PTnew';
    exchange('PTnew\n');
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toEqual({ kind: 'accepted', attempts: 2, status: 204 });
    expect(await api.deleteMedia(MESSAGE, MEDIA, never)).toMatchObject({ kind: 'accepted', attempts: 1 });
    expect(server.requests.map(tokenOf)).toEqual(['PTold', 'PTold', 'PTnew', 'PTnew']);
  });

  test('A2 that is exchanged for another wrong one is tried once more, and that was all', async () => {
    const { token, exchange } = tokenFile('PTold');
    await using server = await serverFor(() => 'PTother');
    await using api = client(server.origin, { attemptsMax: 5 }, { token });
    exchange('PTwrong');
    await expect(api.getMessage(MESSAGE, never)).rejects.toThrow(Unauthorized);
    expect(server.requests.map(tokenOf)).toEqual(['PTold', 'PTwrong']);
  });

  test.each(['', 'two words', 'a\nb'])(
    'A2 that is half written (%j) when it is read again is not used',
    async (half) => {
      const { token, exchange } = tokenFile('PTold');
      await using server = await serverFor(() => 'PTnew');
      await using api = client(server.origin, {}, { token });
      exchange(half);
      await expect(api.getMessage(MESSAGE, never)).rejects.toThrow(Unauthorized);
      expect(server.requests.map(tokenOf)).toEqual(['PTold']);
    },
  );
});

describe('an account that lets nobody in', () => {
  test.each([
    ['A3 a missing scope', 401, 20003],
    ['A3 a missing scope', 403, 20003],
    ['C11 an account that is suspended', 403, 20005],
    ['C11 an account that is closed', 401, undefined],
    ['C11 a trial that is over', 403, 21000],
  ])(
    '%s (HTTP %i, code %s): ends the sweep as failed at once, and nothing counts as absent',
    async (_, status, code) => {
      await using here = await bench();
      const { media } = old(here, 3);
      const refusal = { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) };
      here.emulator.faults.nextReply(refusal);
      const { report, stop } = await here.sweep({ attemptsMax: 5 });
      expect([report.result, report.planComplete, stop?.kind]).toEqual(['failed', false, 'unauthorized']);
      expect(stop?.message).toMatch(new RegExp(`HTTP ${status}.*scope Messaging`));
      expect([here.emulator.requests.listMessages, here.emulator.requests.deleteMedia]).toEqual([1, 0]);
      expect([here.there(), await here.proven()]).toEqual([media, {}]);
    },
  );

  test.each([401, 403] as const)(
    'A2 A3 in the middle of deleting (%i): one request a lane at most, and the next sweep goes on',
    async (status) => {
      let deletes = 0;
      await using here = await bench({
        onRequest: ({ kind }) => {
          if (kind === 'deleteMedia' && ++deletes === 11) here.emulator.switches.missingScope = status;
        },
      });
      old(here, 60);
      const first = await here.sweep({ concurrency: 4 });
      expect([first.report.result, first.stop?.kind]).toEqual(['failed', 'unauthorized']);
      expect(here.emulator.requests.deleteMedia).toBeLessThanOrEqual(11 + 4);
      expect(first.report.outcomes['already-gone']).toBe(0);

      here.emulator.switches.missingScope = false;
      // What was refused while no list could be had is open, and still there: it is called failed, and then planned again.
      const second = await here.sweep();
      const third = await here.sweep();
      expect([second.report.result, third.report.result, here.there()]).toEqual(['complete', 'complete', []]);
      expect(second.report.settledEarlier.failed).toBe(third.report.outcomes.deleted);
      const deleted = [first, second, third].map(
        ({ report }) => report.outcomes.deleted + report.settledEarlier.deleted,
      );
      expect(deleted.reduce((a, b) => a + b)).toBe(60);
    },
  );
});

describe('an account that is not the one that was meant', () => {
  test('C8 A6 whose token belongs to another project is refused by the first row', async () => {
    await using here = await bench();
    const { media } = old(here, 3);
    here.emulator.faults.nextEdit(
      (body) => ({
        ...body,
        messages: (body['messages'] as object[]).map((row) => Object.assign(row, { account_sid: OTHER })),
      }),
      'listMessages',
    );
    const { report, stop } = await here.sweep();
    expect([report.result, report.planned, here.there()]).toEqual(['partial', 0, media]);
    expect(stop?.message).toContain('another project');
    expect(here.emulator.requests).toMatchObject({ listMessages: 1, listMedia: 0, deleteMedia: 0 });
  });

  test('A6 A48 at an address that knows no such list is no empty account', async () => {
    for (const body of ['{"code":20404}', '<html>']) {
      await using here = await bench();
      old(here, 2);
      for (let n = 0; n < 5; n++)
        here.emulator.faults.nextReply({ status: 404, headers: { 'content-type': 'application/json' }, body });
      const { report, stop } = await here.sweep();
      expect([report.result, report.planComplete, stop?.kind]).toEqual(['partial', false, 'unreachable']);
      expect(counted(report.outcomes)).toEqual({});
    }
  });

  test('C1 whose clock is ten minutes behind ours refuses the sweep before anything is listed', async () => {
    await using here = await bench({ switches: { dateHeader: { aheadMs: -600_000 } } });
    const { media } = old(here, 3);
    const { report, refusal } = await here.sweep();
    expect([report.result, refusal?.kind, here.there()]).toEqual(['refused', 'clock', media]);
    expect(here.emulator.requests).toMatchObject({ listMessages: 1, listMedia: 0, deleteMedia: 0 });
  });
});
