import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const ROOT = new URL('../../', import.meta.url);

/**
 * Bugs that the simulator has to find: each is one change of one source file, made while it is loaded. One that is not found
 * is a hole in the simulator. `find` has to occur exactly once, so that a bug cannot go missing when the source changes.
 */
export interface Planted {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** For a file with several of them. */
export const inFile =
  (file: string) =>
  (name: string, find: string, replace: string): Planted => ({ name, file, find, replace });

/** @throws where the place that the bug is planted at is not there, or not alone */
export function patched(source: string, { name, file, find, replace }: Planted): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`“${name}”: its place occurs ${places} times in ${file}, expected once.`);
  return source.replace(find, () => replace);
}

/** From now on the file is loaded with the bug in it. */
export function plant(bug: Planted): void {
  const where = new URL(bug.file, ROOT).href;
  registerHooks({
    load: (url, context, next) => {
      if (url !== where) return next(url, context);
      return { ...next(url, context), source: patched(readFileSync(new URL(url), 'utf8'), bug) };
    },
  });
}
