import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LedgerError } from '../contract.ts';
import type { Database } from './database.ts';
import { codeOf, syncFile, syncFolder } from './files.ts';

/**
 * A consistent copy of one instant, in a file of its owner's alone, really on disk on return. Others go on writing meanwhile.
 * It gets its name when it is whole: what was cut short keeps the name with `.partial`.
 */
export function backUp(db: Database, path: string): void {
  const target = resolve(path);
  const partial = `${target}.partial`;
  if (existsSync(target))
    throw new LedgerError(`${target} is there already. A backup overwrites nothing: name a new file.`);
  try {
    closeSync(openSync(partial, 'wx', 0o600)); // SQLite fills a file that is empty, and keeps its rights
  } catch (error) {
    throw new LedgerError(
      `${partial} cannot be made (${codeOf(error)}). Name a file in a folder that is there and may be written to; remove the file if an earlier backup was cut short.`,
      { cause: error },
    );
  }
  try {
    db.run('vacuum into ?', [partial]);
    syncFile(partial);
    renameSync(partial, target);
    syncFolder(dirname(target));
  } catch (error) {
    rmSync(partial, { force: true });
    if (error instanceof LedgerError) throw error;
    throw new LedgerError(`The backup ${target} could not be finished (${codeOf(error)}).`, { cause: error });
  }
}
