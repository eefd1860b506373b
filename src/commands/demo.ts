import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clock, openForWriting, type Configuration } from '../app/compose.ts';
import { readPolicyFile } from '../app/policy-file.ts';
import { startEmulator, type Emulator } from '../emulator/server.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { SweepDone } from '../sweep/order.ts';
import { compare, IN_PROGRESS, type Agreement } from './agreement.ts';
import { MESSAGES_MAX } from './emulate.ts';
import { EXIT, worst, type ExitCode } from './exit-code.ts';
import { wholeNumber, write, writeJson, type CommonOptions, type Io } from './io.ts';
import { codeOf } from './run-sweeps.ts';
import { showSweeps } from './show-sweeps.ts';
import { count } from '../lib/format.ts';
import { table } from './display/table.ts';

export interface DemoOptions extends CommonOptions {
  readonly messages: string;
  readonly seed: string;
}

/** The shipped policy, wherever one stands. */
const SHIPPED = fileURLToPath(new URL('../../config/retention.yaml', import.meta.url));

/** Sweeps a seeded account of the emulator twice, and compares what is really gone with what the ledger says. */
export async function demo(options: DemoOptions, io: Io): Promise<ExitCode> {
  const [messages, seed] = [
    wholeNumber('--messages', options.messages, MESSAGES_MAX),
    wholeNumber('--seed', options.seed),
  ];
  const folder = await mkdtemp(join(tmpdir(), 'media-retention-demo-'));
  try {
    await using emulator = await startEmulator({ messages, seed });
    const configuration = await configurationFor(emulator, folder, options.config ?? SHIPPED);
    if (!options.json) await write(io.out, introduction(emulator, options.config ?? 'config/retention.yaml'));
    await using ledger = await openForWriting(configuration);
    return await sweepTwice(emulator, configuration, ledger, options, io);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The shipped rules, armed and at full pace: in memory only, the file stays as it is. */
async function configurationFor(emulator: Emulator, folder: string, path: string): Promise<Configuration> {
  const { file, text } = await readPolicyFile(path);
  const token = { current: () => emulator.token, refresh: async () => false };
  const { projects: _, ...rest } = file;
  return {
    file: {
      ...rest,
      mode: 'enforce',
      limits: { ...file.limits, maxDeletions: Number.MAX_SAFE_INTEGER },
      requests: { ...file.requests, perSecond: FULL_PACE },
    },
    text,
    settings: {
      projects: [{ name: 'demo', projectId: emulator.project, origin: emulator.url, token }],
      missing: [],
      notify: { webhook: undefined, heartbeat: undefined, on: [] },
      ledgerUrl: `sqlite:${join(folder, 'ledger.db')}`,
      mode: 'enforce',
      logLevel: 'warn',
      logLevelGiven: false,
    },
    env: {},
  };
}

const FULL_PACE = 100_000;

async function sweepTwice(
  emulator: Emulator,
  configuration: Configuration,
  ledger: Ledger,
  options: CommonOptions,
  io: Io,
): Promise<ExitCode> {
  const say = async (text: string): Promise<void> => (options.json ? undefined : write(io.out, text));
  const once = async (): Promise<readonly SweepDone[]> =>
    showSweeps({ mode: 'enforce', lockedMs: clock.monotonicMs() }, configuration, ledger, options, io);
  const inProgress = [...emulator.truth.media()].filter(({ status }) => IN_PROGRESS.has(status));

  await say('First sweep\n');
  const first = await once();
  await say('\nSecond sweep\n');
  const second = await once();

  const agreement = await compare(emulator.truth, ledger);
  const untouched = inProgress.length - agreement.goneInProgress;
  const isRight =
    agreement.differences.length === 0 && agreement.goneInProgress === 0 && second[0]?.report.outcomes.deleted === 0;
  if (options.json) {
    await writeJson(io, { first: first[0]?.report, second: second[0]?.report, agreement });
  } else {
    await say(conclusion(emulator, agreement, untouched, isRight));
  }
  return worst([isRight ? EXIT.done : EXIT.bug, codeOf(first), codeOf(second)]);
}

function introduction({ url, truth }: Emulator, policy: string): string {
  const { messages, media } = truth.count();
  return `A throw-away account on the embedded emulator (${url}): ${count(messages)} messages with ${count(media)} media.
It is swept twice with the rules of ${policy}, armed and at full pace in memory only: the file stays as it is.

`;
}

function conclusion({ truth }: Emulator, agreement: Agreement, untouched: number, isRight: boolean): string {
  const { media, present, deleted } = truth.count();
  const facts = [
    ['media in the account at first', media],
    ['gone now, says the emulator', deleted],
    ['deleted, says the ledger', agreement.deleted],
    ['items on which the two differ', agreement.differences.length],
    ['still there', present],
    ['of them in messages in progress', untouched],
  ];
  const verdict = isRight
    ? `The emulator's own truth and the ledger agree on all ${count(media)} media, item by item; the second sweep deleted nothing.`
    : `The emulator's own truth and the ledger do NOT agree. This is a bug: ${agreement.differences.slice(0, 5).join('; ')}`;
  return `\nWhat really happened\n${table(facts)}\n${verdict}\n`;
}
