import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { CronJob } from 'kubernetes-models/batch/v1/CronJob';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { nameOf, type Manifest } from './kustomize.ts';

/** All that our manifests may be. */
const MODELS = [
  ConfigMap,
  CronJob,
  Deployment,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  Service,
  ServiceAccount,
];

/**
 * Where a manifest is not as Kubernetes' own schema has it. The schema lets unknown fields pass, as the cluster does: it
 * drops them, and a typing mistake in `readOnlyRootFilesystem` leaves the root file system writable. So the validator is
 * handed an object that sees which of its fields are looked at: one that never is, the schema does not know.
 */
export function schemaProblems(manifest: Manifest): string[] {
  const { apiVersion, kind } = manifest;
  const model = MODELS.find((each) => each.apiVersion === apiVersion && each.kind === kind);
  if (!model) return [`${nameOf(manifest)}: there is no schema for ${apiVersion} ${kind}`];
  const looks: Look[] = [];
  const wrong = errorsOf(() => model.prototype.validate.call(watched(manifest, '', looks) as never));
  const unknown = looks.flatMap(({ path, value, seen }) =>
    Object.keys(value)
      .filter((key) => !seen.has(key))
      .map((key) => `${path}/${key} is not known`),
  );
  return [...new Set([...wrong, ...unknown])].map((problem) => `${nameOf(manifest)}: ${problem}`);
}

/** Which fields of one object were looked at. */
interface Look {
  readonly path: string;
  readonly value: object;
  readonly seen: Set<string>;
}

/** `value`, with all that is in it, so that every look at a field is written down in `looks`. */
function watched(value: unknown, path: string, looks: Look[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const already = looks.find((look) => look.path === path);
  const seen = already?.seen ?? new Set<string>();
  if (!already) looks.push({ path, value, seen });
  return new Proxy(value, {
    get(target, key) {
      const inner: unknown = Reflect.get(target, key);
      if (typeof key !== 'string') return inner;
      seen.add(key);
      return watched(inner, `${path}/${key}`, looks);
    },
    // Labels, limits and the like: any key will do, so all of them are gone through.
    ownKeys(target) {
      for (const key of Object.keys(target)) seen.add(key);
      return Reflect.ownKeys(target);
    },
  });
}

interface SchemaError {
  readonly instancePath: string;
  readonly message?: string;
}

function errorsOf(validate: () => void): string[] {
  try {
    validate();
    return [];
  } catch (error) {
    if (!(error instanceof Error && 'errors' in error)) throw error;
    return (error.errors as SchemaError[]).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
}
