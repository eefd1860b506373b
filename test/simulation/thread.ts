import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { NOTHING_LEFT_OUT, type Fault } from './dimensions.ts';
import type { HistoryEnd } from './history.ts';
import { plant, type Planted } from './patch.ts';

/** Seeds, one after the other, and the next ones when they are done. */
export interface Task {
  readonly from: number;
  readonly count: number;
  /** Whether to go on after a violation. */
  readonly toTheEnd: boolean;
}

export interface Done {
  readonly from: number;
  readonly histories: number;
  readonly events: number;
  /** CPU time, in ms. */
  readonly cpuMs: number;
  readonly fired: ReadonlyMap<string, number>;
  readonly violated: readonly Pick<HistoryEnd, 'seed' | 'violations'>[];
  /** Of all traces of the task, in their order; undefined where it did not end. */
  readonly hash: string | undefined;
}

const { bug, only } = (workerData ?? {}) as { readonly bug?: Planted; readonly only?: readonly Fault[] };
if (bug) plant(bug);
const { runHistory } = await import('./history.ts');

/** What would end a real process. */
const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

async function run({ from, count, toTheEnd }: Task): Promise<Done> {
  const startedCpu = process.threadCpuUsage();
  const fired = new Map<string, number>();
  const violated: Pick<HistoryEnd, 'seed' | 'violations'>[] = [];
  const hash = createHash('sha256');
  let histories = 0;
  let events = 0;
  for (let seed = from; seed < from + count; seed++) {
    const end = await runHistory(seed, { ...NOTHING_LEFT_OUT, ...(only && { only }) });
    events += end.events;
    hash.update(end.hash);
    histories++;
    for (const [fault, times] of end.fired) fired.set(fault, (fired.get(fault) ?? 0) + times);
    const violations = [
      ...end.violations,
      ...unhandled.splice(0).map((reason) => `[bug] unhandled: ${String(reason)}`),
    ];
    if (violations.length === 0) continue;
    violated.push({ seed, violations });
    if (!toTheEnd) break;
  }
  const { user, system } = process.threadCpuUsage(startedCpu);
  const cpuMs = (user + system) / 1000;
  return { from, histories, events, cpuMs, fired, violated, hash: hash.digest('hex') };
}

async function answer(task: Task): Promise<void> {
  parentPort?.postMessage(await run(task));
}

parentPort?.on('message', (task: Task) => void answer(task));
