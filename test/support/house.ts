import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/**
 * The rules of the house, by which `test/house.test.ts` judges the sources: who may import whom, where time, chance and
 * the environment come in, and how long things may get. Read from the syntax tree, so that neither a comment nor a
 * text is mistaken for code. What it cannot see: a global taken by another name (`const D = Date`).
 */

/** Texts by path from the root of the repository, with `/`. */
export type Sources = ReadonlyMap<string, string>;

const BELOW_SWEEP = ['lib', 'retention', 'provider', 'ledger'];
const BELOW_COMMANDS = [...BELOW_SWEEP, 'sweep', 'serve', 'app'];

/** Which rooms each room may import, besides itself. A room that is not here may import none. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  retention: ['lib'],
  provider: ['lib', 'retention'],
  ledger: ['lib', 'retention'],
  sweep: BELOW_SWEEP,
  serve: ['lib', 'retention', 'ledger'],
  app: [...BELOW_SWEEP, 'sweep', 'serve'],
  emulator: ['lib'],
  commands: [...BELOW_COMMANDS, 'emulator'],
  main: [...BELOW_COMMANDS, 'commands'],
};

/** Where a ban does not hold, and why. */
interface Place {
  /** What the paths there begin with. */
  readonly in: string;
  readonly because: string;
}

interface Ban {
  /** In the words of `wordOf`. */
  readonly words: RegExp;
  readonly says: string;
  readonly but: readonly Place[];
}

const TIME =
  /^(?:new Date\(\)|Date\(\)|Date\.now|Temporal\.Now|performance|AbortSignal\.timeout)$|^(?:performance|process\.hrtime)\.|(?:^|\.)set(?:Timeout|Interval)$/;
const CHANCE = /^Math\.random$|^crypto\.(?:getRandomValues|random\w*)$/;
const LOCAL_TIME =
  /^new Date\(,\)$|\.[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)$|\.toLocale\w+$/;
const WORLD =
  /^(?:process|fetch|console|crypto|Intl|require|setImmediate|queueMicrotask)(?:\.|$)|^import\.meta|^async$/;

const BANS: readonly Ban[] = [
  {
    words: TIME,
    says: 'only src/lib/clock.ts knows the time and has timers',
    but: [
      { in: 'src/lib/clock.ts', because: 'it is the clock' },
      {
        in: 'src/emulator/timers.ts',
        because: 'the emulator plays a far machine, whose delays and timers are its own',
      },
    ],
  },
  {
    words: CHANCE,
    says: 'chance is a parameter: only src/app/ and src/lib/ take it from the machine',
    but: [
      { in: 'src/app/', because: 'it constructs real things' },
      { in: 'src/lib/', because: 'it is what they are made of' },
    ],
  },
  {
    words: /^process(?:\.env)?$/,
    says: 'the environment is read in src/main.ts and src/app/ alone',
    but: [
      { in: 'src/main.ts', because: 'it is the edge of the process' },
      { in: 'src/app/', because: 'it turns the environment into settings' },
    ],
  },
];

const PURITY = 'the law in src/retention/ is pure, synchronous, and knows no time zone';

