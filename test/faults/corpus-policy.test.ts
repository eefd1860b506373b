import { describe, expect, test } from 'vitest';
import { GOOD, RULES, matching, verdict } from './verdict.ts';

const KEYS =
  'Expected one of version, mode, schedule, timezone, projects, policy, holds, limits, requests, serve, notify.';
const WHOLE = 'Expected a whole number, 0 or more, without quotes.';
const NUMBER = 'Expected E.164 in quotes, such as "+15550001111", or its beginning and a star, such as "+1555*".';
const MAPPING = 'Expected keys and their values, indented below it.';
const SOME = 'Expected a rule with a period to retain, or a default other than forever.';
const RULE_LIST = 'Expected a list with at least one entry, such as - { id: old, match: all, retain: 1y }.';
const MATCH = 'Expected conditions, such as { status: [failed] }, or all.';
const NUMBERS = 'Expected a list with at least one entry, such as ["+1555*"].';
const ID =
  'Expected lower-case letters, digits (fewer than 9 in a row) and -, beginning with a letter or digit, at most 64, such as failed-soon.';

describe('E1 a key that nobody knows is refused', () => {
  test.each<[string, string, string[]]>([
    ['in other case', `${GOOD}Mode: enforce`, ['3:1 Mode: no such key. Did you mean mode?']],
    [
      'in the style of another language',
      `${GOOD}limits: { max_deletes: 5 }`,
      ['3:11 limits.max_deletes: no such key. Did you mean maxDeletions?'],
    ],
    ['with a blank', `${GOOD}"mode ": enforce`, ['3:1 mode : no such key. Did you mean mode?']],
    [
      'with a letter of another alphabet',
      `${GOOD}m\u043ede: enforce`,
      ['3:1 m\u043ede: no such key. Did you mean mode?'],
    ],
    [
      'with its section in front',
      `${GOOD}limits.maxDeletions: 5`,
      ['3:1 limits.maxDeletions: no such key. Did you mean limits?'],
    ],
    [
      'in a hold',
      `${GOOD}holds: [{ id: h, reason: x, matches: all }]`,
      ['3:29 holds[0].matches: no such key. Did you mean match?'],
    ],
    [
      'a level too deep',
      'version: 1\npolicy:\n  default: 1y\n  holds: []',
      ['4:3 policy.holds: no such key. Did you mean holds?'],
    ],
    [
      'for a condition that there is not',
      matching('{ mediaType: ["image/*"] }'),
      [
        '4:37 policy.rules[0].match.mediaType: no such key. Expected one of status, direction, contentType, from, to, number.',
      ],
    ],
    [
      'for a switch that there is not',
      `${RULES}    - { id: a, match: all, retain: 1d, enabled: false }`,
      ['4:40 policy.rules[0].enabled: no such key. Expected one of id, description, match, retain.'],
    ],
    ['that is a number', `${GOOD}1: 2`, [`3:1 1: no such key. ${KEYS}`]],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('E4 a policy that selects nothing is refused', () => {
  test.each<[string, string, string[]]>([
    [
      'with an empty list of rules',
      'version: 1\npolicy: { rules: [] }',
      [`2:1 policy: selects nothing. ${SOME}`, `2:18 policy.rules: an empty list. ${RULE_LIST}`],
    ],
    [
      'with an empty list of rules beside a default',
      'version: 1\npolicy: { default: 1y, rules: [] }',
      [`2:31 policy.rules: an empty list. ${RULE_LIST}`],
    ],
    [
      'with rules that are no list',
      'version: 1\npolicy: { rules: {} }',
      [`2:1 policy: selects nothing. ${SOME}`, `2:18 policy.rules: a mapping is not a list. ${RULE_LIST}`],
    ],
    [
      'with rules that were all taken out',
      'version: 1\npolicy:\n  rules:',
      [
        `2:1 policy: selects nothing. ${SOME}`,
        '3:9 policy.rules: has no value. Expected a list with at least one entry, such as - { id: old, match: all, retain: 1y }, or no such key.',
      ],
    ],
    ['with a rule that is nothing', `${RULES}    -\n`, [`4:6 policy.rules[0]: has no value. ${MAPPING}`]],
    ['with nothing in it', 'version: 1\npolicy:', [`2:8 policy: has no value. ${MAPPING}`]],
    ['with a list for a policy', 'version: 1\npolicy: []', [`2:9 policy: an empty list. ${MAPPING}`]],
    ['in an empty file', '', ['1:1 is empty. Expected version and policy.']],
    ['in a file of remarks', '# version: 1\n', ['1:1 is empty. Expected version and policy.']],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('E5 a rule for everything has to say so', () => {
  test.each<[string, string, string[]]>([
    ['no match', `${RULES}    - { id: a, retain: 1d }`, [`4:7 policy.rules[0].match: missing. ${MATCH}`]],
    ['a match without a value', matching(''), [`4:36 policy.rules[0].match: has no value. ${MATCH}`]],
    [
      'an empty match',
      matching('{}'),
      ['4:35 policy.rules[0].match: an empty match. Expected at least one condition, or all.'],
    ],
    ['a star', matching('"*"'), [`4:35 policy.rules[0].match: "*" is not a match. ${MATCH}`]],
    ['true', matching('true'), [`4:35 policy.rules[0].match: true is not a match. ${MATCH}`]],
    ['all in a list', matching('[all]'), [`4:35 policy.rules[0].match: a list is not a match. ${MATCH}`]],
    ['all in another case', matching('All'), [`4:35 policy.rules[0].match: "All" is not a match. ${MATCH}`]],
    ['an empty condition', matching('{ from: [] }'), [`4:43 policy.rules[0].match.from: an empty list. ${NUMBERS}`]],
    [
      'a condition without a value',
      matching('{ from: null }'),
      [
        '4:43 policy.rules[0].match.from: has no value. Expected a list with at least one entry, such as ["+1555*"], or no such key.',
      ],
    ],
    [
      'a condition with an entry that is none',
      matching('{ from: [null] }'),
      [`4:44 policy.rules[0].match.from[0]: has no value. ${NUMBER}`],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('E20 text is no number, and a number no text', () => {
  test.each<[string, string, string[]]>([
    [
      'a limit in quotes',
      `${GOOD}limits: { maxDeletions: "5" }`,
      [`3:25 limits.maxDeletions: "5" is not a whole number. ${WHOLE}`],
    ],
    [
      'a limit that is true',
      `${GOOD}limits: { maxDeletions: true }`,
      [`3:25 limits.maxDeletions: true is not a whole number. ${WHOLE}`],
    ],
    [
      'a limit that is endless',
      `${GOOD}limits: { maxDeletions: .inf }`,
      [`3:25 limits.maxDeletions: Infinity is not a whole number. ${WHOLE}`],
    ],
    [
      'a limit that is no number',
      `${GOOD}limits: { maxDeletions: .nan }`,
      [`3:25 limits.maxDeletions: NaN is not a whole number. ${WHOLE}`],
    ],
    [
      'a limit larger than numbers are exact',
      `${GOOD}limits: { maxDeletions: 1e99 }`,
      [`3:25 limits.maxDeletions: 1e+99 is not a whole number. ${WHOLE}`],
    ],
    [
      'the version in quotes',
      'version: "1"\npolicy: { default: 1y }',
      ['1:10 version: "1" is not a version of this file. Did you mean 1? Expected 1, the only version there is.'],
    ],
    [
      'a phone number without quotes',
      matching('{ from: [+15550002222] }'),
      [`4:44 policy.rules[0].match.from[0]: +1555\u202622 is not in quotes, so it is no phone number. ${NUMBER}`],
    ],
    [
      'a phone number that looks octal',
      matching('{ from: [015550002222] }'),
      [`4:44 policy.rules[0].match.from[0]: +1555\u202622 is not in quotes, so it is no phone number. ${NUMBER}`],
    ],
    [
      'a phone number that is octal',
      matching('{ from: [0o15550002222] }'),
      [`4:44 policy.rules[0].match.from[0]: +1839\u202674 is not in quotes, so it is no phone number. ${NUMBER}`],
    ],
    [
      'a phone number with an exponent',
      matching('{ to: [1.5550002222e10] }'),
      [`4:42 policy.rules[0].match.to[0]: +1555\u202622 is not in quotes, so it is no phone number. ${NUMBER}`],
    ],
    [
      'a phone number with a national prefix',
      matching('{ number: ["015550002222"] }'),
      [`4:46 policy.rules[0].match.number[0]: "0155\u202622" is not a phone number. ${NUMBER}`],
    ],
    [
      'a phone number with an international prefix',
      matching('{ number: ["0015550002222"] }'),
      [`4:46 policy.rules[0].match.number[0]: "0015\u202622" is not a phone number. ${NUMBER}`],
    ],
    [
      'a phone number in other digits',
      matching('{ number: ["+\u0661\u0665\u0665\u0665\u0660\u0660\u0660\u0662\u0662\u0662\u0662"] }'),
      [
        `4:46 policy.rules[0].match.number[0]: "+\u0661\u0665\u0665\u0665\u2026\u0662\u0662" is not a phone number. ${NUMBER}`,
      ],
    ],
    [
      'a phone number that is no list',
      matching('{ from: "+15550002222" }'),
      [`4:43 policy.rules[0].match.from: "+1555\u202622" is not a list. ${NUMBERS}`],
    ],
    [
      'an id that is a number',
      `${RULES}    - { id: 7, match: all, retain: 1d }`,
      [`4:13 policy.rules[0].id: 7 is not an id. ${ID}`],
    ],
    [
      'a message SID without quotes',
      `${GOOD}holds: [{ id: h, reason: x, match: { messageSid: [12345678] } }]`,
      [
        '3:51 holds[0].match.messageSid[0]: 12345678 is not a message SID. Expected the SID of a message in quotes: 8 to 64 letters, digits and -.',
      ],
    ],
    [
      'a reason that is a number',
      `${GOOD}holds: [{ id: h, reason: 2026, match: all }]`,
      ['3:26 holds[0].reason: 2026 is not a line of text. Expected one line of text, at most 200 characters.'],
    ],
    [
      'a reason that turns its line round',
      `${GOOD}holds: [{ id: h, reason: "case\\u202e", match: all }]`,
      [
        '3:26 holds[0].reason: "case\\u{202e}" is not a line of text. Expected one line of text, at most 200 characters.',
      ],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});
