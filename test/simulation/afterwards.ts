import type { SweepDone } from '../../src/sweep/order.ts';
import type { End } from './history.ts';
import { dueAfterMs } from './law.ts';
import { isGone, type Row } from './mirror.ts';
import { BEGIN_MS, type TrueMedia, type TrueMessage } from './truth.ts';
import type { World } from './world.ts';

/** What is still wrong when nothing goes wrong any more and two sweeps have had their time: liveness, and the whole record. */
export function faultsAfterwards(last: End, world: World): string[] {
  if (last === 'busy' || last === 'died') return [`[L1] the last sweep ${last}`];
  const found: string[] = [];
  if (last.report.result !== 'complete')
    found.push(`[L1] the last sweep is ${last.report.result}: ${last.stop?.message}`);
  found.push(...miscounted(last, world));
  for (const row of world.oracle.mirror.open()) found.push(`[T2] ${row.media} is still open`);
  for (const message of world.messages) {
    for (const media of message.media) found.push(...faultsOf(message, media, last, world));
  }
  return found;
}

/** Where num_media stands still and nobody but us has taken anything away, the count of media has to be right. */
function miscounted({ report }: SweepDone, { messages, dimensions }: World): string[] {
  const beganMs = Date.parse(report.startedAt) - BEGIN_MS;
  const all = messages.flatMap(({ media }) => media);
  if (dimensions.api.numMediaFalls || dimensions.api.lagMs > 0) return [];
  if (dimensions.faults.has('repeated-rows') && dimensions.faults.has('odd-rows')) return []; // a row without a SID is not known again
  if (messages.some(({ isRemoved }) => isRemoved) || all.some(({ goneBy }) => goneBy === 'others')) return [];
  const there = all.filter(({ goneMs }) => goneMs === undefined || goneMs >= beganMs).length;
  return report.media === there ? [] : [`[T3] ${report.media} media counted, and there were ${there}`];
}

function faultsOf(message: TrueMessage, media: TrueMedia, { report }: SweepDone, world: World): string[] {
  const rows = world.oracle.mirror.rowsOf(media.sid).filter((row) => row.message === message.sid);
  const gone = rows.filter(isGone);
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
