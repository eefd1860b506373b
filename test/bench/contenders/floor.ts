import { readFileSync } from 'node:fs';
import { Pool, type Dispatcher } from 'undici';

/**
 * The fewest requests that do the same, by undici alone: told beforehand what is due, keeping no record, looking at
 * nothing but the status and where the next page is. It imports nothing of this repository, to be run as JavaScript.
 *
 * As a recorder it also does what no worker can do without, and nothing more: it parses what came, and keeps a record of four
 * rows and a line of log an item, in commits that it never waits for.
 */

interface Task {
  readonly url: string;
  readonly project: string;
  readonly token: string;
  readonly lanes: number;
  readonly verify: 'always' | 'never';
  /** JSON: messages, each with the media to be deleted. */
  readonly dueFile: string;
  readonly isRecorder: boolean;
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

const recorder = task.isRecorder ? await newRecorder() : undefined;

async function readPages(): Promise<void> {
  for (let path: string | undefined = `${messagesPath}.json?PageSize=1000`; path !== undefined;) {
    const body = Buffer.concat(await send('GET', path)).toString('latin1');
    recorder?.parse(body);
    path = /"next_page_uri":"([^"]*)"/.exec(body)?.[1];
  }
}

async function readList(path: string): Promise<void> {
  const body = await send('GET', path);
  recorder?.parse(Buffer.concat(body).toString('latin1'));
}

async function clear(messageSid: string, mediaSids: readonly string[]): Promise<void> {
  const list = `${messagesPath}/${messageSid}/Media.json`;
  await readList(list);
  for (const sid of mediaSids) {
    recorder?.note('planned', messageSid, sid);
    recorder?.note('sending', messageSid, sid);
    await send('DELETE', `${messagesPath}/${messageSid}/Media/${sid}.json`);
    recorder?.note('answered', messageSid, sid);
  }
  if (task.verify === 'always') await readList(list);
  for (const sid of mediaSids) recorder?.settle(messageSid, sid);
}

async function newRecorder() {
  const { DatabaseSync } = await import('node:sqlite');
  const { pino, destination, stdTimeFunctions } = await import('pino');
  const db = new DatabaseSync('recorder.db');
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 10000');
  db.exec('create table entry (id integer primary key, kind text, message text, media text, at integer) strict');
  const insert = db.prepare('insert into entry (kind, message, media, at) values (?, ?, ?, ?)');
  const log = pino(
    { base: null, timestamp: stdTimeFunctions.isoTime },
    destination({ dest: 'recorder.log', sync: false, minLength: 4096 }),
  );
  let rows: [kind: string, messageSid: string, mediaSid: string, at: number][] = [];

  function commit(): void {
    db.exec('begin immediate');
    for (const row of rows) insert.run(...row);
    db.exec('commit');
    rows = [];
  }
  function note(kind: string, messageSid: string, mediaSid: string): void {
    rows.push([kind, messageSid, mediaSid, Date.now()]);
    if (rows.length >= 500) commit();
  }
  return {
    parse: (body: string): unknown => JSON.parse(body),
    note,
    settle(messageSid: string, mediaSid: string): void {
      note('settled', messageSid, mediaSid);
      log.info({ event: 'media.settled', messageSid, mediaSid, rule: 'old', outcome: 'deleted', status: 204 });
    },
    close(): void {
      commit();
      db.close();
      log.flush();
    },
  };
}

const due = (JSON.parse(readFileSync(task.dueFile, 'utf8')) as [string, string[]][]).values();
async function lane(): Promise<void> {
  for (const [messageSid, mediaSids] of due) await clear(messageSid, mediaSids);
}

await Promise.all([readPages(), ...Array.from({ length: task.lanes }, lane)]);
recorder?.close();
await pool.close();
