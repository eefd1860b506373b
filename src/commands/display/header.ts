import { cutOff, formatPeriod } from '../../retention/period.ts';
import type { Policy } from '../../retention/policy.ts';
import type { SweepOrder } from '../../sweep/order.ts';
import { day, instant } from '../../lib/format.ts';

/** What is about to be done: project, mode, policy and the day before which each rule's media have expired. */
export function header(order: SweepOrder): string {
  const { project, projectId, policyHash, mode, asOf } = order;
  const first = `Project ${project} (${projectId.slice(0, 8)}…)   policy ${policyHash.slice(0, 8)}   ${mode}   as of ${instant(asOf)}`;
  return `${first}\n${inLines(cutOffs(order.policy, asOf))}`;
}

function cutOffs({ rules, minimumAge, default: fallback }: Policy, asOf: Date): string[] {
  const terms = [
    ...rules.map(({ id, retain }) => ({ name: id, retain })),
    { name: 'everything else', retain: fallback },
  ];
  return terms.map(({ name, retain }) => {
    if (retain.kind === 'forever') return `${name}   kept`;
    const before = [cutOff(retain, asOf), cutOff(minimumAge, asOf)].reduce((a, b) => (a < b ? a : b));
    return `${name}   before ${day(before)} (${formatPeriod(retain)})`;
  });
}

const WIDTH = 100;

/** As many in a line as fit, none of them divided. */
function inLines(parts: readonly string[]): string {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1)}   ${part}`;
    if (lines.length > 0 && longer.length <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(`  ${part}`);
  }
  return `${lines.join('\n')}\n`;
}
