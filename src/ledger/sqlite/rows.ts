import type {
  ItemId,
  KnownItem,
  NumberedItem,
  OpenItem,
  Outcome,
  RecordedAnswer,
  SweepMode,
  SweepResult,
  Why,
} from '../entries.ts';
import type { MediaSid, MessageSid } from '../../retention/resource.ts';

/** Rows as SQLite gives them, and what they mean. */
export interface SweepRow {
  readonly n: number;
  readonly sweep_id: string;
  readonly project: string;
  readonly project_id: string;
  readonly mode: SweepMode;
  readonly policy_hash: string;
  readonly program_version: string;
  readonly as_of: number;
  readonly started_at: number;
  readonly result: SweepResult | null;
  readonly ended_at: number | null;
  readonly report: string | null;
  readonly next_due_at: number | null;
  readonly stuck_in_progress: number | null;
}

export interface PlanRow {
  readonly id: ItemId;
  readonly message_sid: MessageSid;
  readonly media_sid: MediaSid;
  readonly content_type: string | null;
  readonly rule: string;
  readonly expired_at: number;
  readonly planned_at: number;
}

/** An item with its answer, where there is one: the columns of `ANSWER`. */
export interface AnswerRow {
  readonly answer: RecordedAnswer['kind'] | null;
  readonly answered_at: number;
  readonly answer_attempts: number;
  readonly answer_status: number | null;
  readonly answer_code: number | null;
}

export const ANSWER = `a.kind as answer, a.at as answered_at, a.attempts as answer_attempts, a.status as answer_status,
  a.code as answer_code`;

/** The six characters at each end, as `sid_index` has them. */
export const ends = (sid: string): string => `(substr(${sid}, 1, 6) || substr(${sid}, -6))`;

/** What shows that an item is no longer there. */
export const GONE = "('deleted', 'already-gone')";

/** Two to the 30th items of 8 million sweeps: together the whole numbers that JavaScript counts exactly. */
export const ITEMS_MAX = 2 ** 30;
export const SWEEPS_MAX = 2 ** 23;

/** The numbers of a sweep's items: from `first` up to, but not including, `end`. */
export interface Range {
  readonly first: ItemId;
  readonly end: ItemId;
}

export const rangeOf = (n: number): Range => ({ first: n * ITEMS_MAX + 1, end: (n + 1) * ITEMS_MAX });

export function itemOf(row: PlanRow): NumberedItem {
  return {
    id: row.id,
    messageSid: row.message_sid,
    mediaSid: row.media_sid,
    contentType: row.content_type,
    rule: row.rule,
    expiredAt: new Date(row.expired_at),
    plannedAt: new Date(row.planned_at),
  };
}

export type OpenRow = PlanRow & AnswerRow & { readonly sweep_id: string; readonly sending_at: number };

export function openItemOf(row: OpenRow): OpenItem {
  return { ...itemOf(row), sweepId: row.sweep_id, sendingAt: new Date(row.sending_at), answer: answerOf(row) };
}

function answerOf(row: AnswerRow): RecordedAnswer | undefined {
  if (row.answer === null) return undefined;
  return {
    kind: row.answer,
    at: new Date(row.answered_at),
    attempts: row.answer_attempts,
    status: row.answer_status ?? undefined,
    code: row.answer_code ?? undefined,
  };
}

export type KnownRow = PlanRow &
  Pick<SweepRow, 'sweep_id' | 'mode' | 'project' | 'project_id'> & {
    readonly sending_at: number | null;
    readonly outcome: Outcome | null;
    readonly settled_at: number | null;
    readonly why: Why | null;
  };

export function knownItemOf(row: KnownRow): KnownItem {
  return {
    sweepId: row.sweep_id,
    mode: row.mode,
    project: row.project,
    projectId: row.project_id,
    messageSid: row.message_sid,
    mediaSid: row.media_sid,
    rule: row.rule,
    expiredAt: new Date(row.expired_at),
    plannedAt: new Date(row.planned_at),
    outcome: row.outcome ?? (row.sending_at === null ? 'planned' : 'uncertain'),
    settledAt: dateOf(row.settled_at),
    why: row.why ?? undefined,
  };
}

export const dateOf = (at: number | null): Date | undefined => (at === null ? undefined : new Date(at));
