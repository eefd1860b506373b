import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { IService } from 'kubernetes-models/v1/Service';
import { nameOf, type Manifest } from './kustomize.ts';

interface Kinds {
  readonly ConfigMap: IConfigMap;
  readonly CronJob: ICronJob;
  readonly Deployment: IDeployment;
  readonly Namespace: INamespace;
  readonly NetworkPolicy: INetworkPolicy;
  readonly Service: IService;
}

/** Takes the word of `kind`: whether the rest fits is for `schemaProblems`. */
export const isA = <K extends keyof Kinds>(kind: K, manifest: Manifest): manifest is Manifest & Kinds[K] =>
  manifest.kind === kind;

/** @throws where there is none, or more than one */
export function theOnly<K extends keyof Kinds>(kind: K, manifests: readonly Manifest[]): Manifest & Kinds[K] {
  const [only, ...more] = manifests.filter((manifest) => isA(kind, manifest));
  if (!only || more.length > 0) throw new Error(`${more.length + 1} or no ${kind}, where one is expected`);
  return only;
}

/** What makes pods, and how they are. */
export interface Workload {
  /** `CronJob/media-retention` */
  readonly name: string;
  readonly metadata: IPodTemplateSpec['metadata'];
  readonly spec: IPodSpec;
  /** The only container. */
  readonly worker: IContainer;
}

/** Every manifest that makes pods. @throws on one whose pods are not of one container */
export function workloadsIn(manifests: readonly Manifest[]): Workload[] {
  return manifests.flatMap((manifest) => {
    const template = templateOf(manifest);
    if (!template) return [];
    const { metadata, spec } = template;
    const [worker] = spec?.containers ?? [];
    if (!spec || !worker || spec.containers.length > 1 || spec.initContainers || spec.ephemeralContainers)
      throw new Error(`${nameOf(manifest)}: its pods do not have one container and nothing else`);
    return [{ name: nameOf(manifest), metadata, spec, worker }];
  });
}

/** @throws where there is none, or more than one */
export function workloadOf(manifests: readonly Manifest[]): Workload {
  const [only, ...more] = workloadsIn(manifests);
  if (!only || more.length > 0) throw new Error('not exactly one thing that makes pods');
  return only;
}

function templateOf(manifest: Manifest): IPodTemplateSpec | undefined {
  if (isA('CronJob', manifest)) return manifest.spec.jobTemplate.spec?.template;
  return isA('Deployment', manifest) ? manifest.spec?.template : undefined;
}
