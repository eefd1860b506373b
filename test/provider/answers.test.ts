import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { errorCode, meaningOf, type Meaning } from '../../src/provider/answers.ts';

describe('an answer means', () => {
  /** Status, code; what they mean to a DELETE, and to a GET where that differs. */
  type Row = readonly [number, number | undefined, Meaning, Meaning?];
  const rows: readonly Row[] = [
    [204, undefined, 'ok', 'odd'],
    [200, undefined, 'odd', 'ok'],
    [201, undefined, 'odd'],
    [206, undefined, 'odd'],
    [301, undefined, 'odd'],
    [399, undefined, 'odd'],
    [400, undefined, 'refused'],
    [401, undefined, 'unauthorized'],
    [402, undefined, 'refused'],
    [403, undefined, 'unauthorized'],
    [404, undefined, 'odd'],
    [404, 20404, 'absent'],
    [404, 21211, 'odd'],
    [405, undefined, 'refused'],
    [407, undefined, 'refused'],
    [408, undefined, 'unavailable'],
    [409, undefined, 'refused'],
    [410, 20404, 'refused'],
    [428, undefined, 'refused'],
    [429, undefined, 'throttled'],
    [451, undefined, 'refused'],
    [499, undefined, 'refused'],
    [500, undefined, 'unavailable'],
    [500, 20404, 'unavailable'],
    [599, undefined, 'unavailable'],
    [100, undefined, 'odd'],
    ...[200, 204, 302, 400, 404, 422, 429, 500].flatMap((status) => [
      [status, 20009, 'in-progress'] satisfies Row,
      [status, 20429, 'throttled'] satisfies Row,
      [status, 20003, status === 429 ? 'throttled' : 'unauthorized'] satisfies Row,
    ]),
  ];
  const table = rows.map(([status, code, onDelete, onGet = onDelete]) => [status, code, onDelete, onGet] as const);

  test.each(table)('HTTP %i with code %s: %s', (status, code, onDelete, onGet) => {
    expect(meaningOf(status, code, 204)).toBe(onDelete);
    expect(meaningOf(status, code, 200)).toBe(onGet);
  });

  test('A4 A5 that something is absent only where the service itself says so with 404 and 20404', () => {
    const statuses = fc.oneof(fc.constantFrom(404, 410), fc.integer({ min: 100, max: 599 }));
    const codes = fc.option(fc.oneof(fc.constant(20404), fc.integer({ min: 10_000, max: 99_999 })), { nil: undefined });
    fc.assert(
      fc.property(statuses, codes, (status, code) => {
        expect(meaningOf(status, code, 204) === 'absent').toBe(status === 404 && code === 20404);
      }),
      { seed: 1, numRuns: 1_000 },
    );
  });
});

describe('the code in a body', () => {
  test.each([
    ['a number', '{"code": 20009}', 20009],
    ['digits', '{"code": "20009", "message": "x"}', 20009],
    ['the smallest', '{"code": 10000}', 10_000],
    ['the greatest', '{"code": 99999}', 99_999],
    ['in a list', '{"errors": [{"code": "20404"}, {"code": 20009}]}', 20404],
    ['in a list after what is none', '{"errors": ["20009", null, 7, {"code": 7}, {"code": 20404}]}', 20404],
    ['before a list', '{"code": 20009, "errors": [{"code": 20404}]}', 20009],
    ['in a list, where its own is none', '{"code": 7, "errors": [{"code": 20404}]}', 20404],
    ['in a body of 64 KiB', `{"code": 20009}${' '.repeat(65_536 - 15)}`, 20009],
  ])('is found: %s', (_, body, code) => {
    expect(errorCode([Buffer.from(body)])).toBe(code);
  });

  test('is found in pieces', () => expect(errorCode([Buffer.from('{"code": 20'), Buffer.from('009}')])).toBe(20009));

  test.each([
    ['no body', undefined],
    ['an empty one', ''],
    ['a web page', '<html>{"code": 20009}</html>'],
    ['cut-off JSON', '{"code": 20009'],
    ['null', 'null {'],
    ['a null in brackets', '[null, {}]'],
    ['no object', '"{20009}"'],
    ['null for a list', '{"errors": null}'],
    ['a list that is an object', '{"errors": {"0": {"code": 20009}, "length": 1}}'],
    ['a text for a list', '{"errors": "20009"}'],
    ['an empty list', '{"errors": []}'],
    ['four digits', '{"code": 9999}'],
    ['six digits', '{"code": 100000}'],
    ['four digits as text', '{"code": "9999"}'],
    ['six digits as text', '{"code": "100000"}'],
    ['a nought in front', '{"code": "02009"}'],
    ['digits and more', '{"code": "20009 or so"}'],
    ['more and digits', '{"code": "x20009"}'],
    ['a fraction', '{"code": 20009.5}'],
    ['a list', '{"code": [20009]}'],
    ['an object', '{"code": {"code": 20009}}'],
    ['a number without end', '{"code": 1e999}'],
    ['true', '{"code": true}'],
    ['a body of more than 64 KiB', `{"code": 20009}${' '.repeat(65_536 - 14)}`],
  ])('is none: %s', (_, body) => {
    expect(errorCode(body === undefined ? undefined : [Buffer.from(body)])).toBeUndefined();
  });

  test('F1 A32 is five digits or nothing, whatever the body: no text of the server gets through, and nothing throws', () => {
    const code = fc.oneof(fc.anything(), fc.string(), fc.integer(), fc.constantFrom(20009, '20404', '20009\r\n'));
    const body = fc.oneof(
      fc.record({ code, errors: fc.oneof(fc.array(fc.record({ code })), fc.anything()) }, { requiredKeys: [] }),
      fc.anything(),
    );
    fc.assert(
      fc.property(fc.oneof(body.map(asJson), fc.string(), fc.json()), (text) => {
        const found = errorCode([Buffer.from(text)]);
        expect(found === undefined || /^[1-9]\d{4}$/.test(String(found))).toBe(true);
      }),
      { seed: 2, numRuns: 1_000 },
    );
  });
});

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return ''; // a BigInt, or a circle
  }
}
