import type { SweepDone } from '../../src/sweep/order.ts';
import type { End } from './history.ts';
import { dueAfterMs } from './law.ts';
import type { Row } from './mirror.ts';
import type { TrueMedia, TrueMessage } from './truth.ts';
import type { World } from './world.ts';

/** What is still wrong when nothing goes wrong any more and two sweeps have had their time: liveness, and the whole record. */
export function faultsAfterwards(last: End, world: World): string[] {
  if (last === 'busy' || last === 'died') return [`[L1] the last sweep ${last}`];
  const found: string[] = [];
  if (last.report.result !== 'complete')
    found.push(`[L1] the last sweep is ${last.report.result}: ${last.stop?.message}`);
  for (const row of world.oracle.mirror.open()) found.push(`[T2] ${row.media} is still open`);
  for (const message of world.messages) {
    for (const media of message.media) found.push(...faultsOf(message, media, last, world));
  }
  return found;
}

function faultsOf(message: TrueMessage, media: TrueMedia, { report }: SweepDone, world: World): string[] {
  const rows = world.oracle.mirror.rowsOf(media.sid).filter((row) => row.message === message.sid);
  const gone = rows.filter(({ outcome }) => outcome === 'deleted' || outcome === 'already-gone');
  const asOfMs = Date.parse(report.asOf);
  const due = dueAfterMs(message, media, world.law, asOfMs);
  const isDue = due !== undefined && asOfMs > due && !message.isRemoved;
  if (isDue && media.goneMs === undefined) return [`[L1] ${media.sid} is due and there: ${history(rows)}`];
  if (media.goneMs === undefined && gone.length > 0) return [`[T1] ${media.sid} is there: ${history(rows)}`];
  const isShownAgain = world.dimensions.api.lagMs > 0; // a list that is behind may bring it into a second plan
  if (gone.length > 1 && !isShownAgain) return [`[T2] ${media.sid} is gone ${gone.length} times: ${history(rows)}`];
  const isUnseen = message.isRemoved; // no list can tell any more what became of it
  if (media.goneBy === 'us' && gone.length === 0 && !isUnseen) return [`[T2] ${media.sid} is gone: ${history(rows)}`];
  return [];
}

const history = (rows: readonly Row[]): string =>
  rows.length === 0 ? 'never sent' : rows.map(({ sweep, outcome }) => `sweep ${sweep} ${outcome ?? 'open'}`).join(', ');
