import { inTime } from '../lib/waiting.ts';
import type { Pass } from './pass.ts';
import type { Scan } from './plan.ts';
import { digestOf } from './scan/digest.ts';
import type { Sample } from './scan/places.ts';

/**
 * Writes down what a scan has taught: as soon as its plan is sealed, when all that is planned is still there; and when it has
 * been executed. A day of which everything that was planned is gone need not be read before something else comes due there.
 * @param isVerified whether what is called deleted was seen to be gone
 */
export async function remember(pass: Pass, isFirst: boolean, isVerified: boolean): Promise<void> {
  const { scan, record } = pass;
  if (!scan) return;
  if (!isFirst) await settle(scan.book, isVerified, pass);
  await record.remember(scan.change(isFirst));
}

async function settle(book: Scan['book'], isVerified: boolean, pass: Pass): Promise<void> {
  const sample = await book.settle(pass.record.remaining(), isVerified);
  if (!sample || book.emptied.isCountKept) return;
  const isKept = isStillCounted(sample, pass).catch(() => false); // whatever it was, it is not worth failing for
  if (await inTime(isKept, LOOK_MAX_MS, false, pass.clock, pass.stop)) book.emptied.keepCount();
}

/** A finished sweep waits no longer for what only saves requests. */
const LOOK_MAX_MS = 5_000;

/** Whether a message is just the same after all that it had has been deleted, and nothing has come in its place. */
async function isStillCounted({ sid, digest }: Sample, { reader, stop }: Pass): Promise<boolean> {
  if (stop.aborted) return false;
  const message = await reader.getMessage(sid, stop);
  if (message === 'absent' || digestOf(message) !== digest) return false;
  const list = await reader.listMedia(sid, stop);
  return list.kind === 'listed' && list.media.length === 0;
}
