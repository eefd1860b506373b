import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Api } from './api.ts';
import { showBounded, sweepBounded } from './bounded.ts';
import { readHistory, showHistory } from './history.ts';
import { machine } from './machine.ts';
import { UsageError, whole } from './options.ts';
import { BUILD, buildWorker, emptyFolder } from './processes.ts';
import { showSizes, sizedSweeps, type SizedSweep } from './sizes.ts';
import { measureStart, showStart } from './start.ts';

const USAGE = `How the worker does on accounts of all sizes. test/bench/README.md says what is measured. Ends with 1 where an account
was not swept to its end in bounded time.

  npm run bench:scale -- [--only sizes,history,start,bounded] [--messages 10000,100000,1000000] [--oddities]
                         [--history 1000000] [--latency 20] [--lanes 16] [--starts 7] [--days 120] [--json build/scale.json]

--messages: sizes of accounts; --history: messages of three years; --days: of the account that is swept piece by piece.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const OPTIONS = {
  only: { ...text, default: 'sizes,history,start,bounded' },
  messages: { ...text, default: '10000,100000,1000000' },
  oddities: flag,
  history: { ...text, default: '1000000' },
  latency: { ...text, default: '20' },
  lanes: { ...text, default: '16' },
  starts: { ...text, default: '7' },
  days: { ...text, default: '120' },
  json: { ...text, default: join(BUILD, 'scale.json') },
  help: flag,
} as const;

interface Options {
  readonly only: readonly Section[];
  readonly messages: readonly number[];
  readonly oddities: boolean;
  readonly history: number;
  readonly latency: number;
  readonly lanes: number;
  readonly starts: number;
  readonly days: number;
  readonly json: string;
  readonly help: boolean;
}
type Section = keyof typeof SECTIONS;

const say = (what: string): boolean => process.stdout.write(`${what}\n\n`);

/** Each is told as soon as it is measured. @returns what goes into the file */
const SECTIONS = {
  async sizes({ messages, oddities }: Options, api: Api) {
    const sweeps: SizedSweep[] = [];
    for (const each of messages) sweeps.push(...(await sizedSweeps(each, oddities, api)));
    say(showSizes(sweeps));
    return sweeps;
  },
  async history({ history, latency, lanes }: Options, api: Api) {
    const read = await readHistory(history, latency, lanes, api);
    say(showHistory(read));
    return read;
  },
  async start({ starts }: Options, api: Api) {
    const measured = await measureStart(starts, api);
    say(showStart(measured));
    return measured;
  },
  async bounded({ days }: Options, api: Api) {
    const bounded = await sweepBounded(days, api);
    say(showBounded(bounded));
    if (!bounded.isDone) process.exitCode = 1;
    return bounded;
  },
} as const;

/** @throws {UsageError} */
function readOptions(args: string[]): Options {
  const { values } = parseArgs({ args, options: OPTIONS });
  const number = (name: 'history' | 'latency' | 'lanes' | 'starts' | 'days'): number => whole(name, values[name]);
  const only = values.only.split(',');
  const odd = only.find((name) => !(name in SECTIONS));
  if (odd !== undefined) throw new UsageError(`--only ${odd}: none of ${Object.keys(SECTIONS).join(', ')}.`);
  return {
    ...values,
    only: only as Section[],
    messages: values.messages.split(',').map((each) => whole('messages', each)),
    history: number('history'),
    latency: number('latency'),
    lanes: number('lanes'),
    starts: number('starts'),
    days: number('days'),
  };
}

/** The file has what there is as soon as there is some. */
async function scale(options: Options): Promise<void> {
  const found: Record<string, unknown> = { machine: machine(new Date()) };
  emptyFolder();
  await buildWorker();
  using api = new Api();
  for (const name of options.only) {
    found[name] = await SECTIONS[name](options, api);
    writeFileSync(options.json, JSON.stringify(found, null, 1));
  }
  say(`All of it is in ${options.json}.`);
}

try {
  const options = readOptions(process.argv.slice(2));
  await (options.help ? say(USAGE) : scale(options));
} catch (error) {
  const isUsage = error instanceof UsageError || (error as { code?: string }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
  if (!isUsage) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
