import { readFileSync } from 'node:fs';
import { billOfMaterials, type Lock } from './sbom.ts';

/** `node src/app/write-sbom.ts >sbom.cdx.json`: the bill of materials of the lock file in this folder. */
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { readonly packages: Lock };
process.stdout.write(billOfMaterials(packages));
