import { inFile, type Planted } from './patch.ts';

const settle = inFile('src/sweep/settle.ts');
const settleRest = inFile('src/sweep/settle-rest.ts');
const plan = inFile('src/sweep/plan.ts');
const planPage = inFile('src/sweep/plan-page.ts');
const provider = inFile('src/provider/signalwire.ts');
const answers = inFile('src/sweep/answers.ts');
const mediaList = inFile('src/provider/media-list.ts');

/** What is said of a deletion is not so. */
export const TRUE_EVIDENCE: readonly Planted[] = [
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
    'if (answer.lostAt !== undefined) return undefined;',
    `if (answer.lostAt !== undefined) return settle('already-gone');`,
  ),
  settle(
    'a 204 that is believed',
    `if (answer.kind === 'accepted') return isVerified ? undefined : settle('deleted');`,
    `if (answer.kind === 'accepted') return settle('deleted');`,
  ),
  settle('absence that is not looked for', `if (isList && !isOn(list.media, item)) {`, `if (isList) {`),
  settle(
    'a message that is gone taken for media that are',
    `if (isList && known?.ifListed === 'deferred') return`,
    `if (!isList) return settle('already-gone');\n  if (isList && known?.ifListed === 'deferred') return`,
  ),
  settle('the last answer believed after one that was lost', 'if (lostAt !== undefined) return undefined;', ''),
  settle(
    'deleted without a 204',
    `settle(known?.kind === 'accepted' ? 'deleted' : 'already-gone')`,
    `settle('deleted')`,
  ),
  settleRest('`failed` before the waiting time is over', 'LATE_APPLICATION_MS = 60_000', 'LATE_APPLICATION_MS = 0'),
  settleRest('what a killed sweep sent judged too early', 'order.lockedMs + LATE_APPLICATION_MS', 'order.lockedMs'),
  settleRest('open rows that nobody settles', 'isOver ? await settleOpen', '!isOver ? await settleOpen'),
  mediaList('a list read to its first page only', 'if (step.next === undefined) return', 'return'),
  answers(
    'what is on none of several pages taken for gone',
    '=> isOneAnswer && media.every',
    '=> isOneAnswer !== undefined && media.every',
  ),
  provider('a page lost', 'query = step.next;', 'query = undefined;'),
  {
    name: 'pages of strange SIDs taken for a list without end',
    file: 'src/provider/walk.ts',
    find: 'if (fresh.length > 0) staleInARow = 0;',
    replace: 'if (fresh.some(({ sid }) => sid !== null)) staleInARow = 0;',
  },
  {
    name: 'a lost 5xx that is forgotten',
    file: 'src/provider/http.ts',
    find: "round.result === 'unavailable' || round.result === 'odd' ||",
    replace: "round.result === 'odd' ||",
  },
  {
    name: 'rows that pages before have had',
    file: 'src/provider/walk.ts',
    find: 'if (here.has(sid) || seen.some((page) => page.has(sid))) return false;',
    replace: 'if (here.has(sid)) return false;',
  },
  planPage(
    'an item planned again while it is open',
    'if (media.sid !== null && open.has(media.sid)) return',
    'if (media.sid === undefined) return',
  ),
  plan(
    'a plan called complete with messages left out',
    'tally.complete = !how.isCut && !tally.retained.unlisted;',
    'tally.complete = !how.isCut;',
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
