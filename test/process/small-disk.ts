import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk in memory, mounted over a folder: what can be full or read-only without harm to anybody else. */
export class SmallDisk implements Disposable {
  readonly #folder: string;

  constructor(folder: string, kib: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k,mode=700`, 'tmpfs', folder], { stdio: 'ignore' });
    this.#folder = folder;
  }

  /** Fills it up to so many KiB; what is there stays as it is. */
  fill(leftKib: number): void {
    const file = openSync(join(this.#folder, 'filler'), 'a');
    const page = Buffer.alloc(4096, 1);
    try {
      while (writeSync(file, page) === page.length);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
    ftruncateSync(file, Math.max(0, fstatSync(file).size - leftKib * 1024));
    closeSync(file);
  }

  makeRoom(): void {
    rmSync(join(this.#folder, 'filler'));
  }

  remount(mode: 'ro' | 'rw'): void {
    execFileSync('mount', ['-o', `remount,${mode}`, this.#folder], { stdio: 'ignore' });
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['-l', this.#folder], { stdio: 'ignore' });
  }
}

/** Whether this user may mount one here. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'));
  try {
    new SmallDisk(folder, 64)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
