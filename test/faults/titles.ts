import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/**
 * The tests of the repository by their titles, read from the sources, so that listing them takes a second and runs
 * nothing. What only exists at run time (a title that is computed, the length of a generated table) is not seen: such a
 * call counts as one test, with no more of its title than stands in the source.
 */
export interface Test {
  readonly file: string;
  readonly line: number;
  /** The titles of the groups around it and its own, outermost first. */
  readonly titles: readonly string[];
}

/** Texts by path from the root of the repository, with `/`. */
export type Sources = ReadonlyMap<string, string>;

/**
 * Tests that run somewhere: those in `*.test.ts` and in the files these import. A test that is skipped or still to be
 * written is none.
 */
export function testsIn(sources: Sources): Test[] {
  const files = new Map<string, SourceFile>();
  const open = [...sources.keys()].filter((path) => path.endsWith('.test.ts'));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const text = sources.get(path);
    if (text === undefined || files.has(path)) continue;
    const file = { path, text, program: parseAst(text, { lang: 'ts' }, path) as unknown as Node };
    files.set(path, file);
    open.push(...importsOf(file).values());
  }
  return [...files.values()].flatMap((file) => Array.from(testsOf(file, files)));
}

/**
 * Ids that stand in front of a title, `A22 A26 a DELETE …` or `A22: a DELETE …`. What looks like an id counts as one,
 * whether there is such a row or not: a slip of the pen has to be found. Those of invariants (K1, T1, P1, L1) are left out.
 */
export function idsOf({ titles }: Test): string[] {
  const ids = titles.flatMap((title) => /^(?:[A-Z][0-9]{1,3}\b[,:]? ?)+/.exec(title)?.[0].match(/[A-Z][0-9]+/g) ?? []);
  return [...new Set(ids)].filter((id) => !/^[KTPL]/.test(id));
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly program: Node;
}

type Files = ReadonlyMap<string, SourceFile>;

function* testsOf(file: SourceFile, files: Files): Iterable<Test> {
  const look = function* (node: Node, groups: readonly string[]): Iterable<Test> {
    const call = callOf(node);
    if (call === undefined) {
      for (const child of childrenOf(node)) yield* look(child, groups);
      return;
    }
    if (call.isOff) return;
    const titles = titlesOf(call, file, files);
    for (const title of titles) {
      if (call.kind === 'test') {
        const line = file.text.slice(0, node.start).split('\n').length;
        yield { file: file.path, line, titles: [...groups, title] };
      } else for (const child of call.body) yield* look(child, [...groups, title]);
    }
  };
  yield* look(file.program, []);
}

interface Call {
  readonly kind: 'test' | 'group';
  /** Skipped, still to be written, or expected to fail: it proves nothing. */
  readonly isOff: boolean;
  readonly title: Node | undefined;
  /** Of `.each` and `.for`. */
  readonly table: Node | undefined;
  readonly body: readonly Node[];
}

/** `test('…', …)`, `describe.each(table)('…', …)` and all between; `undefined` for any other call. */
function callOf(node: Node): Call | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const words: string[] = [];
  let table: Node | undefined;
  let callee = node['callee'] as Node;
  for (;;) {
    if (callee.type === 'CallExpression') {
      table ??= (callee['arguments'] as Node[])[0];
      callee = callee['callee'] as Node;
    } else if (callee.type === 'MemberExpression') {
      words.push(nameOf(callee['property'] as Node) ?? '');
      callee = callee['object'] as Node;
    } else break;
  }
  const name = nameOf(callee);
  if (name !== 'test' && name !== 'it' && name !== 'describe') return undefined;
  if (words.some((word) => !WORDS.has(word))) return undefined;
  if (table === undefined && words.some((word) => word === 'each' || word === 'for')) return undefined; // the inner call
  const [title, ...body] = node['arguments'] as Node[];
  return {
    kind: name === 'describe' ? 'group' : 'test',
    isOff: words.some((word) => OFF.has(word)),
    title,
    table: words.some((word) => word === 'each' || word === 'for') ? table : undefined,
    body,
  };
}

const OFF = new Set(['skip', 'todo', 'fails']);
const WORDS = new Set([...OFF, 'each', 'for', 'only', 'concurrent', 'sequential', 'runIf', 'skipIf']);

const nameOf = (node: Node): string | undefined => (node.type === 'Identifier' ? (node['name'] as string) : undefined);

/** One title per row of the table, where it is to be seen; a title that begins with `%s` begins with the row's first text. */
function titlesOf({ title, table }: Call, file: SourceFile, files: Files): string[] {
  const text = textOf(title);
  const rows = table && rowsOf(table, file, files);
  if (rows === undefined) return [text];
  return rows.map((row) => {
    const first = row.type === 'ArrayExpression' ? (row['elements'] as Node[])[0] : row;
    return text.startsWith('%s') ? text.replace('%s', () => textOf(first)) : text;
  });
}

/** Of a text with holes only what stands before the first; of anything else nothing. */
function textOf(node: Node | undefined): string {
  const value = node?.['value'];
  if (typeof value === 'string') return value;
  if (node?.type !== 'TemplateLiteral') return '';
  const [first] = node['quasis'] as { readonly value: { readonly cooked: string } }[];
  return first?.value.cooked ?? '';
}

/** The entries of a list that is written out, here or under a name, also in another file. `undefined` for a computed one. */
function rowsOf(node: Node, file: SourceFile, files: Files): Node[] | undefined {
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression')
    return rowsOf(node['expression'] as Node, file, files);
  if (node.type === 'Identifier') return rowsNamed(node['name'] as string, file, files);
  if (node.type !== 'ArrayExpression') return undefined;
  return (node['elements'] as Node[]).flatMap((each) =>
    each.type === 'SpreadElement' ? (rowsOf(each['argument'] as Node, file, files) ?? [each]) : [each],
  );
}

function rowsNamed(name: string, file: SourceFile, files: Files): Node[] | undefined {
  for (const statement of file.program['body'] as Node[]) {
    const declaration = (statement['declaration'] ?? statement) as Node;
    if (declaration.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration['declarations'] as { readonly id: Node; readonly init: Node | null }[])
      if (nameOf(id) === name && init) return rowsOf(init, file, files);
  }
  const elsewhere = files.get(importsOf(file).get(name) ?? '');
  return elsewhere && rowsNamed(name, elsewhere, files);
}

/** The files that are imported from, by the names that come from there; a file that only runs stands under its path. */
function importsOf({ program, path }: SourceFile): Map<string, string> {
  const imports = new Map<string, string>();
  for (const { type, source, specifiers } of program['body'] as Node[]) {
    if (type !== 'ImportDeclaration') continue;
    const name = (source as { readonly value: string }).value;
    if (!name.startsWith('.')) continue;
    const target = posix.join(posix.dirname(path), name);
    imports.set(target, target);
    for (const { local } of specifiers as { readonly local: Node }[]) imports.set(nameOf(local) ?? '', target);
  }
  return imports;
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

const childrenOf = (node: Node): Node[] =>
  Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));
