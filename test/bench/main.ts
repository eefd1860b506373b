import { writeFileSync } from 'node:fs';
import { Api } from './api.ts';
import { compare, showLines } from './comparison.ts';
import { machine } from './machine.ts';
import { measure, type Arena, type Contender, type Measurement, type Setting } from './measure.ts';
import { readOptions, USAGE, UsageError, type Options } from './options.ts';
import { buildWorker, emptyFolder } from './processes.ts';

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

async function bench({ seed, rounds, settings, contenders, json }: Options): Promise<void> {
  const startedAt = new Date();
  emptyFolder();
  await buildWorker();
  using api = new Api();
  const arena: Arena = { api, seed, seededAt: startedAt };
  const all: Measurement[] = [];
  for (const setting of settings.slice(0, 1))
    for (const contender of contenders) await measure(contender, { ...setting, messages: 1000 }, 0, arena); // caches and compilers get warm
  for (let round = 1; round <= rounds; round++) {
    for (const setting of settings) {
      for (const contender of inTurn(contenders, round)) all.push(await told(contender, setting, round, arena));
    }
  }
  const lines = compare(all);
  writeFileSync(json, JSON.stringify({ machine: machine(startedAt), rounds, seed, lines, measurements: all }, null, 1));
  say(`\n${showLines(lines)}\n\n${rounds} rounds, all measurements in ${json}`);
}

/** Another one begins in every round, so that whatever the machine does meanwhile hits all alike. */
const inTurn = (contenders: readonly Contender[], round: number): readonly Contender[] =>
  contenders.map((_, n) => contenders[(n + round) % contenders.length] as Contender);

async function told(contender: Contender, setting: Setting, round: number, arena: Arena): Promise<Measurement> {
  const measured = await measure(contender, setting, round, arena);
  const { items, windowMs } = measured;
  const what = `${setting.latencyMs} ms, ${setting.lanes} lanes, ${contender.name}, verify ${contender.verify}`;
  process.stderr.write(`round ${round}: ${what}: ${items} items in ${(windowMs / 1000).toFixed(2)} s\n`);
  return measured;
}

try {
  const options = readOptions(process.argv.slice(2));
  await (options === 'help' ? say(USAGE) : bench(options));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
