import { inTime } from '../lib/waiting.ts';
import type { Reader } from '../provider/contract.ts';
import type { Pass } from './pass.ts';
import { digestOf } from './scan/digest.ts';
import type { Sample } from './scan/places.ts';

/** Writes down what a scan has taught as soon as its plan is sealed: all that is planned is still there. */
export async function rememberPlan({ scan, record }: Pass): Promise<void> {
  if (scan) await record.remember(scan.change(true));
}

/**
 * Again when the plan has been executed. A day of which everything that was planned is gone need not be read before something
 * else comes due there.
 * @param isVerified whether what is called deleted was seen to be gone
 */
export async function rememberOutcome(pass: Pass, isVerified: boolean): Promise<void> {
  const { scan, record, clock, stop } = pass;
  if (!scan) return;
  const { book, change } = scan;
  const sample = await book.settle(record.remaining(), isVerified);
  if (sample && !book.emptied.isCountKept) {
    // Whatever it comes to, it is not worth failing for.
    const look = (over: AbortSignal): Promise<boolean> => isStillCounted(sample, pass.reader, over).catch(() => false);
    if (await inTime(look, LOOK_MAX_MS, false, clock, stop)) book.emptied.keepCount();
  }
  await record.remember(change(false));
}

/** A finished sweep waits no longer for what only saves requests. */
const LOOK_MAX_MS = 5_000;

/** Whether a message is just the same after all that it had has been deleted, and nothing has come in its place. */
async function isStillCounted({ sid, digest }: Sample, reader: Reader, signal: AbortSignal): Promise<boolean> {
  const message = await reader.getMessage(sid, signal);
  if (message === 'absent' || digestOf(message) !== digest) return false;
  const list = await reader.listMedia(sid, signal);
  return list.kind === 'listed' && list.media.length === 0;
}
