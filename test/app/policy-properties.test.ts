import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePolicyFile, type PolicyFile } from '../../src/app/policy-file.ts';
import { ConfigError } from '../../src/app/problems.ts';
import { parsePeriod } from '../../src/retention/period.ts';
import { TOP_KEYS } from './policies.ts';

const SEED = 20_161_123;
const GOOD = 'version: 1\npolicy: { default: 1y }\n';
const RULE = 'version: 1\npolicy: { default: 1y, rules: [{ id: a, match: all, retain: ';
const SHIPPED = readFileSync(new URL('../../config/retention.yaml', import.meta.url), 'utf8');

/** What the text says, or the mistakes that it has; any other error is thrown on. */
function understood(text: string): PolicyFile | ConfigError {
  try {
    return parsePolicyFile(text, 'f.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

describe('whatever a policy file says, it is understood, or its mistakes are named', () => {
  test('E1 E9 F13 for any text', { timeout: 60_000 }, () => {
    const words = [
      'version: 1\n',
      'policy:',
      ' { default: 1y }\n',
      'rules:\n',
      '  - ',
      'id: a\n',
      'match: all',
      '\n',
      '    ',
    ];
    const signs = [
      '&a ',
      '*a',
      '!!js/function ',
      '<<: ',
      '---\n',
      '...\n',
      '%YAML 1.1\n',
      '? ',
      '| \n',
      '"',
      "'",
      '#',
      '\t',
      '\0',
    ];
    const odd = [
      '__proto__: ',
      'constructor: ',
      '\ud800',
      '\u2028',
      '\ufeff',
      '1e999',
      '0x1F',
      '.nan',
      '9'.repeat(400),
      '~',
      '[',
      '{',
    ];
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(fc.constantFrom(...words, ...signs, ...odd), { maxLength: 20 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(() => understood(each)).not.toThrow();
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  test('E1 E9 for the shipped file with a piece cut out or another put in', () => {
    const insert = fc.oneof(
      fc.string(),
      fc.constantFrom('&a ', '*a', '!x ', ': ', '- ', '"', '[', '{', '\t', '\n---\n', '__proto__: '),
    );
    fc.assert(
      fc.property(fc.nat(SHIPPED.length), fc.nat(40), insert, (at, length, piece) => {
        expect(() => understood(SHIPPED.slice(0, at) + piece + SHIPPED.slice(at + length))).not.toThrow();
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  test('E20 F13 for any value at any key', () => {
    const keys = ['version', ...TOP_KEYS];
    const inner = [
      'default',
      'rules',
      'match',
      'id',
      'retain',
      'since',
      'status',
      'number',
      '__proto__',
      'constructor',
      'maxDeletions',
    ];
    const leaf = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('1y', '+15550001111', '2026-02-31', 1e300, -1, '__proto__'),
    );
    const value = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...inner), leaf, { maxKeys: 4 }),
    );
    const rules = fc.record({
      rules: fc.array(fc.dictionary(fc.constantFrom(...inner), value, { maxKeys: 5 }), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.oneof(value, rules), (key, each) => {
        const text = JSON.stringify({ version: 1, policy: { default: '1y' }, [key]: each });
        expect(() => understood(text)).not.toThrow();
      }),
      { seed: SEED, numRuns: 100 },
    );
    expect({}).not.toHaveProperty('default');
  });

  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'F13 %s is a key like any other, unknown everywhere, and nothing comes of it',
    (key) => {
      for (const text of [`${GOOD}${key}: { mode: enforce }`, `${GOOD}limits: { ${key}: { maxDeletions: 1 } }`]) {
        const said = understood(text);
        expect(said).toBeInstanceOf(ConfigError);
        expect((said as ConfigError).message).toContain(`${key}: no such key`);
      }
      const asMatch = `version: 1\npolicy: { rules: [{ id: a, retain: 1y, match: { ${key}: {} } }] }`;
      expect(understood(asMatch)).toBeInstanceOf(ConfigError);
      expect({}).not.toHaveProperty('mode');
      expect({}).not.toHaveProperty('maxDeletions');
    },
  );
});

describe('E2 a period', () => {
  const near = fc.tuple(
    fc.constantFrom('', '-', '+', ' ', '0', '1e', 'P', '.'),
    fc.oneof(fc.nat(), fc.constant('')),
    fc.constantFrom('', 'h', 'd', 'mo', 'y', 'm', 'M', 'D', 'w', ' d', 'd ', '.5d'),
  );
  const text = fc.oneof(
    near.map((parts) => parts.join('')),
    fc.string(),
    fc.constantFrom('NaN', 'Infinity', '1e99', 'forever', 'never', '٣٠d'),
  );

  test('of a policy file is what the law reads as one, and nothing else is', () => {
    fc.assert(
      fc.property(text, (each) => {
        const said = understood(`${RULE}${JSON.stringify(each)} }] }`);
        const period = said instanceof ConfigError ? undefined : said.policy.rules[0]?.retain;
        expect(period).toEqual(parsePeriod(each));
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  test.each(['30', '0', '-1', '.nan', '.inf', '1e99', '1.5', '0x10', 'true', 'null', '[30d]', '{ d: 30 }'])(
    'is not %s, which is no text',
    (value) => {
      expect(understood(`version: 1\npolicy: { default: ${value} }`)).toBeInstanceOf(ConfigError);
    },
  );
});

describe('E7 a limit of 0', () => {
  test('is 0, and not none', () => {
    expect(understood(`${GOOD}limits: { maxDeletions: 0 }`)).toMatchObject({ limits: { maxDeletions: 0 } });
    expect(understood(`${GOOD}limits: {}`)).toMatchObject({ limits: { maxDeletions: 10_000 } });
  });

  test.each(['-1', '.inf', '.nan', '"0"', 'null', '1.5', 'none'])('is not %s', (value) => {
    expect(understood(`${GOOD}limits: { maxDeletions: ${value} }`)).toBeInstanceOf(ConfigError);
  });
});

const LONG = 100_000;
const repeated = (unit: string): string => unit.repeat(Math.ceil(LONG / unit.length)).slice(0, LONG);
const OPENINGS = ['[', '{a: ', '"', "'", '- ', '? ', '&a ', '! ', '|\n', '#', ' ', '\n', ':', '%', '\0', '\ud800', 'a'];
const LINES = ['- &a 1\n', '- *a\n', '- !a 1\n', 'a: 1\n', '---\n', '\t- a\n', '__proto__: 1\n'];
const VALUES = ['9', '1,', '* ', 'a/', 'a-', 'a.', '2026-', '12345678 ', 'aB3/', '+1555', 'image/', '${A}'];

describe('F14 100 kB are judged in no time', () => {
  test.each([...OPENINGS, ...LINES])('of %j', (unit) => {
    expect(spentMs(repeated(unit))).toBeLessThan(BOUND_MS);
  });

  test.each(VALUES)('of a value made of %j, wherever it stands', (unit) => {
    const value = JSON.stringify(repeated(unit));
    const matches = `holds: [{ id: a, reason: ${value}, match: { number: [${value}], since: ${value} } }]`;
    const texts = [`schedule: ${value}`, `timezone: ${value}`, `mode: ${value}`, matches];
    expect(texts.filter((more) => spentMs(GOOD + more) > BOUND_MS).map((text) => text.slice(0, 20))).toEqual([]);
  });
});

/** Generous: what takes time in proportion takes a tenth of it, what takes the square of it ten times as much. */
const BOUND_MS = 3_000;

/** Of this thread's own time: what else the machine does has no say. */
function spentMs(text: string): number {
  const began = process.threadCpuUsage();
  understood(text);
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / 1000;
}
