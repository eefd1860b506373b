import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { breaches, type Sources } from './support/house.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PACKAGES = Object.keys(
  (JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { dependencies: Record<string, string> }).dependencies,
);

function onDisk(): Sources {
  const paths = globSync('{src,test}/**/*.{ts,mjs}', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
  return new Map(paths.map((path) => [path, readFileSync(ROOT + path, 'utf8')]));
}

test('the sources keep the rules of the house', () => {
  const sources = onDisk();
  expect(sources.has('src/retention/decide.ts') && sources.has('test/house.test.ts')).toBe(true);
  expect(breaches(sources, PACKAGES)).toEqual([]);
});

/** What is found in `src/lib/clock.ts`, some other files, and `text` as `path`. */
function found(path: string, text: string): string[] {
  const others = ['src/lib/clock.ts', 'src/retention/decide.ts', 'src/provider/http.ts', 'src/ledger/open.ts'];
  const more = ['src/sweep/plan.ts', 'src/serve/metrics.ts', 'src/app/log.ts', 'src/emulator/seed.ts', 'src/main.ts'];
  const sources = new Map([...others, ...more].map((each) => [each, 'export const x = 1;\n']));
  return breaches(sources.set(path, text), ['zod', '@scope/name']);
}

describe('a planted import is found', () => {
  test.each([
    ['upwards', 'src/lib/a.ts', "import { x } from '../retention/decide.ts';", 'lib may not import retention'],
    ['of a neighbour', 'src/provider/a.ts', "import '../ledger/open.ts';", 'provider may not import ledger'],
    [
      'of a neighbour, the other way',
      'src/ledger/a.ts',
      "import '../provider/http.ts';",
      'ledger may not import provider',
    ],
    [
      'of a type alone',
      'src/retention/a.ts',
      "import type { X } from '../sweep/plan.ts';",
      'retention may not import sweep',
    ],
    ['by an expression', 'src/sweep/a.ts', "await import('../app/log.ts');", 'sweep may not import app'],
    ['by a type', 'src/sweep/a.ts', "type A = import('../app/log.ts').X;", 'sweep may not import app'],
    [
      'by an export',
      'src/serve/a.ts',
      "const a = 1; export { x } from '../sweep/plan.ts'; export { a };",
      'serve may not import sweep',
    ],
    [
      'of the law by the emulator',
      'src/emulator/a.ts',
      "import '../retention/decide.ts';",
      'emulator may not import retention',
    ],
    ['of the emulator by the app', 'src/app/a.ts', "import '../emulator/seed.ts';", 'app may not import emulator'],
    ['of the way in', 'src/commands/a.ts', "import '../main.ts';", 'commands may not import main'],
    ['by a room that is not in the plan', 'src/utils/a.ts', "import '../lib/clock.ts';", 'utils may not import lib'],
    ['of a test', 'src/app/a.ts', "import '../../test/a.ts';", 'there is no test/a.ts'],
    ['that is computed', 'src/app/a.ts', "await import(name + '.ts');", 'an import whose name is computed'],
    [
      'by an alias',
      'src/app/a.ts',
      "import '#lib/clock.ts';",
      '"#lib/clock.ts" is no package of package.json: there are no path aliases',
    ],
    [
      'of a package that is not asked for',
      'src/app/a.ts',
      "import 'zodiac';",
      '"zodiac" is no package of package.json: there are no path aliases',
    ],
  ])('%s', (_, path, text, what) => {
    expect(found(path, `\n${text}\n`)).toEqual([`${path}:2  ${what}`]);
  });

  test('in a circle, with the way round', () => {
    expect(found('src/lib/clock.ts', "export * from './clock.ts';\nexport const a = 1;")).toEqual([
      'src/lib/clock.ts:1  a circle of imports: src/lib/clock.ts → src/lib/clock.ts',
    ]);
    const longer = new Map([
      ['src/lib/a.ts', "export const a = 1;\nimport './b.ts';"],
      ['src/lib/b.ts', "import type { C } from './c.ts';"],
      ['src/lib/c.ts', "import './a.ts';"],
      ['src/lib/d.ts', "import './a.ts';"],
    ]);
    expect(breaches(longer, [])).toEqual([
      'src/lib/a.ts:2  a circle of imports: src/lib/a.ts → src/lib/b.ts → src/lib/c.ts → src/lib/a.ts',
      'src/lib/b.ts:1  a circle of imports: src/lib/b.ts → src/lib/c.ts → src/lib/a.ts → src/lib/b.ts',
      'src/lib/c.ts:1  a circle of imports: src/lib/c.ts → src/lib/a.ts → src/lib/b.ts → src/lib/c.ts',
    ]);
  });

  test.each([
    "export * from './log.ts';",
    "export { x } from './log.ts';",
    "import { x } from './log.ts';\nexport { x };",
  ])('to be passed on and nothing else: %j', (text) => {
    expect(found('src/app/a.ts', text)).toEqual(['src/app/a.ts:1  only passes on what others export']);
  });

  test.each([
    ['src/commands/a.ts', "import '../emulator/seed.ts';\nimport '../app/log.ts';\nimport '../serve/metrics.ts';"],
    ['src/serve/a.ts', "import '../ledger/open.ts';\nimport '../retention/decide.ts';\nimport '../lib/clock.ts';"],
    ['src/app/a.ts', "import 'zod';\nimport 'zod/mini';\nimport '@scope/name';\nimport 'node:fs';"],
    ['src/main.ts', "import './app/log.ts';\nimport './sweep/plan.ts';"],
    ['test/a.ts', "import '../src/main.ts';\nimport '#anything';"],
  ])('only where it is against the plan, which that of %s is not', (path, text) => {
    expect(found(path, text)).toEqual([]);
  });
});

describe('a planted word is found', () => {
  const time = 'only src/lib/clock.ts knows the time';
  const timers = 'only src/lib/clock.ts has timers';
  const pure = 'the law in src/retention/ is pure, synchronous, and knows no time zone';
  const chance = 'chance is a parameter: only src/app/ and src/lib/ take it from the machine';
  const environment = 'the environment is read in src/main.ts and src/app/ alone';

  test.each([
    ['src/app/a.ts', 'const a = new Date();', 'new Date()', time],
    ['src/app/a.ts', 'const a = new Date;', 'new Date()', time],
    ['src/lib/a.ts', 'const a = Date();', 'Date()', time],
    ['src/sweep/a.ts', 'const a = Date.now();', 'Date.now', time],
    ['src/sweep/a.ts', "const a = Date['now'];", 'Date.now', time],
    ['src/sweep/a.ts', 'const a = globalThis.Date?.now();', 'Date.now', time],
    ['src/serve/a.ts', 'setTimeout(() => {}, 1);', 'setTimeout', timers],
    ['src/serve/a.ts', "import { setTimeout as delay } from 'node:timers/promises';", 'setTimeout', timers],
    ['src/provider/a.ts', 'const a = AbortSignal.timeout(1);', 'AbortSignal.timeout', timers],
    ['src/sweep/a.ts', 'const a = Math.random();', 'Math.random', chance],
    ['src/emulator/a.ts', 'const a = crypto.randomUUID();', 'crypto.randomUUID', chance],
    ['src/commands/a.ts', 'const a = process.env.HOME;', 'process.env', environment],
    ['src/commands/a.ts', 'const { env } = process;', 'process', environment],
    ['src/commands/a.ts', 'const a = process[name];', 'process', environment],
    ['src/serve/a.ts', 'const a = performance.now();', 'performance.now', time],
    ['src/retention/a.ts', 'process.exit();', 'process.exit', pure],
    ['src/retention/a.ts', "const a = fetch('x');", 'fetch', pure],
    ['src/retention/a.ts', 'export const a = async () => {};', 'async', pure],
    ['src/retention/a.ts', 'const a = new Date(2026, 1);', 'new Date(,)', pure],
    ['src/retention/a.ts', 'const a = new Date(0).getDate();', '.getDate', pure],
    ['src/retention/a.ts', 'const a = (b: Date) => b.toLocaleString();', 'b.toLocaleString', pure],
    ['src/retention/a.ts', 'const a = import.meta.url;', 'import.meta', pure],
  ])('in %s: %s', (path, text, word, says) => {
    expect(found(path, `\n\n${text}\n`)).toEqual([`${path}:3  ${word}: ${says}`]);
  });

  test.each(["import 'node:fs';", "import 'zod';"])('in src/retention/a.ts: %s', (text) => {
    expect(found('src/retention/a.ts', text)).toEqual([expect.stringContaining(pure)]);
  });

  test.each([
    ['src/lib/clock.ts', 'export const a = [new Date(), Date.now(), setTimeout];'],
    ['src/app/a.ts', 'export const a = [Math.random(), process.env];'],
    [
      'src/retention/a.ts',
      'export const a = (b: Date) => [new Date(0), new Date(b), Date.UTC(2026), b.getUTCDate(), b.getTime()];',
    ],
    ['src/retention/a.ts', "// Date.now() is not for us\nexport const a = 'process.env, fetch';"],
    ['src/sweep/a.ts', 'export const a = { setTimeout: 1 }; export const b = process.stdout;'],
  ])('only where it is a breach, which it is not in %s: %s', (path, text) => {
    expect(found(path, text)).toEqual([]);
  });
});

describe('a planted length is found', () => {
  test.each(['src/lib/a.ts', 'test/lib/a.test.ts'])('of a file: %s', (path) => {
    expect(found(path, lines(250))).toEqual([]);
    expect(found(path, lines(251))).toEqual([`${path}:251  a file has 250 lines at most`]);
  });

  test.each([
    ['a declaration', 'export function a() {\n', '}\n'],
    ['an arrow', 'export const a = () => {\n', '};\n'],
    ['a method', 'export class A {\n#a() {\n', '}\n}\n'],
    ['one within another', 'export const a = () => [() => {\n', '}];\n'],
  ])('of a function: %s', (_, head, tail) => {
    expect(found('src/lib/a.ts', head + lines(58) + tail)).toEqual([]);
    expect(found('src/lib/a.ts', head + lines(59) + tail)).toContainEqual(
      expect.stringMatching(/^src\/lib\/a\.ts:[12] {2}a function of 61 lines: 60 at most$/),
    );
  });
});

const lines = (count: number): string => '//\n'.repeat(count);
