import { inFile, type Planted } from './patch.ts';

const reading = inFile('src/sweep/scan/reading.ts');
const book = inFile('src/sweep/scan/book.ts');
const places = inFile('src/sweep/scan/places.ts');
const readDays = inFile('src/sweep/scan/read-days.ts');
const entries = inFile('src/sweep/scan/entries.ts');
const remember = inFile('src/sweep/remember.ts');
const digest = inFile('src/sweep/scan/digest.ts');
const basis = inFile('src/retention/basis.ts');
const read = inFile('src/sweep/scan/read.ts');
const plan = inFile('src/sweep/plan.ts');

/** Something that is due is not looked at. */
export const SCAN: readonly Planted[] = [
  reading(
    'a day window closed too early',
    '    await take([...rows, ...missedYoung(onDay, reading)], reading);\n  }',
    '    await take([...rows, ...missedYoung(onDay, reading)], reading);\n    break;\n  }',
  ),
  reading('a filter that is believed', `throw new Distrust('Another day.');`, 'continue;'),
  reading('fewer than there were', 'if (count < before)', 'if (count < -before)'),
  reading('days only', 'inLanes(chains, UNSENT_STATUSES,', 'inLanes(chains, UNSENT_STATUSES.slice(4),'),
  reading(
    'a walk that ends at a page of nothing new',
    'isWhole = mayGoOn(false);',
    'isWhole = mayGoOn(false);\n      if (page.every((message) => book.isRead(message))) return;',
  ),
  entries(
    'days looked at a day late',
    'return at !== undefined && at < asOf;',
    'return at !== undefined && at.getTime() + 86_400_000 < asOf.getTime();',
  ),
  places(
    'what is left of a plan forgotten',
    'entry.expiredAt = earliest([entry.expiredAt, expiredAt]);',
    'void expiredAt;',
  ),
  book(
    'young ones that nobody has seen called read',
    'if (this.young.includes(message)) return this.young.has(sid);',
    'if (this.young.includes(message)) return true;',
  ),
  readDays(
    'a day called read that a filter gave',
    'ended !== undefined && includes(ended, shortDigestOf(sid))',
    'ended !== undefined',
  ),
  reading(
    'young ones on the newest pages only',
    'const missed = rows.filter((message) => book.young.includes(message) && !book.isRead(message));',
    'const missed: Message[] = [];',
  ),
  remember(
    'a count that falls taken for one that stays',
    'if (await inTime(look, LOOK_MAX_MS, false, clock, stop)) book.emptied.keepCount();',
    'void look;\n    book.emptied.keepCount();',
  ),
  remember(
    'a look that goes on when nobody waits for it',
    'isStillCounted(sample, pass.reader, over)',
    'isStillCounted(sample, pass.reader, stop)',
  ),
  digest('whatever was emptied once', '${sid} ${mediaCount} ${updatedAt', '${sid} ${updatedAt'),
  basis(
    'an index that outlives its policy',
    'if (now.law !== before.law || now.rules !== before.rules) return false;',
    '',
  ),
  basis(
    'an index that outlives a hold',
    'if (digest(canonicalHolds(holds, before.holds)) !== before.held) return false;',
    '',
  ),
  basis('an index that outlives a period', 'was !== undefined && isNoShorter(period, was)', 'was !== undefined'),
  plan(
    'half a walk taken for a whole one',
    'return book.emptied.changeAlone({ ...state, walkFrom: undefined, headFrom: undefined }, index?.days ?? []);',
    'return book.change(state, true);',
  ),
  read('a cut that is forgotten', 'isCut: true, unreadFrom: firstUnread }', 'isCut: false, unreadFrom: undefined }'),
];
