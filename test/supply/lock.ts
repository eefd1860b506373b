import { readFileSync } from 'node:fs';
import { nameOf, shippedPaths, type LockEntry } from '../../src/app/sbom.ts';
import { ROOT } from '../support/cli.ts';

/** What npm writes down of an entry beyond what a bill of materials needs. */
export type Entry = LockEntry & {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[];
};

export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What was decided about the packages; `allowed.json`, which a change of packages has to change too. */
export interface Allowed {
  /** Of those that are shipped and those that run the program: SPDX identifiers. */
  readonly licences: readonly string[];
  /** Packages that package.json asks for, with what for. */
  readonly direct: Readonly<Record<string, string>>;
  /** Packages that come along with those. */
  readonly transitive: readonly string[];
  /** Node.js itself, one package for each platform; the image has it from its base instead. */
  readonly runtime: readonly string[];
  /** Development packages that run a script when they are installed. */
  readonly installScripts: readonly string[];
  /** Shipped packages of which there is more than one version, and why that cannot be helped. */
  readonly twice: Readonly<Record<string, string>>;
}

export interface Supply {
  readonly manifest: Manifest;
  readonly lock: Readonly<Record<string, Entry>>;
  readonly allowed: Allowed;
}

const read = (path: string): unknown => JSON.parse(readFileSync(ROOT + path, 'utf8'));

export const onDisk = (): Supply => ({
  manifest: read('package.json') as Manifest,
  lock: (read('package-lock.json') as { packages: Record<string, Entry> }).packages,
  allowed: read('test/supply/allowed.json') as Allowed,
});

/** Everything that is wrong with what would be installed, a sentence each. */
export const faultsOf = (supply: Supply): string[] => [
  ...inexact(supply),
  ...unverified(supply),
  ...notAllowed(supply),
  ...unlicensed(supply),
  ...scripts(supply),
  ...twice(supply),
  ...runtimes(supply),
];

/** A range would let a new version in with nobody looking. */
const inexact = ({ manifest }: Supply): string[] =>
  Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version))
    .map(([name, version]) => `package.json asks for ${name} ${version}, which is not one version`);

/** npm refuses what does not have this checksum, wherever it is downloaded from. */
const unverified = ({ lock }: Supply): string[] =>
  Object.entries(lock).flatMap(([path, { resolved, integrity, link }]) => {
    if (path === '') return [];
    if (link || !path.startsWith('node_modules/')) return [`${path} is a folder, not a package`];
    const faults: string[] = [];
    if (resolved !== undefined && !/^https:\/\/[^/@\s]+\//.test(resolved))
      faults.push(`${path} does not come by https`);
    if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) faults.push(`${path} has no SHA-512`);
    return faults;
  });

function notAllowed({ manifest, lock, allowed }: Supply): string[] {
  const shipped = new Set(shippedPaths(lock).map(nameOf));
  const listed = new Set([...Object.keys(allowed.direct), ...allowed.transitive]);
  const direct = Object.keys(manifest.dependencies);
  return [
    ...[...shipped.difference(listed)].map((name) => `${name} is shipped and nobody has allowed it`),
    ...[...listed.difference(shipped)].map((name) => `${name} is allowed and not shipped`),
    ...direct.filter((name) => !(name in allowed.direct)).map((name) => `${name} is asked for without a reason`),
  ];
}

function unlicensed({ lock, allowed }: Supply): string[] {
  const paths = [...shippedPaths(lock), ...allowed.runtime.map((name) => `node_modules/${name}`)];
  return paths.flatMap((path) => {
    const license = lock[path]?.license ?? 'none';
    return allowed.licences.includes(license) ? [] : [`${path} has the licence ${license}`];
  });
}

const scripts = ({ lock, allowed }: Supply): string[] =>
  Object.entries(lock)
    .filter(([path, { hasInstallScript, dev }]) => {
      if (!hasInstallScript) return false;
      return !(dev && allowed.installScripts.includes(nameOf(path)));
    })
    .map(([path]) => `${path} runs a script when it is installed`);

function twice({ lock, allowed }: Supply): string[] {
  const paths = Map.groupBy(shippedPaths(lock), nameOf);
  return [...paths]
    .filter(([name, all]) => all.length > 1 && !(name in allowed.twice))
    .map(([name, all]) => `${name} is shipped ${all.length} times`);
}

/** One Node.js for everybody: what was tested is what runs. */
function runtimes({ manifest, lock, allowed }: Supply): string[] {
  const asked = Object.entries(manifest.optionalDependencies);
  const versions = new Set([
    ...asked.map(([, version]) => version),
    ...allowed.runtime.map((name) => lock[`node_modules/${name}`]?.version ?? 'none'),
  ]);
  const names = asked.map(([name]) => name).toSorted();
  return [
    ...(versions.size === 1 ? [] : [`Node.js comes in versions ${[...versions].join(', ')}`]),
    ...(names.join() === allowed.runtime.toSorted().join() ? [] : [`Node.js comes as ${names.join(', ')}`]),
    ...Object.entries(lock)
      .filter(([path, { optional, dev }]) => path !== '' && optional && !dev && !allowed.runtime.includes(nameOf(path)))
      .map(([path]) => `${path} is optional and nobody has allowed it`),
  ];
}
