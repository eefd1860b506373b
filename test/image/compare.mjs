// Compares what a ledger's export says with what the emulator still lists. `node compare.mjs EXPORT.jsonl LISTED.txt`
import { readFileSync } from 'node:fs';

const lines = (path) => readFileSync(path, 'utf8').split('\n').filter(Boolean);
const [exported = '', listed = ''] = process.argv.slice(2);
const there = new Set(lines(listed));
const deleted = lines(exported)
  .map((line) => JSON.parse(line))
  .filter(({ outcome }) => outcome === 'deleted');
const lies = deleted.filter(({ mediaSid }) => there.has(mediaSid));
const isProof = deleted.length > 0 && there.size > 0 && lies.length === 0;
process.stdout.write(
  `${deleted.length} deleted, says the ledger; ${lies.length} of them still listed; ${there.size} media are still there\n`,
);
process.exitCode = isProof ? 0 : 1;
