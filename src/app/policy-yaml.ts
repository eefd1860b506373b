import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { redact } from './redact.ts';

export type Path = readonly (string | number)[];

/** Something wrong at a place inside the file, before its line is looked up. */
export interface Finding {
  readonly path: Path;
  /** Of what the line is given; `value` by default. */
  readonly at?: 'key' | 'value';
  readonly found: string;
  readonly hint?: string;
  readonly expected?: string;
  /** Where the text itself is wrong and no path leads there. */
  readonly offset?: number;
}

export interface YamlText {
  /** Plain data; mappings have no prototype, so that `__proto__` is a key like any other. Empty where the text is no YAML. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** False where the text is not understood as YAML at all: what could be read of it means nothing. */
  readonly readable: boolean;
  offsetOf(finding: Finding): number;
  /** `12:5`, counted from 1. */
  lineAndColumn(offset: number): string;
}

/**
 * YAML 1.2 in its core schema, without what makes a file say more than it shows: anchors, aliases, merge keys, tags,
 * a second document, keys given twice. Never throws.
 */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument<Node>(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false, // found below, where the path and the first of both are known
    prettyErrors: false,
    logLevel: 'error', // `silent` would also be silent about a second document
    lineCounter: lines,
  });
  const broken = document.errors.filter(({ code }) => code !== 'MULTIPLE_DOCS');
  // Of tags the library only warns where it knows none of that name: `plain` finds them all.
  const warnings = document.warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED');
  const findings = [...document.errors, ...warnings].map(ofLibrary);
  const value = broken.length > 0 ? undefined : plain(document.contents, [], findings, lines);
  return {
    value,
    findings,
    readable: broken.length === 0,
    offsetOf: (finding) => finding.offset ?? offsetAt(document.contents, finding),
    lineAndColumn: (offset) => {
      const { line, col } = lines.linePos(offset);
      return `${Math.max(line, 1)}:${Math.max(col, 1)}`;
    },
  };
}

function ofLibrary({ code, message, pos }: YAMLError): Finding {
  const place = { path: [], offset: pos[0] };
  switch (code) {
    case 'MULTIPLE_DOCS':
      return { ...place, found: 'a second document begins here', expected: 'one document per file' };
    case 'TAG_RESOLVE_FAILED':
      return { ...place, ...TAG };
    case 'TAB_AS_INDENT':
      return { ...place, found: 'a tab indents this line', expected: 'spaces' };
    case 'RESOURCE_EXHAUSTION':
      return { ...place, found: 'nested too deep', expected: `at most ${DEPTH_MAX} levels` };
    default: // Behind a colon the library quotes what it stumbled over, whatever that may be.
      return { ...place, found: `not YAML: ${redact(message.slice(0, 200).replace(/(?<=\S): [^]*$|\.$/, ''))}` };
  }
}

/** What could not be read keeps its place with this, which no schema accepts; its own finding is the one that is shown. */
const UNREADABLE = Symbol('unreadable');
const DEPTH_MAX = 20;

const TAG = { found: 'tags are not read', expected: 'a value without a tag; text that begins with ! needs quotes' };
const ANCHOR = {
  found: 'anchors are not read',
  expected: 'a value without one; text that begins with & needs quotes',
};
const ALIAS = {
  found: 'aliases are not read',
  expected: 'the value itself; text that begins with * needs quotes',
};

/** What makes a node something else than its text shows, whether the library could make sense of it or not. */
function disguise(node: Node | null): Pick<Finding, 'found' | 'expected'> | undefined {
  if (isAlias(node)) return ALIAS;
  if (node && 'anchor' in node && node.anchor !== undefined) return ANCHOR;
  return node?.tag === undefined ? undefined : TAG;
}

function plain(node: Node | null, path: Path, findings: Finding[], lines: LineCounter): unknown {
  const disguised = disguise(node);
  if (disguised) {
    findings.push({ path, ...disguised });
    return UNREADABLE;
  }
  if (isScalar(node)) return node.value;
  if (path.length >= DEPTH_MAX) {
    findings.push({ path, found: 'nested too deep', expected: `at most ${DEPTH_MAX} levels` });
    return UNREADABLE;
  }
  if (isSeq<Node>(node)) return node.items.map((item, index) => plain(item, [...path, index], findings, lines));
  return isMap<Node, Node | null>(node) ? plainMap(node, path, findings, lines) : null;
}

function plainMap(map: YAMLMap<Node, Node | null>, path: Path, findings: Finding[], lines: LineCounter): unknown {
  const result = Object.create(null) as Record<string, unknown>;
  const first = new Map<string, number>();
  for (const pair of map.items) {
    const key = keyOf(pair.key);
    const offset = pair.key.range?.[0] ?? 0;
    const earlier = first.get(key);
    if (earlier !== undefined) {
      const { line } = lines.linePos(earlier);
      findings.push({
        path: [...path, key],
        offset,
        found: `given twice, first on line ${line}`,
        expected: 'each key once',
      });
      continue;
    }
    first.set(key, offset);
    const disguised = disguise(pair.key);
    if (disguised) findings.push({ path: [...path, key], offset, ...disguised });
    result[key] = plain(pair.value, [...path, key], findings, lines);
  }
  return result;
}

const keyOf = (node: Node): string => (isScalar(node) ? String(node.value) : '');

/** The nearest place there is: what is missing is reported where the mapping begins that should have it. */
function offsetAt(root: Node | null, { path, at }: Finding): number {
  let node = root;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    const next = child(node, step);
    if (next === undefined) return offset;
    const last = depth === path.length - 1;
    offset = (last && at === 'key' ? next.key : next.value)?.range?.[0] ?? next.key?.range?.[0] ?? offset;
    node = next.value;
  }
  return offset;
}

function child(node: Node | null, step: string | number): { key?: Node; value: Node | null } | undefined {
  if (isSeq<Node>(node)) {
    const value = node.items[Number(step)];
    return value && { value };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pair = node.items.find(({ key }) => keyOf(key) === step);
  return pair && { key: pair.key, value: pair.value };
}
