import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inWords, maskNumber } from '../../src/retention/words.ts';
import { hold, MESSAGE_SID, period, policy, rule, utc } from '../support/items.ts';
import { holds, policies } from './arbitrary.ts';

describe('in plain words', () => {
  test.each([
    [
      rule('7d', { status: ['failed', 'undelivered'] }),
      'Delete media with status one of failed, undelivered after 7d.',
    ],
    [
      rule('90d', { contentType: ['image/*'], direction: ['inbound'] }),
      'Delete media with direction inbound, type image/* after 90d.',
    ],
    [rule('24h'), 'Delete all media after 1d.'],
    [rule('forever', { to: ['+15550001111'] }), 'Keep media with to +1555…11 for ever.'],
    [rule('1y', { from: ['+1555*', '+49*'] }), 'Delete media with from one of +15…, +49… after 1y.'],
    [{ ...rule('7d'), description: 'What never arrived' }, 'What never arrived: delete all media after 7d.'],
  ])('a rule is said: $1', (said, sentence) => {
    expect(inWords(policy(said), []).rules).toEqual([{ id: said.id, sentence }]);
  });

  test.each([
    [hold('case-7'), 'Keep all media: Litigation.'],
    [
      hold('case-7', { number: ['+15550001111'], since: utc('2026-01-01'), until: utc('2026-03-31') }),
      'Keep media with from or to +1555…11, on or after 2026-01-01, up to and including 2026-03-31: Litigation.',
    ],
    [hold('case-7', { messageSid: [MESSAGE_SID] }), `Keep media with message ${MESSAGE_SID}: Litigation.`],
  ])('a hold is said: $1', (said, sentence) => {
    expect(inWords(policy(), [said]).holds).toEqual([{ id: 'case-7', sentence }]);
  });

  test('what no rule governs is said, and the minimum age', () => {
    expect(inWords(policy(), []).otherwise).toBe(
      'Keep media that no rule governs for ever. Nothing younger than 1d is ever deleted.',
    );
    expect(inWords({ ...policy(), default: period('2y') }, []).otherwise).toBe(
      'Delete media that no rule governs after 2y. Nothing younger than 1d is ever deleted.',
    );
  });

  test('P1 every rule and hold has its sentence, and none has a whole number in it', () => {
    fc.assert(
      fc.property(policies, holds, (law, held) => {
        const words = inWords(law, held);
        expect([...words.rules, ...words.holds].map(({ id }) => id)).toEqual(
          [...law.rules, ...held].map(({ id }) => id),
        );
        expect(JSON.stringify(words)).not.toMatch(/\+[0-9]{5}/);
      }),
    );
  });
});

describe('a number is masked', () => {
  test.each([
    ['+15550001111', '+1555…11'],
    ['+493012345678901', '+4930…01'],
    ['+1555000111', '+1555…11'],
    ['+155500011', '+15…'],
    ['+29021234', '+29…'],
    ['+1555*', '+15…'],
    ['+1*', '+1*…'],
    ['', '…'],
  ])('%s as %s', (number, masked) => {
    expect(maskNumber(number)).toBe(masked);
  });

  test('so that at least four of its digits are not to be had', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+[1-9][0-9]{6,14}$/), (number) => {
        const shown = maskNumber(number).replaceAll(/[^0-9]/g, '');
        expect(number.length - 1 - shown.length).toBeGreaterThanOrEqual(4);
      }),
    );
  });
});

test('P1 a number that somebody wrote into a reason or a description is masked too', () => {
  const held = [{ id: 'case-1', reason: 'asked for by +15550001111', match: {} }];
  const rules = [{ id: 'one', description: 'Media of 15550002222', match: {}, retain: { kind: 'forever' } as const }];
  const words = JSON.stringify(inWords({ ...policy(), rules }, held));
  expect(words).toContain('+1555…11');
  expect(words).not.toMatch(/\d{9}/);
});
