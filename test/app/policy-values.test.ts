import { describe, expect, test } from 'vitest';
import { messageOf } from './policies.ts';

const RULES = `version: 1
policy:
  rules:
`;
const GOOD = `version: 1
policy: { default: 1y }
`;

const NOT = (found: string, path = 'policy.rules[0].retain') =>
  `${path}: ${found}\n  Expected a whole number and h, d, mo (months) or y, such as 30d or 3mo.\n1 problem; nothing was started.`;

describe('a period', () => {
  test.each([
    ['without a unit', '30', '30 is not a period.'],
    ['of zero', '0d', '"0d" is not a period.'],
    ['below zero', '-1d', '"-1d" is not a period.'],
    ['in minutes', '30m', '"30m" is not a period.'],
    ['in the manner of ISO 8601', 'P30D', '"P30D" is not a period.'],
    ['with a blank', '30 d', '"30 d" is not a period.'],
    ['in capitals', '30D', '"30D" is not a period.'],
    ['with a fraction', '1.5d', '"1.5d" is not a period.'],
    ['larger than any number', '1e99', '1e+99 is not a period.'],
    ['of more than a lifetime', '101y', '"101y" is more than 100 years.'],
    ['for ever, spelt otherwise', 'for ever', '"for ever" is not a period. Did you mean forever?'],
    ['that is true', 'true', 'true is not a period.'],
    ['that is a list', '[30d]', 'a list is not a period.'],
  ])('E2 %s is refused', (_, period, found) => {
    expect(messageOf(`${RULES}    - { id: a, match: all, retain: ${period} }`)).toBe(`f.yaml:4:36  ${NOT(found)}`);
  });

  test('E2 that may not be endless is refused as a minimum age', () => {
    const message = messageOf(`${GOOD}limits: { minimumAge: forever }`);
    expect(message).toBe(`f.yaml:3:23  ${NOT('"forever" is not a period.', 'limits.minimumAge')}`);
  });
});

describe('E20 a phone number is refused and never shown in full', () => {
  const EXPECTED = 'Expected E.164 in quotes, such as "+15550001111", or its beginning and a star, such as "+1555*".';

  test.each([
    ['without quotes', '+15550002222', '+1555…22 is not in quotes, so it is no phone number.'],
    ['without its plus', '"15550002222"', '"1555…22" is not a phone number.'],
    ['as people write it', '"+1 555 000 2222"', '"+1 55…22" is not a phone number.'],
    ['with a star in the middle', '"+1555*2222"', '"+15…" is not a phone number.'],
    ['whose star is forgotten', '"+1555"', '"+15…" is not a phone number.'],
    ['that is only a star', '"+*"', '"+*…" is not a phone number.'],
  ])('%s', (_, number, found) => {
    const message = messageOf(`${RULES}    - { id: a, match: { from: [${number}] }, retain: 1d }`);
    expect(message).toBe(
      `f.yaml:4:32  policy.rules[0].match.from[0]: ${found}\n  ${EXPECTED}\n1 problem; nothing was started.`,
    );
  });

  test('also where another thing belongs', () => {
    const text = `${GOOD}holds: [{ id: h, reason: x, match: { messageSid: ["+15550002222"] } }]\n"+15550003333": 1`;
    expect(messageOf(text)).not.toMatch(/5550002222|5550003333/);
  });
});

describe('a content type is refused', () => {
  test.each([
    ['in capitals', '"Image/PNG"', '"Image/PNG" is not in lower case. Did you mean image/png?'],
    ['of signs', '"image/+"', '"image/+" is not a content type.'],
    ['with a parameter', '"image/png; q=1"', '"image/png; q=1" has a parameter. Did you mean image/png?'],
    ['without a subtype', 'image', '"image" is not a content type.'],
    ['for everything', '"*/*"', '"*/*" is not a content type.'],
    ['with half a subtype', '"image/p*"', '"image/p*" is not a content type.'],
  ])('%s', (_, type, found) => {
    const message = messageOf(`${RULES}    - { id: a, match: { contentType: [${type}] }, retain: 1d }`);
    expect(message).toBe(
      `f.yaml:4:39  policy.rules[0].match.contentType[0]: ${found}\n  Expected type/subtype or type/* in lower case and without parameters, such as image/png or image/*.\n1 problem; nothing was started.`,
    );
  });
});
