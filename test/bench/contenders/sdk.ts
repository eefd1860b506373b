import { RestClient } from '@signalwire/compatibility-api';
import pLimit from 'p-limit';

/**
 * The loop that a user of SignalWire's SDK would write: list, look at the dates, remove. With one lane one thing after the
 * other, with more through `p-limit`. It imports nothing of this repository, to be run as JavaScript.
 */

interface Task {
  readonly url: string;
  readonly project: string;
  readonly token: string;
  readonly lanes: number;
  /** Milliseconds since 1970: what has a date at or after it stays. */
  readonly cutoff: number;
}
const task = JSON.parse(process.env['BENCH_TASK'] ?? '') as Task;

interface Row {
  readonly sid: string;
  readonly dateCreated: Date;
}
interface Message extends Row {
  readonly status: string;
  readonly numMedia: string;
  readonly dateSent: Date | null;
}

const ENDED = 'delivered undelivered failed received sent read canceled partially_delivered'.split(' ');
const client = RestClient(task.project, task.token, { signalwireSpaceUrl: 'example.signalwire.com' });
client.api.baseUrl = task.url;

const isOld = (date: Date): boolean => date.getTime() < task.cutoff;

async function clear(messageSid: string): Promise<void> {
  const { media } = client.messages(messageSid);
  for (const { sid, dateCreated } of (await media.list()) as Row[]) {
    if (isOld(dateCreated) && !(await media(sid).remove())) throw new Error('A media item was not removed.');
  }
}

const messages = (await client.messages.list({ pageSize: 1000 })) as unknown as Message[];
const old = messages.filter(
  ({ status, numMedia, dateCreated, dateSent }) =>
    ENDED.includes(status) && Number(numMedia) > 0 && isOld(dateCreated) && (dateSent === null || isOld(dateSent)),
);
if (task.lanes === 1) for (const { sid } of old) await clear(sid);
else {
  const limit = pLimit(task.lanes);
  await Promise.all(old.map(({ sid }) => limit(() => clear(sid))));
}
