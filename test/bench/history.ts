import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api } from './api.ts';
import { WORK, emptyFolder, run, stripped, type Ended } from './processes.ts';
import { sweep, sweepStart } from './worker.ts';

/** Reading three years in which nothing is due. */
export interface HistoryRead {
  readonly messages: number;
  readonly latencyMs: number;
  readonly lanes: number;
  readonly worker: Reading;
  readonly serial: Reading;
  /** How many times as fast the worker is. */
  readonly ratio: number;
}
interface Reading {
  /** From the first request to the last answer. */
  readonly seconds: number;
  readonly pages: number;
  /** Of the whole process. */
  readonly cpuSeconds: number;
  /** The service's CPU over that time: near 1 it is what bounds the reading. */
  readonly serviceLoad: number;
}

const POLICY = (lanes: number): string => `version: 1
mode: enforce
policy:
  rules: [{ id: old, match: all, retain: 5y }]
requests: { concurrency: ${lanes}, perSecond: 100000 }
`;

/** The worker's first sweep beside pages of 1000 one after the other. */
export async function readHistory(messages: number, latencyMs: number, lanes: number, api: Api): Promise<HistoryRead> {
  const open = () => api.ask('open', { messages, days: 3 * 365, inProgressDays: 2, oddities: false, latencyMs, seededAt: Date.now() }); // prettier-ignore
  const folder = emptyFolder('history');
  const swept = await sweep(sweepStart(await open(), POLICY(lanes), folder));
  const worker = await readingOf(swept, api);

  const dueFile = join(WORK, 'nothing-due.json');
  writeFileSync(dueFile, '[]');
  const task = { ...(await open()), lanes: 1, verify: 'never', dueFile };
  const ended = await run({ args: [stripped('floor')], env: { BENCH_TASK: JSON.stringify(task) }, folder });
  if (ended.code !== 0) throw new Error(`Reading one page after the other ended with ${ended.code}.`);
  const serial = await readingOf(ended, api);
  return { messages, latencyMs, lanes, worker, serial, ratio: serial.seconds / worker.seconds };
}

async function readingOf(ended: Ended, api: Api): Promise<Reading> {
  const { firstAt, lastAt, cpuUs, requests } = await api.ask('asked');
  const seconds = (lastAt - firstAt) / 1000;
  return { seconds, pages: requests.listMessages, cpuSeconds: ended.cpuUs / 1e6, serviceLoad: cpuUs / 1e6 / seconds };
}

export const showHistory = ({ messages, latencyMs, lanes, worker, serial, ratio }: HistoryRead): string =>
  [
    `Three years, ${messages} messages, nothing due, ${latencyMs} ms, ${lanes} lanes:`,
    lineOf('worker, first sweep', worker),
    lineOf('undici, page by page', serial),
    `  ratio ${ratio.toFixed(2)}`,
  ].join('\n');

const lineOf = (name: string, { seconds, pages, cpuSeconds, serviceLoad }: Reading): string =>
  `  ${name.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s, ${pages} pages, CPU ${cpuSeconds.toFixed(1)} s, service busy ${Math.round(serviceLoad * 100)} %`;
