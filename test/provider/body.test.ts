import { isUtf8 } from 'node:buffer';

import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

import { Utf8InPieces } from '../../src/provider/body.ts';

const inPieces = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));

function isUtf8InPieces(pieces: readonly Buffer[]): boolean {
  const utf8 = new Utf8InPieces();
  for (const piece of pieces) utf8.add(piece);
  return utf8.isUtf8();
}

const many = (bytes: Buffer): Buffer[] => Array.from({ length: 1000 }, () => bytes);

describe('A33 pieces of text are UTF-8 where they are as a whole, wherever they are cut', () => {
  test.each([
    ['nothing', '', true],
    ['ASCII', Buffer.from('hello').toString('hex'), true],
    ['signs of two, three and four bytes', Buffer.from('aäb€c😀d').toString('hex'), true],
    ['nothing but signs of four bytes', Buffer.from('😀😀😀').toString('hex'), true],
    ['a sign without its end', 'f09f98', false],
    ['a sign without its beginning', '9f9880', false],
    ['a letter within a sign', 'f09f6198', false],
    ['half of a pair', 'eda080', false],
  ])('%s', (_, hex, isText) => {
    const bytes = Buffer.from(hex, 'hex');
    for (let size = 1; size <= bytes.length + 1; size++) expect(isUtf8InPieces(inPieces(bytes, size))).toBe(isText);
  });

  test('any bytes', () => {
    const bytes = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      fc.uint8Array().map((array) => Buffer.from(array)),
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 9 }), (all, size) => {
        expect(isUtf8InPieces(inPieces(all, size))).toBe(isUtf8(all));
      }),
      { seed: 20_261_126, numRuns: 1_000 },
    );
  });
});

test('of what came before no more than the beginning of a sign is looked at again', () => {
  using concat = vi.spyOn(Buffer, 'concat');
  expect(isUtf8InPieces([Buffer.from('a'), ...many(Buffer.alloc(1400, 0xbf))])).toBe(false);
  expect(isUtf8InPieces(many(Buffer.from('😀😀😀')))).toBe(true);
  expect(isUtf8InPieces(inPieces(Buffer.from('😀'.repeat(1000)), 1))).toBe(true);
  expect(concat.mock.calls.length).toBeGreaterThan(1000);
  for (const [[begun]] of concat.mock.calls) expect(begun?.length).toBeLessThanOrEqual(4);
});
