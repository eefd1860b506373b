import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import type { Planted } from './planted.ts';

const ROOT = new URL('../../', import.meta.url);

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
