import { parse, type SourceFile } from './syntax.ts';

/**
 * The rules of the house, by which `test/house.test.ts` judges the sources: who may import whom, where time, chance and
 * the environment come in, and how long things may get. What they cannot see is a global under another name
 * (`const D = Date`).
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
  /** In the words of `syntax.ts`. */
  readonly words: RegExp;
  readonly says: string;
  /** What the paths begin with where it holds. */
  readonly in: string;
  readonly but: readonly Place[];
}

const PURITY = 'the law in src/retention/ is pure, synchronous, and knows no time zone';

const BANS: readonly Ban[] = [
  {
    words: /^(?:new Date\(\)|Date\(\)|Date\.now|Temporal\.Now|performance(?:\..*)?|process\.hrtime(?:\..*)?)$/,
    says: 'only src/lib/clock.ts knows the time',
    in: 'src/',
    but: [{ in: 'src/lib/clock.ts', because: 'it is the clock' }],
  },
  {
    words: /(?:^|\.)set(?:Timeout|Interval)$|^AbortSignal\.timeout$/,
    says: 'only src/lib/clock.ts has timers',
    in: 'src/',
    but: [
      { in: 'src/lib/clock.ts', because: 'it is the clock' },
      { in: 'src/main.ts', because: 'its one timer ends a process that hangs after everything else has ended' },
      { in: 'src/emulator/timers.ts', because: 'latency is of the network, which the emulator plays in real time' },
    ],
  },
  {
    words: /^(?:Math\.random|crypto\.(?:getRandomValues|random\w*))$/,
    says: 'chance is a parameter: only src/app/ and src/lib/ take it from the machine',
    in: 'src/',
    but: [
      { in: 'src/app/', because: 'it constructs real things' },
      { in: 'src/lib/', because: 'it is what they are made of' },
    ],
  },
  {
    words: /^process(?:\.env)?$/,
    says: 'the environment is read in src/main.ts and src/app/ alone',
    in: 'src/',
    but: [
      { in: 'src/main.ts', because: 'it is the edge of the process' },
      { in: 'src/app/', because: 'it turns the environment into settings' },
    ],
  },
  {
    words:
      /^(?:process\.|(?:fetch|console|crypto|Intl|require|setImmediate|queueMicrotask)(?:\.|$))|^(?:import\.meta|async)$/,
    says: PURITY,
    in: 'src/retention/',
    but: [],
  },
  {
    words:
      /^new Date\(,\)$|\.(?:[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)|toLocale\w+)$/,
    says: PURITY,
    in: 'src/retention/',
    but: [],
  },
];

/** Every breach of the rules of the house in `sources`, each as `path:line  what`. `packages` are those of package.json. */
export function breaches(sources: Sources, packages: readonly string[]): string[] {
  const files = [...sources].filter(([path]) => path.startsWith('src/')).map(([path, text]) => parse(path, text));
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
    if (name === undefined) return room === 'main' ? [] : [`${at}an import whose name is computed`];
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

const barrel = ({ path, isBarrel }: SourceFile): string[] =>
  isBarrel ? [`${path}:1  only passes on what others export`] : [];

function banned({ path, words }: SourceFile): string[] {
  const bans = BANS.filter((ban) => path.startsWith(ban.in) && !ban.but.some((place) => path.startsWith(place.in)));
  return words.flatMap(({ word, line }) =>
    bans.filter((ban) => ban.words.test(word)).map(({ says }) => `${path}:${line}  ${word}: ${says}`),
  );
}

const FILE_LINES_MAX = 250;
const FUNCTION_LINES_MAX = 60;

function tooLongFiles(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > FILE_LINES_MAX ? [`${path}:${lines}  a file has ${FILE_LINES_MAX} lines at most`] : [];
  });
}

function tooLongFunctions({ path, functions }: SourceFile): string[] {
  return functions
    .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
    .map(({ line, lines }) => `${path}:${line}  a function of ${lines} lines: ${FUNCTION_LINES_MAX} at most`);
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
