import { describe, expect, test } from 'vitest';
import { conversation, conversations, mediaSidOf, messageSidOf, type Conversation } from '../support/fake-api.ts';
import { aMedia, days, hold, inProgress, policy, rule } from '../support/items.ts';
import { counted, only, room } from '../support/room.ts';

describe('a message whose own data retain its media', () => {
  test.each<[string, Partial<Conversation['message']>]>([
    ['not-due', { createdAt: days(-5) }],
    ['in-progress', { status: inProgress('queued') }],
    ['unknown-status', { status: { kind: 'unknown' } }],
    ['unreadable-date', { createdAt: 'unreadable' }],
    ['strange-sid', { sid: null }],
  ])('is not listed, and counts with what it claims: %s', async (reason, own) => {
    const here = await room([conversation(1, 3, own)]);
    const { report } = await here.sweep();
    expect(report).toMatchObject({ result: 'complete', messages: 1, media: 3, retained: { [reason]: 3 } });
    expect(only('LIST', here.api)).toEqual([]);
  });

  test('counts less what the ledger proves gone: a policy is lengthened after part of it was deleted', async () => {
    const one = conversation(1, 3);
    const young = aMedia({ sid: mediaSidOf(1, 3), createdAt: days(-1) });
    const here = await room([{ ...one, media: [...one.media.slice(0, 2), young] }]);
    const first = await here.sweep();
    expect([counted(first.report.outcomes), counted(first.report.retained)]).toEqual([
      { deleted: 2 },
      { 'not-due': 1 },
    ]);

    const longer = await here.sweep({ policy: policy(rule('300d')) });
    expect([longer.report.media, counted(longer.report.retained)]).toEqual([1, { 'not-due': 1 }]);
    const held = await here.sweep({ holds: [hold('case-7', { messageSid: [messageSidOf(1)] })] });
    expect([held.report.media, counted(held.report.retained)]).toEqual([1, { hold: 1 }]);
  });

  test('counts as nothing where it claims less than the ledger proves gone', async () => {
    const one = conversation(1, 3);
    const here = await room([{ ...one, message: { ...one.message, mediaCount: 2 } }]);
    await here.sweep();
    const { report } = await here.sweep({ policy: policy(rule('300d')) });
    expect([report.media, counted(report.retained)]).toEqual([0, {}]);
  });
});

describe('a message that does not tell its number of media', () => {
  test('is listed, whatever its data say', async () => {
    const here = await room([conversation(1, 2, { mediaCount: 'unknown', createdAt: days(-5) })]);
    const { report } = await here.sweep();
    expect([counted(report.retained), only('LIST', here.api)]).toEqual([{ 'not-due': 2 }, ['LIST message-1']]);
  });

  test('counts as one where it cannot be listed', async () => {
    const here = await room([conversation(1, 2, { mediaCount: 'unknown', sid: null })]);
    expect(counted((await here.sweep()).report.retained)).toEqual({ 'strange-sid': 1 });
  });

  test('B12 and says 0 is believed', async () => {
    const here = await room([conversation(1, 0)]);
    expect([(await here.sweep()).report.media, only('LIST', here.api)]).toEqual([0, []]);
  });
});

describe('what is found in a list', () => {
  test('is judged one by one', async () => {
    const one = conversation(1, 1);
    const media = [...one.media, aMedia({ sid: null }), aMedia({ sid: mediaSidOf(1, 3), createdAt: days(-2) })];
    const here = await room([{ ...one, media }]);
    const { report } = await here.sweep();
    expect([report.media, counted(report.retained), counted(report.outcomes)]).toEqual([
      3,
      { 'strange-sid': 1, 'not-due': 1 },
      { deleted: 1 },
    ]);
  });

  test('B13 counts, not what its message claims', async () => {
    const here = await room([conversation(1, 4, { mediaCount: 1 })]);
    expect((await here.sweep()).report).toMatchObject({ media: 4, outcomes: { deleted: 4 } });
  });

  test('B15 under the same SID in two messages is deleted from both', async () => {
    const [one, two] = [conversation(1), conversation(2)];
    const here = await room([one, { ...two, media: one.media }]);
    const { report } = await here.sweep();
    expect([report.media, counted(report.outcomes)]).toEqual([2, { deleted: 2 }]);
    expect([messageSidOf(1), messageSidOf(2)].map((message) => here.api.has(mediaSidOf(1), message))).toEqual([
      false,
      false,
    ]);
  });

  test.each([
    ['of a day', { sentAt: new Date('2026-01-01T00:00:00Z') }, { deleted: 3 }],
    ['of no day', { sentAt: null }, { deleted: 3 }],
  ])('B16 of a message %s that comes on two pages is deleted once, and proven gone', async (_, given, outcomes) => {
    const one = conversation(1, 2, given);
    const here = await room([one, conversation(2), one], { pageSize: 2 });
    const { report } = await here.sweep();
    expect([counted(report.outcomes), report.result]).toEqual([outcomes, 'complete']);
  });
});

test('B26 a hold that is there when the plan is made keeps what earlier sweeps would have deleted', async () => {
  const here = await room(conversations(2));
  const { report } = await here.sweep({ holds: [hold('case-7')] });
  expect([report.result, counted(report.retained), only('DELETE', here.api)]).toEqual(['complete', { hold: 2 }, []]);
});
