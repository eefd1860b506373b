import type { Truth, TrueMedia } from '../../src/emulator/truth.ts';
import type { Ledger } from '../../src/ledger/contract.ts';
import type { Sweeping } from './sweeping.ts';

/**
 * A policy of every kind of rule, and beside it, written a second time without any of the product's code, what it means
 * for the emulator's true media. The two have to agree.
 */
export const MIXED: Sweeping = {
  policy: {
    ageFrom: 'sent',
    default: { kind: 'forever' },
    minimumAge: { kind: 'span', months: 0, hours: 24 },
    rules: [
      {
        id: 'failed',
        match: { status: ['failed', 'undelivered'] },
        retain: { kind: 'span', months: 0, hours: 7 * 24 },
      },
      { id: 'pictures', match: { contentType: ['image/*'] }, retain: { kind: 'span', months: 0, hours: 90 * 24 } },
      { id: 'inbound', match: { direction: ['inbound'] }, retain: { kind: 'span', months: 0, hours: 200 * 24 } },
    ],
  },
};

const TERMINAL = 'delivered undelivered failed received sent read canceled partially_delivered'.split(' ');
const DIRECTIONS = 'inbound outbound-api outbound-call outbound-reply'.split(' ');
const DAY_MS = 86_400_000;

/** What the policy above says of one media item at `now`. Of several rules the one that keeps it longest. */
function isDue({ status, direction, contentType, ...dates }: TrueMedia, now: Date): boolean {
  if (!TERMINAL.includes(status) || !DIRECTIONS.includes(direction) || contentType === null) return false;
  const known = [dates.dateCreated, dates.mediaDateCreated, ...(dates.dateSent === null ? [] : [dates.dateSent])];
  if (known.includes('unreadable')) return false;
  const youngest = Math.max(...known.map((date) => (date as Date).getTime()));
  const days = [
    ...(['failed', 'undelivered'].includes(status) ? [7] : []),
    ...(contentType.startsWith('image/') ? [90] : []),
    ...(direction === 'inbound' ? [200] : []),
  ];
  return days.length > 0 && now.getTime() > youngest + Math.max(...days) * DAY_MS;
}

/** Every way in which the truth, the policy's meaning and the ledger differ. `now`: of the last sweep, within its tolerance. */
export async function disagreements(truth: Truth, ledger: Ledger, now: Date): Promise<string[]> {
  const proven = new Map<string, string[]>();
  for await (const { mediaSid, outcome } of ledger.dispositions({})) {
    proven.set(mediaSid, [...(proven.get(mediaSid) ?? []), outcome]);
  }
  const found: string[] = [];
  for (const media of truth.media()) {
    const { mediaSid, present, messageRemoved } = media;
    const settled = proven.get(mediaSid) ?? [];
    const gone = settled.filter((outcome) => outcome === 'deleted' || outcome === 'already-gone');
    if (!present && !isDue(media, now)) found.push(`${mediaSid}: deleted, though the policy retains it`);
    if (present && isDue(media, now) && !messageRemoved) found.push(`${mediaSid}: due, and still there`);
    if (present && gone.length > 0) found.push(`${mediaSid}: there, though the ledger says ${gone.join()}`);
    if (!present && gone.length !== 1)
      found.push(`${mediaSid}: gone, and the ledger says ${settled.join() || 'nothing'}`);
  }
  return found;
}
