import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import { LongList } from '../../src/provider/long-list.ts';

/** As they come, or all at once. */
function readRows(pieces: readonly Buffer[], isIncoming = true, read: (row: unknown) => unknown = (row) => row) {
  const list = new LongList('messages', read);
  let left: readonly Buffer[] = [];
  if (isIncoming) for (const piece of pieces) left = list.take([...left, piece]) ? [] : [...left, piece];
  return list.end(isIncoming ? left : pieces);
}

/** The same by `JSON.parse`, as far as anybody asks. */
function expected(text: string): { readonly next: unknown; readonly rows: readonly unknown[] } {
  const value = JSON.parse(text) as { messages?: unknown; next?: unknown } | null;
  return { next: value?.next, rows: Array.isArray(value?.messages) ? value.messages : [] };
}

function found(pieces: readonly Buffer[], isIncoming: boolean): ReturnType<typeof expected> {
  const { value, rows } = readRows(pieces, isIncoming);
  return { next: (value as { next?: unknown } | null)?.next, rows };
}

const inPieces = (text: string, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, n) =>
    Buffer.from(text.slice(n * size, (n + 1) * size), 'latin1'),
  );

/** `JSON.parse` of Node.js 26.10 misreads keys that are written with a backslash, now and then. No field of the API's has one. */
function hasPlainKeys(value: unknown): boolean {
  const keys: string[] = [];
  JSON.stringify(value, (key, each: unknown) => (keys.push(key), each));
  return keys.every((key) => JSON.stringify(key) === `"${key}"`);
}

const ROWS = [{ sid: 'a', body: 'hello' }, { sid: 'b' }, { sid: 'c', body: '"},{"' }, { sid: 'd' }];

describe('a list in pieces is read as JSON.parse reads it', () => {
  test.each([
    ['the list first', JSON.stringify({ messages: ROWS, next: null })],
    ['the list last', JSON.stringify({ page: 0, next: 'x', messages: ROWS })],
    ['no rows', JSON.stringify({ messages: [], next: 'x', more: 'and more of it' })],
    ['one row', JSON.stringify({ messages: [{ sid: 'a', body: 'some text' }], next: null })],
    ['what looks like an end of a row', JSON.stringify({ messages: [{ body: 'x},{' }, { body: '}]' }], next: '}]' })],
    ['rows with rows in them', JSON.stringify({ messages: [{ a: [{ b: 1 }, { c: 2 }] }, { d: 3 }], next: null })],
    ['another list of that name', JSON.stringify({ more: { messages: [{ x: 1 }] }, messages: ROWS, next: null })],
    [
      'another list of that name behind it',
      JSON.stringify({ messages: ROWS, more: { messages: [{ x: 1 }] }, next: 7 }),
    ],
    [
      'rows in another list of that name, and none in it',
      '{"x":{"messages":[{"a":1},{"b":2}]},"messages":[],"next":"x"}',
    ],
    ['a list whose name ends like it', '{"x\\"messages":[{"a":1},{"b":2}],"messages":[],"next":"x"}'],
    ['spaces', JSON.stringify({ messages: ROWS, next: null }, null, 2)],
    ['a text for a list', JSON.stringify({ messages: '"messages":[{"a":1},{"b":2}]', next: null })],
    ['rows that are no objects', JSON.stringify({ messages: [1, [], 'x', null, {}], next: null })],
    ['a list', JSON.stringify(ROWS)],
    ['null', 'null'],
  ])('%s', (_, text) => {
    for (let size = 1; size <= text.length; size++)
      for (const isIncoming of [true, false])
        expect(found(inPieces(text, size), isIncoming), `${size}`).toEqual(expected(text));
  });

  test('whatever it is, and wherever it is cut', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('},{"', '"messages":[', '}]', '\\', '"', 'x"messages'));
    const anything = fc.jsonValue().filter(hasPlainKeys);
    const row = fc.oneof(
      { weight: 4, arbitrary: fc.dictionary(text, fc.oneof(text, anything)).filter(hasPlainKeys) },
      { weight: 1, arbitrary: anything },
    );
    const page = fc.record(
      { page: fc.nat(), messages: fc.array(row), next: text, more: anything },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(page, fc.integer({ min: 1, max: 80 }), fc.boolean(), (value, size, isIncoming) => {
        const json = Buffer.from(JSON.stringify(value)).toString('latin1');
        expect(found(inPieces(json, size), isIncoming)).toEqual(expected(json));
      }),
      { seed: 20_261_126, numRuns: 2_000 },
    );
  });
});

