import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob';
import type { IJobSpec } from 'kubernetes-models/batch/v1/JobSpec';
import type { PolicyFile } from '../../src/app/policy-file.ts';
import { DRAIN_MS } from '../../src/sweep/settle-rest.ts';

/** What a job does about a pod that has failed: nothing at all, fail with it, or count it against `backoffLimit`. */
export type Consequence = 'Ignore' | 'FailJob' | 'Count';

/** As the job controller works: of the rules for failed pods the first that fits counts. */
export function consequenceOf(job: IJobSpec, exitCode: number, isDisrupted = false): Consequence {
  for (const { action, onExitCodes, onPodConditions } of job.podFailurePolicy?.rules ?? []) {
    const codes = onExitCodes && { isIn: onExitCodes.values.includes(exitCode), wanted: onExitCodes.operator === 'In' };
    const conditions = onPodConditions?.filter(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
    const fits = codes ? codes.isIn === codes.wanted && exitCode !== 0 : isDisrupted && (conditions ?? []).length > 0;
    if (fits) return action as Consequence;
  }
  return 'Count';
}

/** What a job may take from its creation to its first pod's start: scheduling, the volume, the image. */
const STARTING_MS = 10 * 60_000;

/** What a CronJob of ours must be, beyond its schema: what is against it, in words. */
export function cronJobProblems({ spec }: ICronJob, policy: PolicyFile): string[] {
  const job = spec.jobTemplate.spec;
  if (!job) return ['has no job'];
  const needed = (policy.limits.maxDurationMs + DRAIN_MS + STARTING_MS) / 1000;
  const rules: readonly [holds: boolean, otherwise: string][] = [
    [spec.concurrencyPolicy === 'Forbid', 'lets two sweeps run: concurrencyPolicy'],
    [spec.schedule === policy.schedule, `does not sweep when serve does: ${policy.schedule}`],
    [spec.timeZone === policy.timezone, `does not sweep when serve does: ${policy.timezone}`],
    // Below ten seconds the controller may never see a slot in time.
    [(spec.startingDeadlineSeconds ?? 0) >= 10, 'drops slots: startingDeadlineSeconds'],
    [(job.activeDeadlineSeconds ?? 0) >= needed, `is ended before its sweep ends itself, at ${needed} s`],
    [job.template.spec?.restartPolicy === 'Never', 'is restarted in place: restartPolicy'],
    ...failurePolicyRules(job),
  ];
  return rules.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
}

/** What the cluster refuses, though the schema has nothing against it. */
function failurePolicyRules(job: IJobSpec): [holds: boolean, otherwise: string][] {
  const names = new Set(job.template.spec?.containers.map(({ name }) => name));
  return (job.podFailurePolicy?.rules ?? []).flatMap(({ onExitCodes, onPodConditions }) => {
    const values = onExitCodes?.values ?? [];
    const name = onExitCodes?.containerName ?? '';
    return [
      [(onExitCodes === undefined) !== (onPodConditions === undefined), 'has a rule for nothing, or for two things'],
      [!onExitCodes || names.has(name), `has a rule for a container that is not there: ${name}`],
      [values.every((value, i) => i === 0 || value > (values[i - 1] ?? 0)), 'has exit codes that are not in order'],
      [!values.includes(0), 'has a rule for success'],
    ] satisfies [boolean, string][];
  });
}