/** Every breach of the rules of the house in `sources`, each as `path:line  what`. `packages` are those of package.json. */
export function breaches(sources: Sources, packages: readonly string[]): string[] {
  const files = [...sources].filter(([path]) => path.startsWith('src/')).map(([path, text]) => read(path, text));
  return [
    ...files.flatMap((file) => [
      ...floors(file, sources, packages),
      ...barrel(file),
      ...banned(file),
      ...tooLongFunctions(file),
    ]),
    ...cycles(files),
    ...tooLongFiles(sources),
  ].toSorted();
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

interface SourceFile {
  readonly path: string;
  readonly nodes: readonly Node[];
  readonly program: Node;
  /** `target`: the path of what a relative import names. */
  readonly imports: readonly { readonly name: string; readonly target: string | undefined; readonly line: number }[];
  readonly lineOf: (offset: number) => number;
}

function read(path: string, text: string): SourceFile {
  const program = parseAst(text, { lang: path.endsWith('.ts') ? 'ts' : 'js' }, path) as unknown as Node;
  const nodes = [...within(program)];
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
  const imports = nodes.flatMap(({ type, source, start }) => {
    if (!IMPORTING.has(type) || !isNode(source) || typeof source['value'] !== 'string') return [];
    const name = source['value'];
    const target = name.startsWith('.') ? posix.join(posix.dirname(path), name) : undefined;
    return [{ name, target, line: lineOf(start) }];
  });
  return { path, nodes, program, imports, lineOf };
}

const IMPORTING = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** Names that only label something (`x.name`, `{ name: … }`) are no use of that name, and left out. */
function* within(node: Node): Iterable<Node> {
  yield node;
  for (const [key, value] of Object.entries(node)) {
    if ((key === 'key' || key === 'property') && node['computed'] === false) continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* within(child);
  }
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

/** `src/app/log.ts` is in `app`; what lies in `src` itself is `main`. */
function roomOf(path: string): string {
  const [root, room, ...rest] = path.split('/');
  if (root !== 'src' || room === undefined) return root ?? '';
  return rest.length > 0 ? room : 'main';
}

function floors({ path, imports }: SourceFile, sources: Sources, packages: readonly string[]): string[] {
  const room = roomOf(path);
  return imports.flatMap(({ name, target, line }) => {
    const at = `${path}:${line}  `;
    if (target === undefined) {
      const isPackage = name.startsWith('node:') || packages.some((each) => `${name}/`.startsWith(`${each}/`));
      if (!isPackage) return [`${at}"${name}" is no package of package.json: there are no path aliases`];
      return room === 'retention' ? [`${at}"${name}": ${PURITY}`] : [];
    }
    if (target === 'package.json' && room === 'app') return [];
    if (!sources.has(target)) return [`${at}there is no ${target}`];
    const other = roomOf(target);
    return other === room || MAY_IMPORT[room]?.includes(other) ? [] : [`${at}${room} may not import ${other}`];
  });
}

function barrel({ path, program }: SourceFile): string[] {
  const statements = (program['body'] as Node[]).filter(({ type }) => type !== 'ImportDeclaration');
  const isReExport = ({ type, declaration }: Node): boolean =>
    type === 'ExportAllDeclaration' || (type === 'ExportNamedDeclaration' && declaration === null);
  return statements.length > 0 && statements.every(isReExport) ? [`${path}:1  only passes on what others export`] : [];
}

function banned({ path, nodes, lineOf }: SourceFile): string[] {
  const bans = BANS.filter(({ but }) => !but.some((place) => path.startsWith(place.in)));
  const isLaw = roomOf(path) === 'retention';
  return nodes.flatMap((node) => {
    const word = wordOf(node);
    if (word === undefined) return [];
    const says = bans.filter(({ words }) => words.test(word)).map((ban) => ban.says);
    if (isLaw && (LOCAL_TIME.test(word) || WORLD.test(word))) says.push(PURITY);
    return says.map((each) => `${path}:${lineOf(node.start)}  ${word}: ${each}`);
  });
}

/** What a node says in the words of the bans: `fetch`, `Date.now`, `.getDay`, `new Date()`, `async`. */
function wordOf(node: Node): string | undefined {
  const { type, callee, arguments: given } = node;
  if ((type === 'NewExpression' || type === 'CallExpression') && nameOf(callee) === 'Date') {
    const count = (given as Node[]).length;
    if (type === 'CallExpression') return 'Date()';
    return ['new Date()', undefined][count] ?? (count > 1 ? 'new Date(,)' : undefined);
  }
  if (type === 'MetaProperty') return 'import.meta';
  if (node['async'] === true) return 'async';
  return nameOf(node)?.replace(/^globalThis\./, '');
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

const FILE_LINES_MAX = 250;
const FUNCTION_LINES_MAX = 60;
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function tooLongFiles(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > FILE_LINES_MAX ? [`${path}:${lines}  a file has ${FILE_LINES_MAX} lines at most`] : [];
  });
}

function tooLongFunctions({ path, nodes, lineOf }: SourceFile): string[] {
  return nodes.flatMap(({ type, start, end }) => {
    const lines = FUNCTIONS.has(type) ? lineOf(end) - lineOf(start) + 1 : 0;
    const says = `a function of ${lines} lines: ${FUNCTION_LINES_MAX} at most`;
    return lines > FUNCTION_LINES_MAX ? [`${path}:${lineOf(start)}  ${says}`] : [];
  });
}

/** Each file that can be reached from itself, with the way there. */
function cycles(files: readonly SourceFile[]): string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const wayBack = (path: string, to: string, seen: Set<string>): string[] | undefined => {
    for (const { target } of importsOf.get(path) ?? []) {
      if (target === to) return [path, to];
      if (target === undefined || seen.has(target)) continue;
      const way = wayBack(target, to, seen.add(target));
      if (way) return [path, ...way];
    }
    return undefined;
  };
  return files.flatMap(({ path, imports }) => {
    const way = wayBack(path, path, new Set([path]));
    const line = imports.find(({ target }) => target === way?.[1])?.line;
    return way ? [`${path}:${line}  a circle of imports: ${way.join(' → ')}`] : [];
  });
}
