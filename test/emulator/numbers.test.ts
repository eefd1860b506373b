import { assert, integer, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { createDateWriter, dayStart } from '../../src/emulator/dates.ts';
import { mix, unmix } from '../../src/emulator/random.ts';
import { createSids } from '../../src/emulator/sids.ts';

test('mix is a bijection on 32 bits', () => {
  assert(
    property(nat(0xffff_ffff), (value) => {
      expect(unmix(mix(value))).toBe(value);
      expect(mix(unmix(value))).toBe(value);
    }),
  );
});

test.each(['uuid', 'letters', 'twilio'] as const)(
  'a SID of style %s leads back to its id, and only with its seed',
  (style) => {
    const shape = {
      uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      letters: /^[0-9a-f-]{34}me$/,
      twilio: /^M[ME][0-9a-f]{32}$/,
    };
    assert(
      property(nat(0xffff_ffff), integer(), (id, seed) => {
        const sid = createSids(seed, style).of(id);
        expect(sid).toMatch(shape[style]);
        expect(createSids(seed, style).find(sid)).toBe(id);
        expect(createSids(seed + 1, style).find(sid)).toBe(-1);
      }),
    );
  },
);

test('dates are written as JavaScript reads them', () => {
  const write = createDateWriter();
  assert(
    property(nat(0xffff_ffff), (seconds) => {
      expect(new Date(write(seconds)).getTime()).toBe(seconds * 1000);
    }),
  );
});

test.each([
  ['2026-02-28', Date.UTC(2026, 1, 28)],
  ['2024-02-29', Date.UTC(2024, 1, 29)],
  ['2026-01-05T23:59:59Z', Date.UTC(2026, 0, 5)],
  ['2026-02-29', undefined],
  ['2026-13-01', undefined],
  ['26-01-01', undefined],
  ['', undefined],
])('the day %j begins at %s', (text, expected) => {
  expect(dayStart(text)).toBe(expected === undefined ? undefined : expected / 1000);
});
