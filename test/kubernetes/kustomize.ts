import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

/**
 * Renders our kustomizations without kustomize, so that the tests need nothing but what `npm ci` brings. It knows only
 * what ours use, and refuses the rest; where there is a kubectl, a test compares it with the real one.
 */

export const CONFIG = fileURLToPath(new URL('../../config/kubernetes/', import.meta.url));

/** An object for a cluster, of which nothing is known yet but that it says what it is. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [key: string]: unknown;
}

/** `CronJob/media-retention` */
export const nameOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;

interface Kustomization {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly {
    readonly name: string;
    readonly files?: readonly string[];
    readonly envs?: readonly string[];
  }[];
  readonly generatorOptions?: { readonly disableNameSuffixHash: true };
  readonly images?: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[];
}

const KNOWN = new Set([
  'apiVersion',
  'kind',
  'namespace',
  'resources',
  'configMapGenerator',
  'generatorOptions',
  'images',
]);

/** Everything that `kubectl apply --kustomize FOLDER` would send. @throws on a file that is missing or no YAML */
export function render(folder: string): Manifest[] {
  const kustomization = readKustomization(folder);
  const { namespace, resources, configMapGenerator = [], generatorOptions, images = [] } = kustomization;
  if (configMapGenerator.length > 0 && generatorOptions?.disableNameSuffixHash !== true)
    throw new Error(`${folder}: a ConfigMap whose name has a hash never reaches a pod that runs`);
  const found = resources.flatMap((name) =>
    name.endsWith('.yaml') ? (readDocuments(join(folder, name)) as Manifest[]) : render(join(folder, name)),
  );
  const made = configMapGenerator.map(({ name, files = [], envs = [] }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: {
      ...Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')])),
      ...Object.fromEntries(envs.flatMap((file) => variables(readFileSync(join(folder, file), 'utf8')))),
    },
  }));
  return [...found, ...made].map((manifest) => withImages(inNamespace(manifest, namespace), images));
}

/** The files in a folder and below that no kustomization takes in, but for those that say they are examples. */
export function unlisted(folder: string): string[] {
  const all = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = all.map(({ parentPath, name }) => join(parentPath, name));
  const taken = new Set(paths.filter((path) => path.endsWith('/kustomization.yaml')).flatMap(listed));
  return paths.filter((path) => !taken.has(path) && !path.endsWith('.example.yaml'));
}

function listed(path: string): string[] {
  const { resources, configMapGenerator = [] } = readKustomization(dirname(path));
  const names = [...resources, ...configMapGenerator.flatMap(({ files = [], envs = [] }) => files.concat(envs))];
  return [path, ...names.map((name) => join(dirname(path), name))];
}

/** @throws on a key given twice, and on everything else that is wrong with the text */
export function readDocuments(path: string): unknown[] {
  const documents = parseAllDocuments(readFileSync(path, 'utf8'), { strict: true, uniqueKeys: true });
  if ('empty' in documents) throw new Error(`${path} is empty`);
  return documents.map((document) => {
    const [trouble] = [...document.errors, ...document.warnings];
    if (trouble) throw new Error(`${path}: ${trouble.message}`, { cause: trouble });
    return document.toJS() as unknown;
  });
}

function readKustomization(folder: string): Kustomization {
  const path = normalize(join(folder, 'kustomization.yaml'));
  const [kustomization] = readDocuments(path) as [Kustomization];
  const strange = Object.keys(kustomization).filter((key) => !KNOWN.has(key));
  if (strange.length > 0) throw new Error(`${path}: ${strange.join(', ')} is not known here`);
  return kustomization;
}

const variables = (text: string): [string, string][] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);

function inNamespace(manifest: Manifest, namespace: string): Manifest {
  const { kind, metadata } = manifest;
  return {
    ...manifest,
    metadata: kind === 'Namespace' ? { ...metadata, name: namespace } : { ...metadata, namespace },
  };
}

/** Everywhere, as deep as pods are in a CronJob. */
function withImages<T>(value: T, images: NonNullable<Kustomization['images']>): T {
  if (Array.isArray(value)) return value.map((each: unknown) => withImages(each, images)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      const image = key === 'image' ? images.find(({ name }) => String(inner).split(':')[0] === name) : undefined;
      return [key, image ? `${image.newName}:${image.newTag}` : withImages(inner, images)];
    }),
  ) as T;
}
