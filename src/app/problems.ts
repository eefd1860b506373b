/** One thing that is wrong in the configuration, in the words a person needs to put it right. Nothing in it is secret. */
export interface Problem {
  /** `file:line:col`, a file, or the name of an environment variable. */
  readonly place: string;
  /** The key inside the file, such as `policy.rules[2].retain`. */
  readonly path?: string;
  /** What is there, as the rest of a sentence: `"30m" is not a period`. */
  readonly found: string;
  /** A whole sentence that goes behind, such as `Did you mean limits?`. */
  readonly hint?: string;
  /** What belongs there, as the rest of `Expected …`. */
  readonly expected?: string;
}

/** The configuration cannot be used, so nothing was started: exit code 2. Its message is `formatProblems(problems)`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(formatProblems(problems), options);
    this.problems = problems;
  }
}

/** All problems under each other, their places in one column, and the closing line. */
export function formatProblems(problems: readonly Problem[]): string {
  const shown = problems.slice(0, SHOWN_MAX);
  const width = Math.max(0, ...shown.map(({ place }) => place.length));
  const more = problems.length - shown.length;
  return [
    ...shown.flatMap((problem) => lines(problem, width)),
    ...(more > 0 ? [`… and ${more} more.`] : []),
    `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; nothing was started.`,
  ].join('\n');
}

/** A file that is no policy at all can have a problem per character: nobody reads more than these. */
const SHOWN_MAX = 50;

function lines({ place, path, found, hint, expected }: Problem, width: number): string[] {
  const what = `${path === undefined ? '' : `${path}: `}${found}.`;
  const first = `${place.padEnd(width)}  ${what}${hint === undefined ? '' : ` ${hint}`}`;
  return expected === undefined ? [first] : [first, `  Expected ${expected}.`];
}
