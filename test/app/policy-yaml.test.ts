import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePolicyFile } from '../../src/app/policy-file.ts';
import { ConfigError } from '../../src/app/problems.ts';
import { messageOf, TOP_KEYS } from './policies.ts';

const GOOD = 'version: 1\npolicy: { default: 1y }\n';

describe('what YAML can hide is refused', () => {
  test.each([
    [
      'E9 E10 an alias, and its anchor',
      'version: 1\npolicy: { default: &a 1y }\nlimits: { minimumAge: *a }',
      'f.yaml:2:23  policy.default: anchors are not read.\n  Expected a value without one; text that begins with & needs quotes.\n' +
        'f.yaml:3:23  limits.minimumAge: aliases are not read.\n  Expected the value itself; text that begins with * needs quotes.\n2 problems',
    ],
    [
      'E9 a tag',
      `${GOOD}mode: !env MODE`,
      'f.yaml:3:12  mode: tags are not read.\n  Expected a value without a tag; text that begins with ! needs quotes.\n1 problem',
    ],
    ['E9 a merge key', `${GOOD}limits: { <<: { maxDeletions: 5 } }`, 'f.yaml:3:11  limits.<<: no such key.'],
    ['E9 a tab', `${GOOD}limits:\n\tmaxDeletions: 5`, 'f.yaml:4:1  a tab indents this line.\n  Expected spaces.'],
    ['text that is never closed', `${GOOD}mode: "enforce`, 'f.yaml:3:15  not YAML: Missing closing "quote.'],
    [
      'a map that is never closed',
      `${GOOD}limits: { maxDeletions: 5`,
      'f.yaml:3:26  not YAML: Flow map in block collection must be sufficiently indented and end with a }.',
    ],
    ['E10 more levels than any policy has', `a: ${'['.repeat(60)}${']'.repeat(60)}`, 'nested too deep'],
    ['E10 more levels than the parser has', '['.repeat(50_000), 'nested too deep'],
    ['E9 yes for true', `${GOOD}serve: { catchUp: yes }`, 'serve.catchUp: "yes" is not true or false.'],
    [
      'E9 minutes and seconds for a number',
      `${GOOD}limits: { maxDeletions: 1:30 }`,
      'limits.maxDeletions: "1:30" is not a whole number.',
    ],
  ])('%s', (_, text, message) => {
    expect(messageOf(text)).toContain(message);
  });
});

describe('what other programs write is read', () => {
  test.each([
    ['with a byte order mark', `\uFEFF${GOOD}`],
    ['with the line ends of Windows', GOOD.replaceAll('\n', '\r\n')],
    ['with a beginning and an end of the document', `---\n${GOOD}...\n`],
    ['as JSON', '{"version": 1, "policy": {"default": "1y"}}'],
  ])('%s', (_, text) => {
    expect(parsePolicyFile(text, 'f.yaml').policy.default).toEqual({ kind: 'span', months: 12, hours: 0 });
  });

  test('and lines and columns are counted without the byte order mark', () => {
    expect(messageOf('\uFEFFversion: 2\npolicy: { default: 1y }')).toContain('f.yaml:1:10  version');
  });
});

test('all problems of a file are told at once, in the order of its lines', () => {
  const text = `version: 1
mode: dryrun
mode: enforce
policy:
  default: 30
  rules:
    - { id: Old, match: {}, retain: 30m }
    - match: { staus: [failed] }
      retain: &x forever
holds:
limts: {}
`;
  expect(messageOf(text)).toBe(`f.yaml:2:7   mode: "dryrun" is not a mode. Did you mean dry-run?
  Expected one of dry-run, enforce.
f.yaml:3:1   mode: given twice, first on line 2.
  Expected each key once.
f.yaml:5:12  policy.default: 30 is not a period.
  Expected a whole number and h, d, mo (months) or y, such as 30d or 3mo.
f.yaml:7:13  policy.rules[0].id: "Old" is not an id.
  Expected lower-case letters, digits (fewer than 9 in a row) and -, beginning with a letter or digit, at most 64, such as failed-soon.
f.yaml:7:25  policy.rules[0].match: an empty match.
  Expected at least one condition, or all.
f.yaml:7:37  policy.rules[0].retain: "30m" is not a period.
  Expected a whole number and h, d, mo (months) or y, such as 30d or 3mo.
f.yaml:8:7   policy.rules[1].id: missing.
  Expected lower-case letters, digits (fewer than 9 in a row) and -, beginning with a letter or digit, at most 64, such as failed-soon.
f.yaml:8:16  policy.rules[1].match.staus: no such key. Did you mean status?
f.yaml:9:18  policy.rules[1].retain: anchors are not read.
  Expected a value without one; text that begins with & needs quotes.
f.yaml:10:7  holds: has no value.
  Expected a list with at least one entry, such as - { id: case-1, reason: Litigation, match: all }, or no such key.
f.yaml:11:1  limts: no such key. Did you mean limits?
11 problems; nothing was started.`);
});

