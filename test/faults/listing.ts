import type { Row } from './catalogue.ts';
import { idsOf, type Sources, testsIn } from './titles.ts';

/** What is proven of the catalogue, and what is wrong with that. */
export interface Listing {
  readonly sections: readonly Section[];
  /** Sentences; where there is one, the catalogue and the tests do not agree. */
  readonly gaps: readonly string[];
}

interface Section {
  readonly letter: string;
  readonly name: string;
  readonly tested: readonly { readonly id: string; readonly tests: number; readonly files: readonly string[] }[];
  readonly untested: readonly string[];
  readonly waiting: readonly string[];
  readonly excused: readonly string[];
}

const NAMES: Readonly<Record<string, string>> = {
  A: 'API: transport and status',
  B: 'data and meaning',
  C: 'account and clock',
  D: 'process, storage, replicas',
  E: 'configuration and policy',
  F: 'security and privacy',
};

const EXCUSED_MAX = 14;

interface Claim extends Proof {
  readonly ids: readonly string[];
}

/** One test of a row. Those of a table stand on one line. */
interface Proof {
  readonly file: string;
  readonly line: number;
  /** Behind those of its groups. Where there is none (shell, promtool), empty. */
  readonly title: string;
}

type RowWithTests = Row & { readonly tests: readonly Proof[] };

/** Every row has to have a test whose title begins with its id, or a reason why not. */
export function list(rows: readonly Row[], sources: Sources): Listing {
  const claims = claimsIn(sources);
  const known = new Map(rows.map((row) => [row.id, row]));
  const strangers = claims.flatMap(({ ids, file, line }) =>
    ids.filter((id) => !known.has(id)).map((id) => `${file}:${line}  ${id} is no row of the catalogue.`),
  );
  const excused = rows.filter((row) => row.excused !== undefined);
  const sections = Object.entries(NAMES).map(([letter, name]) =>
    section(
      letter,
      name,
      rows.filter(({ id }) => id.startsWith(letter)),
      claims,
    ),
  );
  return {
    sections,
    gaps: [
      ...sections.flatMap(({ untested }) => untested.map((id) => `${id} has no test: ${known.get(id)?.fault}.`)),
      ...strangers,
      ...rows.flatMap((row) => contradiction(row, claims)),
      ...(excused.length > EXCUSED_MAX ? [`${excused.length} rows are excused: ${EXCUSED_MAX} at most.`] : []),
    ],
  };
}

function section(letter: string, name: string, rows: readonly Row[], claims: readonly Claim[]): Section {
  const tested = rows.flatMap(({ id }) => {
    const of = claims.filter(({ ids }) => ids.includes(id));
    return of.length === 0
      ? []
      : [{ id, tests: of.length, files: [...new Set(of.map(({ file }) => file))].toSorted() }];
  });
  const isTested = new Set(tested.map(({ id }) => id));
  return {
    letter,
    name,
    tested,
    untested: rows
      .filter(({ id, waiting, excused }) => !isTested.has(id) && waiting === undefined && excused === undefined)
      .map(({ id }) => id),
    waiting: rows.filter(({ waiting }) => waiting !== undefined).map(({ id }) => id),
    excused: rows.filter(({ excused }) => excused !== undefined).map(({ id }) => id),
  };
}

/** A row that is proven needs no excuse, and an excuse beside a test says that one of the two is wrong. */
function contradiction({ id, waiting, excused }: Row, claims: readonly Claim[]): string[] {
  const word = waiting === undefined ? 'is excused' : 'waits for later work';
  if (waiting !== undefined && excused !== undefined) return [`${id} waits for later work and is excused too.`];
  if (waiting === undefined && excused === undefined) return [];
  return claims.filter(({ ids }) => ids.includes(id)).map(({ file, line }) => `${file}:${line}  ${id} ${word}.`);
}

/** By tests, and where no test has a title (shell, promtool) by a line `# faults: D22 F4`. */
function claimsIn(sources: Sources): Claim[] {
  const byTitle = testsIn(sources).map((test) => ({
    file: test.file,
    line: test.line,
    title: test.titles.join(' > '),
    ids: idsOf(test),
  }));
  const byComment = [...sources].flatMap(([file, text]) =>
    /\.(?:sh|test\.yaml)$/.test(file)
      ? text.split('\n').flatMap((line, index) => {
          const ids = /^\s*# faults: ([A-Z0-9 ]+)$/.exec(line)?.[1]?.trim().split(/ +/);
          return ids ? [{ file, line: index + 1, title: '', ids }] : [];
        })
      : [],
  );
  return [...byTitle, ...byComment];
}

/** Every row with all that proves it. */
export function rowsWithTests(rows: readonly Row[], sources: Sources): RowWithTests[] {
  const claims = claimsIn(sources);
  return rows.map((row) => ({
    ...row,
    tests: claims
      .filter(({ ids }) => ids.includes(row.id))
      .map(({ file, line, title }) => ({ file, line, title }))
      .toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line),
  }));
}

/** For people who want to know about a few rows: the fault, what the worker does, and each of its tests. */
export function* closely(rows: readonly RowWithTests[]): Iterable<string> {
  for (const { id, fault, does, waiting, excused, tests } of rows) {
    yield `${id}  ${fault}`;
    yield `  The worker: ${does}`;
    if (waiting !== undefined) yield `  Waits: ${waiting}`;
    if (excused !== undefined) yield `  Excused: ${excused}`;
    const counts = new Map<string, number>();
    for (const { file, line, title } of tests) {
      const place = `  ${file}:${line}  ${title}`.trimEnd();
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    for (const [place, count] of counts) yield count === 1 ? place : `${place} (${count} times)`;
    yield '';
  }
}

/** For people: what is proven where, then what is missing, with a verdict as the last line. */
export function* inWords(rows: readonly Row[], { sections, gaps }: Listing): Iterable<string> {
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  for (const { letter, name, tested, untested, waiting, excused } of sections) {
    yield `${letter}  ${name}`;
    for (const { id, tests, files } of tested)
      yield `  ${id.padEnd(4)} ${rowOf.get(id)?.fault}\n       ${tests} ${tests === 1 ? 'test' : 'tests'}: ${files.join(', ')}`;
    for (const id of waiting) yield `  ${id.padEnd(4)} waits: ${rowOf.get(id)?.waiting}`;
    for (const id of excused) yield `  ${id.padEnd(4)} excused: ${rowOf.get(id)?.excused}`;
    for (const id of untested) yield `  ${id.padEnd(4)} NO TEST: ${rowOf.get(id)?.fault}`;
    yield '';
  }
  yield* gaps;
  const sum = (of: (section: Section) => readonly unknown[]): number =>
    sections.reduce((total, each) => total + of(each).length, 0);
  yield `${rows.length} rows: ${sum(({ tested }) => tested)} tested, ${sum(({ waiting }) => waiting)} waiting, ${sum(({ excused }) => excused)} excused, ${sum(({ untested }) => untested)} without a test. ${gaps.length === 0 ? 'No gap.' : `${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}.`}`;
}
