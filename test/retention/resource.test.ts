import { describe, expect, test } from 'vitest';
import { IN_PROGRESS, mediaSid, messageSid, statusOf, TERMINAL } from '../../src/retention/resource.ts';

describe('a status', () => {
  test.each(IN_PROGRESS)('%s is one of a message in progress', (name) => {
    expect(statusOf(name)).toEqual({ kind: 'in-progress', name });
  });

  test.each(TERMINAL)('B2 B4 %s is final', (name) => {
    expect(statusOf(name)).toEqual({ kind: 'terminal', name });
  });

  test.each([
    '',
    'Delivered',
    'FAILED',
    ' sent',
    'sent\n',
    'deleted',
    'toString',
    '__proto__',
    null,
    undefined,
    4,
    {},
    ['sent'],
  ])('B2 %j is unknown, and its text goes no further', (value) => {
    expect(statusOf(value)).toEqual({ kind: 'unknown' });
  });
});

describe.each([
  ['message', messageSid],
  ['media', mediaSid],
])('the SID of a %s', (_, sidOf) => {
  test.each([
    'ea108133-d6b3-407c-9536-9fad8a929a6a',
    'b3877c40-da60-4998-90ad-b792e98472me',
    '12345678',
    'a'.repeat(64),
  ])('may be %s', (text) => {
    expect(sidOf(text)).toBe(text);
  });

  const strange = ['', '1234567', 'a'.repeat(65), 'a'.repeat(10_000), '../../Messages/x', '%2e%2e%2f1234', 'abcd/efgh'];
  const stranger = ['12345678\n', '12345678\0', '\u202E12345678', ' 12345678', 'abcd?x=1234', 'äbcdefgh', 'abcd.json'];
  const noText = [null, undefined, 12_345_678, {}, ['12345678']];
  test.each([...strange, ...stranger, ...noText])('B18 is never %j', (value) => {
    expect(sidOf(value)).toBeNull();
  });
});
