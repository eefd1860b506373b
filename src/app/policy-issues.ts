import type * as z from 'zod';
import { nearest } from './nearest.ts';
import { CONTENT_TYPE, heard } from './policy-words.ts';
import { formatPath, valueAt } from './policy-value.ts';
import type { Finding, Path } from './policy-yaml.ts';
import { shown, shownNumber } from './redact.ts';

/** zod's issues in our words: what was found comes from the file's own value, what was expected from the schema. */
export function findingsOf(issues: readonly z.core.$ZodIssue[], file: unknown, sections: Sections): Finding[] {
  const findings = issues.flatMap((issue) => ofIssue(issue, [], file, sections));
  const meantKeys = new Set(findings.map(({ path, hint }) => hint && `${formatPath(path.slice(0, -1))} ${hint}`));
  return findings.filter(({ path, found }) => {
    const spelt = `${formatPath(path.slice(0, -1))} Did you mean ${path.at(-1)}?`;
    return found !== MISSING || !meantKeys.has(spelt); // a misspelt key is not missing too
  });
}

const MISSING = 'missing';

/** Every key of the file, by the section it belongs to; `''` is the top. */
export type Sections = ReadonlyMap<string, readonly string[]>;

function ofIssue(issue: z.core.$ZodIssue, above: Path, file: unknown, sections: Sections): Finding[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], sections));

  const value = valueAt(file, path);
  if (issue.code === 'invalid_union' && isMapping(value)) {
    return (issue.errors.at(-1) ?? []).flatMap((inner) => ofIssue(inner, path, file, sections));
  }
  const { noun, expected } = heard(issue.message);
  if (value === undefined) return [{ path, found: MISSING, expected }];
  if (value === null)
    return [{ path, found: 'has no value', expected: `${expected}${mayGo(path) ? ', or no such key' : ''}` }];
  return [{ path, expected, ...wrong(value, noun, path, issue) }];
}

const REQUIRED = new Set<string | number>(['version', 'policy', 'id', 'match', 'retain', 'reason', 'name']);
const mayGo = (path: Path): boolean => typeof path.at(-1) === 'string' && !REQUIRED.has(path.at(-1) ?? '');

/** What is wrong with a value of which only the schema's verdict is known. */
function wrong(value: unknown, noun: string, path: Path, issue: z.core.$ZodIssue): { found: string; hint?: string } {
  if (Array.isArray(value) && value.length === 0) return { found: 'an empty list' };
  if (isPhonePlace(path)) {
    const found = shownNumber(value);
    return typeof value === 'number'
      ? { found: `${found} is not in quotes, so it is no phone number` }
      : { found: `${found} is not ${noun}` };
  }
  if (typeof value !== 'string') return { found: `${shown(value)} is not ${noun}` };
  const special = SPECIAL[noun]?.(value);
  const hint = value.includes('${') ? 'Variables are not filled in here.' : (special?.hint ?? meant(value, issue));
  return { found: special?.found ?? `${shown(value)} is not ${noun}`, ...(hint !== undefined && { hint }) };
}

/** Mistakes that deserve more than "is not a …". */
const SPECIAL: Readonly<Record<string, (value: string) => { found?: string; hint?: string } | undefined>> = {
  'a period': (value) => {
    if (/^[1-9][0-9]{0,6}(?:h|d|mo|y)$/.test(value)) return { found: `${shown(value)} is more than 100 years` };
    return nearest(value.replaceAll(' ', ''), ['forever']) && value !== 'forever'
      ? { hint: 'Did you mean forever?' }
      : undefined;
  },
  'a content type': (value) => {
    const [type = ''] = value.toLowerCase().split(';');
    if (!CONTENT_TYPE.test(type)) return undefined;
    const found = type === value.toLowerCase() ? 'is not in lower case' : 'has a parameter';
    return { found: `${shown(value)} ${found}`, hint: `Did you mean ${type}?` };
  },
  'a day': (value) =>
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) ? { found: `${shown(value)} is in no calendar` } : undefined,
  'an id': (value) =>
    value === 'default' ? { found: '"default" is what the policy\'s own default is called' } : undefined,
};

function meant(value: string, issue: z.core.$ZodIssue): string | undefined {
  if (issue.code !== 'invalid_value') return undefined;
  const candidate = nearest(value, issue.values.map(String));
  return candidate === undefined ? undefined : `Did you mean ${candidate}?`;
}

function unknownKey(path: Path, sections: Sections): Finding {
  const key = String(path.at(-1));
  const siblings = sections.get(sectionOf(path.slice(0, -1))) ?? [];
  const meantKey = nearest(key, siblings) ?? elsewhere(key, sections);
  const known = meantKey === undefined && siblings.length > 0 && { expected: `one of ${siblings.join(', ')}` };
  return { path, at: 'key', found: 'no such key', ...known, ...(meantKey && { hint: `Did you mean ${meantKey}?` }) };
}

/** `maxDeletions` at the top of the file is meant for `limits`; a key that several sections have says nothing. */
function elsewhere(key: string, sections: Sections): string | undefined {
  const places = [...sections].filter(([, keys]) => keys.includes(key)).map(([section]) => section);
  return places.length === 1 ? [places[0], key].filter((part) => part !== '').join('.') : undefined;
}

/** `policy.rules[2].match` is the section `policy.rules.match`: every entry of a list has the same keys. */
const sectionOf = (path: Path): string => path.filter((step) => typeof step === 'string').join('.');

const isPhonePlace = (path: Path): boolean =>
  path.some((step) => step === 'from' || step === 'to' || step === 'number');

const isMapping = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
