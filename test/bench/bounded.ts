import type { Api } from './api.ts';
import { shippedPolicy } from './law.ts';
import { emptyFolder, type Started } from './processes.ts';
import { sweep, sweepStart } from './worker.ts';

/** An account that takes three times as long to plan as a sweep may take. */
export interface Bounded {
  readonly messages: number;
  /** How long one plan of everything took. */
  readonly planSeconds: number;
  readonly maxDurationSeconds: number;
  readonly sweeps: readonly BoundedSweep[];
  /** The last sweep read everything, did all of it, and was right. */
  readonly isDone: boolean;
}
interface BoundedSweep {
  readonly result: string;
  readonly planComplete: boolean;
  readonly deleted: number;
  readonly seconds: number;
  readonly requests: number;
}

const SWEEPS_MAX = 100;
/** So many sweeps in a row that delete nothing: it will not get any further. */
const STUCK = 3;
const PER_DAY = 600;
const LATENCY_MS = 20;

/** Sweeps until all is done, or it does not get any further. */
export async function sweepBounded(days: number, api: Api): Promise<Bounded> {
  const messages = days * PER_DAY;
  const account = { messages, days, inProgressDays: 2, oddities: false, latencyMs: LATENCY_MS };
  const opened = await api.ask('open', { ...account, seededAt: Date.now() });
  const dry = sweepStart(opened, policyWithin('1h'), emptyFolder('bounded', 'dry'));
  await sweep({ ...dry, args: [...dry.args, '--dry-run'] });
  const { firstAt, lastAt } = await api.ask('asked');
  const planSeconds = (lastAt - firstAt) / 1000;
  const maxDurationSeconds = Math.max(1, Math.round(planSeconds / 3));

  const start = sweepStart(opened, policyWithin(`${maxDurationSeconds}s`), emptyFolder('bounded', 'swept'));
  const sweeps: BoundedSweep[] = [];
  let isDone = false;
  do {
    const { asOf, code, ...swept } = await sweepOnce(start, api);
    sweeps.push(swept);
    process.stderr.write(
      `sweep ${sweeps.length}: ${swept.result}, ${swept.deleted} deleted, ${swept.seconds.toFixed(1)} s\n`,
    );
    isDone = code === 0 && (await api.ask('wrong', { now: Date.parse(asOf) })) === 0;
  } while (!isDone && sweeps.length < SWEEPS_MAX && sweeps.slice(-STUCK).some(({ deleted }) => deleted > 0));
  return { messages, planSeconds, maxDurationSeconds, sweeps, isDone };
}

const policyWithin = (duration: string): string =>
  shippedPolicy(`maxDeletions: 100000000, maxDuration: ${duration}`, 'concurrency: 16');

async function sweepOnce(start: Started, api: Api) {
  await api.ask('forget', { shiftMs: 0 });
  const { report, wallMs, code } = await sweep(start, [0, 5]);
  const { requests } = await api.ask('asked');
  const { result, planComplete, asOf } = report;
  const deleted = report.outcomes['deleted'] ?? 0;
  const all = Object.values(requests).reduce((sum, each) => sum + each, 0);
  return { result, planComplete, deleted, seconds: wallMs / 1000, requests: all, asOf, code };
}

export function showBounded({ messages, planSeconds, maxDurationSeconds, sweeps, isDone }: Bounded): string {
  const deleted = sweeps.map((each) => each.deleted).join(' ');
  return [
    `${messages} messages at ${LATENCY_MS} ms take ${planSeconds.toFixed(1)} s to plan, a sweep may take ${maxDurationSeconds} s:`,
    `  ${isDone ? `all is swept after ${sweeps.length} sweeps` : `NOT all is swept after ${sweeps.length} sweeps`}, which deleted ${deleted}`,
  ].join('\n');
}
