import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { parsePolicyFile } from '../../src/app/policy-file.ts';
import { EXIT } from '../../src/commands/exit-code.ts';
import { consequenceOf } from './job-rules.ts';
import { theOnly, workloadOf } from './kinds.ts';
import { CONFIG, nameOf, readDocuments, render, unlisted, type Manifest } from './kustomize.ts';
import { SECRET_VOLUME, podFor } from './pod-of.ts';
import { problemsIn } from './problems.ts';
import { policyOf } from './variant-rules.ts';

const cronjob = render(`${CONFIG}cronjob`);
const deployment = render(`${CONFIG}deployment`);
/** The real kustomize is in it. Nothing needs it but one test, which is skipped where there is none. */
const KUBECTL = 'kubectl';
const hasKubectl = spawnSync(KUBECTL, ['version', '--client']).status === 0;
const byName = (manifests: readonly Manifest[]) => new Map(manifests.map((each) => [nameOf(each), each]));

describe.each([
  ['cronjob', cronjob],
  ['deployment', deployment],
])('the variant %s', (variant, manifests) => {
  test('D22 is as the schemas have it, has no field that they do not know, and keeps our rules', () => {
    expect(problemsIn(manifests)).toEqual([]);
  });

  test('comes into a namespace that turns away pods that are not "restricted"', () => {
    const { labels } = theOnly('Namespace', manifests).metadata;
    expect(labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  });

  test('deletes nothing until it is armed, and then by the rules and limits that are shipped', () => {
    const shipped = parsePolicyFile(readFileSync(`${CONFIG}../retention.yaml`, 'utf8'), 'config/retention.yaml');
    const { mode, policy, limits, requests } = policyOf(manifests, workloadOf(manifests));
    expect(mode).toBe('dry-run');
    expect({ policy, limits, requests }).toEqual({
      policy: shipped.policy,
      limits: shipped.limits,
      requests: shipped.requests,
    });
  });

  test('runs the image of this version', () => {
    expect(workloadOf(manifests).worker.image).toBe(`media-retention-worker:${packageJson.version}`);
  });

  test.skipIf(!hasKubectl)('is what the real kustomize makes of it, which kubectl has', () => {
    const { stdout, stderr } = spawnSync(KUBECTL, ['kustomize', CONFIG + variant], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const real = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
    expect(byName(manifests)).toEqual(byName(real));
  });
});

test('every file is taken in by a kustomization, or says that it is an example', () => {
  expect(unlisted(CONFIG)).toEqual([]);
});

describe('a sweep that failed', () => {
  const job = theOnly('CronJob', cronjob).spec.jobTemplate.spec!;

  test.each(Object.entries(EXIT).filter(([, code]) => code !== EXIT.done))(
    'by its own word is not begun anew before the next slot: %s',
    (_, code) => {
      expect(consequenceOf(job, code)).toBe('FailJob');
    },
  );

  test.each([
    ['killed for its memory', 137],
    ['crashed', 139],
    ['not even started', 128],
  ])('since it was %s is begun anew, once', (_, code) => {
    expect([consequenceOf(job, code), job.backoffLimit]).toEqual(['Count', 1]);
  });

  test.each([EXIT.partial, 137])(
    'since its node was drained is begun anew, and counts for nothing: exit %i',
    (code) => {
      expect(consequenceOf(job, code, true)).toBe('Ignore');
    },
  );
});

test('the service is never there twice, and a new one waits for the volume of the old', () => {
  const { spec } = theOnly('Deployment', deployment);
  expect([spec?.replicas, spec?.strategy]).toEqual([1, { type: 'Recreate' }]);
});

test('the service can be scraped as the example for Prometheus does it, also while it is not ready', () => {
  const { metadata, spec } = theOnly('Service', deployment);
  const [example] = readDocuments(`${CONFIG}deployment/prometheus.example.yaml`) as [
    { scrape_configs: { static_configs: unknown; authorization: { type: string } }[] },
  ];
  const target = `${metadata.name}.${metadata.namespace}.svc:${spec?.ports?.[0]?.port}`;
  expect(example.scrape_configs[0]?.static_configs).toEqual([{ targets: [target] }]);
  expect(example.scrape_configs[0]?.authorization.type).toBe('Bearer');
  expect(spec?.publishNotReadyAddresses).toBe(true);
});

test("the pod for podman is the CronJob's, but for its name, its image, its account and its Secret", () => {
  const [policy, account, pod] = podFor(cronjob, 'other:1', ['SIGNALWIRE_BASE_URL=http://127.0.0.1:1?a=b']);
  const { spec, worker } = workloadOf(cronjob);
  const secret = { name: 'secrets', persistentVolumeClaim: { claimName: SECRET_VOLUME } };
  const volumes = spec.volumes?.map((volume) => (volume.name === secret.name ? secret : volume));
  expect(policy).toEqual(byName(cronjob).get('ConfigMap/media-retention-policy'));
  expect(account).toMatchObject({
    data: { SIGNALWIRE_SPACE: 'example', SIGNALWIRE_BASE_URL: 'http://127.0.0.1:1?a=b' },
  });
  expect(pod).toMatchObject({ spec: { ...spec, volumes, containers: [{ ...worker, image: 'other:1' }] } });
});
