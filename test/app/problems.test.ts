import { expect, test } from 'vitest';
import { ConfigError, formatProblems } from '../../src/app/problems.ts';

test('a problem is place, path, what was found, and what was expected; the last line counts them', () => {
  expect(
    formatProblems([
      {
        place: 'config/retention.yaml:14:15',
        path: 'policy.rules[2].retain',
        found: '"30m" is not a period',
        expected: 'a whole number and h, d, mo (months) or y, such as 30d or 3mo',
      },
      { place: 'config/retention.yaml:22:3', path: 'limts', found: 'no such key', hint: 'Did you mean limits?' },
    ]),
  ).toBe(`config/retention.yaml:14:15  policy.rules[2].retain: "30m" is not a period.
  Expected a whole number and h, d, mo (months) or y, such as 30d or 3mo.
config/retention.yaml:22:3   limts: no such key. Did you mean limits?
2 problems; nothing was started.`);
});

test('of more problems than anybody reads the rest is counted', () => {
  const error = new ConfigError(Array.from({ length: 1234 }, () => ({ place: 'A', found: 'is not set' })));
  expect(error.problems).toHaveLength(1234);
  expect(error.message.split('\n')).toHaveLength(52);
  expect(error.message).toContain('… and 1184 more.\n1234 problems; nothing was started.');
});
