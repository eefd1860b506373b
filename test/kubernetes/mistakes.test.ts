import { cpSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workloadOf } from './kinds.ts';
import { CONFIG, render, unlisted } from './kustomize.ts';
import { problemsIn } from './problems.ts';
import { policyOf } from './variant-rules.ts';

/** Looks at a copy of our manifests in which `text`, which has to be in that file, is replaced. */
function changed<T>(file: string, text: string | RegExp, other: string, look: (folder: string) => T): T {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'kubernetes-'));
  cpSync(CONFIG, folder.path, { recursive: true });
  const path = join(folder.path, file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(text, other);
  if (after === before) throw new Error(`${file} has no ${String(text)}`);
  writeFileSync(path, after);
  return look(folder.path);
}

/** What is found in either variant. */
const found = (file: string, text: string | RegExp, other: string): string[] =>
  changed(file, text, other, (folder) =>
    ['cronjob', 'deployment'].flatMap((variant) => problemsIn(render(join(folder, variant)))),
  );

const JOB = 'cronjob/cronjob.yaml';
const SERVICE = 'deployment/deployment.yaml';

describe('a planted mistake that the cluster would only warn of is found', () => {
  test.each([
    ['at the top', JOB, 'metadata:', 'meta: {}\nmetadata:', '/meta is not known'],
    [
      'in what is for the job',
      JOB,
      'backoffLimit: 1',
      'backOffLimit: 1',
      '/spec/jobTemplate/spec/backOffLimit is not known',
    ],
    ['of the pod in the container', SERVICE, 'args: [serve]', 'fsGroup: 1000', 'containers/0/fsGroup is not known'],
    [
      'in capitals',
      JOB,
      'readOnlyRootFilesystem',
      'readOnlyRootFileSystem',
      'securityContext/readOnlyRootFileSystem is not known',
    ],
    ['in a list', SERVICE, 'readOnly: true', 'readonly: true', 'volumeMounts/0/readonly is not known'],
  ])('%s', (_, file, text, other, says) => {
    expect(found(file, text, other)).toEqual([expect.stringContaining(says)]);
  });
});

describe('a planted mistake that no cluster would take is found', () => {
  test.each([
    ['a type', JOB, 'backoffLimit: 1', 'backoffLimit: one', 'backoffLimit must be integer'],
    ['a number in quotes', SERVICE, 'replicas: 1', 'replicas: "1"', '/spec/replicas must be integer'],
    ['a word', JOB, 'Forbid', 'Never', '/spec/concurrencyPolicy must be equal to one of the allowed values'],
    ['what is missing', JOB, 'schedule: "0 3 * * *"', '', '/spec must have required property schedule'],
    ['a kind', 'base/ledger.yaml', 'apiVersion: v1', 'apiVersion: v2', 'there is no schema for v2'],
    ['the order of exit codes', JOB, '[1, 2,', '[2, 1,', 'has exit codes that are not in order'],
    ['a container', JOB, 'containerName: worker', 'containerName: sweep', 'a container that is not there: sweep'],
  ])('%s', (_, file, text, other, says) => {
    expect(found(file, text, other)).toContainEqual(expect.stringContaining(says));
  });
});

describe('a planted mistake that any cluster would take is found', () => {
  test.each([
    ['a capability', JOB, 'drop: [ALL]', 'drop: [NET_RAW]', 'keeps capabilities'],
    ['another user', SERVICE, 'runAsUser: 1000', 'runAsUser: 0', 'does not run as the user of the image'],
    ['a token of the cluster', JOB, 'automountServiceAccountToken: false', '', 'has a token of the cluster'],
    ['a folder of the node', JOB, 'emptyDir: { sizeLimit: 64Mi }', 'hostPath: { path: /tmp }', 'a volume of'],
    ['a policy that stands still', JOB, 'readOnly: true }', 'subPath: retention.yaml }', 'by subPath'],
    ['a volume that is not there', JOB, 'name: tmp, mountPath', 'name: temp, mountPath', 'temp is mounted and not'],
    ['a Secret that nobody makes', SERVICE, 'secretName: media-retention', 'secretName: other', 'no Secret/other'],
    ['a ledger that goes with the pod', SERVICE, 'sqlite:/app/data', 'sqlite:/tmp', 'on no volume that lasts'],
    ['a kill during the drain', SERVICE, 'PeriodSeconds: 30', 'PeriodSeconds: 20', 'may need 25'],
    ['a deadline below the sweep', JOB, 'activeDeadlineSeconds: 23400', 'activeDeadlineSeconds: 21600', 'at 22215 s'],
    ['a sweep that may be longer', 'base/retention.yaml', 'maxDuration: 6h', 'maxDuration: 8h', 'at 29415 s'],
    ['another time', JOB, 'timeZone: UTC', 'timeZone: Europe/Berlin', 'does not sweep when serve does'],
    ['the loopback', 'base/retention.yaml', '0.0.0.0:8080', '127.0.0.1:8080', 'where no probe comes'],
    ['another port', 'base/retention.yaml', '0.0.0.0:8080', '0.0.0.0:9090', 'listens on 9090, which is not opened'],
    ['a probe at nothing', SERVICE, '/readyz, port: http', '/readyz, port: web', 'a port that is not there: web'],
    ['a label', 'deployment/service.yaml', 'component: serve\n  ports', 'component: web\n  ports', 'selects no pod'],
    ['a port of nobody', 'deployment/network-policy.yaml', 'port: http', 'port: web', 'there is no port web'],
  ])('%s', (_, file, text, other, says) => {
    expect(found(file, text, other)).toContainEqual(expect.stringContaining(says));
  });
});

describe('a file is refused', () => {
  test.each([
    [
      'with a key given twice',
      JOB,
      'backoffLimit: 1',
      'backoffLimit: 1\n      backoffLimit: 2',
      'Map keys must be unique',
    ],
    ['that is not there', 'cronjob/kustomization.yaml', '- cronjob.yaml', '- job.yaml', 'ENOENT'],
    [
      'of a kind of kustomization that is not known here',
      'cronjob/kustomization.yaml',
      'images:',
      'patches:',
      'patches is not known here',
    ],
    ['that would give a ConfigMap a new name', 'base/kustomization.yaml', 'Hash: true', 'Hash: false', 'has a hash'],
    ['as a policy that is wrong', 'base/retention.yaml', 'mode: dry-run', 'mode: dryrun', '"dryrun" is not a mode'],
  ])('%s', (_, file, text, other, says) => {
    expect(() => found(file, text, other)).toThrow(says);
  });
});

test('a file that no kustomization takes in is found', () => {
  const unlistedThen = changed('deployment/kustomization.yaml', '  - service.yaml\n', '', unlisted);
  expect(unlistedThen).toEqual([expect.stringMatching(/deployment\/service\.yaml$/)]);
});

describe('what is commented out can be taken in', () => {
  test.each([JOB, SERVICE])('the variables of %s', (file) => {
    expect(found(file, /# (?=- \{ name: RETENTION_)/g, '')).toEqual([]);
  });

  test('the sections of the policy', () => {
    const policy = changed('base/retention.yaml', /^# (?=(?:holds|notify):$| {2})/gm, '', (folder) => {
      const manifests = render(join(folder, 'deployment'));
      return policyOf(manifests, workloadOf(manifests));
    });
    expect(policy.holds).toHaveLength(1);
    expect(policy.notify).toMatchObject({
      webhookEnv: 'RETENTION_WEBHOOK_URL',
      heartbeatEnv: 'RETENTION_HEARTBEAT_URL',
    });
  });
});
