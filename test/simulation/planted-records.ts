import { inFile, type Planted } from './patch.ts';

const settle = inFile('src/sweep/settle.ts');
const phases = inFile('src/sweep/phases.ts');
const execute = inFile('src/sweep/execute.ts');
const openItems = inFile('src/sweep/open-items.ts');
const settleRest = inFile('src/sweep/settle-rest.ts');
const planPage = inFile('src/sweep/plan-page.ts');
const http = inFile('src/provider/http.ts');

/** What is counted, told and asked for is not what it should be. */
export const RECORDS: readonly Planted[] = [
  settle(
    'a 204 that is forgotten',
    `settle(known?.kind === 'accepted' ? 'deleted' : 'already-gone')`,
    `settle('already-gone')`,
  ),
  settle(
    'a refusal called a delay',
    `'refused') return settle('failed', 'refused');`,
    `'refused') return settle('deferred');`,
  ),
  settle(
    'a refusal that is believed',
    `case 'refused':\n    case 'unauthorized':`,
    `case 'refused':\n      return settle('failed', 'refused');\n    case 'unauthorized':`,
  ),
  settle(
    'a delay that is believed',
    `case 'in-progress':\n    case 'refused':`,
    `case 'in-progress':\n      return settle('deferred');\n    case 'refused':`,
  ),
  settleRest('a wait that is four times too long', 'LATE_APPLICATION_MS = 60_000', 'LATE_APPLICATION_MS = 240_000'),
  openItems(
    'what failed at the end not called overdue',
    'oldestFailedAt = earliest([oldestFailedAt, item.expiredAt]);',
    'oldestFailedAt = undefined;',
  ),
  execute('what was marked and never begun left open', 'marked.set(item.id, item);', 'void item;'),
  execute('a stop that waits for every answer', 'await Promise.race([work, untilAborted(drained)]);', 'await work;'),
  settle(
    'verified by nothing',
    'verified: false,\n    at,\n    attempts: answer.attempts,',
    'verified: true,\n    at,\n    attempts: answer.attempts,',
  ),
  phases(
    'the longest overdue last',
    `order: planned > maxDeletions ? 'oldest-first' : 'as-planned',`,
    `order: 'as-planned',`,
  ),
  phases(
    'half a plan executed',
    '    return { left, stop };\n',
    `    return stop.kind === 'unreachable' ? { left } : { left, stop };\n`,
  ),
  phases('open rows that fail at the start', 'settleOpen(order.projectId, false,', 'settleOpen(order.projectId, true,'),
  planPage(
    'several nows',
    'decide({ message: of.message, media }, policy, holds, asOf)',
    'decide({ message: of.message, media }, policy, holds, plannedAt)',
  ),
  http('requests that are not counted', 'line.counts[call.kind]++;', 'line.counts.getMedia++;'),
  {
    name: 'a period that is a minute short',
    file: 'src/retention/period.ts',
    find: '? startMs + period.hours * HOUR_MS',
    replace: '? startMs + period.hours * HOUR_MS - 60_000',
  },
  {
    name: 'what is gone counted as there',
    file: 'src/ledger/sqlite/lookups.ts',
    find: 'return new Map(rows.map(',
    replace: 'return new Map(rows.slice(0, 0).map(',
  },
  {
    name: 'what is gone called overdue',
    file: 'src/ledger/sqlite/record.ts',
    find: '(t.outcome is null or t.outcome not in ${GONE})',
    replace: `(t.outcome is null or t.outcome not in ('x'))`,
  },
  {
    name: 'own rows counted as settled earlier',
    file: 'src/ledger/sqlite/counts.ts',
    find: 'where sweep = ? and item >> 30 <> sweep',
    replace: 'where sweep = ?',
  },
  {
    name: 'figures final while something is open',
    file: 'src/ledger/sqlite/record.ts',
    find: 'if (count.outcomes.uncertain === 0) finals.set',
    replace: 'finals.set',
  },
  {
    name: 'a journal that goes on after a loss',
    file: 'src/ledger/sqlite/journal.ts',
    find: '      this.#lost.abort(error);\n',
    replace: '',
  },
  {
    name: 'a lost ledger called partial',
    file: 'src/sweep/conclude.ts',
    find: `if (stop?.kind === 'unauthorized' || stop?.kind === 'ledger') return 'failed';`,
    replace: `if (stop?.kind === 'unauthorized') return 'failed';`,
  },
  {
    name: 'another outcome told than written',
    file: 'src/sweep/events.ts',
    find: '    outcome,\n    attempts,\n    status,\n    code,\n    durationMs: Math.round',
    replace: `    outcome: outcome === 'failed' ? 'deleted' : outcome,\n    attempts,\n    status,\n    code,\n    durationMs: Math.round`,
  },
  {
    name: 'a stop that forgets what was sent',
    file: 'src/provider/answer-to.ts',
    find: `return answerOf(progress, 'stop')`,
    replace: `return answerOf(newProgress(), 'stop')`,
  },
  {
    name: 'a turn taken before a pause',
    file: 'src/provider/turns.ts',
    find: 'if (known !== pauses) {',
    replace: 'if (known < 0) {',
  },
  {
    name: 'a row that comes twice in a page',
    file: 'src/provider/walk.ts',
    find: 'if (here.has(sid) || seen',
    replace: 'if (seen',
  },
];

export const PRIVACY_AND_LOAD: readonly Planted[] = [
  planPage('a number in what is told', `tell({ event: 'page.read', `, `tell({ event: 'page.read', of: page[0]?.from, `),
  http(
    'a request that is tried without end',
    'if (++failures >= triesMax(round, call, line)) return round;',
    'if (++failures >= 40) return round;',
  ),
  {
    name: 'a service that is away and asked for ever',
    file: 'src/sweep/answers.ts',
    find: 'if (inARow === UNANSWERED_IN_A_ROW_MAX)',
    replace: 'if (inARow < 0)',
  },
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
