import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Sources } from './titles.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** All that may claim to prove a row: tests, what they import, scripts, and alert tests. */
export function testSources(): Sources {
  const paths = globSync('test/**/*.{ts,sh,test.yaml}', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
  return new Map(paths.toSorted().map((path) => [path, readFileSync(ROOT + path, 'utf8')]));
}
