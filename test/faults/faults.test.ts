import { describe, expect, test } from 'vitest';
import { type Row, rows } from './catalogue.ts';
import { EXCUSED, WAITING } from './exceptions.ts';
import { inWords, list } from './listing.ts';
import { testSources } from './sources.ts';
import { idsOf, testsIn } from './titles.ts';

const ROW = { id: 'A1', fault: 'a fault', does: 'something' };

/** Every id that some title begins with, as often as tests have it. */
function found(text: string, more: Readonly<Record<string, string>> = {}): string[] {
  const sources = new Map(Object.entries({ 'test/x/a.test.ts': text, ...more }));
  return testsIn(sources).flatMap(idsOf);
}

const gaps = (catalogue: readonly Row[], text: string, path = 'test/x/a.test.ts'): readonly string[] =>
  list(catalogue, new Map([[path, text]])).gaps;

const excused = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ ...ROW, id: `A${index + 1}`, excused: 'a reason' }));

describe('the catalogue', () => {
  test.each([
    ['A', 48],
    ['B', 30],
    ['C', 12],
    ['D', 26],
    ['E', 24],
    ['F', 24],
  ])('has every row of section %s, in order', (letter, count) => {
    const ids = rows.map(({ id }) => id).filter((id) => id.startsWith(letter));
    expect(ids).toEqual(Array.from({ length: count }, (_, index) => `${letter}${index + 1}`));
  });

  test('says of each row in its own words what happens and what is done, and excuses none that it does not have', () => {
    expect(rows.filter(({ fault, does }) => fault === '' || does === '')).toEqual([]);
    const ids = new Set(rows.map(({ id }) => id));
    expect([...Object.keys(WAITING), ...Object.keys(EXCUSED)].filter((id) => !ids.has(id))).toEqual([]);
  });

  test('has no gap: every row is tested, waits, or is excused', () => {
    expect(list(rows, testSources()).gaps).toEqual([]);
  });
});

describe('a planted gap is found', () => {
  const proven = "test('A1 something is done', () => {});";

  test.each<[string, readonly Row[], string, string[]]>([
    ['none where a test has the id', [ROW], proven, []],
    ['a row without a test', [ROW], "test('something is done', () => {});", ['A1 has no test: a fault.']],
    ['a row whose id stands elsewhere', [ROW], "test('done for A1', () => {});", ['A1 has no test: a fault.']],
    [
      'a row whose id is part of another',
      [ROW, { ...ROW, id: 'A12' }],
      "test('A12 done', () => {});",
      ['A1 has no test: a fault.'],
    ],
    ['a row whose test is skipped', [ROW], "test.skip('A1 done', () => {});", ['A1 has no test: a fault.']],
    ['a row whose test is to be written', [ROW], "test.todo('A1 done');", ['A1 has no test: a fault.']],
    ['a row whose test is known to fail', [ROW], "test.fails('A1 done', () => {});", ['A1 has no test: a fault.']],
    ['a row whose group is skipped', [ROW], `describe.skip('all', () => { ${proven} });`, ['A1 has no test: a fault.']],
    ['a row whose group is empty', [ROW], "describe('A1 all', () => {});", ['A1 has no test: a fault.']],
    ['a row whose test is a comment', [ROW], `// ${proven}`, ['A1 has no test: a fault.']],
    [
      'an id that is no row',
      [ROW],
      `${proven}\ntest('A49 done', () => {});`,
      ['test/x/a.test.ts:2  A49 is no row of the catalogue.'],
    ],
    [
      'an id of no section',
      [ROW],
      "test('A1 G1 done', () => {});",
      ['test/x/a.test.ts:1  G1 is no row of the catalogue.'],
    ],
    ['no gap in a row that waits', [{ ...ROW, waiting: 'something else' }], '', []],
    [
      'a test of a row that waits',
      [{ ...ROW, waiting: 'x' }],
      proven,
      ['test/x/a.test.ts:1  A1 waits for later work.'],
    ],
    ['a test of a row that is excused', [{ ...ROW, excused: 'x' }], proven, ['test/x/a.test.ts:1  A1 is excused.']],
    [
      'a row that is excused and waits',
      [{ ...ROW, excused: 'x', waiting: 'x' }],
      '',
      ['A1 waits for later work and is excused too.'],
    ],
  ])('%s', (_, catalogue, text, expected) => {
    expect(gaps(catalogue, text)).toEqual(expected);
  });

  test('a row whose only test runs nowhere', () => {
    expect(gaps([ROW], proven, 'test/x/contract.ts')).toEqual(['A1 has no test: a fault.']);
  });

  test('excuses beyond the fourteenth', () => {
    expect(gaps(excused(14), '')).toEqual([]);
    expect(gaps(excused(15), '')).toEqual(['15 rows are excused: 14 at most.']);
  });
});

