import { clock, configure, ledgerPathOf, policyHashOf, type Configuration } from '../app/compose.ts';
import type { PolicyFile } from '../app/policy-file.ts';
import { adviceOn } from '../retention/advice.ts';
import { inWords } from '../retention/words.ts';
import { calendarOf } from '../serve/calendar.ts';
import { ask, type Finding } from './connect-check.ts';
import { EXIT, worst, type ExitCode } from './exit-code.ts';
import { write, writeJson, type CommonOptions, type Io } from './io.ts';
import { count, duration, instant } from '../lib/format.ts';
import { table } from './display/table.ts';

export interface CheckOptions extends CommonOptions {
  readonly connect?: boolean;
}

/** Reads settings and policy, says what they mean, and warns. With `--connect` it also asks the API, deleting nothing. */
export async function check(options: CheckOptions, io: Io): Promise<ExitCode> {
  const configuration = await configure(io.env, options, { credentials: options.connect ? 'required' : 'optional' });
  const findings = options.connect ? await ask(configuration, io.stop) : undefined;
  const warnings = warningsOn(configuration);
  if (options.json) await writeJson(io, asJson(configuration, warnings, findings));
  else await write(io.out, asText(configuration, warnings, findings));
  return worst([EXIT.done, ...(findings ?? []).map(({ code }) => code)]);
}

function warningsOn({ file, settings }: Configuration): readonly string[] {
  return [
    ...adviceOn(file.policy),
    ...oftenSwept(file),
    ...settings.missing.map(({ place, found }) => `${place} ${found}: a sweep needs it.`),
  ];
}

/** When `serve` would sweep next. */
function nextSlots({ schedule, timezone }: PolicyFile, most: number): Date[] {
  const calendar = calendarOf(schedule, timezone);
  const slots: Date[] = [];
  for (let slot = calendar.next(clock.now()); slot && slots.length < most; slot = calendar.next(slot)) slots.push(slot);
  return slots;
}

const HOUR_MS = 3_600_000;

/** A star where a minute was meant asks for sixty times as much. */
function oftenSwept(file: PolicyFile): string[] {
  const [first, second] = nextSlots(file, 2);
  const apartMs = first && second ? second.getTime() - first.getTime() : HOUR_MS;
  if (apartMs >= HOUR_MS) return [];
  return [`schedule "${file.schedule}" sweeps every ${duration(apartMs)}; once a day is what most accounts want.`];
}

function asText(
  { file, settings }: Configuration,
  warnings: readonly string[],
  findings: readonly Finding[] | undefined,
): string {
  const { rules, holds, otherwise } = inWords(file.policy, file.holds);
  const { limits, requests } = file;
  const armed = settings.mode === 'enforce' ? 'enforce: sweeps delete' : 'dry-run: nothing is ever deleted';
  const facts = [
    ['policy', `${file.file} (${policyHashOf(file).slice(0, 8)})`],
    ['mode', armed],
    [
      'projects',
      settings.projects
        .map(({ name, projectId, origin }) => `${name} (${projectId.slice(0, 8)}…) at ${origin}`)
        .join(', ') || 'none yet',
    ],
    ['ledger', ledgerPathOf(settings)],
    [
      'limits',
      `at most ${count(limits.maxDeletions)} deletions a sweep and project, otherwise ${limits.onLimit}; at most ${duration(limits.maxDurationMs)}`,
    ],
    ['schedule', `${file.schedule} (${file.timezone}); next ${nextSlots(file, 3).map(instant).join(', ')}`],
    ['requests', `${requests.concurrency} at once, ${requests.perSecond} per second, verify ${requests.verify}`],
  ];
  return [
    table(facts, ''),
    `Rules (of those that apply the longest counts):\n${table(rules.map(({ id, sentence }) => [id, sentence]))}  Otherwise: ${otherwise}\n`,
    holds.length > 0 && `Holds:\n${table(holds.map(({ id, sentence }) => [id, sentence]))}`,
    warnings.length > 0 && `Warnings:\n${warnings.map((warning) => `  ${warning}\n`).join('')}`,
    findings && `The API:\n${table(findings.map(({ project, about, says }) => [project, about, says]))}`,
    verdictOn(warnings.length, findings),
  ]
    .filter((part) => typeof part === 'string')
    .join('\n');
}

function verdictOn(warnings: number, findings: readonly Finding[] | undefined): string {
  if (findings?.some(({ code }) => code !== EXIT.done)) return 'Not in order: see above. Nothing was deleted.\n';
  return warnings > 0 ? 'Valid, with warnings.\n' : 'Valid.\n';
}

const asJson = (
  { file, settings }: Configuration,
  warnings: readonly string[],
  findings: readonly Finding[] | undefined,
): object => ({
  config: file.file,
  policyHash: policyHashOf(file),
  mode: settings.mode,
  projects: settings.projects.map(({ name, projectId, origin }) => ({ name, projectId, origin })),
  ...inWords(file.policy, file.holds),
  warnings,
  ...(findings && { api: findings }),
});
