import type { Api } from './api.ts';
import type { Asked } from './asked.ts';
import { table } from './figures.ts';
import { shippedPolicy, type Minimum } from './law.ts';
import { DAY_MS } from './policies.ts';
import { emptyFolder } from './processes.ts';
import { ledgerBytes, sweep, sweepStart } from './worker.ts';

export interface SizedSweep {
  readonly messages: number;
  /** `first`: of an account never seen. `idle`: right after it. `daily`: a day later. */
  readonly kind: 'first' | 'idle' | 'daily';
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  readonly ledgerBytes: number;
  readonly requests: Asked['requests'];
  readonly minimum: Minimum;
  readonly deleted: number;
}

const DAYS = 400;
const POLICY = shippedPolicy('maxDeletions: 100000000', 'concurrency: 16');

/** Three sweeps of an account of so many messages. @throws where something was deleted that is not due, or due and not deleted */
export async function sizedSweeps(messages: number, oddities: boolean, api: Api): Promise<SizedSweep[]> {
  const perDay = Math.max(1, Math.round(messages / DAYS));
  const folder = emptyFolder('scale');
  const seededAt = Date.now();
  const opened = await api.ask('open', { messages, days: DAYS, inProgressDays: 2, oddities, seededAt });
  let all = messages;

  async function sweepAt(kind: SizedSweep['kind'], now: number, since: number | undefined) {
    const fresh = kind === 'daily' ? perDay : 0;
    const minimum = await api.ask('minimum', { now, since, all, fresh, perDay });
    const shiftMs = now - Date.now();
    await api.ask('forget', { shiftMs });
    const start = sweepStart(opened, POLICY, folder);
    const shifted = {
      ...start,
      env: { ...start.env, BENCH_SHIFT_MS: String(shiftMs) },
      preload: ['shifted-clock.mjs'],
    };
    const { report, wallMs, cpuUs, peakBytes } = await sweep(shifted);
    const { requests } = await api.ask('asked');
    const asOf = Date.parse(report.asOf);
    const wrong = oddities ? 0 : await api.ask('wrong', { now: asOf });
    if (wrong > 0) throw new Error(`The ${kind} sweep of ${messages} messages was wrong about ${wrong} items.`);
    const deleted = report.outcomes['deleted'] ?? 0;
    const measured = { seconds: wallMs / 1000, cpuSeconds: cpuUs / 1e6, peakBytes, ledgerBytes: ledgerBytes(folder) };
    const swept: SizedSweep = { messages, kind, ...measured, requests, minimum, deleted };
    process.stderr.write(`${messages} messages, ${kind}: ${swept.seconds.toFixed(1)} s\n`);
    return { swept, asOf };
  }

  const first = await sweepAt('first', seededAt, undefined);
  const idle = await sweepAt('idle', first.asOf, first.asOf);
  const nextDay = first.asOf + DAY_MS;
  await api.ask('passDay', { now: nextDay, messages: perDay });
  all += perDay;
  const daily = await sweepAt('daily', nextDay, idle.asOf);
  return [first.swept, idle.swept, daily.swept];
}

const KINDS = ['listMessages', 'getMessage', 'listMedia', 'deleteMedia'] as const;

export function showSizes(sweeps: readonly SizedSweep[]): string {
  const head = [
    'messages',
    'sweep',
    'seconds',
    'CPU s',
    ...KINDS,
    'all',
    'minimum',
    'ratio',
    'deleted',
    'peak MiB',
    'ledger MiB',
  ];
  return table(head, sweeps.map(cells), 2);
}

function cells({ requests, minimum, ...swept }: SizedSweep): string[] {
  const all = Object.values(requests).reduce((sum, each) => sum + each, 0);
  const least = Object.values(minimum).reduce((sum, each) => sum + each, 0);
  return [
    String(swept.messages),
    swept.kind,
    swept.seconds.toFixed(2),
    swept.cpuSeconds.toFixed(2),
    ...KINDS.map((kind) => `${requests[kind]} (${minimum[kind]})`),
    String(all),
    String(least),
    (all / least).toFixed(3),
    String(swept.deleted),
    mebi(swept.peakBytes),
    mebi(swept.ledgerBytes),
  ];
}

const mebi = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
