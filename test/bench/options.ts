import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CONTENDERS, type Contender, type Setting, type Verify } from './measure.ts';
import { BUILD } from './processes.ts';

export const USAGE = `The worker beside the fewest requests by undici alone (floor) and a user's loop with SignalWire's SDK (sdk), all on
the same account of the emulator; on demand also beside a floor that parses what came and keeps a record (recorder).
test/bench/README.md says how it measures.

  npm run bench -- [--rounds 5] [--messages 10000] [--latency 0,20] [--lanes 1,16,64] [--verify both]
                   [--contenders worker,recorder,floor,sdk] [--seconds 5] [--seed 1] [--json build/bench.json]
  npm run bench -- --quick     one small round at latency 0 with 16 lanes: does it work?
  npm run bench -- --floor     7 rounds of 60000 messages at latency 0 with 16 lanes, verified: worker, recorder, floor

--messages is the most; where latency makes it slow there are as many as take about --seconds.
`;

export interface Options {
  readonly seed: number;
  readonly rounds: number;
  readonly settings: readonly Setting[];
  readonly contenders: readonly Contender[];
  /** Where all measurements go. */
  readonly json: string;
}

export class UsageError extends Error {}

const PRESETS = {
  quick: { rounds: '1', messages: '2000', latency: '0', lanes: '16' },
  floor: {
    rounds: '7',
    messages: '60000',
    latency: '0',
    lanes: '16',
    verify: 'always',
    contenders: 'worker,recorder,floor',
  },
} as const;

const DEFAULTS = {
  rounds: '5',
  messages: '10000',
  latency: '0,20',
  lanes: '1,16,64',
  verify: 'both',
  contenders: 'worker,floor,sdk',
  seconds: '5',
  seed: '1',
  json: join(BUILD, 'bench.json'),
};

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  rounds: text,
  messages: text,
  latency: text,
  lanes: text,
  verify: text,
  contenders: text,
  seconds: text,
  seed: text,
  json: text,
  quick: flag,
  floor: flag,
  help: flag,
} as const;

/** @throws {UsageError} */
export function readOptions(args: string[]): Options | 'help' {
  const { help, quick, floor, ...given } = parsed(args);
  if (help) return 'help';
  const asked = { ...DEFAULTS, ...(quick && PRESETS.quick), ...(floor && PRESETS.floor), ...given };
  const messagesMax = whole('messages', asked.messages);
  const seconds = whole('seconds', asked.seconds);
  const lanes = asked.lanes.split(',').map((each) => whole('lanes', each));
  const latencies = asked.latency.split(',').map((each) => whole('latency', each, 0));
  return {
    seed: whole('seed', asked.seed),
    rounds: whole('rounds', asked.rounds),
    settings: latencies.flatMap((latencyMs) =>
      lanes.map((each) => ({ latencyMs, lanes: each, messages: messagesFor(latencyMs, each, seconds, messagesMax) })),
    ),
    contenders: contendersOf(asked.contenders, asked.verify),
    json: asked.json,
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** @throws {UsageError} */
export function whole(name: string, value: string, least = 1): number {
  if (!/^\d{1,9}$/.test(value) || Number(value) < least)
    throw new UsageError(`--${name} ${value}: not a whole number from ${least} on.`);
  return Number(value);
}

/** Of the seeded account's messages about 0.3 have something due, 0.6 items each two; and these are listed twice. */
const REQUESTS_PER_MESSAGE = 1.3;

function messagesFor(latencyMs: number, lanes: number, seconds: number, most: number): number {
  if (latencyMs === 0) return most;
  return Math.min(most, Math.ceil((seconds * 1000 * lanes) / latencyMs / REQUESTS_PER_MESSAGE));
}

function contendersOf(names: string, verify: string): Contender[] {
  if (!['always', 'never', 'both'].includes(verify)) throw new UsageError(`--verify ${verify}: always, never or both.`);
  const ways = verify === 'both' ? (['always', 'never'] as const) : [verify as Verify];
  return names.split(',').flatMap((name): Contender[] => {
    const known = CONTENDERS.find((each) => each === name);
    if (!known) throw new UsageError(`--contenders ${name}: ${CONTENDERS.join(', ')}.`);
    if (known === 'sdk') return [{ name: known, verify: 'never' }]; // it has no way to
    return ways.map((each) => ({ name: known, verify: each }));
  });
}
