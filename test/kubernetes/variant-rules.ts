import { parsePolicyFile, type PolicyFile } from '../../src/app/policy-file.ts';
import { nameOf, type Manifest } from './kustomize.ts';
import { isA, workloadsIn, type Workload } from './kinds.ts';

/** What has to fit between the manifests of one variant: each rule returns what does not, in words. */

/** Made by hand, as the README says: no secret is in a repository. */
const EXTERNAL = ['Secret/media-retention'];

/** Every name that a pod mentions is there. */
export function referenceProblems(manifests: readonly Manifest[], { spec, worker }: Workload): string[] {
  const variables = worker.env ?? [];
  const names: readonly (readonly [kind: string, name: string | undefined])[] = [
    ['ServiceAccount', spec.serviceAccountName],
    ...(spec.volumes ?? []).flatMap(({ configMap, secret, persistentVolumeClaim }) => [
      ['ConfigMap', configMap?.name] as const,
      ['Secret', secret?.secretName] as const,
      ['PersistentVolumeClaim', persistentVolumeClaim?.claimName] as const,
    ]),
    ...(worker.envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
      ['ConfigMap', configMapRef?.name] as const,
      ['Secret', secretRef?.name] as const,
    ]),
    ...variables.map(({ valueFrom }) => ['ConfigMap', valueFrom?.configMapKeyRef?.name] as const),
    ...variables.map(({ valueFrom }) => ['Secret', valueFrom?.secretKeyRef?.name] as const),
  ];
  const there = new Set([...manifests.map(nameOf), ...EXTERNAL]);
  return names
    .filter(([, name]) => name !== undefined)
    .map(([kind, name]) => `${kind}/${name}`)
    .filter((name) => !there.has(name))
    .map((name) => `there is no ${name}`);
}

/** The policy that is mounted where RETENTION_CONFIG points. @throws on one that is wrong */
export function policyOf(manifests: readonly Manifest[], workload: Workload): PolicyFile {
  const path = variable(workload, 'RETENTION_CONFIG') ?? '';
  const volume = volumeAt(workload, path);
  const maps = manifests.filter((manifest) => isA('ConfigMap', manifest));
  const map = maps.find(({ metadata }) => metadata.name === volume?.configMap?.name);
  const text = map?.data?.[path.split('/').at(-1) ?? ''];
  if (text === undefined) throw new Error(`${workload.name}: there is no ConfigMap with a file at ${path}`);
  return parsePolicyFile(text, path);
}

/** Secrets are read, and the ledger is written, where a volume is. */
export function pathProblems(manifests: readonly Manifest[], workload: Workload): string[] {
  const { serve } = policyOf(manifests, workload);
  const secrets = (workload.worker.env ?? []).filter(({ name }) => name.endsWith('_FILE'));
  const ledger = /^sqlite:(\/.+)$/.exec(variable(workload, 'LEDGER_URL') ?? '')?.[1];
  const isServed = workload.worker.args?.[0] === 'serve';
  const ports = (workload.worker.ports ?? []).map(({ containerPort }) => containerPort);
  return [
    ...[...secrets.map(({ value }) => value), serve.tokenFile]
      .filter((path) => !volumeAt(workload, path)?.secret)
      .map((path) => `${path} is in no Secret`),
    ...(volumeAt(workload, ledger)?.persistentVolumeClaim ? [] : [`the ledger ${ledger} is on no volume that lasts`]),
    ...(isServed && serve.listen.host !== '0.0.0.0' ? [`listens on ${serve.listen.host}, where no probe comes`] : []),
    ...(isServed && !ports.includes(serve.listen.port) ? [`listens on ${serve.listen.port}, which is not opened`] : []),
  ];
}

const variable = ({ worker }: Workload, name: string): string | undefined =>
  worker.env?.find((each) => each.name === name)?.value;

function volumeAt({ spec, worker }: Workload, path: string | undefined) {
  const mount = worker.volumeMounts?.find(({ mountPath }) => path?.startsWith(`${mountPath}/`));
  return spec.volumes?.find(({ name }) => name === mount?.name);
}

interface Selector {
  readonly whose: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Names of ports that the pods have to have. */
  readonly ports: readonly unknown[];
}

/** What selects pods finds some, with the ports it means. An empty selector means all pods, and may find none. */
export function selectorProblems(manifests: readonly Manifest[]): string[] {
  const workloads = workloadsIn(manifests);
  return manifests.flatMap(selectorsOf).flatMap(({ whose, labels, ports }) => {
    const found = workloads.filter(({ metadata }) =>
      Object.entries(labels).every(([key, value]) => metadata?.labels?.[key] === value),
    );
    if (found.length === 0) return [`${whose}: selects no pod`];
    const open = new Set(found.flatMap(({ worker }) => (worker.ports ?? []).map(({ name }) => name)));
    return ports
      .filter((port) => typeof port === 'string' && !open.has(port))
      .map((port) => `${whose}: there is no port ${port as string}`);
  });
}

function selectorsOf(manifest: Manifest): Selector[] {
  const whose = nameOf(manifest);
  if (isA('Deployment', manifest)) return [{ whose, labels: manifest.spec?.selector.matchLabels ?? {}, ports: [] }];
  if (isA('Service', manifest)) {
    const { selector = {}, ports = [] } = manifest.spec ?? {};
    return [{ whose, labels: selector, ports: ports.map(({ targetPort }) => targetPort) }];
  }
  if (isA('NetworkPolicy', manifest)) {
    const { podSelector, ingress = [] } = manifest.spec ?? {};
    const ports = ingress.flatMap((rule) => (rule.ports ?? []).map(({ port }) => port));
    return [{ whose, labels: podSelector?.matchLabels ?? {}, ports }];
  }
  return [];
}
