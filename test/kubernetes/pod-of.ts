import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { stringify } from 'yaml';
import { CONFIG, render, type Manifest } from './kustomize.ts';
import { isA, workloadOf, type Workload } from './kinds.ts';

/**
 * The pod that the CronJob would make, with its ConfigMaps, for `podman kube play`. Called by `run-pod.sh`:
 *
 *     node test/kubernetes/pod-of.ts IMAGE NAME=VALUE...
 *
 * The variables are those of the account, in place of what `account.env` says. Everything else is as the manifests have
 * it, but for the Secret: podman 4.3 hands its values over undecoded, and with nobody's rights. So it is a volume, which
 * the caller has filled.
 */
export const SECRET_VOLUME = 'media-retention-secret';

/** @param account lines of the form NAME=VALUE */
export function podFor(manifests: readonly Manifest[], image: string, account: readonly string[]): unknown[] {
  const configMaps = manifests.filter((manifest) => isA('ConfigMap', manifest));
  return [...configMaps.map((map) => withAccount(map, account)), podFrom(workloadOf(manifests), image)];
}

function withAccount(map: Manifest & IConfigMap, account: readonly string[]): unknown {
  if (map.metadata.name !== 'media-retention-account') return map;
  const given = account.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  return { ...map, data: { ...map.data, ...(Object.fromEntries(given) as Record<string, string>) } };
}

function podFrom({ metadata, spec, worker }: Workload, image: string): unknown {
  const volumes = spec.volumes?.map((volume) =>
    volume.secret ? { name: volume.name, persistentVolumeClaim: { claimName: SECRET_VOLUME } } : volume,
  );
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: 'sweep' },
    spec: { ...spec, containers: [{ ...worker, image }], volumes },
  };
}

if (import.meta.main) {
  const [image = '', ...account] = process.argv.slice(2);
  const documents = podFor(render(`${CONFIG}cronjob`), image, account);
  process.stdout.write(documents.map((document) => stringify(document)).join('---\n'));
}
