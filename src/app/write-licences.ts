import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOf, shippedPaths, type Lock } from './sbom.ts';

/** `node src/app/write-licences.ts >LICENCES.txt`: what the packages in the bundle want to be told of wherever they go. */
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { readonly packages: Lock };
for (const path of shippedPaths(packages)) {
  const file = readdirSync(path).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${path} has no licence with it.`);
  const text = readFileSync(join(path, file), 'utf8').trim();
  process.stdout.write(`${nameOf(path)} ${packages[path]?.version}\n\n${text}\n\n${'='.repeat(80)}\n\n`);
}
