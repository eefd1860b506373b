import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { billOfMaterials, nameOf, shippedPaths, type Lock } from '../../src/app/sbom.ts';
import { Place, ROOT } from '../support/cli.ts';
import { onDisk } from './lock.ts';

interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly unknown[];
}

const { lock } = onDisk();
const billOf = (each: Lock): Bill => JSON.parse(billOfMaterials(each)) as Bill;

describe('the bill of materials', () => {
  const bill = billOf(lock);

  test('F15 lists exactly what is shipped, with version, licence and checksum', () => {
    expect(bill.components.map(({ name, version }) => `${name}@${version}`)).toEqual(
      shippedPaths(lock)
        .toSorted()
        .map((path) => `${nameOf(path)}@${lock[path]?.version}`),
    );
    for (const { type, purl, hashes, licenses } of bill.components) {
      expect([type, licenses.length]).toEqual(['library', 1]);
      expect(purl).toMatch(/^pkg:npm\/(?:%40[a-z0-9-]+\/)?[a-z0-9-]+@\d+\.\d+\.\d+$/);
      expect(hashes).toEqual([{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
    }
    expect(bill.metadata.component).toMatchObject({ type: 'application', name: 'media-retention-worker' });
  });

  test('says who needs whom, from the program down to everything', () => {
    const refs = new Set(bill.components.map((component) => component['bom-ref']));
    const dependsOn = new Map(bill.dependencies.map((each) => [each.ref, each.dependsOn]));
    expect([refs.size, dependsOn.size]).toEqual([bill.components.length, bill.components.length + 1]);
    const reached = new Set<string>();
    const reach = (ref: string): void => {
      if (reached.has(ref)) return;
      reached.add(ref);
      for (const each of dependsOn.get(ref) ?? []) reach(each);
    };
    reach(bill.metadata.component['bom-ref']);
    expect(reached.size).toBe(refs.size + 1);
  });

  test('is CycloneDX, without a time, and its serial number is a UUID', () => {
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    expect(bill.metadata).not.toHaveProperty('timestamp');
    expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('is to the byte the same for the same lock file, whatever its order, and another for another', () => {
    const backwards = Object.fromEntries(Object.entries(lock).toReversed());
    expect(billOfMaterials(backwards)).toBe(billOfMaterials(lock));
    const zod = { ...lock['node_modules/zod'], version: '4.6.8' };
    expect(billOf({ ...lock, 'node_modules/zod': zod }).serialNumber).not.toBe(bill.serialNumber);
  });

  test('is what its script says in a folder with the lock file', async () => {
    await using place = new Place(undefined, '');
    place.write('package-lock.json', readFileSync(`${ROOT}package-lock.json`, 'utf8'));
    const { stdout, stderr, code } = await place.startProgram(process.execPath, [`${ROOT}src/app/write-sbom.ts`]).ended;
    expect([stdout, stderr, code]).toEqual([billOfMaterials(lock), '', 0]);
  });
});

test('each package that is shipped has its licence with it, and all of them are in one text', async () => {
  await using place = new Place(undefined, '');
  const script = `process.chdir(${JSON.stringify(ROOT)}); await import('${ROOT}src/app/write-licences.ts')`;
  const { stdout, stderr, code } = await place.startProgram(process.execPath, ['--eval', script]).ended;
  expect([stderr, code]).toEqual(['', 0]);
  for (const path of shippedPaths(lock)) expect(stdout).toContain(`${nameOf(path)} ${lock[path]?.version}\n\n`);
});

describe('of a small lock file', () => {
  const integrity = `sha512-${'A'.repeat(86)}==`;
  const small: Lock = {
    '': { name: 'x', version: '1.0.0', dependencies: { a: '1', b: '1' } },
    'node_modules/a': { version: '1.0.0', integrity, license: '(MIT OR ISC)', dependencies: { '@s/c': '1' } },
    'node_modules/b': { version: '1.0.0', integrity, dependencies: { '@s/c': '2' }, peerDependencies: { gone: '1' } },
    'node_modules/b/node_modules/@s/c': { version: '2.0.0', integrity, license: 'MIT' },
    'node_modules/@s/c': { version: '1.0.0', integrity, license: 'MIT' },
    'node_modules/tool': { version: '1.0.0', integrity, dev: true },
    'node_modules/maybe': { version: '1.0.0', integrity, optional: true },
    'node_modules/either': { version: '1.0.0', integrity, devOptional: true },
  };

  test('each gets the version that Node would find for it', () => {
    const { components, dependencies } = billOf(small);
    expect(components.map(({ purl }) => purl)).toEqual([
      'pkg:npm/%40s/c@1.0.0',
      'pkg:npm/a@1.0.0',
      'pkg:npm/b@1.0.0',
      'pkg:npm/%40s/c@2.0.0',
    ]);
    expect(Object.fromEntries(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))).toMatchObject({
      'pkg:npm/x@1.0.0': ['pkg:npm/a@1.0.0', 'pkg:npm/b@1.0.0'],
      'pkg:npm/a@1.0.0': ['pkg:npm/%40s/c@1.0.0'],
      'pkg:npm/b@1.0.0': ['pkg:npm/%40s/c@2.0.0'],
    });
    expect(components[1]?.licenses).toEqual([{ expression: '(MIT OR ISC)' }]);
  });

  test.each<[string, Lock, string]>([
    ['without a name', { ...small, '': { version: '1.0.0' } }, 'does not say whose it is'],
    ['with another checksum', { ...small, 'node_modules/a': { version: '1.0.0', integrity: 'sha1-x' } }, 'not SHA-512'],
  ])('%s there is none', (_, each, message) => {
    expect(() => billOfMaterials(each)).toThrow(message);
  });
});
