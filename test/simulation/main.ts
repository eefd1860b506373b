import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { FAULTS, NOTHING_LEFT_OUT, type Fault, type Without } from './dimensions.ts';
import { runHistory } from './history.ts';
import type { Planted } from './patch.ts';
import { PLANTED, TOGETHER } from './planted.ts';
import { search } from './pool.ts';
import { REGRESSIONS } from './regressions.ts';
import { replayOf, shrink } from './shrink.ts';
import type { Done } from './thread.ts';

const USAGE = `Simulated histories of the worker against a simulated API. Ends with 0, with 1 where a promise was broken or a
planted bug was not found, and with 2 where it was asked for what there is not.

  npm run sim -- --seeds N [--from S] [--threads T] [--only a,b]
                                                         N histories, from seed S (1), in T threads
  npm run sim -- --seed S [--only a,b] [--without a,b] [--messages M] [--crash-at K] [--trace]
                                                         one history, as a violation is told
  npm run sim -- --planted [--seeds N] [--from S] [--bug NAME]
                                                         every planted bug has to be found within N histories (20000); those
                                                         that need several faults at once have them in each

Kinds of faults, for --only and --without: ${FAULTS.join(', ')}.
`;

const OPTIONS = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  threads: { type: 'string', default: String(availableParallelism()) },
  seed: { type: 'string' },
  only: { type: 'string' },
  without: { type: 'string' },
  messages: { type: 'string' },
  'crash-at': { type: 'string' },
  trace: { type: 'boolean', default: false },
  planted: { type: 'boolean', default: false },
  bug: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

class UsageError extends Error {}

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const values = asked();

/** Options of each of the three ways to run, beside the one that chooses it; and `threads`, which always has a value. */
const ALLOWED = {
  planted: ['seeds', 'from', 'bug'],
  seed: ['only', 'without', 'messages', 'crash-at', 'trace'],
  seeds: ['from', 'only'],
} as const;

function assertTogether(way: keyof typeof ALLOWED): void {
  const allowed = new Set<string>([way, 'threads', ...ALLOWED[way]]);
  const odd = Object.entries(values).filter(([option, value]) => value !== false && !allowed.has(option));
  if (odd.length > 0) throw new UsageError(`--${odd[0]?.[0]} does not go with --${way}.`);
}

async function run(): Promise<void> {
  if (values.help) return void say(USAGE);
  if (values.planted) {
    assertTogether('planted');
    await planted(numberOf('seeds', values.seeds ?? '20000'));
  } else if (values.seed !== undefined) {
    assertTogether('seed');
    await one(numberOf('seed', values.seed));
  } else if (values.seeds !== undefined) {
    assertTogether('seeds');
    await many(numberOf('seeds', values.seeds));
  } else throw new UsageError('Say --seeds, --seed or --planted.');
}

try {
  await run();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  refuse(error.message);
}

function asked(): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    refuse((error as Error).message);
    return process.exit();
  }
}

