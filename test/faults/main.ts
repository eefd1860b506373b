import { rows } from './catalogue.ts';
import { inWords, list } from './listing.ts';
import { testSources } from './sources.ts';

/** `npm run faults`: which rows of the catalogue are proven, where, and which are not. Exit 1 on a gap. */
const listing = list(rows, testSources());
const text = process.argv.includes('--json')
  ? JSON.stringify({ rows, ...listing })
  : [...inWords(rows, listing)].join('\n');
process.stdout.write(`${text}\n`);
process.exitCode = listing.gaps.length === 0 ? 0 : 1;
