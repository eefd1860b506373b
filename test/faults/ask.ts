import { parseArgs } from 'node:util';

/** What somebody wants to see of the catalogue. */
export interface Asked {
  readonly isHelp: boolean;
  readonly isJson: boolean;
  /** Of rows; none: all of them. */
  readonly ids: readonly string[];
}

export const HELP = `npm run faults -- [ID…] [--json] [--help]

Lists what may go wrong, and the tests that hold what the worker then does.
With ids (A22 D7) these rows alone: what the worker does, and each of their tests.

  --json  for programs: the rows with the titles, files and lines of their tests
  --help  this text

Exit codes: 0 no gap in what is listed; 1 a gap, such as a row without a test; 2 an argument that cannot be meant.`;

/** @returns a sentence where the arguments cannot be meant */
export function asked(args: readonly string[], known: ReadonlySet<string>): Asked | string {
  // Not strict, so that what is wrong can be said in words of ours.
  const { values, positionals } = parseArgs({ args: [...args], strict: false, allowPositionals: true });
  for (const [name, value] of Object.entries(values)) {
    if (name !== 'json' && name !== 'help') return `There is no option ${name}: only --json and --help.`;
    if (value !== true) return `The option --${name} takes no value.`;
  }
  const strange = positionals.find((id) => !known.has(id));
  if (strange !== undefined) return `${JSON.stringify(strange)} is no row of the catalogue: ids are like A22.`;
  return { isHelp: values['help'] === true, isJson: values['json'] === true, ids: positionals };
}
