import { startEmulator } from '../emulator/server.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { switchesAndFaults } from './emulate-options.ts';
import { wholeNumber, write, writeJson, type CommonOptions, type Io } from './io.ts';

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
  await using emulator = await startEmulator({
    port: wholeNumber('--port', options.port),
    seed: wholeNumber('--seed', options.seed),
    messages: wholeNumber('--messages', options.messages),
    days: wholeNumber('--days', options.days),
    latencyMs: wholeNumber('--latency', options.latency),
    ...switchesAndFaults(options),
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

const instructions = (url: string, project: string, token: string): string =>
  `The emulator listens on ${url}, until Ctrl-C. In another terminal:

  export SIGNALWIRE_BASE_URL=${url}
  export SIGNALWIRE_PROJECT_ID=${project}
  export SIGNALWIRE_API_TOKEN=${token}
  npm run --silent cli -- plan
`;
