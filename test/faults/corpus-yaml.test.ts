import { describe, expect, test } from 'vitest';
import { GOOD, RULES, matching, verdict } from './verdict.ts';

const KEYS =
  'Expected one of version, mode, schedule, timezone, projects, policy, holds, limits, requests, serve, notify.';
const MODE = 'Expected one of dry-run, enforce.';
const WHOLE = 'Expected a whole number, 0 or more, without quotes.';
const STATUS =
  'Expected one of delivered, undelivered, failed, received, sent, read, canceled, partially_delivered, queued, initiated, sending, receiving, accepted, scheduled.';
const TAG = 'Expected a value without a tag; text that begins with ! needs quotes.';
const ANCHOR = 'Expected a value without one; text that begins with & needs quotes.';
const ALIAS = 'Expected the value itself; text that begins with * needs quotes.';
const ONCE = 'Expected each key once.';
const BOOL = 'Expected true or false, without quotes.';
const MAPPING = 'Expected keys and their values, indented below it.';
const DAY = 'Expected a day of the calendar as YYYY-MM-DD, such as 2026-03-31.';

describe('E8 a key that is given twice is refused', () => {
  test.each<[string, string, string[]]>([
    [
      'in a rule',
      `${RULES}    - id: a\n      match: all\n      retain: 1y\n      retain: 1d`,
      [`7:7 policy.rules[0].retain: given twice, first on line 6. ${ONCE}`],
    ],
    [
      'in a match',
      matching('{ status: [failed], status: [sent] }'),
      [`4:55 policy.rules[0].match.status: given twice, first on line 4. ${ONCE}`],
    ],
    [
      'once with quotes, once without',
      `${GOOD}"mode": enforce\nmode: dry-run`,
      [`4:1 mode: given twice, first on line 3. ${ONCE}`],
    ],
    ['with a whole section', `${GOOD}policy: { default: 1d }`, [`3:1 policy: given twice, first on line 2. ${ONCE}`]],
    [
      'three times, each time',
      `${GOOD}mode: enforce\nmode: dry-run\nmode: enforce`,
      [`4:1 mode: given twice, first on line 3. ${ONCE}`, `5:1 mode: given twice, first on line 3. ${ONCE}`],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('E9 what older YAML would have taken for something else is text, and refused as that', () => {
  test.each<[string, string, string[]]>([
    ['no', matching('{ status: [no] }'), [`4:46 policy.rules[0].match.status[0]: "no" is not a status. ${STATUS}`]],
    ['off', `${GOOD}mode: off`, [`3:7 mode: "off" is not a mode. ${MODE}`]],
    ['yes', `${GOOD}serve: { catchUp: yes }`, [`3:19 serve.catchUp: "yes" is not true or false. ${BOOL}`]],
    ['y', `${GOOD}serve: { catchUp: y }`, [`3:19 serve.catchUp: "y" is not true or false. ${BOOL}`]],
    [
      'binary digits',
      `${GOOD}limits: { maxDeletions: 0b11 }`,
      [`3:25 limits.maxDeletions: "0b11" is not a whole number. ${WHOLE}`],
    ],
    [
      'digits in groups',
      `${GOOD}limits: { maxDeletions: 1_000 }`,
      [`3:25 limits.maxDeletions: "1_000" is not a whole number. ${WHOLE}`],
    ],
    [
      'minutes and seconds',
      `${GOOD}limits: { maxDeletions: 1:30 }`,
      [`3:25 limits.maxDeletions: "1:30" is not a whole number. ${WHOLE}`],
    ],
    [
      'an instant where a day belongs',
      `${GOOD}holds: [{ id: h, reason: x, match: { since: 2026-01-01T00:00:00Z } }]`,
      [`3:45 holds[0].match.since: "2026-01-01T00:00:00Z" is not a day. ${DAY}`],
    ],
    [
      'a day with a digit less',
      `${GOOD}holds: [{ id: h, reason: x, match: { since: 2026-1-1 } }]`,
      [`3:45 holds[0].match.since: "2026-1-1" is not a day. ${DAY}`],
    ],
    [
      'no, in a file that says it is YAML 1.1',
      `%YAML 1.1\n---\n${GOOD}serve: { catchUp: no }`,
      [`5:19 serve.catchUp: "no" is not true or false. ${BOOL}`],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('E9 what makes a file something else than it shows is refused', () => {
  test.each<[string, string, string[]]>([
    [
      'a merge of an anchor',
      `limits: &l { maxDeletions: 5 }\n${GOOD}requests:\n  <<: *l`,
      [
        `1:12 limits: anchors are not read. ${ANCHOR}`,
        '5:3 requests.<<: no such key. Expected one of concurrency, perSecond, timeout, attempts, verify, fullScanEvery.',
        `5:7 requests.<<: aliases are not read. ${ALIAS}`,
      ],
    ],
    [
      'a merge key in YAML 1.1',
      `%YAML 1.1\n---\n${GOOD}limits: { <<: { maxDeletions: 5 } }`,
      ['5:11 limits.<<: no such key. Expected one of minimumAge, maxDeletions, onLimit, maxDuration.'],
    ],
    [
      'an anchor that nobody uses',
      `${GOOD}limits: &l { maxDeletions: 5 }`,
      [`3:12 limits: anchors are not read. ${ANCHOR}`],
    ],
    ['an anchor on a key', `${GOOD}&m mode: enforce`, [`3:4 mode: anchors are not read. ${ANCHOR}`]],
    ['an alias of nothing', `${GOOD}limits: *l`, [`3:9 limits: aliases are not read. ${ALIAS}`]],
    ['a tag that the core schema has', `${GOOD}mode: !!str enforce`, [`3:13 mode: tags are not read. ${TAG}`]],
    [
      'a tag that turns text into a number',
      `${GOOD}limits: { maxDeletions: !!int "5" }`,
      [`3:31 limits.maxDeletions: tags are not read. ${TAG}`],
    ],
    [
      'a tag that turns text into a truth',
      `${GOOD}serve: { catchUp: !!bool "false" }`,
      [`3:26 serve.catchUp: tags are not read. ${TAG}`],
    ],
    ['a tag that says nothing', `${GOOD}mode: ! enforce`, [`3:9 mode: tags are not read. ${TAG}`]],
    ['a tag on a section', `${GOOD}limits: !!map { maxDeletions: 5 }`, [`3:15 limits: tags are not read. ${TAG}`]],
    ['a tag on the whole file', `!!map\n${GOOD}`, [`2:1 tags are not read. ${TAG}`]],
    ['a tag on a key', `${GOOD}!!str mode: enforce`, [`3:7 mode: tags are not read. ${TAG}`]],
    ['a tag that decodes', `${GOOD}mode: !!binary ZW5mb3JjZQ==`, [`3:16 mode: tags are not read. ${TAG}`]],
    ['a tag that would run', `${GOOD}mode: !!js/function "function () {}"`, [`3:21 mode: tags are not read. ${TAG}`]],
    ['a tag with a handle that is not declared', `${GOOD}mode: !x!y enforce`, [`3:7 tags are not read. ${TAG}`]],
    [
      'a second document',
      `${GOOD}---\nmode: enforce\n`,
      ['3:1 a second document begins here. Expected one document per file.'],
    ],
    [
      'a first document with one key',
      `mode: enforce\n---\n${GOOD}`,
      [
        '1:1 version: missing. Expected 1, the only version there is.',
        `1:1 policy: missing. ${MAPPING}`,
        '2:1 a second document begins here. Expected one document per file.',
      ],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('E9 signs that are not seen change nothing', () => {
  test.each<[string, string, string[]]>([
    [
      'NUL behind a word',
      `${GOOD}mode: enforce\u0000`,
      [`3:7 mode: "enforce\\u0000" is not a mode. Did you mean enforce? ${MODE}`],
    ],
    [
      'NUL as an escape',
      `${GOOD}mode: "enforce\\0"`,
      [`3:7 mode: "enforce\\u0000" is not a mode. Did you mean enforce? ${MODE}`],
    ],
    [
      'a line end behind a word',
      `${GOOD}mode: |\n  enforce\n`,
      [`3:7 mode: "enforce\\n" is not a mode. Did you mean enforce? ${MODE}`],
    ],
    ['a tab that indents', `${GOOD}limits:\n\tmaxDeletions: 5`, ['4:1 a tab indents this line. Expected spaces.']],
    [
      'a blank that does not break',
      `${GOOD}mode:\u00a0enforce`,
      ['3:1 not YAML: Implicit map keys need to be followed by map values.'],
    ],
    [
      'the line ends of a very old machine',
      GOOD.replaceAll('\n', '\r'),
      [
        '1:10 not YAML: Nested mappings are not allowed in compact mappings.',
        '1:35 not YAML: Unexpected scalar at node end.',
      ],
    ],
    [
      'a byte order mark in the middle',
      `${GOOD}\ufeffmode: enforce`,
      ['3:1 \\u{feff}mode: no such key. Did you mean mode?'],
    ],
    [
      'quotes of a word processor',
      `${GOOD}mode: \u201cenforce\u201d`,
      [`3:7 mode: "\u201cenforce\u201d" is not a mode. Did you mean enforce? ${MODE}`],
    ],
    [
      'a mistake behind line ends of Windows',
      `${GOOD}mode: on\n`.replaceAll('\n', '\r\n'),
      [`3:7 mode: "on" is not a mode. ${MODE}`],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('what is quoted from a file can neither steer a terminal nor look like another line', () => {
  test.each<[string, string, string[]]>([
    ['a key with escape codes', `${GOOD}"\\e[2J\\e[31mred": 1`, [`3:1 \\u{1b}[2J\\u{1b}[31mred: no such key. ${KEYS}`]],
    [
      'a key with a line end',
      `${GOOD}"x\\nf:9:9  all is well": 1`,
      [`3:1 x\\u{a}f:9:9  all is well: no such key. ${KEYS}`],
    ],
    ['a key that turns the line round', `${GOOD}"\\u202eedom": 1`, [`3:1 \\u{202e}edom: no such key. ${KEYS}`]],
    [
      'a value with escape codes, short and long',
      `${GOOD}mode: "\\e[2J \\u009b31m"`,
      [`3:7 mode: "\\u001b[2J \\u{9b}31m" is not a mode. ${MODE}`],
    ],
    [
      'a value with separators of lines',
      `${GOOD}mode: "a\\L\\P\\N"`,
      [`3:7 mode: "a\\u{2028}\\u{2029}\\u{85}" is not a mode. ${MODE}`],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});
