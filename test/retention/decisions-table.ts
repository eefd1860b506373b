import { canonicalPolicy } from '../../src/retention/canonical.ts';
import { decide, earliestDue } from '../../src/retention/decide.ts';
import { cutOff } from '../../src/retention/period.ts';
import { inWords } from '../../src/retention/words.ts';
import { anItem, hold, policy, rule, span, utc } from '../support/items.ts';

/** Around midnight, month ends, a leap day and nights on which clocks change somewhere. */
const STARTS = [
  '2024-02-29T00:00:00',
  '2024-02-29T23:59:59',
  '2026-01-30T23:30:00',
  '2026-01-31T12:00:00',
  '2026-03-08T10:00:00',
  '2026-03-29T01:00:00',
  '2026-09-06T04:00:00',
  '2026-10-25T00:59:59',
].map(utc);
const PERIODS = ['1h', '1d', '30d', '1mo', '6mo', '1y'];
const HOLD = hold('case-7', { since: utc('2026-01-31'), until: utc('2026-03-08') });

/** What the law says of a few hundred cases, just before, at and just after they come due. */
export function decisionsTable(): unknown {
  return STARTS.flatMap((start) =>
    PERIODS.map((text) => {
      const by = policy(rule(text));
      const item = anItem({ createdAt: start });
      const outlook = earliestDue(item.message, by, [], start);
      const dueAt = 'reason' in outlook && 'dueAt' in outlook.reason ? outlook.reason.dueAt : start;
      return {
        decisions: [-1, 0, 1].map((ms) => decide(item, by, [], new Date(dueAt.getTime() + ms))),
        held: decide(item, by, [HOLD], utc('2030-01-01')),
        cutOff: cutOff(span(text), start),
        canonical: canonicalPolicy(by, [HOLD], 'shown'),
        words: inWords(by, [HOLD]),
      };
    }),
  );
}

if (process.argv.includes('--print')) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  process.stdout.write(JSON.stringify({ zone, table: decisionsTable() }));
}
