import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { DRAIN_MS } from '../../src/sweep/settle-rest.ts';
import type { Workload } from './kinds.ts';

/** What no schema can say of a pod of ours: each rule returns what is against it, in words. */

/** The volumes are there, all are used, and what changes in the cluster changes in the pod. */
export function volumeProblems({ spec, worker }: Workload): string[] {
  const declared = new Set((spec.volumes ?? []).map(({ name }) => name));
  const mounts = worker.volumeMounts ?? [];
  const mounted = new Set(mounts.map(({ name }) => name));
  const paths = mounts.map(({ mountPath }) => mountPath);
  return [
    ...[...mounted.difference(declared)].map((name) => `the volume ${name} is mounted and not there`),
    ...[...declared.difference(mounted)].map((name) => `the volume ${name} is mounted nowhere`),
    ...paths.filter((path, i) => paths.indexOf(path) !== i).map((path) => `${path} is mounted twice`),
    ...mounts
      .filter(({ subPath, subPathExpr }) => subPath !== undefined || subPathExpr !== undefined)
      .map(({ name }) => `the volume ${name} is mounted by subPath, and would never change again`),
    ...(spec.volumes ?? [])
      .filter(({ emptyDir }) => emptyDir && emptyDir.sizeLimit === undefined)
      .map(({ name }) => `the volume ${name} may fill the node's disk`),
  ];
}

/** The sources that the Pod Security Standard "restricted" allows. */
const ALLOWED_SOURCES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/** Whether the Pod Security Standard "restricted" lets it in, and a read-only root, which that does not ask for. */
export function securityProblems({ spec, worker }: Workload): string[] {
  const pod = spec.securityContext ?? {};
  const own = worker.securityContext ?? {};
  const both = { ...pod, ...own };
  const sources = (spec.volumes ?? []).flatMap((volume) => Object.keys(volume)).filter((key) => key !== 'name');
  const rules: readonly [holds: boolean, otherwise: string][] = [
    [both.runAsNonRoot === true, 'may run as root: runAsNonRoot'],
    [both.runAsUser === 1000 && both.runAsGroup === 1000, 'does not run as the user of the image, 1000:1000'],
    [pod.fsGroup === 1000, 'cannot write to its volumes: fsGroup'],
    [both.seccompProfile?.type === 'RuntimeDefault', 'is not confined: seccompProfile'],
    [own.allowPrivilegeEscalation === false, 'may gain privileges: allowPrivilegeEscalation'],
    [own.readOnlyRootFilesystem === true, 'may write to its root file system: readOnlyRootFilesystem'],
    [own.capabilities?.drop?.join() === 'ALL', 'keeps capabilities: capabilities.drop'],
    [(own.capabilities?.add ?? []).length === 0, 'has capabilities: capabilities.add'],
    [own.privileged !== true, 'is privileged'],
    [own.procMount === undefined && pod.sysctls === undefined, 'asks for an open /proc or for sysctls'],
    [!spec.hostNetwork && !spec.hostPID && !spec.hostIPC, 'is in a namespace of its node'],
    [(worker.ports ?? []).every(({ hostPort }) => hostPort === undefined), 'has a port of its node'],
    [sources.every((source) => ALLOWED_SOURCES.has(source)), `has a volume of ${sources.join(', ')}`],
    [spec.automountServiceAccountToken === false, 'has a token of the cluster: automountServiceAccountToken'],
  ];
  return rules.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
}

/** What keeps a pod from harming its node, or from being ended too early. */
export function resourceProblems({ spec, worker }: Workload): string[] {
  const { requests = {}, limits = {} } = worker.resources ?? {};
  return [
    ...(requests['cpu'] && requests['memory'] ? [] : ['does not say what it needs: resources.requests']),
    ...(limits['memory'] ? [] : ['has no limit of memory']),
    ...(limits['cpu'] ? ['has a limit of cpu, and would be slow to drain'] : []),
    ...graceProblems(spec),
  ];
}

/** Beyond the drain, the time to write down what came of it. */
const WRITING_SECONDS = 10;

function graceProblems({ terminationGracePeriodSeconds = 30 }: IPodSpec): string[] {
  const needed = DRAIN_MS / 1000 + WRITING_SECONDS;
  return terminationGracePeriodSeconds >= needed
    ? []
    : [`is killed ${terminationGracePeriodSeconds} s after SIGTERM, and may need ${needed}`];
}

/** The health of the service is asked without a token, where it listens. */
export function probeProblems({ name, worker }: Workload): string[] {
  if (name.startsWith('CronJob/')) return [];
  const ports = new Set((worker.ports ?? []).map((port) => port.name));
  const wanted = { startupProbe: '/healthz', livenessProbe: '/healthz', readinessProbe: '/readyz' } as const;
  return Object.entries(wanted).flatMap(([key, path]) => {
    const get = worker[key as keyof typeof wanted]?.httpGet;
    if (get?.path !== path) return [`its ${key} does not ask for ${path}`];
    return ports.has(String(get.port)) ? [] : [`its ${key} asks at a port that is not there: ${get.port}`];
  });
}
