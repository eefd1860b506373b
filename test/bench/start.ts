import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Api } from './api.ts';
import { spreadOf, type Spread } from './figures.ts';
import { shippedPolicy } from './law.ts';
import { emptyFolder } from './processes.ts';
import { sweep, sweepStart } from './worker.ts';

/** What it takes until the first request is sent, and what a sweep takes that has nothing to do. */
export interface Start {
  readonly cache: 'cold' | 'warm';
  readonly cpuMs: Spread;
  readonly wallMs: Spread;
  readonly wholeCpuMs: Spread;
}

/** @param times how often each */
export async function measureStart(times: number, api: Api): Promise<Start[]> {
  const opened = await api.ask('open', { messages: 1, days: 1, oddities: false, seededAt: Date.now() });
  const cold = [];
  const warm = [];
  for (let n = 0; n < times; n++) {
    const cache = emptyFolder('start', 'cache');
    cold.push(await once(cache));
    warm.push(await once(cache));
  }
  return [startOf('cold', cold), startOf('warm', warm)];

  async function once(cache: string): Promise<Once> {
    const folder = emptyFolder('start', 'sweep');
    const file = join(folder, 'first-request.json');
    const start = sweepStart(opened, shippedPolicy('maxDeletions: 10000', 'concurrency: 16'), folder);
    const env = { ...start.env, NODE_COMPILE_CACHE: cache, BENCH_FIRST_REQUEST: file };
    const { cpuUs: wholeCpuUs } = await sweep({ ...start, env, preload: ['first-request.mjs'] });
    return { ...(JSON.parse(readFileSync(file, 'utf8')) as Omit<Once, 'wholeCpuUs'>), wholeCpuUs };
  }
}

interface Once {
  readonly cpuUs: number;
  readonly wallMs: number;
  readonly wholeCpuUs: number;
}

const startOf = (cache: Start['cache'], runs: readonly Once[]): Start => ({
  cache,
  cpuMs: spreadOf(runs.map(({ cpuUs }) => cpuUs / 1000)),
  wallMs: spreadOf(runs.map(({ wallMs }) => wallMs)),
  wholeCpuMs: spreadOf(runs.map(({ wholeCpuUs }) => wholeCpuUs / 1000)),
});

export const showStart = (starts: readonly Start[]): string =>
  [
    'From the start of the process to its first request, nothing due:',
    ...starts.map(
      ({ cache, cpuMs, wallMs, wholeCpuMs }) =>
        `  ${cache}: CPU ${inMs(cpuMs)}, wall ${inMs(wallMs)}; whole process: CPU ${inMs(wholeCpuMs)}`,
    ),
  ].join('\n');

const inMs = ({ median, min, max }: Spread): string =>
  `${Math.round(median)} ms (${Math.round(min)}–${Math.round(max)})`;
