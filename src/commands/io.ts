import type { Environment } from '../app/environment.ts';
import { UsageError } from './usage-error.ts';

/** The world outside a command, handed in by the process edge. */
export interface Io {
  readonly env: Environment;
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  /** Aborted with a `Stop` by the first signal. */
  readonly stop: AbortSignal;
  /** Runs `last` when the process ends, however it ends in order. */
  readonly onExit: (last: () => void) => void;
}

/** Options that every verb has. */
export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** Resolves when `text` was taken; a reader that is slow, or gone, is waited for no longer than that. */
export function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

/** One JSON document on one line: all that `--json` ever puts on standard output. */
export const writeJson = (io: Io, value: unknown): Promise<void> => write(io.out, `${JSON.stringify(value)}\n`);

export function wholeNumber(option: string, text: string, max = 999_999_999): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new UsageError(`${option} ${text}: not a whole number.`);
  if (Number(text) > max) throw new UsageError(`${option} ${text}: too much. Expected at most ${max}.`);
  return Number(text);
}

/** 00:00 UTC of a calendar day that exists, `undefined` for anything else. */
export function dayOf(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text ? undefined : date;
}
