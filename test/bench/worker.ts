import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Opened } from './api-process.ts';
import { lastWords, ROOT, run, type Ended, type Started } from './processes.ts';

/** The product as images run it. */
const WORKER = join(ROOT, 'dist', 'media-retention.mjs');

/** What the harness needs of a report. */
interface Report {
  readonly asOf: string;
  readonly result: string;
  readonly planComplete: boolean;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** A sweep with its ledger on disk in `folder`, where an earlier one may have left it, and the log as it is unasked. */
export function sweepStart({ url, project, token }: Opened, policy: string, folder: string): Started {
  const config = join(folder, 'retention.yaml');
  writeFileSync(config, policy);
  const env = {
    SIGNALWIRE_BASE_URL: url,
    SIGNALWIRE_PROJECT_ID: project,
    SIGNALWIRE_API_TOKEN: token,
    LEDGER_URL: `sqlite:${join(folder, 'ledger.db')}`,
    RETENTION_CONFIG: config,
    MALLOC_ARENA_MAX: '1',
  };
  return { args: ['--max-semi-space-size=4', WORKER, 'sweep', '--json'], env, folder };
}

export interface Swept extends Ended {
  readonly report: Report;
}

/** @throws where it does not end with one of these codes */
export async function sweep(start: Started, codes: readonly number[] = [0]): Promise<Swept> {
  const ended = await run(start);
  if (ended.code === null || !codes.includes(ended.code))
    throw new Error(`The sweep ended with ${ended.code}.\n${lastWords(start.folder)}`);
  return { ...ended, report: JSON.parse(ended.stdout) as Report };
}

export const ledgerBytes = (folder: string): number =>
  ['', '-wal']
    .map((end) => join(folder, `ledger.db${end}`))
    .filter(existsSync)
    .reduce((sum, path) => sum + statSync(path).size, 0);
