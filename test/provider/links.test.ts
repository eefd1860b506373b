import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { nextQuery } from '../../src/provider/links.ts';
import { ORIGIN, PROJECT } from './fakes.ts';

const path = `/2010-04-01/Accounts/${PROJECT}/Messages`;
const list = { origin: ORIGIN, path };
const QUERY = 'PageSize=1000&Page=1&PageToken=PAx';
/** All there is to name this list by, but for the case. */
const OURS = ['', ORIGIN, `${ORIGIN}:443`].flatMap((origin) =>
  ['', '/api/laml'].flatMap((prefix) => ['', '.json'].map((suffix) => `${origin}${prefix}${path}${suffix}?`)),
);

describe('A35 a link to the next page is followed', () => {
  test.each([
    `/api/laml${path}.json?${QUERY}`,
    `/api/laml${path}?${QUERY}`,
    `${path}.json?${QUERY}`,
    `${path}?${QUERY}`,
    `${ORIGIN}/api/laml${path}.json?${QUERY}`,
    `https://EXAMPLE.signalwire.com:443${path}?${QUERY}`,
    `/api/laml${path.replace(PROJECT, PROJECT.toUpperCase())}.json?${QUERY}`,
  ])('%s', (link) => {
    expect(nextQuery(link, list)).toBe(QUERY);
  });

  test('with whatever its query holds, unread', () => {
    expect(nextQuery(`${path}?a=//evil/../%2e@b\\`.slice(0, -1), list)).toBe('a=//evil/../%2e@b');
  });

  test('of up to 4096 letters, and not of one more', () => {
    const query = 'a'.repeat(4096 - path.length - 1);
    expect(nextQuery(`${path}?${query}`, list)).toBe(query);
    expect(nextQuery(`${path}?${query}a`, list)).toBeUndefined();
  });

  test('at our origin, whatever its query says of another', () => {
    expect(nextQuery(`${ORIGIN}${path}?a=b@evil.example`, list)).toBe('a=b@evil.example');
  });

  test('to an origin with a port', () => {
    expect(nextQuery(`http://127.0.0.1:8080${path}?a`, { origin: 'http://127.0.0.1:8080', path })).toBe('a');
  });
});

describe('A35 a link that does not name this very list is not', () => {
  test.each([
    ['', 'nothing'],
    [`${path}.json`, 'no query'],
    [`${path}s`, 'no query, and a letter more'],
    [ORIGIN, 'our origin alone'],
    [`${ORIGIN}?`, 'our origin and an empty query'],
    [`${path}.json?`, 'an empty query'],
    [`?${QUERY}`, 'a query alone'],
    [`${path.slice(1)}?${QUERY}`, 'a relative path'],
    [`//evil.example${path}?${QUERY}`, 'another host without scheme'],
    [`https://evil.example${path}?${QUERY}`, 'another host'],
    [`https://example.signalwire.com.evil.example${path}?${QUERY}`, 'a host that begins alike'],
    [`https://example.signalwire.com@evil.example${path}?${QUERY}`, 'a user name that looks like the host'],
    [`https://user:word@example.signalwire.com${path}?${QUERY}`, 'a user name'],
    [`http://example.signalwire.com${path}?${QUERY}`, 'another scheme'],
    [`https://example.signalwire.com:8443${path}?${QUERY}`, 'another port'],
    [`https:\\\\example.signalwire.com${path}?${QUERY}`, 'backslashes'],
    [`\\\\evil.example${path}?${QUERY}`, 'backslashes'],
    [`/\\evil.example${path}?${QUERY}`, 'a backslash'],
    [`javascript://example.signalwire.com${path}?${QUERY}`, 'a script'],
    [`/x/..${path}?${QUERY}`, 'dots'],
    [`/%2e%2e${path}?${QUERY}`, 'encoded dots'],
    [`/api/laml/../laml${path}?${QUERY}`, 'dots'],
    [`/api/laml/api/laml${path}?${QUERY}`, 'the prefix twice'],
    [`${path}.json.json?${QUERY}`, 'the suffix twice'],
    [`${path.replace('/Messages', '.json/Messages')}?${QUERY}`, 'the suffix in its middle'],
    [`${path.replace('/Accounts', '/api/laml/Accounts')}?${QUERY}`, 'the prefix in its middle'],
    [`${path}/?${QUERY}`, 'a slash more'],
    [`${path.replace('2010', '2011')}?${QUERY}`, 'another version'],
    [`${path.replace('Messages', 'Calls')}?${QUERY}`, 'another list'],
    [`${path.replace('ea10', 'ea11')}?${QUERY}`, 'another project'],
    [`${path}/5d2a8f4e-0001/Media.json?${QUERY}`, 'a list further down'],
    [`${path}?a#b`, 'a fragment'],
    [`${path}?a b`, 'a space'],
    [`${path}?a\r\nHost: evil`, 'a line break'],
    [`${path}?ä`, 'what is not ASCII'],
    [`${path}?${'a'.repeat(4097)}`, 'more than 4 KiB'],
  ])('%s: %s', (link) => {
    expect(nextQuery(link, list)).toBeUndefined();
  });

  test('whatever stands before or between', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat({ max: path.length }), (text, at) => {
        const named = path.slice(0, at) + text + path.slice(at);
        fc.pre(
          !text.includes('?') && !['/api/laml', '.json'].includes(text) && named.toLowerCase() !== path.toLowerCase(),
        );
        expect(nextQuery(`${named}?${QUERY}`, list)).toBeUndefined();
      }),
    );
  });

  test('A35 and no text made of pieces of it, nor any other, nor does it throw', () => {
    const pieces = [
      'https:',
      'http:',
      '//',
      '/',
      '\\\\',
      '@',
      ':443',
      '..',
      '%2e',
      '.json',
      '/api/laml',
      '?',
      '#',
      '\0',
    ];
    const piece = fc.oneof(fc.constantFrom(...pieces, 'example.signalwire.com', path, QUERY), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (parts) => {
        const link = parts.join('');
        fc.pre(!OURS.some((ours) => link.startsWith(ours) && link.length > ours.length));
        expect(nextQuery(link, list)).toBeUndefined();
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
});
