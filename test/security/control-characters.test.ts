import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shown, shownNumber } from '../../src/app/redact.ts';
import { startEmulator, type Emulator } from '../../src/emulator/server.ts';
import { mixedPolicy, Place } from '../support/cli.ts';

/** What steers a terminal, ends a line, or turns the direction of the text behind it. */
const STEERING = [
  '\u001b[31m',
  '\u009b2J',
  '\r',
  '\b',
  '\0',
  '\u007f',
  '\u2028',
  '\u2029',
  '\u0085',
  '\u202e',
  '\u2066',
];
const steers = (text: string): boolean => /[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text);

let emulator: Emulator;
let place: Place;
beforeAll(async () => {
  emulator = await startEmulator({ messages: 40, canary: STEERING.join('x') });
  place = new Place(emulator, mixedPolicy());
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await emulator[Symbol.asyncDispose]();
});

/** Every field of a row, and each with all of it. */
const spoilt = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      name.endsWith('account_sid') || name === 'parent_sid' || name === 'num_media'
        ? value
        : STEERING.join(String(value)),
    ]),
  );

describe('F1 what the API sends to steer a terminal or to forge a line', () => {
  test('is in no line of the log: each is one JSON document', async () => {
    for (const kind of ['listMessages', 'listMedia'] as const) {
      const key = kind === 'listMessages' ? 'messages' : 'media_list';
      emulator.faults.nextEdit((body) => {
        const [first = {}, ...others] = body[key] as Record<string, unknown>[];
        return { ...body, [key]: [spoilt(first), ...others] };
      }, kind);
    }
    const { stdout, stderr, code } = await place.here('sweep --json', { LOG_LEVEL: 'trace' });
    expect([emulator.faults.waiting, code]).toEqual([0, 0]);
    const lines = stderr.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) as string });
    expect([stdout, stderr].filter(steers)).toEqual([]);
  });

  test.each([
    ['an error', 401],
    ['an error that is tried again', 503],
    ['a redirect', 302],
    ['a teapot', 418],
  ])('is in no sentence about %s', async (_, status) => {
    const reply = { status, headers: { 'x-note': 'a' }, body: `{"message":${JSON.stringify(STEERING.join(' '))}}` };
    for (let i = 0; i < 3; i++) emulator.faults.nextReply(reply, 'listMessages');
    const { stdout, stderr, code } = await place.here('plan');
    emulator.faults.clear();
    expect(code).toBeGreaterThan(3);
    expect([stdout, stderr].filter(steers)).toEqual([]);
  });
});

describe('F1 what is repeated of the policy file and the environment is printed as it is written', () => {
  test('to the letter where it is harmless', () => {
    expect([shown('Zoë’s “5 €” 🙂'), shownNumber('x1')]).toEqual(['"Zoë’s “5 €” 🙂"', '"x1…"']);
  });

  test.each(STEERING)('with %j spelt out', (text) => {
    for (const each of [shown(`a${text}b`), shownNumber(`a${text}b`)]) {
      expect(steers(each)).toBe(false);
      expect(each).toMatch(/^"a/);
    }
  });

  test('whatever it is, wherever it stands', async () => {
    const unit = fc.oneof(fc.constantFrom(...STEERING), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }));
    const text = fc.string({ unit, minLength: 1, maxLength: 8 }).filter((each) => !each.includes('\0'));
    const where = fc.constantFrom<(value: string) => string>(
      () => mixedPolicy(),
      (value) => `version: ${value}`,
      (value) => `version: 1\n${value}: 1`,
      (value) => `version: 1\npolicy: { rules: [{ id: ${value}, match: all, retain: 1d }] }`,
      (value) => `version: 1\npolicy: { rules: [{ id: a, match: { from: [${value}] }, retain: ${value} }] }`,
      (value) => `version: 1\npolicy: { rules: [{ id: a, match: { status: [${value}] }, retain: 1d }] }`,
      (value) => `version: 1\npolicy: { default: 1d }\nschedule: ${value}\ntimezone: ${value}`,
    );
    await fc.assert(
      fc.asyncProperty(text, where, async (value, policy) => {
        place.write('odd.yaml', policy(JSON.stringify(value)));
        const env = { RETENTION_CONFIG: 'odd.yaml', LOG_LEVEL: value, SIGNALWIRE_SPACE: value, RETENTION_MODE: value };
        const { stdout, stderr } = await place.here('check', env);
        expect([stdout, stderr].filter(steers)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
