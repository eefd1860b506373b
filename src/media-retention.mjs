#!/usr/bin/env node
// The way in. Plain JavaScript that old versions of Node can read, so that the wrong one gets a sentence, not a syntax error.
import { existsSync } from 'node:fs';
import module from 'node:module';
import v8 from 'node:v8';

const REQUIRED_MAJOR = 26;
const major = Number(process.versions.node.split('.')[0]);

if (major < REQUIRED_MAJOR) {
  process.stderr.write(
    `This program needs Node.js ${REQUIRED_MAJOR} or newer, and this is ${process.version}. ` +
      'Run "npm ci" in its folder, which brings the right one along, or install Node.js ' +
      `${REQUIRED_MAJOR} and run "npm ci --omit=optional".\n`,
  );
  process.exitCode = 2;
} else {
  module.enableCompileCache?.();
  // Diagnostic reports are made to be passed on, and the environment may hold the token.
  process.report.excludeEnv = true;
  // A sweep makes much short-lived garbage: a heap that grows slowly halves its peak memory. The other half of this can be
  // said on the command line only, and there it is: a nursery of 4 MiB (--max-semi-space-size) in place of 16.
  v8.setFlagsFromString('--heap-growing-percent=50');
  // Images run a bundle, which starts in two thirds of the time; a checkout runs the TypeScript itself.
  const built = new URL('./app/main.js', import.meta.url);
  try {
    await import(existsSync(built) ? built.href : new URL('./main.ts', import.meta.url).href);
  } catch (error) {
    if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
    process.stderr.write(
      `This process may open too few files (${error.code}). Raise its limit (ulimit -n) to 256. Nothing was started.\n`,
    );
    process.exitCode = 2;
  }
}
