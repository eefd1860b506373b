import * as z from 'zod';
import { checkPolicyFile, findSecrets } from './policy-checks.ts';
import { findingsOf, type Sections } from './policy-issues.ts';
import { type ParsedPolicyFile, policyFileSchema } from './policy-schema.ts';
import { formatPath } from './policy-value.ts';
import type { Finding, YamlText } from './policy-yaml.ts';
import type { Problem } from './problems.ts';
import { redact, visible } from './redact.ts';

/** The file as the schema understands it, where it does, and everything that is wrong with it. */
export function judge(yaml: YamlText): { parsed?: ParsedPolicyFile; findings: readonly Finding[] } {
  if (!yaml.readable) return { findings: yaml.findings };
  const { value } = yaml;
  if (value === null)
    return { findings: [...yaml.findings, { path: [], found: 'is empty', expected: 'version and policy' }] };
  const result = policyFileSchema.safeParse(value);
  const issues = result.success ? [] : findingsOf(result.error.issues, value, sections());
  const findings = [...yaml.findings, ...findSecrets(value), ...issues, ...checkPolicyFile(value)];
  return { findings, ...(result.success && { parsed: result.data }) };
}

/** With their lines, in the order of the file. Of several findings about the same thing the first is the best: the others follow from it. */
export function problemsOf(findings: readonly Finding[], yaml: YamlText, file: string): Problem[] {
  const placed = new Map<string, { offset: number; finding: Finding }>();
  for (const finding of findings) {
    const offset = yaml.offsetOf(finding);
    const key = `${offset} ${formatPath(finding.path)}`;
    if (!placed.has(key)) placed.set(key, { offset, finding });
  }
  return [...placed.values()]
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, finding }) => toProblem(finding, `${file}:${yaml.lineAndColumn(offset)}`));
}

function toProblem({ path, found, hint, expected }: Finding, place: string): Problem {
  return {
    place,
    ...(path.length > 0 && { path: visible(redact(formatPath(path)).slice(0, PATH_MAX)) }),
    found: visible(found),
    ...(hint !== undefined && { hint }),
    ...(expected !== undefined && { expected }),
  };
}

const PATH_MAX = 200;

/** Only asked for when something is wrong. */
function sections(): Sections {
  const found = new Map<string, readonly string[]>();
  collect(z.toJSONSchema(policyFileSchema, { io: 'input' }), '', found);
  return found;
}

function collect(
  schema: z.core.JSONSchema._JSONSchema | undefined,
  section: string,
  into: Map<string, readonly string[]>,
): void {
  if (typeof schema !== 'object') return;
  const { properties, items, anyOf = [] } = schema;
  if (properties) into.set(section, Object.keys(properties));
  for (const [key, inner] of Object.entries(properties ?? {}))
    collect(inner, section === '' ? key : `${section}.${key}`, into);
  for (const inner of [...anyOf, ...[items].flat()]) collect(inner, section, into);
}
