import type { Ledger, SweepRecord } from '../../src/ledger/contract.ts';
import type { Deleter, Reader } from '../../src/provider/contract.ts';

/** When a process dies at a call: before it had any effect, after it, or while it is on its way to having one. */
export type Moment = 'before' | 'after' | 'during';

export interface Mortal {
  readonly ledger: Ledger;
  readonly reader: Reader;
  readonly deleter: Deleter;
  /** The calls so far that could have been the last, by name. */
  readonly calls: readonly string[];
  readonly isDead: () => boolean;
  /** Resolves when it dies. */
  readonly death: Promise<void>;
}

/**
 * A process that dies at its `nth` call of ledger or API, counted from 1. What it calls from then on never happens, and
 * nothing of what it has called comes back to it: it hangs for ever, as the dead do.
 * @param atDeath at that very moment: the time to look at the disk
 */
export function mortal(
  parts: { readonly ledger: Ledger; readonly reader: Reader; readonly deleter: Deleter },
  nth: number,
  moment: Moment,
  atDeath: () => void,
): Mortal {
  const calls: string[] = [];
  const death = Promise.withResolvers<void>();
  let isDead = false;
  const die = (): void => {
    isDead = true;
    atDeath();
    death.resolve();
  };
  const never = new Promise<never>(() => {});

  async function call<T>(name: string, effect: () => Promise<T>): Promise<T> {
    if (isDead) return never;
    const isLast = calls.push(name) === nth;
    if (isLast && moment === 'before') die();
    if (isDead) return never;
    const result = effect();
    result.catch(() => {}); // seen below, unless nobody lives to see it
    if (isLast && moment === 'during') die();
    const value = await result;
    if (isLast && !isDead) die();
    return isDead ? never : value;
  }

  function append(name: string, effect: () => void): void {
    if (isDead) return;
    const isLast = calls.push(name) === nth;
    if (isLast && moment === 'before') return die();
    effect();
    if (isLast) die();
  }

  const through: Calls = { call, append };
  const { ledger, reader, deleter } = parts;
  return {
    calls,
    isDead: () => isDead,
    death: death.promise,
    ledger: ledgerThrough(ledger, through),
    reader: {
      ...reader,
      messagePages: (signal) => each('messagePages', through, reader.messagePages(signal)),
      messagesOn: (day, signal) => each('messagesOn', through, reader.messagesOn(day, signal)),
      messagesIn: (status, signal) => each('messagesIn', through, reader.messagesIn(status, signal)),
      getMessage: (message, signal) => call('getMessage', () => reader.getMessage(message, signal)),
      listMedia: (message, signal) => call('listMedia', () => reader.listMedia(message, signal)),
    },
    deleter: {
      deleteMedia: (message, media, stop, mayBegin) =>
        call('deleteMedia', () => deleter.deleteMedia(message, media, stop, mayBegin)),
    },
  };
}

/** What a call passes through: what happens to it, or that it never happens, is decided there. */
export interface Calls {
  readonly call: <T>(name: string, effect: () => Promise<T>) => Promise<T>;
  /** Of what returns at once: a row that is appended. */
  readonly append: (name: string, effect: () => void) => void;
}

/** Every piece of `source` is a call of its own. */
async function* each<T>(name: string, { call }: Calls, source: AsyncIterable<T>): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]();
  for (;;) {
    const next = await call(name, () => items.next());
    if (next.done) return;
    yield next.value;
  }
}

/** A ledger of which everything that a sweep calls passes through `calls`. */
export function ledgerThrough(ledger: Ledger, calls: Calls): Ledger {
  const { call } = calls;
  return Object.assign(Object.create(ledger) as Ledger, {
    begin: (sweep) => call('begin', async () => recordThrough(await ledger.begin(sweep), calls)),
    openItems: (projectId) => each('openItems', calls, ledger.openItems(projectId)),
    scanIndex: (projectId) => call('scanIndex', () => ledger.scanIndex(projectId)),
    goneCounts: (projectId, messages) => call('goneCounts', () => ledger.goneCounts(projectId, messages)),
  } satisfies Partial<Ledger>);
}

function recordThrough(record: SweepRecord, calls: Calls): SweepRecord {
  const { call, append } = calls;
  return {
    sweepId: record.sweepId,
    get lost() {
      return record.lost;
    },
    addPlanned: (items) => call('addPlanned', () => record.addPlanned(items)),
    remember: (change) => call('remember', () => record.remember(change)),
    remaining: () => each('remaining', calls, record.remaining()),
    sealPlan: () => call('sealPlan', () => record.sealPlan()),
    plan: (order, limit) => each('plan', calls, record.plan(order, limit)),
    markSending: (items, at) => call('markSending', () => record.markSending(items, at)),
    answered: (item, answer) => append('answered', () => record.answered(item, answer)),
    settled: (item, settlement) => append('settled', () => record.settled(item, settlement)),
    flush: () => call('flush', () => record.flush()),
    tally: () => call('tally', () => record.tally()),
    oldestRemaining: () => call('oldestRemaining', () => record.oldestRemaining()),
    end: (end) => call('end', () => record.end(end)),
  };
}
