import { run } from './commands/program.ts';
import { EXIT } from './commands/exit-code.ts';
import { Stop } from './sweep/events.ts';

// npm runs scripts in the package's folder; paths on the command line are meant from where the person stands.
const { npm_lifecycle_event: script, INIT_CWD: folder } = process.env;
if ((script === 'cli' || script === 'demo') && folder) process.chdir(folder);

const LINGER_MS = 1_000;
const ORPHAN_LOOK_MS = 500;
/** The error code of output that could not be written: what was asked for has not been said. */
let lostOutput: string | undefined;
const stop = new AbortController();
/** The first signal ends in order, with everything written down; a second one ends at once, which the ledger survives. */
function onSignal(): void {
  if (stop.signal.aborted) process.exit(EXIT.partial);
  stop.abort(new Stop('stopped', 'it was told to stop.'));
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
// npm hands a signal to the shell it starts us with, which dies of it without a word to us: then we are an orphan.
const parent = process.ppid;
const orphaned = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(orphaned);
  onSignal();
}, ORPHAN_LOOK_MS);
orphaned.unref();
if (script === undefined) clearInterval(orphaned); // started by hand, a parent may well leave

// Whoever reads our output may leave early (`… | head`); the ledger is the record, so work goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || lostOutput !== undefined) return;
    lostOutput = error.code ?? 'unknown error';
    if (stream === process.stdout) process.stderr.write(`Standard output cannot be written (${lostOutput}).\n`);
  });
}

// Only `exitCode`: an exit here would cut off what is still being written to a pipe.
const code = await run(process.argv.slice(2), {
  env: process.env,
  out: process.stdout,
  err: process.stderr,
  stop: stop.signal,
  onExit: (last) => process.once('exit', last),
});
process.exitCode = code === EXIT.done && lostOutput !== undefined ? EXIT.partial : code;

// A socket that nobody waits for any more must not keep the process.
setTimeout(() => process.exit(), LINGER_MS).unref();