function refuse(what: string): void {
  process.stderr.write(`${what}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function one(seed: number): Promise<void> {
  const end = await runHistory(seed, without());
  if (values.trace) say(end.trace.join('\n'));
  for (const violation of end.violations) say(violation);
  say(`seed ${seed}: ${end.violations.length} violations, ${end.events} events, trace ${end.hash}`);
  process.exitCode = end.violations.length > 0 ? 1 : 0;
}

async function many(count: number): Promise<void> {
  const from = numberOf('from', values.from ?? '1');
  const startedMs = performance.now();
  const all: Done[] = [];
  let told = startedMs;
  await search(
    { from, count, threads: numberOf('threads', values.threads), toTheEnd: true, only: without().only },
    (done) => {
      all.push(done);
      for (const { seed, violations } of done.violated)
        process.stderr.write(`seed ${seed} violates: ${violations[0]}\n`);
      if (performance.now() - told < 30_000) return;
      told = performance.now();
      process.stderr.write(
        `${sumOf(all, 'histories')} of ${count} histories, ${all.flatMap(({ violated }) => violated).length} violate\n`,
      );
    },
  );
  const seconds = (performance.now() - startedMs) / 1000;
  const cpuSeconds = sumOf(all, 'cpuMs') / 1000;
  const histories = sumOf(all, 'histories');
  const violated = all.flatMap((done) => done.violated).toSorted((a, b) => a.seed - b.seed);
  for (const { seed, violations } of violated.slice(0, 5)) await tellViolation(seed, violations);

  const together = createHash('sha256');
  for (const { hash = '' } of all.toSorted((a, b) => a.from - b.from)) together.update(hash);
  const silent = FAULTS.filter((fault) => !all.some(({ fired }) => fired.has(fault)));
  const isSilent = silent.length > 0 && histories >= 1000; // fewer need not have met everything
  say(`sim: ${histories} histories from seed ${from}, ${sumOf(all, 'events')} events, in ${seconds.toFixed(0)} s`);
  say(
    `sim: ${(histories / cpuSeconds).toFixed(0)} histories per second of one core, ${violated.length} violate the promises`,
  );
  say(
    `sim: ${FAULTS.length - silent.length} of ${FAULTS.length} kinds of faults happened${silent.length > 0 ? `, not ${silent.join(', ')}` : ''}`,
  );
  say(`sim: trace of all ${together.digest('hex')}`);
  if (violated.length > 0 || isSilent) process.exitCode = 1;
}

async function tellViolation(seed: number, violations: readonly string[]): Promise<void> {
  say(`seed ${seed} violates:`);
  for (const violation of violations.slice(0, 3)) say(`  ${violation}`);
  const { without: less } = await shrink(seed, without());
  say(`  shows again with  ${replayOf(seed, less)} --trace`);
}

async function planted(seedsMax: number): Promise<void> {
  const bugs = PLANTED.filter(({ name }) => values.bug === undefined || name === values.bug);
  if (bugs.length === 0)
    throw new UsageError(`No such bug. There are:\n  ${PLANTED.map(({ name }) => name).join('\n  ')}`);
  let missed = 0;
  const left = bugs.values();
  const lane = async (): Promise<void> => {
    for (const bug of left) {
      const found = await firstViolation(bug, seedsMax);
      if (found === undefined) missed++;
      const how =
        found === undefined
          ? `NOT FOUND in ${seedsMax} histories, or not by the one that regressions.ts names`
          : `found by seed ${found.seed}: ${found.what}`;
      say(`${bug.name}: ${how}`);
    }
  };
  await Promise.all(Array.from({ length: numberOf('threads', values.threads) }, lane));
  say(`sim: ${bugs.length - missed} of ${bugs.length} planted bugs found`);
  if (missed > 0) process.exitCode = 1;
}

async function firstViolation(bug: Planted, seedsMax: number): Promise<{ seed: number; what: string } | undefined> {
  const known = REGRESSIONS.find(({ bug: name }) => name === bug.name)?.seed; // which still has to show it
  const from = numberOf('from', values.from ?? String(known ?? 1));
  const only = TOGETHER.get(bug.name);
  const all: Done[] = [];
  const count = known !== undefined && values.from === undefined ? 1 : seedsMax;
  await search({ from, count, threads: 1, toTheEnd: false, bug, only }, (done) => all.push(done));
  const first = all.at(-1)?.violated[0];
  return first && { seed: first.seed, what: first.violations[0]?.replace(/^\S+ s: |\n[^]*$/g, '') ?? '' };
}

function without(): Without {
  const { only, without: less } = values;
  return {
    ...NOTHING_LEFT_OUT,
    ...(only !== undefined && { only: faultsOf(only) }),
    faults: new Set(less === undefined ? [] : faultsOf(less)),
    ...(values.messages !== undefined && { messagesMax: numberOf('messages', values.messages) }),
    ...(values['crash-at'] !== undefined && { crashAt: numberOf('crash-at', values['crash-at']) }),
  };
}

function faultsOf(list: string): readonly Fault[] {
  return list.split(',').map((name) => {
    const fault = FAULTS.find((each) => each === name);
    if (!fault) throw new UsageError(`“${name}” is none of ${FAULTS.join(', ')}.`);
    return fault;
  });
}

function numberOf(option: string, text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} is “${text}”, expected a whole number from 1.`);
}

function sumOf(all: readonly Done[], key: 'histories' | 'events' | 'cpuMs'): number {
  return all.reduce((sum, done) => sum + done[key], 0);
}
