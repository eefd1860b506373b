import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ledger } from '../../src/ledger/contract.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { systemClock as clock } from '../../src/lib/clock.ts';
import { planned, sent, settlement } from '../ledger/samples.ts';
import { mixedPolicy, Place } from '../support/cli.ts';

let place: Place;
let ledger: Ledger;
beforeAll(async () => {
  place = new Place(undefined, mixedPolicy());
  ledger = await openLedger(`sqlite:${place.ledgerPath}`, { clock });
});
afterAll(async () => {
  await ledger.close();
  await place[Symbol.asyncDispose]();
});

let sweeps = 0;

/** The one record of a sweep whose texts are these, as it is exported. */
async function exported(project: string, rule: string, contentType: string): Promise<string> {
  const sweepId = `sweep-${++sweeps}`;
  const start = { sweepId, project, projectId: `project-${sweeps}` };
  const { record, ids } = await sent(ledger, [planned(1, { rule, contentType })], start);
  for (const id of ids) record.settled(id, settlement());
  await record.flush();
  const { stdout } = await place.here(`ledger export --format csv --sweep ${sweepId}`);
  return stdout.slice(stdout.indexOf('\r\n') + 2);
}

/** As RFC 4180 says; throws at what is none. */
function cellsOf(record: string): string[] {
  const cells: string[] = [];
  let rest = record;
  for (;;) {
    const [cell, quoted, plain, end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n$)/.exec(rest) ?? [];
    if (cell === undefined) throw new Error(`no CSV: ${JSON.stringify(rest)}`);
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') return cells;
    rest = rest.slice(cell.length);
  }
}

const STARTS = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

test.each(STARTS)('F12 a text that begins with %j is text to a spreadsheet', async (start) => {
  const nasty = `${start}HYPERLINK("http://x","y")`;
  const cells = cellsOf(await exported(nasty, `${start}1`, `${start}1+1`));
  expect([cells[1], cells[6], cells[5]]).toEqual([`'${nasty}`, `'${start}1`, `'${start}1+1`]);
});

test('F12 whatever text is exported comes back to the letter, and no cell is a formula', async () => {
  const unit = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...STARTS, '"', ',', ';', "'", ' ', '/', '.', '\\', '\u2028') },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
  );
  const text = fc.string({ unit, minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(text, text, text, async (project, rule, contentType) => {
      const cells = cellsOf(await exported(project, rule, contentType));
      expect(cells).toHaveLength(15);
      const given = [project, contentType, rule];
      expect([cells[1], cells[5], cells[6]].map((cell, i) => cell === given[i] || cell === `'${given[i]}`)).toEqual([
        true,
        true,
        true,
      ]);
      expect(cells.filter((cell) => STARTS.some((start) => cell.startsWith(start)))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
