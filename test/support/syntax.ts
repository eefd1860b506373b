import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/**
 * What the house test has to know of a source file. Read from its syntax tree, so that neither a comment nor a text is
 * mistaken for code.
 */
export interface SourceFile {
  readonly path: string;
  /** Of values, of types, by statement and by expression. */
  readonly imports: readonly Import[];
  /** Names as they are used: `fetch`, `Date.now`, `.getDay`, and `new Date()`, `new Date(,)`, `async`, `import.meta`. */
  readonly words: readonly { readonly word: string; readonly line: number }[];
  readonly functions: readonly { readonly line: number; readonly lines: number }[];
  /** It exports, and nothing that is its own. */
  readonly isBarrel: boolean;
}

interface Import {
  /** What stands in quotes, or `undefined` where it is computed. */
  readonly name: string | undefined;
  /** The path of the file that a relative name means. */
  readonly target: string | undefined;
  readonly line: number;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** @throws where `text` is no TypeScript, or for `.mjs` no JavaScript */
export function parse(path: string, text: string): SourceFile {
  const program = parseAst(text, { lang: path.endsWith('.ts') ? 'ts' : 'js' }, path) as unknown as Node;
  const nodes = [...within(program)];
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  return {
    path,
    imports: nodes.filter(isImport).map((node) => importOf(node, path, lineOf(node.start))),
    words: nodes.flatMap((node) => {
      const word = wordOf(node);
      return word === undefined ? [] : [{ word, line: lineOf(node.start) }];
    }),
    functions: nodes
      .filter(({ type }) => FUNCTIONS.has(type))
      .map(({ start, end }) => ({ line: lineOf(start), lines: lineOf(end) - lineOf(start) + 1 })),
    isBarrel: isBarrel(program),
  };
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** A name that only labels something (`x.name`, `{ name: … }`), or begins a longer one (`name.x`), is left out. */
function* within(node: Node): Iterable<Node> {
  yield node;
  for (const [key, value] of Object.entries(node)) {
    if ((key === 'key' || key === 'property') && node['computed'] === false) continue;
    if (key === 'object' && nameOf(node) !== undefined && isNode(value) && value.type === 'Identifier') continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* within(child);
  }
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

const isImport = ({ type, source }: Node): boolean =>
  isNode(source) && (type.startsWith('Import') || type.startsWith('Export') || type === 'TSImportType');

function importOf({ source }: Node, path: string, line: number): Import {
  const name = isNode(source) ? source['value'] : undefined;
  if (typeof name !== 'string') return { name: undefined, target: undefined, line };
  return { name, target: name.startsWith('.') ? posix.join(posix.dirname(path), name) : undefined, line };
}

function isBarrel({ body }: Node): boolean {
  const statements = (body as Node[]).filter(({ type }) => type !== 'ImportDeclaration');
  const passesOn = ({ type, declaration }: Node): boolean =>
    type === 'ExportAllDeclaration' || (type === 'ExportNamedDeclaration' && declaration === null);
  return statements.length > 0 && statements.every(passesOn);
}

function wordOf(node: Node): string | undefined {
  if (node.type === 'MetaProperty') return 'import.meta';
  if (node['async'] === true) return 'async';
  return madeDate(node) ?? nameOf(node)?.replace(/^globalThis\./, '');
}

/** From one argument a date comes out the same everywhere; from none it is now, from several it is local time. */
function madeDate({ type, callee, arguments: given }: Node): string | undefined {
  if (nameOf(callee) !== 'Date') return undefined;
  if (type === 'CallExpression') return 'Date()';
  const count = (given as Node[]).length;
  if (count === 0) return 'new Date()';
  return count > 1 ? 'new Date(,)' : undefined;
}

/** `a.b.c`, `a['b']` and `a?.b` alike; of anything else's member only `.c`. */
function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return node['name'] as string;
  if (node.type !== 'MemberExpression') return undefined;
  const property = node['property'] as Node;
  const name = node['computed'] === true ? property['value'] : property['name'];
  return typeof name === 'string' ? `${nameOf(node['object']) ?? ''}.${name}` : undefined;
}
