import { describe, expect, test } from 'vitest';

import { inTurn, MEDIA, MESSAGE, never, provider, reply, scripted } from './fakes.ts';

const noContent = reply(204);

describe('D6 a DELETE asks before it begins', () => {
  test('at every attempt, and goes at once where it may', async () => {
    const asked: number[] = [];
    const transport = inTurn(reply(503, ''), reply(503, ''), noContent);
    const mayBegin = (): undefined => void asked.push(transport.sent.length);
    const answer = await provider(transport).provider.deleteMedia(MESSAGE, MEDIA, never, mayBegin);
    expect([answer.kind, asked]).toEqual(['accepted', [0, 1, 2]]);
  });

  test('again after what it was told to wait for, until it may', async () => {
    const waits = [Promise.resolve(), Promise.resolve(), undefined];
    const transport = inTurn(noContent);
    const answer = await provider(transport).provider.deleteMedia(MESSAGE, MEDIA, never, () => waits.shift());
    expect([answer.kind, waits.length, transport.sent.length]).toEqual(['accepted', 0, 1]);
  });

  test('and is not sent where what it waited for has stopped everything', async () => {
    const stop = new AbortController();
    const transport = scripted(() => noContent);
    const mayBegin = async (): Promise<void> => stop.abort(new Error('the policy has changed'));
    const answer = await provider(transport).provider.deleteMedia(MESSAGE, MEDIA, stop.signal, mayBegin);
    expect([answer, transport.sent]).toEqual([{ kind: 'not-sent', attempts: 0, endedBy: 'stop' }, []]);
  });
});
