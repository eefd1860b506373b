import type { SQLInputValue } from 'node:sqlite';
import type { DiskWatch } from './disk.ts';
import type { Worker } from './worker.ts';

/** One planned item as the disk has it, and what the oracle has seen of its DELETE. */
export interface Row {
  readonly id: number;
  readonly sweep: number;
  readonly message: string;
  readonly media: string;
  /** Who marked it as being sent, once that is on disk. */
  sender: Worker | undefined;
  outcome: string | undefined;
  isVerified: boolean;
  /** The sweep that settled it. */
  settledBy: number | undefined;
  /** Requests that began, and of them those that certainly did nothing: no connection, or a 429. */
  sends: number;
  harmless: number;
  /** Those that renewed credentials were the reason for. */
  unauthorized: number;
  hasHeard204: boolean;
  /** Code 20009 and any other refusal have been heard of it. */
  hasHeardInProgress: boolean;
  /** When it expired, as the plan says. */
  expiredMs: number;
  /** What is on disk of its answer. */
  answer: string | undefined;
}

/** Whether it is on record as no longer there. */
export const isGone = ({ outcome }: Row): boolean => outcome === 'deleted' || outcome === 'already-gone';

/** As a report counts it. */
export const outcomeOf = ({ sender, outcome }: Row): string => outcome ?? (sender ? 'uncertain' : 'not-sent');

/** Where in a row's number its sweep stands, as the ledger's schema says. */
const ITEMS = 2 ** 30;

/** What is on disk, kept by the oracle from what is committed: never asked of the worker. */
export class Mirror {
  readonly rows = new Map<number, Row>();
  readonly modes = new Map<number, string>();
  readonly #byMedia = new Map<string, Row[]>();
  readonly #sweeps = new Map<Worker, number>();
  readonly #planned = new Map<number, number>();
  readonly #settled: (row: Row) => void;

  /** @param settled told of each row that is settled on disk */
  constructor(settled: (row: Row) => void) {
    this.#settled = settled;
  }

  /** The number of the sweep that a worker has on disk. */
  sweepOf(worker: Worker): number | undefined {
    return this.#sweeps.get(worker);
  }

  rowsOf(media: string | undefined): readonly Row[] {
    return this.#byMedia.get(media ?? '') ?? [];
  }

  rowSentBy(worker: Worker, message: string | undefined, media: string | undefined): Row | undefined {
    return this.rowsOf(media).find((row) => row.sender === worker && row.message === message);
  }

  /** How many items a sweep has planned. */
  planned(sweep: number): number {
    return this.#planned.get(sweep) ?? 0;
  }

  open(): Row[] {
    return [...this.rows.values()].filter(({ sender, outcome }) => sender && outcome === undefined);
  }

  watch(worker: Worker): DiskWatch {
    let pending: (() => void)[] = [];
    return {
      wrote: (table, values, rowId) => {
        const apply = this.#applying(table, values, rowId, worker);
        if (apply) pending.push(apply);
      },
      committed: () => {
        const all = pending;
        pending = [];
        for (const apply of all) apply();
      },
      rolledBack: () => {
        pending = [];
      },
    };
  }

  #applying(table: string, values: readonly SQLInputValue[], rowId: number, worker: Worker): (() => void) | undefined {
    const id = Number(values[0]);
    switch (table) {
      case 'sweep':
        return () => {
          this.#sweeps.set(worker, rowId);
          this.modes.set(rowId, values[3] as string);
        };
      case 'plan_item':
        return () => this.#add(id, values[1] as string, values[2] as string, Number(values[5]));
      case 'answer':
        return () => {
          const row = this.rows.get(id);
          if (row) row.answer = values[1] as string;
        };
      case 'sending':
        return () => {
          const row = this.rows.get(id);
          if (row) row.sender = worker;
        };
      case 'settlement':
        return () => this.#settle(id, Number(values[1]), values[2] as string, values[3] === 1);
      default:
        return undefined;
    }
  }

  #add(id: number, message: string, media: string, expiredMs: number): void {
    const row: Row = {
      id,
      sweep: Math.floor(id / ITEMS),
      message,
      media,
      sender: undefined,
      outcome: undefined,
      isVerified: false,
      settledBy: undefined,
      sends: 0,
      harmless: 0,
      unauthorized: 0,
      hasHeard204: false,
      hasHeardInProgress: false,
      expiredMs,
      answer: undefined,
    };
    this.rows.set(id, row);
    this.#planned.set(row.sweep, this.planned(row.sweep) + 1);
    this.#byMedia.set(media, [...this.rowsOf(media), row]);
  }

  #settle(id: number, by: number, outcome: string, isVerified: boolean): void {
    const row = this.rows.get(id);
    if (!row) return;
    Object.assign(row, { outcome, isVerified, settledBy: by });
    this.#settled(row);
  }
}
