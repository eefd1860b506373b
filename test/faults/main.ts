import { asked, HELP, type Asked } from './ask.ts';
import { rows } from './catalogue.ts';
import { closely, inWords, list, rowsWithTests } from './listing.ts';
import { testSources } from './sources.ts';

/** `npm run faults`: which rows of the catalogue are proven, where, and which are not. `--help` says the rest. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error; // a reader that has seen enough, such as `head`
});
const wish = asked(process.argv.slice(2), new Set(rows.map(({ id }) => id)));
if (typeof wish === 'string') {
  process.stderr.write(`${wish}\n`);
  process.exitCode = 2;
} else if (wish.isHelp) process.stdout.write(`${HELP}\n`);
else show(wish);

function show({ isJson, ids }: Asked): void {
  const sources = testSources();
  const listing = list(rows, sources);
  const isAll = ids.length === 0;
  const told = rowsWithTests(rows, sources).filter(({ id }) => isAll || ids.includes(id));
  const gaps = listing.gaps.filter((gap) => isAll || gap.split(' ').some((word) => ids.includes(word)));
  const text = isJson
    ? JSON.stringify({ rows: told, ...(isAll && { sections: listing.sections }), gaps })
    : [...(isAll ? inWords(rows, listing) : [...closely(told), ...gaps])].join('\n');
  process.stdout.write(`${text}\n`);
  process.exitCode = gaps.length === 0 ? 0 : 1;
}
