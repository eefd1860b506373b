import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** What the figures were measured on: without it they say nothing. */
export const machine = (at: Date): Readonly<Record<string, string | number>> => ({
  date: at.toISOString(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryMiB: Math.round(totalmem() / 1024 / 1024),
  system: `${type()} ${release()} ${arch()}`,
  node: process.version,
  undici: versionOf('undici'),
  sdk: versionOf('@signalwire/compatibility-api'),
});

function versionOf(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
