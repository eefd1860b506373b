import { Command, CommanderError, Option } from 'commander';
import { ConfigError } from '../app/problems.ts';
import { redact } from '../app/redact.ts';
import { programVersion } from '../app/version.ts';
import { LedgerError } from '../ledger/contract.ts';
import { Unauthorized, Unreachable } from '../provider/contract.ts';
import { Stop } from '../sweep/events.ts';
import { switchAndFaultOptions } from './emulate-options.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { write, type Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** Runs one verb. Never throws: what goes wrong is said on standard error, in a sentence for what can go wrong. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = programOf(io, (result) => (code = result));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage; // commander has said it
    await write(io.err, `${sentenceOf(error)}\n`);
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ConfigError || error instanceof UsageError) return EXIT.usage;
  if (error instanceof LedgerError) return EXIT.ledger;
  if (error instanceof Unauthorized) return EXIT.credentials;
  if (error instanceof Unreachable || error instanceof Stop) return EXIT.partial;
  return lacksFiles(error) ? EXIT.usage : EXIT.bug;
}

/** Each verb is loaded when it is called, and with too few open files that is as far as it comes. */
const lacksFiles = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');

function sentenceOf(error: unknown): string {
  if (lacksFiles(error)) return 'This process may open too few files. Raise its limit (ulimit -n) to 256.';
  if (exitCodeOf(error) !== EXIT.bug) return (error as Error).message;
  return `This is a bug, please report it: ${error instanceof Error ? error.stack : String(error)}`;
}

type Verb<Options> = (options: Options, io: Io) => Promise<ExitCode>;

function programOf(io: Io, done: (code: ExitCode) => void): Command {
  const program = new Command('media-retention')
    .description('Deletes expired message media from a SignalWire account, by policy, and can prove what it did.')
    .version(programVersion(), '--version')
    .exitOverride()
    .showHelpAfterError('(--help tells what there is)')
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
      outputError: (text, say) => say(redact(text)), // it repeats what was typed
    });

  const verb = (name: string, description: string, parent = program): Command =>
    parent
      .command(name)
      .description(description)
      .option('--config <file>', 'the policy file (default: $RETENTION_CONFIG, or config/retention.yaml)')
      .option('--json', 'one JSON document on standard output, and nothing else');
  // Each verb is loaded when it is called: a CronJob that sweeps does not pay for the emulator.
  const runs =
    <Options>(load: () => Promise<Verb<Options>>) =>
    async (options: Options): Promise<void> =>
      done(await (await load())(options, io));

  verb('check', 'reads settings and policy, says every rule in plain words, warns')
    .option('--connect', 'also ask the API: credentials, scope, clock, date filters; deletes nothing')
    .action(runs(async () => (await import('./check.ts')).check));
  verb('plan', 'what a sweep would delete now and why, item by item; deletes nothing')
    .option('--project <name>', 'only this project of the policy file')
    .option('--as-of <date>', 'decide as if it were 00:00 UTC of this day (YYYY-MM-DD)')
    .action(runs(async () => (await import('./plan.ts')).plan));
  verb('sweep', 'plan, guard, execute once, exit')
    .option('--project <name>', 'only this project of the policy file')
    .option('--dry-run', 'stop before the first deletion, whatever the policy says')
    .option('--metrics-file <file>', 'write what a Prometheus server would be told into this file')
    .action(runs(async () => (await import('./sweep.ts')).sweep));
  verb('serve', 'sweeps on schedule, with health, metrics and a status page, until SIGTERM').action(
    runs(async () => (await import('./serve.ts')).serve),
  );
  explainVerb(verb).action((sid: string, options: object) =>
    runs(async () => (await import('./explain.ts')).explain)({ ...options, sid }),
  );
  verb('history', 'past sweeps, newest first')
    .option('--project <name>', 'only sweeps of this project')
    .addOption(new Option('--limit <n>', 'how many').default('20'))
    .action(runs(async () => (await import('./history.ts')).history));
  addLedgerVerbs(program, verb, runs);
  addEmulatorVerbs(verb, runs);
  return program;
}

type MakeVerb = (name: string, description: string, parent?: Command) => Command;
type Runs = <Options>(load: () => Promise<Verb<Options>>) => (options: Options) => Promise<void>;

const explainVerb = (verb: MakeVerb): Command =>
  verb('explain', 'what governs a message or media item, when it is due, what has happened to it')
    .argument('<sid>', 'SID of a message or of a media item')
    .option('--project <name>', 'the project to ask')
    .option('--message <sid>', 'the message of a media item that the ledger does not know');

function addLedgerVerbs(program: Command, verb: MakeVerb, runs: Runs): void {
  const ledger = program.command('ledger').description('the record of what was done');
  verb('export', 'every item that was or may have been sent, as JSON Lines or CSV', ledger)
    .addOption(new Option('--format <format>', 'how').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--since <date>', 'settled at or after (YYYY-MM-DD, or an ISO 8601 instant)')
    .option('--until <date>', 'settled before')
    .option('--sweep <id>', 'of this sweep')
    .option('--project <name>', 'of this project')
    .action(runs(async () => (await import('./ledger-export.ts')).ledgerExport));
  verb('backup', 'a consistent copy of the ledger, also while a sweep runs', ledger)
    .argument('<file>', 'where to; must not exist')
    .action((file: string, options: object) =>
      runs(async () => (await import('./ledger-backup.ts')).ledgerBackup)({ ...options, file }),
    );
}

function addEmulatorVerbs(verb: MakeVerb, runs: Runs): void {
  verb('demo', 'sweeps a seeded account of the embedded emulator, and shows that it did what it says')
    .option('--messages <n>', 'size of the account', '5000')
    .option('--seed <n>', 'another account', '1')
    .action(runs(async () => (await import('./demo.ts')).demo));
  const emulate = verb('emulate', 'runs the emulator alone, for trying a policy or pointing an SDK at it')
    .option('--port <n>', 'where to listen on 127.0.0.1; 0: any free port', '0')
    .option('--seed <n>', 'another account', '1')
    .option('--messages <n>', 'size of the account', '5000')
    .option('--days <n>', 'length of its history', '400')
    .option('--latency <ms>', 'how long every answer takes', '0');
  for (const option of switchAndFaultOptions()) emulate.addOption(option);
  emulate.action(runs(async () => (await import('./emulate.ts')).emulate));
}
