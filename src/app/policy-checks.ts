import { validateDetailed } from 'node-cron';
import { DEFAULT_RULE } from '../retention/decision.ts';
import { calendarOf } from '../serve/calendar.ts';
import { isLoopback } from './origin.ts';
import { addressOf } from './policy-serve-schema.ts';
import { listAt, valueAt, walk } from './policy-value.ts';
import { dayOf } from './policy-words.ts';
import type { Finding, Path } from './policy-yaml.ts';
import { looksSecret, redact, shown } from './redact.ts';

/**
 * What no single key can tell. These look at the file as it was written, not as it was parsed: a mistake in one
 * place must not hide one in another.
 */
export function checkPolicyFile(file: unknown): Finding[] {
  return [
    ...repeated(file, ['policy', 'rules'], 'id'),
    ...repeated(file, ['holds'], 'id'),
    ...repeated(file, ['projects'], 'name'),
    ...repeated(file, ['projects'], 'id'),
    ...named(file),
    ...emptyMatches(file),
    ...heldDays(file),
    ...nothingSelected(file),
    ...addresses(file),
    ...schedule(file),
    ...listening(file),
  ];
}

/** Ids of projects are UUIDs, where case makes no difference; the others are lower case anyway. */
function* repeated(file: unknown, list: Path, key: string): Iterable<Finding> {
  const first = new Map<string, number>();
  for (const [index, entry] of listAt(file, list).entries()) {
    const value = valueAt(entry, [key]);
    if (typeof value !== 'string') continue;
    const earlier = first.get(value.toLowerCase());
    if (earlier === undefined) first.set(value.toLowerCase(), index);
    else {
      const other = `${list.join('.')}[${earlier}]`;
      yield {
        path: [...list, index, key],
        found: `${shown(value)} is the ${key} of ${other} too`,
        expected: `each ${key} once`,
      };
    }
  }
}

function* named(file: unknown): Iterable<Finding> {
  for (const [index, rule] of listAt(file, ['policy', 'rules']).entries()) {
    if (valueAt(rule, ['id']) === DEFAULT_RULE) {
      const found = `"${DEFAULT_RULE}" is what reports call the policy's own default`;
      yield { path: ['policy', 'rules', index, 'id'], found, expected: 'another id' };
    }
  }
}

function* emptyMatches(file: unknown): Iterable<Finding> {
  for (const list of [['policy', 'rules'], ['holds']]) {
    for (const [index, entry] of listAt(file, list).entries()) {
      const match = valueAt(entry, ['match']);
      if (typeof match === 'object' && match !== null && Object.keys(match).length === 0) {
        yield { path: [...list, index, 'match'], found: 'an empty match', expected: 'at least one condition, or all' };
      }
    }
  }
}

function* heldDays(file: unknown): Iterable<Finding> {
  for (const [index, hold] of listAt(file, ['holds']).entries()) {
    const [since, until] = [valueAt(hold, ['match', 'since']), valueAt(hold, ['match', 'until'])];
    if (typeof since !== 'string' || typeof until !== 'string' || !dayOf(since) || !dayOf(until)) continue;
    if (since > until) {
      const found = `${shown(until)} is before since, ${since}`;
      yield { path: ['holds', index, 'match', 'until'], found, expected: 'the last held day, not before the first' };
    }
  }
}

function* nothingSelected(file: unknown): Iterable<Finding> {
  const policy = valueAt(file, ['policy']);
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) return;
  const periods = [valueAt(policy, ['default']), ...listAt(policy, ['rules']).map((rule) => valueAt(rule, ['retain']))];
  const [fallback = 'forever', ...others] = periods;
  if ([fallback, ...others].every((period) => period === 'forever')) {
    const expected = 'a rule with a period to retain, or a default other than forever';
    yield { path: ['policy'], at: 'key', found: 'selects nothing', expected };
  }
}

function* addresses(file: unknown): Iterable<Finding> {
  for (const [index, project] of listAt(file, ['projects']).entries()) {
    if (typeof project !== 'object' || project === null) continue;
    const given = ['space', 'baseUrl'].filter((key) => valueAt(project, [key]) !== undefined);
    if (given.length === 1) continue;
    const found = given.length === 0 ? 'has neither space nor baseUrl' : 'has both space and baseUrl';
    yield { path: ['projects', index], found, expected: 'exactly one of them' };
  }
}

function* schedule(file: unknown): Iterable<Finding> {
  const value = valueAt(file, ['schedule']);
  if (typeof value !== 'string') return;
  const path = ['schedule'];
  const expected = 'five cron fields in quotes, such as "0 3 * * *"';
  if (!CRON.test(value)) {
    yield { path, found: `${shown(value)} is not a schedule`, expected };
    return;
  }
  const { valid, errors } = validateDetailed(value);
  if (!valid) {
    const why = errors.map(({ message }) => redact(message)).join('; ');
    yield { path, found: `${shown(value)} is not a schedule (${why})`, expected };
  } else if (value.trim().split(/\s+/).length === 6) {
    // node-cron reads a sixth field in front as seconds: what was meant for hours would count as minutes.
    yield { path, found: `${shown(value)} has six fields`, expected };
  } else if (calendarOf(value, 'UTC').next(SOME_DAY) === undefined) {
    yield { path, found: `${shown(value)} never comes`, expected };
  }
}

/** Whether a schedule ever comes does not depend on when it is asked. */
const SOME_DAY = new Date('2026-01-01T00:00:00Z');

/** node-cron unrolls every range before it looks at it: `0-99999999` ends the process. No field has a number of three digits. */
const CRON = /^(?!.*[0-9]{3})[A-Za-z0-9*/,\-#@ ]{1,100}$/;

function* listening(file: unknown): Iterable<Finding> {
  const listen = valueAt(file, ['serve', 'listen']);
  const address = typeof listen === 'string' ? addressOf(listen) : undefined;
  if (address === undefined || isLoopback(address.host) || valueAt(file, ['serve', 'tokenFile']) !== undefined) return;
  const expected = 'serve.tokenFile beside it, or an address of this machine such as 127.0.0.1:8080';
  yield { path: ['serve', 'listen'], found: `${shown(listen)} can be reached from other machines`, expected };
}

const SECRET_KEY = /token|password|passwd|passphrase|secret|credential|api[-_]?key|bearer/i;
const NAMING = /^(?:tokenEnv|tokenFile|token_?-?(?:env|file))$/i;

/** Secrets in the file: what has the name or the looks of one. They are found first, and nothing else is said of them. */
export function findSecrets(file: unknown): Finding[] {
  const findings: Finding[] = [];
  const expected = 'secrets in the environment or in files, and here at most the name of the variable (tokenEnv)';
  walk(file, (value, path) => {
    const key = path.at(-1);
    const byName = typeof key === 'string' && SECRET_KEY.test(key) && !NAMING.test(key);
    if (byName) findings.push({ path, at: 'key', found: 'a secret has no place in this file', expected });
    else if (typeof value === 'string' && looksSecret(value)) {
      findings.push({ path, found: 'this looks like a secret, which has no place in this file', expected });
    }
    return !byName;
  });
  return findings;
}
