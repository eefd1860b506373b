import { startEmulator } from '../emulator/server.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { switchesAndFaults } from './emulate-options.ts';
import { wholeNumber, write, writeJson, type CommonOptions, type Io } from './io.ts';
import { UsageError } from './usage-error.ts';

export interface EmulateOptions extends CommonOptions {
  readonly port: string;
  readonly seed: string;
  readonly messages: string;
  readonly days: string;
  readonly latency: string;
  readonly [switchOrFault: string]: unknown;
}

/** Runs the emulator until it is told to stop. */
export async function emulate(options: EmulateOptions, io: Io): Promise<ExitCode> {
  const wanted = {
    port: wholeNumber('--port', options.port, 65_535),
    seed: wholeNumber('--seed', options.seed),
    messages: wholeNumber('--messages', options.messages, MESSAGES_MAX),
    days: wholeNumber('--days', options.days, DAYS_MAX),
    latencyMs: wholeNumber('--latency', options.latency),
    ...switchesAndFaults(options),
  };
  await using emulator = await startEmulator(wanted).catch((error: unknown) => {
    throw portTrouble(error, wanted.port);
  });
  const { url, project, token } = emulator;
  if (options.json) await writeJson(io, { url, project, token });
  else await write(io.out, instructions(url, project, token));
  await new Promise<void>((resolve) => {
    io.stop.addEventListener('abort', () => resolve(), { once: true });
    if (io.stop.aborted) resolve();
  });
  return EXIT.done;
}

/** An account of that size takes 3 GB. */
export const MESSAGES_MAX = 100_000_000;
/** As far back as there are dates with four digits. */
const DAYS_MAX = 700_000;

function portTrouble(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return new UsageError(`--port ${port}: in use. Choose another, or 0 for any free one.`);
  if (code === 'EACCES')
    return new UsageError(`--port ${port}: not for this user. Choose another, or 0 for any free one.`);
  return error;
}

const instructions = (url: string, project: string, token: string): string =>
  `The emulator listens on ${url}, until Ctrl-C. In another terminal:

  export SIGNALWIRE_BASE_URL=${url}
  export SIGNALWIRE_PROJECT_ID=${project}
  export SIGNALWIRE_API_TOKEN=${token}
  npm run --silent cli -- plan
`;
