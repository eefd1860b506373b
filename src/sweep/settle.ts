import { unreachable } from '../lib/exhaustive.ts';
import type { NumberedItem, Outcome, RecordedAnswer, Settlement } from '../ledger/entries.ts';
import type { Answer, MediaList } from '../provider/contract.ts';
import { isSameSid, type Media } from '../retention/resource.ts';

/** What is known of an item's DELETE. `undefined`: its process died before it could write anything down. */
export type Known =
  | (Pick<RecordedAnswer, 'kind' | 'attempts' | 'status' | 'code'> & {
      /**
       * What it comes to where a list still has it: the service said no, and nothing that came before can still be applied.
       * Known to the process alone that heard it.
       */
      readonly ifListed?: 'refused' | 'deferred' | undefined;
    })
  | undefined;

/**
 * What a DELETE's answer settles by itself. `undefined`: only a list can tell.
 * An attempt without a trustworthy answer may still be applied, so nothing that came after it is the last word. Nor is a
 * refusal, that of a message in progress included: what somebody else deleted a moment ago, or a proxy that sends again
 * did, may be refused as well as not found.
 * @param isVerified whether 204 has to be shown true by a list
 */
export function settleByAnswer(answer: Answer, isVerified: boolean, at: Date): Settlement | undefined {
  const settle = (outcome: Settlement['outcome'], why?: Settlement['why']): Settlement => ({
    outcome,
    why,
    verified: false,
    at,
    attempts: answer.attempts,
    status: answer.status,
    code: answer.code,
  });
  if (answer.kind === 'accepted') return isVerified ? undefined : settle('deleted');
  if (answer.lostAt !== undefined) return undefined;
  switch (answer.kind) {
    case 'not-sent':
      return settle('not-sent');
    case 'in-progress':
    case 'refused':
    case 'unauthorized':
    case 'absent':
    case 'lost':
      return undefined;
    default:
      return unreachable(answer.kind);
  }
}

/** What was marked as being sent and never begun. */
export const notSent = (at: Date): Settlement => ({
  outcome: 'not-sent',
  why: undefined,
  verified: false,
  at,
  attempts: 0,
  status: undefined,
  code: undefined,
});

/** What an answer comes to, should a list still show the item. */
export function ifListed({ kind, lostAt }: Answer): 'refused' | 'deferred' | undefined {
  if (lostAt !== undefined) return undefined;
  if (kind === 'in-progress') return 'deferred';
  return kind === 'refused' || kind === 'unauthorized' ? 'refused' : undefined;
}

/** What goes on record of an answer that settles nothing by itself. */
export function recorded(answer: Answer, at: Date): RecordedAnswer {
  const kind = answer.kind === 'accepted' || answer.kind === 'absent' ? answer.kind : 'lost';
  return { kind, at, attempts: answer.attempts, status: answer.status, code: answer.code };
}

/**
 * What a media list of its message settles. Absence settles at once. Presence settles nothing as long as a DELETE of
 * ours may still be applied; then, or where it was refused, the item is there to stay.
 * @param isOver whether no DELETE of ours can be applied any more
 */
export function settleByList(
  item: NumberedItem,
  known: Known,
  list: MediaList,
  isOver: boolean,
  at: Date,
): Settlement | undefined {
  const settle = (outcome: Settlement['outcome'], why?: Settlement['why']): Settlement => ({
    outcome,
    why,
    verified: isGone(outcome),
    at,
    attempts: known?.attempts ?? 0,
    status: known?.status,
    code: known?.code,
  });
  const isList = list.kind === 'listed';
  if (isList && !isOn(list.media, item)) {
    return settle(known?.kind === 'accepted' ? 'deleted' : 'already-gone');
  }
  if (isList && known?.ifListed === 'deferred') return settle('deferred');
  if (isList && known?.ifListed === 'refused') return settle('failed', 'refused');
  if (!isOver) return undefined;
  return settle('failed', isList ? 'still-listed' : 'no-such-message');
}

/** Whether a list has an item, however it spells its SID. */
export const isOn = (media: readonly Media[], { mediaSid }: Pick<NumberedItem, 'mediaSid'>): boolean =>
  media.some(({ sid }) => sid !== null && isSameSid(sid, mediaSid));

/** Whether an outcome ends an item for good: there is nothing left to delete. */
export const isGone = (outcome: Outcome): boolean => outcome === 'deleted' || outcome === 'already-gone';
