import { describe, expect, test } from 'vitest';
import { GOOD, matching, verdict } from './verdict.ts';

const KEYS =
  'Expected one of version, mode, schedule, timezone, projects, policy, holds, limits, requests, serve, notify.';
const PERIOD = 'Expected a whole number and h, d, mo (months) or y, such as 30d or 3mo.';
const MODE = 'Expected one of dry-run, enforce.';
const STATUS =
  'Expected one of delivered, undelivered, failed, received, sent, read, canceled, partially_delivered, queued, initiated, sending, receiving, accepted, scheduled.';
const NUMBER = 'Expected E.164 in quotes, such as "+15550001111", or its beginning and a star, such as "+1555*".';
const TYPE = 'Expected type/subtype or type/* in lower case and without parameters, such as image/png or image/*.';
const ZONE = 'Expected a name of the IANA time zone database, such as UTC or Europe/Berlin.';
const CRON = 'Expected five cron fields in quotes, such as "0 3 * * *".';

describe('E16 a time zone that does not exist is refused', () => {
  test.each<[string, string, string[]]>([
    ['misspelt', `${GOOD}timezone: Europ/Berlin`, [`3:11 timezone: "Europ/Berlin" is not a time zone. ${ZONE}`]],
    [
      'as the abbreviation of summer time',
      `${GOOD}timezone: CEST`,
      [`3:11 timezone: "CEST" is not a time zone. ${ZONE}`],
    ],
    ['as a number', `${GOOD}timezone: 2`, [`3:11 timezone: 2 is not a time zone. ${ZONE}`]],
    [
      'where ages are counted, which is always in UTC',
      'version: 1\npolicy: { default: 1y, timezone: UTC }',
      ['2:24 policy.timezone: no such key. Did you mean timezone?'],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('E17 a schedule that is none is refused', () => {
  test.each<[string, string, string[]]>([
    [
      'without quotes',
      `${GOOD}schedule: * * * * *`,
      [
        '3:11 not YAML: Alias cannot be an empty string.',
        '3:13 not YAML: Unexpected alias at node end.',
        '3:15 not YAML: Unexpected alias at node end.',
        '3:17 not YAML: Unexpected alias at node end.',
        '3:19 not YAML: Unexpected alias at node end.',
      ],
    ],
    [
      'with four fields',
      `${GOOD}schedule: "* * * *"`,
      [`3:11 schedule: "* * * *" is not a schedule (expected 5 or 6 fields but got 4). ${CRON}`],
    ],
    ['with seconds', `${GOOD}schedule: "* * * * * *"`, [`3:11 schedule: "* * * * * *" has six fields. ${CRON}`]],
    ['with nothing', `${GOOD}schedule: ""`, [`3:11 schedule: "" is not a schedule. ${CRON}`]],
    ['as an hour', `${GOOD}schedule: 3`, [`3:11 schedule: 3 is not a schedule. ${CRON}`]],
    [
      'on a day that no month has',
      `${GOOD}schedule: "0 3 30 2 *"`,
      [
        `3:11 schedule: "0 3 30 2 *" is not a schedule (30 2 is an impossible day of month for the given month). ${CRON}`,
      ],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('E19 nothing is filled in, and nothing may be empty', () => {
  test.each<[string, string, string[]]>([
    [
      'a variable in quotes',
      'version: 1\npolicy: { default: "${AGE}" }',
      [`2:20 policy.default: "\${AGE}" is not a period. Variables are not filled in here. ${PERIOD}`],
    ],
    [
      'a variable without quotes',
      'version: 1\npolicy: { default: ${AGE} }',
      [
        '2:21 not YAML: Unexpected flow-map-start at node end.',
        '2:22 not YAML: Unexpected scalar at node end.',
        '2:27 not YAML: Unexpected flow-map-end token in YAML stream.',
      ],
    ],
    [
      'a variable with a default',
      'version: 1\npolicy: { default: "${AGE:-1d}" }',
      [`2:20 policy.default: "\${AGE:-1d}" is not a period. Variables are not filled in here. ${PERIOD}`],
    ],
    [
      'a variable without braces',
      'version: 1\npolicy: { default: $AGE }',
      [`2:20 policy.default: "$AGE" is not a period. ${PERIOD}`],
    ],
    [
      'a variable that was filled in with nothing',
      'version: 1\npolicy: { default: }',
      [
        '2:20 policy.default: has no value. Expected a whole number and h, d, mo (months) or y, such as 30d or 3mo, or no such key.',
      ],
    ],
    [
      'one in quotes that was filled in with nothing',
      'version: 1\npolicy: { default: "" }',
      [`2:20 policy.default: "" is not a period. ${PERIOD}`],
    ],
    [
      'a template that was never filled in',
      `${GOOD}mode: "{{ .Values.mode }}"`,
      [`3:7 mode: "{{ .Values.mode }}" is not a mode. ${MODE}`],
    ],
    [
      'a template without quotes',
      `${GOOD}mode: {{ .Values.mode }}`,
      ['3:8 not YAML: With stringKeys, all keys must be strings.'],
    ],
    [
      'a variable for a phone number',
      matching('{ from: ["${FROM}"] }'),
      [`4:44 policy.rules[0].match.from[0]: "\${F\u2026" is not a phone number. ${NUMBER}`],
    ],
    [
      'a variable for a space',
      `${GOOD}projects: [{ name: main, space: "\${SPACE}", id: ea108133-0000 }]`,
      [
        '3:33 projects[0].space: "${SPACE}" is not a SignalWire space. Variables are not filled in here. Expected the name of a SignalWire space, such as example or example.signalwire.com.',
      ],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('E21 only mode: enforce arms: what is misspelt is refused', () => {
  test.each<[string, string, string[]]>([
    ['dryrun: false', `${GOOD}dryrun: false`, [`3:1 dryrun: no such key. ${KEYS}`]],
    ['dry-run: false', `${GOOD}dry-run: false`, [`3:1 dry-run: no such key. ${KEYS}`]],
    ['dryRun: "false"', `${GOOD}dryRun: "false"`, [`3:1 dryRun: no such key. ${KEYS}`]],
    ['mode: "false"', `${GOOD}mode: "false"`, [`3:7 mode: "false" is not a mode. ${MODE}`]],
    ['mode: false', `${GOOD}mode: false`, [`3:7 mode: false is not a mode. ${MODE}`]],
    ['mode: true', `${GOOD}mode: true`, [`3:7 mode: true is not a mode. ${MODE}`]],
    ['mode: 1', `${GOOD}mode: 1`, [`3:7 mode: 1 is not a mode. ${MODE}`]],
    ['mode: Enforce', `${GOOD}mode: Enforce`, [`3:7 mode: "Enforce" is not a mode. Did you mean enforce? ${MODE}`]],
    ['mode: ENFORCE', `${GOOD}mode: ENFORCE`, [`3:7 mode: "ENFORCE" is not a mode. Did you mean enforce? ${MODE}`]],
    [
      'mode: "enforce "',
      `${GOOD}mode: "enforce "`,
      [`3:7 mode: "enforce " is not a mode. Did you mean enforce? ${MODE}`],
    ],
    ['mode: [enforce]', `${GOOD}mode: [enforce]`, [`3:7 mode: a list is not a mode. ${MODE}`]],
    ['mode: dryrun', `${GOOD}mode: dryrun`, [`3:7 mode: "dryrun" is not a mode. Did you mean dry-run? ${MODE}`]],
    [
      'mode: without a value',
      `${GOOD}mode:`,
      ['3:6 mode: has no value. Expected one of dry-run, enforce, or no such key.'],
    ],
    [
      'mode in the policy',
      'version: 1\npolicy: { default: 1y, mode: enforce }',
      ['2:24 policy.mode: no such key. Did you mean mode?'],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});

describe('E23 there are no regular expressions', () => {
  test.each<[string, string, string[]]>([
    [
      'for a number',
      matching('{ from: ["^\\\\+1555.*$"] }'),
      [`4:44 policy.rules[0].match.from[0]: "^\\\\+1\u2026*$" is not a phone number. ${NUMBER}`],
    ],
    [
      'between slashes',
      matching('{ from: ["/1555/"] }'),
      [`4:44 policy.rules[0].match.from[0]: "/15\u2026" is not a phone number. ${NUMBER}`],
    ],
    [
      'for a choice of digits',
      matching('{ number: ["+1[5-6]*"] }'),
      [`4:46 policy.rules[0].match.number[0]: "+1[\u2026" is not a phone number. ${NUMBER}`],
    ],
    [
      'for a status',
      matching('{ status: ["fail.*"] }'),
      [`4:46 policy.rules[0].match.status[0]: "fail.*" is not a status. Did you mean failed? ${STATUS}`],
    ],
    [
      'for any status',
      matching('{ status: ["*"] }'),
      [`4:46 policy.rules[0].match.status[0]: "*" is not a status. ${STATUS}`],
    ],
    [
      'for a choice of types',
      matching('{ contentType: ["image/(png|jpeg)"] }'),
      [`4:51 policy.rules[0].match.contentType[0]: "image/(png|jpeg)" is not a content type. ${TYPE}`],
    ],
    [
      'that would take for ever',
      matching('{ contentType: ["(a+)+$"] }'),
      [`4:51 policy.rules[0].match.contentType[0]: "(a+)+$" is not a content type. ${TYPE}`],
    ],
    [
      'as a condition of its own',
      matching('{ fromRegex: "^a" }'),
      ['4:37 policy.rules[0].match.fromRegex: no such key. Did you mean from?'],
    ],
  ])('%s', (_, text, problems) => {
    expect(verdict(text)).toEqual(problems);
  });
});
