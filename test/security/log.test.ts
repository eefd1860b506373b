import { globSync, readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/app/log.ts';
import type { ToldEvent } from '../../src/sweep/events.ts';
import { ROOT } from '../support/cli.ts';
import { parse } from '../support/syntax.ts';
import { leaks } from './secrets.ts';

const SECRET = 'Kanari7318264507';

/** What is written of `event`. */
async function linesOf(event: object): Promise<string> {
  let text = '';
  const log = createLog(
    'trace',
    new Writable({
      write: (chunk, _, done) => {
        text += String(chunk);
        done();
      },
    }),
  );
  log.tell(event as ToldEvent);
  await log.flush();
  return text;
}

const EVENT = { event: 'sweep.planning', sweepId: 'sweep-1', project: 'main' };

describe('F5 a field that is not on the list is not logged', () => {
  test.each([
    'token',
    'Token',
    'AUTHORIZATION',
    'authorization',
    'headers',
    'body',
    'message',
    'msg',
    'err',
    'error',
    'cause',
    'stack',
    'url',
    'from',
    'to',
    'password',
    'level',
    'time',
    '__proto__',
    'toJSON',
  ])('not even %s', async (name) => {
    const event = { ...EVENT };
    Object.defineProperty(event, name, { value: { headers: { authorization: SECRET } }, enumerable: true });
    const text = await linesOf(event);
    expect(JSON.parse(text)).toEqual({ ...EVENT, level: 'info', time: expect.any(String) as string });
  });

  test('whatever it is called and holds, however deep', async () => {
    const names = fc.string({ maxLength: 20 }).filter((name) => !(name in EVENT));
    const value = fc.object({ values: [fc.constant(SECRET)], maxDepth: 3 });
    const allowed = new Set(FIELDS.split(' '));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, value, { maxKeys: 5 }), async (extra) => {
        const outside = Object.fromEntries(Object.entries(extra).filter(([name]) => !allowed.has(name)));
        const text = await linesOf({ ...outside, ...EVENT });
        expect(leaks({ text }, [SECRET])).toEqual([]);
        expect(Object.keys(JSON.parse(text) as object)).toEqual(['level', 'time', 'event', 'sweepId', 'project']);
      }),
      { numRuns: 200 },
    );
  });
});

test('F3 that a page could not be made is told by its name alone, whatever comes with it', async () => {
  const text = await linesOf({ event: 'status.failed', error: new Error(SECRET), message: SECRET, stack: SECRET });
  expect(Object.keys(JSON.parse(text) as object)).toEqual(['level', 'time', 'event']);
  expect(leaks({ text }, [SECRET])).toEqual([]);
});

/** Of the log, for every event there is. */
const FIELDS =
  'event sweepId project messageSid mediaSid rule outcome attempts status code durationMs mode policyHash asOf messages ' +
  'media planned open ms why result outcomes listen nextAt slotAt slot late problems notice';

/** An error of a client carries what was sent: its headers, and the token among them. */
describe('F3 no error is printed whole', () => {
  const PRINTS = /^(?:util\.(?:inspect|format\w*)|inspect|formatWithOptions|debuglog|console(?:\..*)?)$/;
  const printed = (path: string, text: string): string[] =>
    parse(path, text)
      .words.filter(({ word }) => PRINTS.test(word))
      .map(({ word, line }) => `${path}:${line} ${word}`);

  test('by anything in the sources', () => {
    const paths = globSync('src/**/*.{ts,mjs}', { cwd: ROOT });
    expect(paths.length).toBeGreaterThan(100);
    expect(paths.flatMap((path) => printed(path, readFileSync(ROOT + path, 'utf8')))).toEqual([]);
  });

  test.each([
    "import { inspect } from 'node:util'; export const a = inspect(new Error());",
    "import util from 'node:util'; export const a = util.inspect(new Error());",
    'console.error(new Error());',
  ])('which would be found: %s', (text) => {
    expect(printed('src/a.ts', text).length).toBeGreaterThan(0);
  });
});
