import { inFile, type Planted } from './patch.ts';

const execute = inFile('src/sweep/execute.ts');
const phases = inFile('src/sweep/phases.ts');
const plan = inFile('src/sweep/plan.ts');
const pass = inFile('src/sweep/pass.ts');
const policyWatch = inFile('src/sweep/policy-watch.ts');
const decide = inFile('src/retention/decide.ts');

/** What must not be deleted is, or not in that way. */
export const RIGHT_DELETION: readonly Planted[] = [
  execute('a DELETE before `sending` is durable', 'await record.markSending(', 'void record.markSending('),
  decide(
    'a list of statuses to spare in place of one to allow',
    `if (message.status.kind !== 'terminal') return { kind: 'unknown-status' };`,
    '',
  ),
  {
    name: 'a date that is guessed',
    file: 'src/provider/payload.ts',
    find: `typeof value === 'string' ? apiDate(value, days) : 'unreadable'`,
    replace: `typeof value === 'string' ? new Date(value) : 'unreadable'`,
  },
  {
    name: 'a date taken for that of the day before',
    file: 'src/provider/dates.ts',
    find: 'if (last?.text !== text)',
    replace: 'if (last === undefined)',
  },
  decide(
    'an age that is off by a day',
    'if (now.getTime() > dueMs)\n    return { kind',
    'if (now.getTime() > dueMs - 86_400_000)\n    return { kind',
  ),
  {
    name: 'a period that is ten minutes short',
    file: 'src/retention/period.ts',
    find: '? startMs + period.hours * HOUR_MS',
    replace: '? startMs + period.hours * HOUR_MS - 600_000',
  },
  decide('the shortest of several periods', 'b.dueMs > a.dueMs || isNamedFirst', 'b.dueMs < a.dueMs || isNamedFirst'),
  decide('a hold that is not asked', 'if (covering !== undefined) return', 'if (covering === null) return'),
  policyWatch(
    'a policy that changes unseen',
    'if (change) halt(change);\n    else',
    'if (change !== undefined && !change) halt(change);\n    else',
  ),
  policyWatch(
    'no look between a pause and a DELETE',
    'return this.#over.aborted || this.#isFresh() ? undefined : this.look();',
    'return undefined;',
  ),
  {
    name: 'the lock not taken',
    file: 'test/simulation/worker.ts',
    find: `!this.#world.lockedBy.isDead) return 'busy';`,
    replace: '!this.#world.lockedBy.isDead) this.isDead;',
  },
  phases('no limit', 'limit: maxDeletions,', 'limit: Infinity,'),
  {
    name: 'a limit that refuses nothing',
    file: 'src/sweep/sweep.ts',
    find: 'guard(mayBeDue(pass.plan), order.limits)',
    replace: 'undefined',
  },
  {
    name: 'a dry run that deletes',
    file: 'src/sweep/sweep.ts',
    find: `if (order.mode !== 'enforce') return`,
    replace: 'if (!order.mode) return',
  },
  plan('a clock that may be ahead', 'return guardClock(ahead ===', 'return undefined && guardClock(ahead ==='),
  plan('a clock that was ahead when it was read', '{ ms: ahead.ms + setBackMs }', '{ ms: ahead.ms }'),
  execute(
    'a DELETE after the stop',
    'item.mediaSid, stop, lane.mayBegin)',
    'item.mediaSid, lane.drained, lane.mayBegin)',
  ),
  execute(
    'a DELETE after the credentials were refused',
    "if (kind === 'unauthorized') halt",
    'if (kind === undefined) halt',
  ),
  {
    name: 'a look at the policy before the first attempt only',
    file: 'src/provider/http.ts',
    find: 'whenCleared(call.mayBegin, begin, signal), signal)',
    replace: 'whenCleared(failures > 0 ? undefined : call.mayBegin, begin, signal), signal)',
  },
  {
    name: 'rows of other projects and messages',
    file: 'src/provider/payload.ts',
    find: "(typeof value === 'string' && isSameSid(value, owner))",
    replace: "typeof value === 'string'",
  },
  {
    name: 'a link that is followed wherever it leads',
    file: 'src/provider/links.ts',
    find: 'return named.toLowerCase() === path.toLowerCase() ?',
    replace: 'return path.length > 0 ?',
  },
  {
    name: 'a link that nobody looks at',
    file: 'src/provider/signalwire.ts',
    find: 'return firstPage(pagesOf(`DateSent${operator}=${day}&${MESSAGES_QUERY}`, signal));',
    replace: 'return (await read(calls.messages(`DateSent${operator}=${day}&${MESSAGES_QUERY}`), signal))?.rows ?? [];',
  },
  pass('a DELETE after the ledger was lost', '[signal, halted.signal, record.lost]', '[signal, halted.signal]'),
];