describe('a title is seen', () => {
  test.each<[string, string, string[]]>([
    ['of a test', "test('A1 a', () => {});", ['A1']],
    ['of it', "it('A1 a', () => {});", ['A1']],
    ['with several ids', "test('A1 A2, A3: a', () => {});", ['A1', 'A2', 'A3']],
    ['with an invariant beside the row', "test('A1 K2 a', () => {});", ['A1']],
    ['in back quotes', 'test(`A1 ${x} a`, () => {});', ['A1']],
    [
      'of a group, for all its tests',
      "describe('A1 a', () => { test('b', () => {}); test('A2 c', () => {}); });",
      ['A1', 'A1', 'A2'],
    ],
    [
      'of a group in a group',
      "describe('A1 a', () => { describe('A2', () => { test('b', () => {}); }); });",
      ['A1', 'A2'],
    ],
    ['of a conditional test', "test.runIf(isRoot)('A1 a', () => {});", ['A1']],
    ['of a table', "test.each([1, 2])('A1 %d', () => {});", ['A1', 'A1']],
    ['of a table with types', "test.each<[string]>([['x'], ['y']])('A1 %s', () => {});", ['A1', 'A1']],
    ['of a table that is made', "test.each(made())('A1 %d', () => {});", ['A1']],
    ['of a group for a table', "describe.each(['x', 'y'])('A1 %s', () => { test('b', () => {}); });", ['A1', 'A1']],
    ['that stands in the table', "test.each([['A1 a', 1], ['b', 2], [`A2 c`, 3]])('%s', () => {});", ['A1', 'A2']],
    ['that stands in a table with a name', "const t = [['A1 a']] as const; test.each(t)('%s', () => {});", ['A1']],
    [
      'that stands in a table made of tables',
      "const t = [['A1 a']]; test.each([...t, ['A2 b']])('%s', () => {});",
      ['A1', 'A2'],
    ],
    ['of a test within a function', "function all() { test('A1 a', () => {}); }\nall();", ['A1']],
    ['of no other call', "contest('A1 a', () => {}); test.step?.('A2'); a.test('A3');", []],
  ])('%s', (_, text, ids) => {
    expect(found(text)).toEqual(ids);
  });

  test('also in a file that a test imports, and in a table that stands in another', () => {
    const shared = {
      'test/x/shared.ts': "export const t = [['A2 a']];\nexport function all() { test('A1 a', () => {}); }",
    };
    expect(found("import { all, t as table } from './shared.ts'; all();", shared)).toEqual(['A1']);
    expect(found("import { t } from './shared.ts'; test.each(t)('%s', () => {});", shared).toSorted()).toEqual([
      'A1',
      'A2',
    ]);
  });

  test('and in a script or an alert’s test as a comment', () => {
    expect(gaps([ROW], '#!/bin/sh\n# faults: A1\n', 'test/x/a.sh')).toEqual([]);
    expect(gaps([ROW], '  # faults: A1 A9\n', 'test/x/a.test.yaml')).toEqual([
      'test/x/a.test.yaml:1  A9 is no row of the catalogue.',
    ]);
  });
});

test('the listing names for every row its tests and files, what is missing, and a verdict', () => {
  const catalogue: Row[] = [
    ROW,
    { ...ROW, id: 'B1', fault: 'another fault' },
    { ...ROW, id: 'B2', waiting: 'something else' },
    { ...ROW, id: 'C1', excused: 'it cannot happen' },
  ];
  const text = "test('A1 done', () => {});\ntest('A1 done twice', () => {});";
  const said = [...inWords(catalogue, list(catalogue, new Map([['test/x/a.test.ts', text]])))];
  expect(said.filter((line) => line !== '')).toEqual([
    'A  API: transport and status',
    '  A1   a fault\n       2 tests: test/x/a.test.ts',
    'B  data and meaning',
    '  B2   waits: something else',
    '  B1   NO TEST: another fault',
    'C  account and clock',
    '  C1   excused: it cannot happen',
    'D  process, storage, replicas',
    'E  configuration and policy',
    'F  security and privacy',
    'B1 has no test: another fault.',
    '4 rows: 1 tested, 1 waiting, 1 excused, 1 without a test. 1 gap.',
  ]);
});
