import { describe, expect, test } from 'vitest';
import { asked } from './ask.ts';
import { closely, list, rowsWithTests } from './listing.ts';

const KNOWN = new Set(['A1', 'A22']);

describe('what is asked of the listing', () => {
  test.each([
    [[], { isHelp: false, isJson: false, ids: [] }],
    [['A22', '--json', 'A1'], { isHelp: false, isJson: true, ids: ['A22', 'A1'] }],
    [['--help'], { isHelp: true, isJson: false, ids: [] }],
  ])('%j is understood', (args, wish) => {
    expect(asked(args, KNOWN)).toEqual(wish);
  });

  test.each([
    [['--jsno'], 'There is no option jsno: only --json and --help.'],
    [['-j'], 'There is no option j: only --json and --help.'],
    [['--json=no'], 'The option --json takes no value.'],
    [['A1', 'A2'], '"A2" is no row of the catalogue: ids are like A22.'],
    [['a1'], '"a1" is no row of the catalogue: ids are like A22.'],
  ])('%j cannot be meant, and a sentence says so', (args, sentence) => {
    expect(asked(args, KNOWN)).toBe(sentence);
  });
});

describe('a row that is asked for', () => {
  const rows = [{ id: 'A1', fault: 'a fault', does: 'something' }];
  const text =
    "describe('a group', () => {\n  test('A1 is done', () => {});\n  test.each([1, 2])('A1 A2 %d', () => {});\n});";
  const sources = new Map([['test/x/a.test.ts', text]]);

  test('has its tests with file, line and title, those of a table once', () => {
    expect([...closely(rowsWithTests(rows, sources))]).toEqual([
      'A1  a fault',
      '  The worker: something',
      '  test/x/a.test.ts:2  a group > A1 is done',
      '  test/x/a.test.ts:3  a group > A1 A2 %d (2 times)',
      '',
    ]);
  });

  test('has as many tests for programs as the listing counts', () => {
    const counted = list(rows, sources).sections.flatMap(({ tested }) => tested);
    expect(rowsWithTests(rows, sources).map(({ id, tests }) => [id, tests.length])).toEqual(
      counted.map(({ id, tests }) => [id, tests]),
    );
  });
});
