import { describe, expect, test } from 'vitest';
import { messageOf } from './policies.ts';

const RULES = `version: 1
policy:
  rules:
`;
const GOOD = `version: 1
policy: { default: 1y }
`;

describe('one mistake has one message', () => {
  test.each([
    [
      'E1 a key that does not exist, with the nearest one that does',
      `${GOOD}limts: {}`,
      'f.yaml:3:1  limts: no such key. Did you mean limits?',
    ],
    [
      'E1 a key inside a rule, with its path',
      `${RULES}    - { id: a, match: all, retain: 1d, desription: x }`,
      'f.yaml:4:40  policy.rules[0].desription: no such key. Did you mean description?',
    ],
    [
      'E1 a misspelt key that is required, without calling it missing too',
      `${RULES}    - { id: a, mach: all, retain: 1d }`,
      'f.yaml:4:16  policy.rules[0].mach: no such key. Did you mean match?',
    ],
    [
      'E1 a key that belongs elsewhere, with that place',
      `${GOOD}maxDeletions: 5`,
      'f.yaml:3:1  maxDeletions: no such key. Did you mean limits.maxDeletions?',
    ],
    [
      'E1 a key that is like none, with all there are',
      `${GOOD}limits: { quux: 5 }`,
      'f.yaml:3:11  limits.quux: no such key.\n  Expected one of minimumAge, maxDeletions, onLimit, maxDuration.',
    ],
    [
      'E1 F13 a key with the power to mislead JavaScript',
      `${GOOD}limits: { __proto__: { maxDeletions: 1 } }`,
      'f.yaml:3:11  limits.__proto__: no such key.\n  Expected one of minimumAge, maxDeletions, onLimit, maxDuration.',
    ],
    [
      'E8 a key given twice',
      `${GOOD}mode: dry-run\nmode: enforce`,
      'f.yaml:4:1  mode: given twice, first on line 3.\n  Expected each key once.',
    ],
    [
      'a rule id given twice',
      `${RULES}    - { id: a, match: all, retain: 1d }\n    - { id: a, match: all, retain: 2d }`,
      'f.yaml:5:13  policy.rules[1].id: "a" is the id of policy.rules[0] too.\n  Expected each id once.',
    ],
    [
      'a hold id given twice',
      `${GOOD}holds:\n  - { id: h, reason: x, match: all }\n  - { id: h, reason: x, match: all }`,
      'f.yaml:5:11  holds[1].id: "h" is the id of holds[0] too.\n  Expected each id once.',
    ],
    [
      'default as the id of a rule',
      `${RULES}    - { id: default, match: all, retain: 1d }`,
      'f.yaml:4:13  policy.rules[0].id: "default" is what reports call the policy\'s own default.\n  Expected another id.',
    ],
    [
      'E9 a second document',
      `${GOOD}---\n${GOOD}`,
      'f.yaml:3:1  a second document begins here.\n  Expected one document per file.',
    ],
    [
      'an empty list',
      `${RULES}    - { id: a, match: { status: [] }, retain: 1d }`,
      'f.yaml:4:33  policy.rules[0].match.status: an empty list.\n  Expected a list with at least one entry, such as [failed, undelivered].',
    ],
    [
      'a single value where a list belongs',
      `${RULES}    - { id: a, match: { status: failed }, retain: 1d }`,
      'f.yaml:4:33  policy.rules[0].match.status: "failed" is not a list.\n  Expected a list with at least one entry, such as [failed, undelivered].',
    ],
    [
      'E5 an empty match',
      `${RULES}    - { id: a, match: {}, retain: 1d }`,
      'f.yaml:4:23  policy.rules[0].match: an empty match.\n  Expected at least one condition, or all.',
    ],
    [
      'E5 a match that is neither conditions nor all',
      `${RULES}    - { id: a, match: every, retain: 1d }`,
      'f.yaml:4:23  policy.rules[0].match: "every" is not a match.\n  Expected conditions, such as { status: [failed] }, or all.',
    ],
    [
      'E4 a policy without anything in it',
      'version: 1\npolicy: {}',
      'f.yaml:2:1  policy: selects nothing.\n  Expected a rule with a period to retain, or a default other than forever.',
    ],
    [
      'E4 a policy that keeps everything for ever',
      `${RULES}    - { id: a, match: all, retain: forever }`,
      'f.yaml:2:1  policy: selects nothing.\n  Expected a rule with a period to retain, or a default other than forever.',
    ],
    [
      'a status nobody knows',
      `${RULES}    - { id: a, match: { status: [failled] }, retain: 1d }`,
      'f.yaml:4:34  policy.rules[0].match.status[0]: "failled" is not a status. Did you mean failed?\n  Expected one of delivered, undelivered, failed, received, sent, read, canceled, partially_delivered, queued, initiated, sending, receiving, accepted, scheduled.',
    ],
    [
      'a direction nobody knows',
      `${RULES}    - { id: a, match: { direction: [outbound] }, retain: 1d }`,
      'f.yaml:4:37  policy.rules[0].match.direction[0]: "outbound" is not a direction. Did you mean outbound-api?\n  Expected one of inbound, outbound-api, outbound-call, outbound-reply.',
    ],
    [
      'E16 a time zone nobody knows',
      `${GOOD}timezone: Europ/Berlin`,
      'f.yaml:3:11  timezone: "Europ/Berlin" is not a time zone.\n  Expected a name of the IANA time zone database, such as UTC or Europe/Berlin.',
    ],
    [
      'E17 a schedule that is no cron expression',
      `${GOOD}schedule: "61 3 * * *"`,
      'f.yaml:3:11  schedule: "61 3 * * *" is not a schedule (61 is a invalid expression for minute).\n  Expected five cron fields in quotes, such as "0 3 * * *".',
    ],
    [
      'E17 a schedule for a day no month has',
      `${GOOD}schedule: "0 3 31 2 *"`,
      'f.yaml:3:11  schedule: "0 3 31 2 *" is not a schedule (31 2 is an impossible day of month for the given month).\n  Expected five cron fields in quotes, such as "0 3 * * *".',
    ],
    [
      'E17 F14 a schedule that would keep its parser busy for ever',
      `${GOOD}schedule: "0-99999999 * * * *"`,
      'f.yaml:3:11  schedule: "0-99999999 * * * *" is not a schedule.\n  Expected five cron fields in quotes, such as "0 3 * * *".',
    ],
    [
      'E17 a schedule with seconds',
      `${GOOD}schedule: "0 3 * * * *"`,
      'f.yaml:3:11  schedule: "0 3 * * * *" has six fields.\n  Expected five cron fields in quotes, such as "0 3 * * *".',
    ],
    [
      'E20 a number in quotes',
      `${GOOD}limits: { maxDeletions: "5" }`,
      'f.yaml:3:25  limits.maxDeletions: "5" is not a whole number.\n  Expected a whole number, 0 or more, without quotes.',
    ],
    [
      'a number below its range',
      `${GOOD}limits: { maxDeletions: -1 }`,
      'f.yaml:3:25  limits.maxDeletions: -1 is not 0 or more.\n  Expected a whole number, 0 or more, without quotes.',
    ],
    [
      'a number beyond its range',
      `${GOOD}requests: { concurrency: 257 }`,
      'f.yaml:3:26  requests.concurrency: 257 is not from 1 to 256.\n  Expected a whole number, from 1 to 256, without quotes.',
    ],
    [
      'E19 a variable that somebody expects to be filled in',
      `${GOOD}requests: { concurrency: "\${N}" }`,
      'f.yaml:3:26  requests.concurrency: "${N}" is not a whole number. Variables are not filled in here.\n  Expected a whole number, from 1 to 256, without quotes.',
    ],
    [
      'a timeout beyond a minute',
      `${GOOD}requests: { timeout: 61s }`,
      'f.yaml:3:22  requests.timeout: "61s" is not a duration.\n  Expected a whole number and s, min, h or d, from 1s to 60s.',
    ],
    [
      'E20 a word in quotes where true or false belongs',
      `${GOOD}serve: { catchUp: "false" }`,
      'f.yaml:3:19  serve.catchUp: "false" is not true or false.\n  Expected true or false, without quotes.',
    ],
    [
      'E21 a way of saying enforce that is none',
      `${GOOD}mode: Enforce`,
      'f.yaml:3:7  mode: "Enforce" is not a mode. Did you mean enforce?\n  Expected one of dry-run, enforce.',
    ],
    [
      'another version of the file',
      'version: 2\npolicy: { default: 1y }',
      'f.yaml:1:10  version: 2 is not a version of this file.\n  Expected 1, the only version there is.',
    ],
    [
      'no version',
      'policy: { default: 1y }',
      'f.yaml:1:1  version: missing.\n  Expected 1, the only version there is.',
    ],
    ['no policy', 'version: 1', 'f.yaml:1:1  policy: missing.\n  Expected keys and their values, indented below it.'],
    [
      'E19 a key without its value',
      `${GOOD}holds:`,
      'f.yaml:3:7  holds: has no value.\n  Expected a list with at least one entry, such as - { id: case-1, reason: Litigation, match: all }, or no such key.',
    ],
    ['E4 an empty file', '# nothing\n', 'f.yaml:1:1  is empty.\n  Expected version and policy.'],
    [
      'a file that is a list',
      '- 1',
      'f.yaml:1:1  a list is not a mapping.\n  Expected keys and their values, indented below it.',
    ],
    [
      'a day that no calendar has',
      `${GOOD}holds: [{ id: h, reason: x, match: { since: 2026-02-30 } }]`,
      'f.yaml:3:45  holds[0].match.since: "2026-02-30" is in no calendar.\n  Expected a day of the calendar as YYYY-MM-DD, such as 2026-03-31.',
    ],
    [
      'held days that end before they begin',
      `${GOOD}holds: [{ id: h, reason: x, match: { since: 2026-02-02, until: 2026-02-01 } }]`,
      'f.yaml:3:64  holds[0].match.until: "2026-02-01" is before since, 2026-02-02.\n  Expected the last held day, not before the first.',
    ],
    [
      'a message SID that could leave its URL',
      `${GOOD}holds: [{ id: h, reason: x, match: { messageSid: ["../../x/y"] } }]`,
      'f.yaml:3:51  holds[0].match.messageSid[0]: "../../x/y" is not a message SID.\n  Expected the SID of a message in quotes: 8 to 64 letters, digits and -.',
    ],
    [
      'F9 a status page for everyone',
      `${GOOD}serve: { listen: "0.0.0.0:8080" }`,
      'f.yaml:3:18  serve.listen: "0.0.0.0:8080" can be reached from other machines.\n  Expected serve.tokenFile beside it, or an address of this machine such as 127.0.0.1:8080.',
    ],
  ])('%s', (_, text, message) => {
    expect(messageOf(text)).toBe(`${message}\n1 problem; nothing was started.`);
  });
});
