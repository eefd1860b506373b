import { cronJobProblems } from './job-rules.ts';
import { isA, workloadsIn } from './kinds.ts';
import type { Manifest } from './kustomize.ts';
import { probeProblems, resourceProblems, securityProblems, volumeProblems } from './pod-rules.ts';
import { schemaProblems } from './schema.ts';
import { pathProblems, policyOf, referenceProblems, selectorProblems } from './variant-rules.ts';

/** Everything that is wrong with what a variant sends to a cluster, each with whose it is. */
export function problemsIn(manifests: readonly Manifest[]): string[] {
  const inSchema = manifests.flatMap(schemaProblems);
  if (inSchema.length > 0) return inSchema; // the rules take for granted what a schema says
  const inPods = workloadsIn(manifests).flatMap((workload) =>
    [
      ...[volumeProblems, securityProblems, resourceProblems, probeProblems].flatMap((rule) => rule(workload)),
      ...[referenceProblems, pathProblems].flatMap((rule) => rule(manifests, workload)),
      ...manifests
        .filter((manifest) => isA('CronJob', manifest))
        .flatMap((job) => cronJobProblems(job, policyOf(manifests, workload))),
    ].map((problem) => `${workload.name}: ${problem}`),
  );
  return [...inPods, ...selectorProblems(manifests)];
}