describe('E18 a secret in the file is refused and never shown', () => {
  const SECRET = `PT${'0123456789abcdef'.repeat(3)}`;

  test.each([
    ['by its key', `projects: [{ name: main, space: example, id: ea108133-0000, token: hunter2 }]`],
    ['by another key', `password: hunter2`],
    [
      'by its looks, where a name belongs',
      `projects: [{ name: main, space: example, id: ea108133-0000, tokenEnv: ${SECRET} }]`,
    ],
    ['by its looks, where an id belongs', `projects: [{ name: main, space: example, id: ${SECRET} }]`],
    ['by its looks, in a list', `holds: [{ id: h, reason: x, match: { messageSid: [${SECRET}] } }]`],
    ['by its looks, where a number belongs', `holds: [{ id: h, reason: x, match: { from: [${SECRET}] } }]`],
    ['in a URL', `projects: [{ name: main, baseUrl: "https://me:hunter2@x.example", id: ea108133-0000 }]`],
    ['as a key', `${SECRET}: 1`],
    ['in text that is no YAML', `mode: "x" "${SECRET}"`],
    ['in text that is no YAML, where the parser quotes it', '} hunter2'],
    ['in the head of a text that is no YAML', 'mode: | hunter2'],
  ])('%s', (_, lines) => {
    const message = messageOf(`${GOOD}${lines}`);
    expect(message).not.toMatch(/hunter2|PT0123/);
    expect(message).toMatch(/secret|no such key|not YAML/);
  });

  test('with the way to do it right', () => {
    expect(messageOf(`${GOOD}projects: [{ name: main, space: example, id: ea108133-0000, token: hunter2 }]`)).toBe(
      'f.yaml:3:61  projects[0].token: a secret has no place in this file.\n' +
        '  Expected secrets in the environment or in files, and here at most the name of the variable (tokenEnv).\n' +
        '1 problem; nothing was started.',
    );
  });
});

const parse = (text: string): 'understood' | 'refused' => {
  try {
    parsePolicyFile(text, 'f.yaml');
    return 'understood';
  } catch (error) {
    if (error instanceof ConfigError && error.problems.length > 0) return 'refused';
    throw error;
  }
};

const EITHER = /^(?:understood|refused)$/;

describe('no text can do more than be refused', () => {
  test('whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(parse(text)).toBe('refused');
      }),
    );
  });

  test('whatever stands where something belongs', () => {
    const entry = fc.tuple(fc.constantFrom(...TOP_KEYS, 'rules', 'match', 'id', 'retain', '__proto__'), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const some = Object.fromEntries(entries);
        expect(parse(JSON.stringify({ version: 1, ...some }))).toMatch(EITHER);
        expect(parse(JSON.stringify({ version: 1, policy: { rules: [some] }, holds: [some] }))).toMatch(EITHER);
      }),
    );
  });

  test('E1 nor can a key that nobody knows pass anywhere', () => {
    const whole = {
      version: 1,
      projects: [{ name: 'main', space: 'example', id: 'ea108133' }],
      policy: { rules: [{ id: 'a', match: { status: ['failed'] }, retain: '1d' }] },
      holds: [{ id: 'h', reason: 'x', match: { since: '2026-01-01' } }],
      limits: {},
      requests: {},
      serve: {},
      notify: {},
    };
    expect(parse(JSON.stringify(whole))).toBe('understood');
    const mappings = JSON.stringify(whole).split('{').length - 1;
    fc.assert(
      fc.property(fc.nat(mappings - 1), fc.string({ minLength: 1 }), (index, key) => {
        const parts = JSON.stringify(whole).split('{');
        const entry = `${JSON.stringify(`x${key}`)}: 1`;
        const rest = parts[index + 1] ?? '';
        parts[index + 1] = rest.startsWith('}') ? `${entry}${rest}` : `${entry}, ${rest}`;
        expect(parse(parts.join('{'))).toBe('refused');
      }),
    );
  });

  test.each([
    ['digits', '1'],
    ['letters', 'aA1'],
    ['blanks', ' '],
    ['plus signs', '+1'],
    ['slashes', '//'],
    ['question marks', '?='],
    ['colons', ':a'],
    ['stars', '*5'],
  ])('F14 in a moment, also 100 kB of %s', (_, unit) => {
    const value = JSON.stringify(unit.repeat(100_000 / unit.length));
    const began = performance.now();
    parse(
      `version: 1\nmode: ${value}\nschedule: ${value}\npolicy: { rules: [{ id: ${value}, retain: ${value}, match: { from: [${value}], contentType: [${value}] } }] }`,
    );
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
