import { DatabaseSync } from 'node:sqlite';
import { placeOf } from './account.ts';

/** What is on record of one item of one sweep: read from the file itself, with nothing of the product between. */
export interface Row {
  readonly sweep: string;
  readonly project: string;
  readonly place: string;
  readonly isSending: boolean;
  readonly answer: string | null;
  /** `null`: nothing final. */
  readonly outcome: string | null;
  readonly settledMs: number | null;
  readonly why: string | null;
}

/** A sweep that says that it has ended. */
export interface Ended {
  readonly sweep: string;
  readonly result: string;
  readonly report: {
    readonly media: number;
    readonly planned: number;
    readonly retained: Readonly<Record<string, number>>;
    readonly outcomes: Readonly<Record<string, number>>;
  };
}

/** All that a ledger claims. */
export interface OnRecord {
  readonly rows: readonly Row[];
  readonly ended: readonly Ended[];
}

const ROWS = `select w.sweep_id as sweep, w.project_id as project, p.message_sid as message, p.media_sid as media,
    s.item is not null as sending, a.kind as answer, t.outcome, t.at as settledMs, t.why
  from plan_item as p join sweep as w on w.n = p.id / 1073741824
    left join sending as s on s.item = p.id left join answer as a on a.item = p.id
    left join settlement as t on t.item = p.id order by p.id`;
const ENDED =
  'select w.sweep_id as sweep, e.result, e.report from sweep_end as e join sweep as w on w.n = e.sweep order by w.n';

interface RawRow {
  readonly sweep: string;
  readonly project: string;
  readonly message: string;
  readonly media: string;
  readonly sending: number;
  readonly answer: string | null;
  readonly outcome: string | null;
  readonly settledMs: number | null;
  readonly why: string | null;
}

/** Looks into a ledger's file beside the process that writes it. */
export class Reading {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true });
  }

  /** What is on disk now. */
  read(): OnRecord {
    const rows = this.#db.prepare(ROWS).all() as unknown as RawRow[];
    const ended = this.#db.prepare(ENDED).all() as unknown as { sweep: string; result: string; report: string }[];
    return {
      rows: rows.map(({ sweep, project, message, media, sending, answer, outcome, settledMs, why }) => {
        const isSending = sending === 1;
        return { sweep, project, place: placeOf(message, media), isSending, answer, outcome, settledMs, why };
      }),
      ended: ended.map(({ sweep, result, report }) => ({
        sweep,
        result,
        report: JSON.parse(report) as Ended['report'],
      })),
    };
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}

/** `sweep-1 message-1/media-1-1: sending, accepted, deleted` */
export const inWords = ({ sweep, place, isSending, answer, outcome }: Row): string =>
  `${sweep} ${place}: ${[isSending && 'sending', answer, outcome].filter(Boolean).join(', ') || 'planned'}`;
