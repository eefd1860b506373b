import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { shippedPaths, type Lock } from '../../src/app/sbom.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));

test('F15 all that images run is of this repository and of packages that the bill of materials lists', async () => {
  await using bundle = await rolldown({ input: `${ROOT}src/main.ts`, platform: 'node' });
  const { output } = await bundle.generate({ format: 'esm' });
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  const files = modules.filter((id) => id.startsWith(ROOT)).map((id) => id.slice(ROOT.length));
  const bundled = new Set(files.map(packagePath));
  const { packages } = read('package-lock.json') as { readonly packages: Lock };

  expect(modules.filter((id) => !id.startsWith(ROOT) && !id.startsWith('\0rolldown'))).toEqual([]);
  expect([...bundled].filter((path) => path !== 'src' && !shippedPaths(packages).includes(path))).toEqual([]);
  const { dependencies } = read('package.json') as { readonly dependencies: Readonly<Record<string, string>> };
  expect(Object.keys(dependencies).filter((name) => !bundled.has(`node_modules/${name}`))).toEqual([]);
});

/** The folder of the package that a file is part of, the innermost; of a file of this repository the first one. */
const packagePath = (file: string): string => /^.*node_modules\/(?:@[^/]+\/)?[^/]+|^[^/]+/.exec(file)?.[0] ?? file;
