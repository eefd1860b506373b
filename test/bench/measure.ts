import { join } from 'node:path';
import type { Items, Opened } from './api-process.ts';
import type { Api } from './api.ts';
import type { Asked } from './asked.ts';
import { cutoffAt, plainPolicy } from './policies.ts';
import { WORK, emptyFolder, lastWords, run, stripped, type Started } from './processes.ts';
import { sweepStart } from './worker.ts';

export const CONTENDERS = ['worker', 'recorder', 'floor', 'sdk'] as const;
export type ContenderName = (typeof CONTENDERS)[number];
export type Verify = 'always' | 'never';

export interface Contender {
  readonly name: ContenderName;
  readonly verify: Verify;
}

/** One line of the comparison: all contenders get the same account and the same network. */
export interface Setting {
  readonly latencyMs: number;
  readonly lanes: number;
  readonly messages: number;
}

export interface Measurement extends Setting, Contender {
  readonly round: number;
  readonly items: number;
  /** From the first request's arrival at the service to its last answer: the contender's own start and end are not in it. */
  readonly windowMs: number;
  /** From the start of the process to its end. */
  readonly wallMs: number;
  /** From the start of the process to the arrival of its first request. */
  readonly startMs: number;
  readonly requests: Asked['requests'];
  readonly cpuUs: number;
  readonly peakBytes: number;
  /** What the service itself used meanwhile. */
  readonly serviceCpuUs: number;
}

/** What does not change from measurement to measurement. */
export interface Arena {
  readonly api: Api;
  readonly seed: number;
  readonly seededAt: Date;
}

/** Gives one contender its turn. @throws where it failed, or deleted anything but exactly what is due */
export async function measure(
  contender: Contender,
  setting: Setting,
  round: number,
  { api, seed, seededAt }: Arena,
): Promise<Measurement> {
  const { latencyMs, lanes, messages } = setting;
  const cutoff = cutoffAt(seededAt);
  const opened = await api.ask('open', { seed, messages, days: 400, inProgressDays: 2, oddities: false, latencyMs, seededAt: seededAt.getTime() }); // prettier-ignore
  const dueFile = join(WORK, 'due.json');
  const due = await api.ask('due', { cutoff, file: dueFile });
  const folder = emptyFolder('turn');
  const task = { ...opened, lanes, verify: contender.verify, cutoff, dueFile };
  const ended = await run(startOf(contender, task, seededAt, folder));
  const asked = await api.ask('asked');
  if (ended.code !== 0) throw new Error(`${contender.name} ended with ${ended.code}.\n${lastWords(folder)}`);
  assertSame(contender, due, await api.ask('gone'));
  return {
    ...contender,
    ...setting,
    round,
    items: due.count,
    windowMs: asked.lastAt - asked.firstAt,
    wallMs: ended.wallMs,
    startMs: asked.firstAt - ended.startedAt,
    requests: asked.requests,
    cpuUs: ended.cpuUs,
    peakBytes: ended.peakBytes,
    serviceCpuUs: asked.cpuUs,
  };
}

/** What a contender is told. */
interface Task extends Opened {
  readonly lanes: number;
  readonly verify: Verify;
  readonly cutoff: number;
  readonly dueFile: string;
}

function startOf({ name }: Contender, task: Task, seededAt: Date, folder: string): Started {
  if (name === 'worker') return sweepStart(task, plainPolicy(seededAt, task), folder);
  const isRecorder = name === 'recorder';
  const args = [stripped(isRecorder ? 'floor' : name)];
  return { args, env: { BENCH_TASK: JSON.stringify({ ...task, isRecorder }) }, folder };
}

function assertSame({ name }: Contender, due: Items, gone: Items): void {
  if (gone.digest === due.digest) return;
  throw new Error(`${name} deleted ${gone.count} items, and not exactly the ${due.count} that are due.`);
}
