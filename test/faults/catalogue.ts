import { A } from './a.ts';
import { B } from './b.ts';
import { C } from './c.ts';
import { D } from './d.ts';
import { E } from './e.ts';
import { EXCUSED, WAITING } from './exceptions.ts';
import { F } from './f.ts';

/**
 * What may go wrong, and what this worker does about it. Every row is proven by tests whose titles begin with its id, or
 * waits, and says for what.
 */
export interface Row {
  readonly id: string;
  readonly fault: string;
  readonly does: string;
  /** What has to be built first. */
  readonly waiting?: string;
  /** Why it does not fit this worker, or cannot be shown here. */
  readonly excused?: string;
}

/** By id: the fault, and what is done about it. */
export type Rows = Readonly<Record<string, readonly [fault: string, does: string]>>;

export const rows: readonly Row[] = Object.entries({ ...A, ...B, ...C, ...D, ...E, ...F }).map(
  ([id, [fault, does]]) => {
    const [waiting, excused] = [WAITING[id], EXCUSED[id]];
    return Object.assign(
      { id, fault, does },
      waiting !== undefined && { waiting },
      excused !== undefined && { excused },
    );
  },
);
