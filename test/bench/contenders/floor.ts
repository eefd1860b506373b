import { readFileSync } from 'node:fs';
import { Pool, type Dispatcher } from 'undici';

/**
 * The fewest requests that do the same, by undici alone: told beforehand what is due, keeping no record, looking at
 * nothing but the status and where the next page is. It imports nothing of this repository, to be run as JavaScript.
 */

interface Task {
  readonly url: string;
  readonly project: string;
  readonly token: string;
  readonly lanes: number;
  readonly verify: 'always' | 'never';
  /** JSON: messages, each with the media to be deleted. */
  readonly dueFile: string;
}
const task = JSON.parse(process.env['BENCH_TASK'] ?? '') as Task;

const headers = ['Authorization', `Basic ${Buffer.from(`${task.project}:${task.token}`).toString('base64')}`];
const messagesPath = `/api/laml/2010-04-01/Accounts/${task.project}/Messages`;
const pool = new Pool(task.url, { connections: task.lanes, pipelining: 1, allowH2: false });

/** Reads an answer to its end. By `dispatch`, which costs less than `request`. */
class Reply implements Dispatcher.DispatchHandler {
  readonly #expected: number;
  readonly #resolve: (body: Buffer[]) => void;
  readonly #reject: (error: Error) => void;
  readonly #body: Buffer[] = [];
  constructor(expected: number, resolve: (body: Buffer[]) => void, reject: (error: Error) => void) {
    this.#expected = expected;
    this.#resolve = resolve;
    this.#reject = reject;
  }
  onRequestStart(): void {}
  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    if (status !== this.#expected) this.#reject(new Error(`Answered with ${status} instead of ${this.#expected}.`));
  }
  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body.push(chunk);
  }
  onResponseEnd(): void {
    this.#resolve(this.#body);
  }
  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}

const send = (method: 'GET' | 'DELETE', path: string): Promise<Buffer[]> =>
  new Promise((resolve, reject) => {
    pool.dispatch({ method, path, headers }, new Reply(method === 'GET' ? 200 : 204, resolve, reject));
  });

async function readPages(): Promise<void> {
  for (let path: string | undefined = `${messagesPath}.json?PageSize=1000`; path !== undefined;) {
    const body = Buffer.concat(await send('GET', path)).toString('latin1');
    path = /"next_page_uri":"([^"]*)"/.exec(body)?.[1];
  }
}

async function clear(messageSid: string, mediaSids: readonly string[]): Promise<void> {
  const list = `${messagesPath}/${messageSid}/Media.json`;
  await send('GET', list);
  for (const sid of mediaSids) await send('DELETE', `${messagesPath}/${messageSid}/Media/${sid}.json`);
  if (task.verify === 'always') await send('GET', list);
}

const due = (JSON.parse(readFileSync(task.dueFile, 'utf8')) as [string, string[]][]).values();
async function lane(): Promise<void> {
  for (const [messageSid, mediaSids] of due) await clear(messageSid, mediaSids);
}

await Promise.all([readPages(), ...Array.from({ length: task.lanes }, lane)]);
await pool.close();
