import { describe, expect, test } from 'vitest';
import { createFaultPlan, FAULT_KINDS } from '../../src/emulator/faults.ts';
import { readRequest } from '../../src/emulator/request.ts';
import { bench, stillThere, withMedia } from './support.ts';

describe('the script', () => {
  test('waits for the request it was written for', async () => {
    await using api = await bench();
    const one = withMedia(api);
    const two = withMedia(api);
    api.emulator.faults.next('throttle', 'deleteMedia', 2);
    api.emulator.faults.next('html', ({ messageSid }) => messageSid === two.messageSid);
    expect((await api.send('GET', api.mediaPath(one.messageSid))).headers['content-type']).toContain('json');
    expect((await api.send('GET', api.mediaPath(two.messageSid))).headers['content-type']).toContain('html');
    const remove = async () => (await api.send('DELETE', api.mediaPath(one.messageSid, one.mediaSid))).status;
    expect([await remove(), await remove(), await remove()]).toEqual([429, 429, 204]);
    expect(api.emulator.faults.waiting).toBe(0);
  });

  test('never gives a fault to a request it cannot happen to', async () => {
    await using api = await bench();
    api.emulator.faults.next('resetAfter');
    expect((await api.send('GET', `${api.base}/Messages.json`)).status).toBe(200);
    expect(api.emulator.faults.waiting).toBe(1);
    api.emulator.faults.clear();
    expect(api.emulator.faults.waiting).toBe(0);
  });

  test('gives any answer at all', async () => {
    await using api = await bench();
    const body = Buffer.from([0xef, 0xbb, 0xbf, 0x7b]);
    api.emulator.faults.nextReply({ status: 418, headers: { 'Retry-After': ['1', '2'], 'X-Odd': 'yes' }, body });
    const { status, headers, text } = await api.send('GET', `${api.base}/Messages.json`);
    expect({ status, text }).toEqual({ status: 418, text: '{' });
    expect(headers).toMatchObject({ 'retry-after': ['1', '2'], 'x-odd': 'yes', 'content-length': '4' });
  });

  test.each([true, false])('gives any answer, with the request applied: %s', async (applied) => {
    await using api = await bench();
    const { messageSid, mediaSid } = withMedia(api);
    api.emulator.faults.nextReply({ status: 202, applied });
    expect((await api.send('DELETE', api.mediaPath(messageSid, mediaSid))).status).toBe(202);
    expect(stillThere(api)).toBe(!applied);
  });

  test('edits an answer', async () => {
    await using api = await bench({ messages: 3 });
    api.emulator.faults.nextEdit((page) => ({ ...page, next_page_uri: 'https://elsewhere.invalid/' }));
    expect((await api.list(`${api.base}/Messages.json`)).next_page_uri).toBe('https://elsewhere.invalid/');
    api.emulator.faults.nextEdit(() => '[[[[');
    expect((await api.send('GET', `${api.base}/Messages.json`)).text).toBe('[[[[');
    expect((await api.list(`${api.base}/Messages.json`)).next_page_uri).toBeNull();
  });
});

describe('rates', () => {
  const remove = readRequest('DELETE', '/2010-04-01/Accounts/a/Messages/b/Media/c.json');
  const list = readRequest('GET', '/2010-04-01/Accounts/a/Messages.json');

  test('are met, and the same seed draws the same faults', () => {
    const plans = [1, 2].map(() => createFaultPlan(7, { throttle: 0.1, resetAfter: 0.2 }));
    const [drawn = [], again] = plans.map((plan) => Array.from({ length: 5000 }, () => plan.draw(remove)?.kind));
    expect(again).toEqual(drawn);
    expect(drawn.filter((kind) => kind === 'throttle').length / 5000).toBeCloseTo(0.1, 1);
    expect(drawn.filter((kind) => kind === 'resetAfter').length / 5000).toBeCloseTo(0.2, 1);
  });

  test('are of the requests a fault can happen to', () => {
    const plan = createFaultPlan(1, { resetAfter: 1 });
    expect(plan.draw(list)).toBeUndefined();
    expect(plan.draw(remove)).toMatchObject({ kind: 'resetAfter' });
  });

  test.each(FAULT_KINDS)('a rate of 1 makes %s certain', (kind) => {
    const plan = createFaultPlan(1, { [kind]: 1 });
    const drawn = [plan.draw(remove)?.kind, plan.draw(list)?.kind];
    expect(drawn).toContain(kind);
  });

  test('can be changed while the emulator runs', async () => {
    await using api = await bench({ faults: { throttle: 1 } });
    const ask = async () => (await api.send('GET', `${api.base}/Messages.json`)).status;
    expect(await ask()).toBe(429);
    api.emulator.faults.set({ throttle: 0 });
    expect(await ask()).toBe(200);
    api.emulator.faults.set({ redirect: 1 });
    expect(await ask()).toBe(307);
    api.emulator.faults.clear();
    expect(await ask()).toBe(200);
  });

  test.each([-0.1, 1.1, Number.NaN])('of %d are refused', (rate) => {
    expect(() => createFaultPlan(1, { hang: rate })).toThrow(RangeError);
  });
});
