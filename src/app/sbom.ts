import { createHash } from 'node:crypto';

/** What a lock file of npm (version 3) says of one installed package; the path `''` is the program itself. */
export interface LockEntry {
  readonly name?: string;
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export type Lock = Readonly<Record<string, LockEntry>>;

/** The paths that the image gets: neither development nor optional packages, which are Node.js itself. */
export const shippedPaths = (lock: Lock): string[] =>
  Object.keys(lock).filter((path) => {
    const { dev, optional, devOptional } = lock[path] ?? {};
    return path !== '' && !dev && !optional && !devOptional;
  });

/** `node_modules/a/node_modules/@b/c` is `@b/c`. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/**
 * The software bill of materials of the image, as CycloneDX 1.6, from the lock file alone: the same lock file gives the same
 * bytes, so there is no time in it, and the serial number is made of the contents.
 *
 * npm's own `npm sbom` does not do: with `--omit dev` it leaves out whatever a development package names as well (zod,
 * yaml), and in a folder without those packages it refuses.
 */
export function billOfMaterials(lock: Lock): string {
  const root = lock[''];
  if (root?.name === undefined) throw new Error('The lock file does not say whose it is.');
  const shipped = shippedPaths(lock).toSorted();
  const bill = {
    metadata: { component: { type: 'application', ...componentOf(root.name, root) } },
    components: shipped.map((path) => ({ type: 'library', ...componentOf(nameOf(path), lock[path] as LockEntry) })),
    dependencies: ['', ...shipped].map((path) => ({
      ref: refOf(path === '' ? (root.name ?? '') : nameOf(path), lock[path] as LockEntry),
      dependsOn: dependenciesOf(path, lock, new Set(shipped)),
    })),
  };
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(bill))}`;
  return `${JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber, version: 1, ...bill }, null, 2)}\n`;
}

/** A package URL; of all places a scanner looks here. */
const refOf = (name: string, { version }: LockEntry): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

function componentOf(name: string, entry: LockEntry): object {
  const { version, license, integrity } = entry;
  const ref = refOf(name, entry);
  return {
    'bom-ref': ref,
    name,
    version,
    ...(integrity !== undefined && { hashes: [{ alg: 'SHA-512', content: hexOf(integrity) }] }),
    ...(license !== undefined && {
      licenses: [/^[A-Za-z0-9.-]+$/.test(license) ? { license: { id: license } } : { expression: license }],
    }),
    purl: ref,
  };
}

/** Of the archive that was installed, as npm checked it. */
function hexOf(integrity: string): string {
  const [, base64] = /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(integrity) ?? [];
  if (base64 === undefined) throw new Error('The lock file has an integrity that is not SHA-512.');
  return Buffer.from(base64, 'base64').toString('hex');
}

/** What is shipped of what a package asks for, found as Node finds it: beside it first, then further up. */
function dependenciesOf(path: string, lock: Lock, shipped: ReadonlySet<string>): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = lock[path] ?? {};
  const asked = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return asked
    .flatMap((name) => {
      const found = foldersAbove(path)
        .map((folder) => `${folder}node_modules/${name}`)
        .find((each) => shipped.has(each));
      return found === undefined ? [] : [refOf(name, lock[found] as LockEntry)];
    })
    .toSorted();
}

/** `node_modules/a/node_modules/b` looks into itself, into `node_modules/a`, and into the folder of the program. */
function foldersAbove(path: string): string[] {
  if (path === '') return [''];
  const above = path.slice(0, path.lastIndexOf('node_modules/'));
  return [`${path}/`, ...foldersAbove(above.replace(/\/$/, ''))];
}

/** A UUID of version 8, which is what its maker makes of it (RFC 9562): here the beginning of a SHA-256. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}
