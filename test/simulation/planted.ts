/**
 * Bugs that the simulator has to find: each is one change of one source file, made while it is loaded. One that is not found
 * is a hole in the simulator. `find` has to occur exactly once, so that a bug cannot go missing when the source changes.
 */
export interface Planted {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const inFile =
  (file: string) =>
  (name: string, find: string, replace: string): Planted => ({ name, file, find, replace });

const execute = inFile('src/sweep/execute.ts');
const settle = inFile('src/sweep/settle.ts');
const settleRest = inFile('src/sweep/settle-rest.ts');
const phases = inFile('src/sweep/phases.ts');
const plan = inFile('src/sweep/plan.ts');
const pass = inFile('src/sweep/pass.ts');
const policyWatch = inFile('src/sweep/policy-watch.ts');
const http = inFile('src/provider/http.ts');
const provider = inFile('src/provider/signalwire.ts');
const mediaList = inFile('src/provider/media-list.ts');
const decide = inFile('src/retention/decide.ts');

const RIGHT_DELETION: readonly Planted[] = [
  execute('a DELETE before `sending` is durable', 'await record.markSending(', 'void record.markSending('),
  decide(
    'a list of statuses to spare in place of one to allow',
    `if (message.status.kind !== 'terminal') return { kind: 'unknown-status' };`,
    '',
  ),
  {
    name: 'a date that is guessed',
    file: 'src/provider/payload.ts',
    find: `(typeof value === 'string' ? apiDate(value) : 'unreadable')`,
    replace: `(typeof value === 'string' ? new Date(value) : 'unreadable')`,
  },
  decide(
    'an age that is off by a day',
    'if (now > dueAt) return { kind',
    'if (now.getTime() > dueAt.getTime() - 86_400_000) return { kind',
  ),
  {
    name: 'a period that is ten minutes short',
    file: 'src/retention/period.ts',
    find: 'start.getTime() + period.hours * HOUR_MS',
    replace: 'start.getTime() + period.hours * HOUR_MS - 600_000',
  },
  decide(
    'the shortest of several periods',
    '(isLater(b, a) ? b : a));\n}\n\n/** The earliest',
    '(isLater(b, a) ? a : b));\n}\n\n/** The earliest',
  ),
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
  pass('a DELETE after the ledger was lost', '[signal, halted.signal, record.lost]', '[signal, halted.signal]'),
];

const TRUE_EVIDENCE: readonly Planted[] = [
  {
    name: 'any 2xx for a 204',
    file: 'src/provider/answers.ts',
    find: `if (status === success) return 'ok';`,
    replace: `if (status === success || (success === 204 && status < 300)) return 'ok';`,
  },
  settle(
    'a 404 taken for gone',
    `    case 'absent':\n    case 'lost':\n      return undefined;`,
    `    case 'absent':\n      return settle('already-gone');\n    case 'lost':\n      return undefined;`,
  ),
  settle(
    'a timeout taken for done',
    `    case 'absent':\n    case 'lost':\n      return undefined;`,
    `    case 'lost':\n      return settle('already-gone');\n    case 'absent':\n      return undefined;`,
  ),
  settle(
    'a 204 that is believed',
    `if (answer.kind === 'accepted') return isVerified ? undefined : settle('deleted');`,
    `if (answer.kind === 'accepted') return settle('deleted');`,
  ),
  settle(
    'absence that is not looked for',
    `if (list.media.some(({ sid }) => sid === item.mediaSid)) return isOver ? settle('failed', 'still-listed') : undefined;`,
    '',
  ),
  settle(
    'a message that is gone taken for media that are',
    `if (list.kind === 'no-such-message') return isOver ? settle('failed', 'no-such-message') : undefined;`,
    `if (list.kind === 'no-such-message') return settle('already-gone');`,
  ),
  settle('the last answer believed after one that was lost', 'if (answer.lostAt !== undefined) return undefined;', ''),
  settle(
    'deleted without a 204',
    `settle(known?.kind === 'accepted' ? 'deleted' : 'already-gone')`,
    `settle('deleted')`,
  ),
  settleRest('`failed` before the waiting time is over', 'LATE_APPLICATION_MS = 60_000', 'LATE_APPLICATION_MS = 0'),
  settleRest('what a killed sweep sent judged too early', 'order.lockedMs + LATE_APPLICATION_MS', 'order.lockedMs'),
  settleRest('open rows that nobody settles', 'isOver ? await settleOpen', '!isOver ? await settleOpen'),
  mediaList('a list read to its first page only', 'if (step.next === undefined) return', 'return'),
  mediaList('pages taken for a snapshot', 'if (pages === 1 || list', 'if (pages > 0 || list'),
  provider(
    'a page lost',
    'query = step.next;\n    }\n  }\n\n  async function filteredPage',
    'query = undefined;\n    }\n  }\n\n  async function filteredPage',
  ),
  {
    name: 'pages of strange SIDs taken for a list without end',
    file: 'src/provider/walk.ts',
    find: 'if (fresh.length > 0) staleInARow = 0;',
    replace: 'if (here.size > 0) staleInARow = 0;',
  },
  plan(
    'an item planned again while it is open',
    'if (media.sid !== null && open.has(media.sid)) {',
    'if (media.sid === undefined) {',
  ),
  plan(
    'a plan called complete with messages left out',
    'tally.complete = !tally.retained.unlisted;',
    'tally.complete = true;',
  ),
  {
    name: 'open rows of the last sweep only',
    file: 'src/ledger/sqlite/lookups.ts',
    find: 'where sweep = n) order by n`;\n\nconst OPEN_ITEMS',
    replace: 'where sweep = n) order by n desc limit 1`;\n\nconst OPEN_ITEMS',
  },
  {
    name: 'a commit that failed called done',
    file: 'src/ledger/sqlite/journal.ts',
    find: 'for (const { reject } of waiting) reject(error);\n      return;',
    replace: '',
  },
];

const PRIVACY_AND_LOAD: readonly Planted[] = [
  plan('a number in what is told', `tell({ event: 'page.read', `, `tell({ event: 'page.read', of: page[0]?.from, `),
  http(
    'a request that is tried without end',
    'if (++failures >= triesMax(round, call, line)) return round;',
    'if (++failures >= 40) return round;',
  ),
  { name: 'a pause that is not kept', file: 'src/provider/gate.ts', find: 'turns.pauseUntil(', replace: 'void (' },
  { name: 'no pace', file: 'src/provider/pace.ts', find: '=> 1000 / perSecond', replace: '=> 0 * perSecond' },
  {
    name: 'more lanes than there are',
    file: 'src/provider/gate.ts',
    find: 'limit.activeCount < limit.concurrency\n        ? limit(takeTurn, work, signal)',
    replace: 'limit.activeCount < 1e9\n        ? takeTurn(work, signal)',
  },
  {
    name: 'a sweep that does not know when to end',
    file: 'test/simulation/worker.ts',
    find: 'AbortSignal.any([this.#operator.signal, time.signal])',
    replace: 'this.#operator.signal',
  },
];

export const PLANTED: readonly Planted[] = [...RIGHT_DELETION, ...TRUE_EVIDENCE, ...PRIVACY_AND_LOAD];