test.each([
  ['both with rows', '{"messages":[{"a":1},{"b":2}],"messages":[{"c":3}],"next":null}'],
  ['the last without', '{"messages":[{"a":1},{"b":2}],"messages":[],"next":"x"}'],
])('where the list stands twice, the rows of the first are never taken for all: %s', (_, text) => {
  const foundBy = (size: number): unknown => {
    try {
      return found(inPieces(text, size), true);
    } catch (error) {
      return error;
    }
  };
  const all = Array.from({ length: text.length }, (_each, n) => foundBy(n + 1));
  const refused = all.filter((each) => each instanceof SyntaxError);
  expect(refused).not.toHaveLength(0);
  for (const each of all) expect([...refused, expected(text)]).toContainEqual(each);
});

function takenOf(text: string, size: number): boolean[] {
  const list = new LongList('messages', (row) => row);
  const pieces = inPieces(text, size);
  return pieces.map((_, n) => list.take(pieces.slice(0, n + 1)));
}

describe('what can be something else is not taken', () => {
  test.each([
    ['no rows, and an error code', '{"code":20003,"messages":[]}'],
    ['no objects', '{"code":20003,"messages":["Authentication failed","},{"]}'],
    ['one row', '{"messages":[{"text":"no"}],"errors":[{"code":"20003"}]}'],
    ['a list further down', '{"more":{"messages":[{"a":1},{"b":2}]}}'],
    ['a list of another name', '{"messages": [0],"x\\"messages":[{"a":1},{"b":2}]}'],
    ['no list', '<html>"messages":[{"a":1},{"b":2}]</html>'],
  ])('%s', (_, text) => {
    expect(takenOf(text, text.length)).toEqual([false]);
  });

  test('after eight pieces without a row nobody looks any more', () => {
    const text = JSON.stringify({ page: 'x'.repeat(200), messages: ROWS, next: null });
    expect(takenOf(text, 30)).not.toContain(true);
    expect(takenOf(text, 60)).toContain(true);
  });
});

test('the rows of one list are not taken for those of another', () => {
  const text = '{"messages":[{"sid":"a"},{"sid":"b"}],"messages":[0,{"sid":"c"}],"next":null}';
  expect(() => readRows(inPieces(text, 40))).toThrow(SyntaxError);
});

test('text that is no JSON is refused in pieces as well', () => {
  const text = JSON.stringify({ messages: ROWS, next: null });
  for (const wrong of [
    text.slice(0, -1),
    text.slice(1),
    text.replace('},{', '}{'),
    text.replace('},{', '},,{'),
    `${text}]`,
    '',
  ]) {
    for (let size = 1; size <= text.length; size++)
      for (const isIncoming of [true, false])
        expect(() => readRows(inPieces(wrong, size), isIncoming)).toThrow(SyntaxError);
  }
});

test('a page of messages is never held as a whole', () => {
  using parse = vi.spyOn(JSON, 'parse');
  const rows = Array.from({ length: 1000 }, (_, n) => ({ sid: `${n}`, body: 'x'.repeat(500) }));
  expect(readRows(inPieces(JSON.stringify({ messages: rows, next: null }), 65_536)).rows).toHaveLength(1000);
  expect(Math.max(...parse.mock.calls.map(([text]) => text.length))).toBeLessThan(2 * 65_536);
});

test('a page whose rows cannot be told apart is parsed once, at its end', () => {
  using parse = vi.spyOn(JSON, 'parse');
  const rows = Array.from(
    { length: 1000 },
    (_, n) => `{"sid":"${n}","body":"${'x'.repeat(1500)}","in":[{"a":1},{"b":2}]}`,
  );
  const text = `{"messages":[${rows.join(', ')}],"next":null}`;
  expect(readRows(inPieces(text, 1400)).rows).toHaveLength(1000);
  expect(parse.mock.calls.reduce((sum, [{ length }]) => sum + length, 0)).toBeLessThan(text.length * 1.1);
});

const misread = (): never => {
  throw new TypeError('a bug');
};

test('what is wrong with whoever reads the rows is not taken for a page that is wrong', () => {
  for (const size of [7, 10_000]) {
    const pieces = inPieces(JSON.stringify({ messages: ROWS, next: null }), size);
    for (const isIncoming of [true, false]) expect(() => readRows(pieces, isIncoming, misread)).toThrow(TypeError);
  }
});
