import { isUtf8 } from 'node:buffer';

/** Whether pieces that were cut anywhere are UTF-8 together. */
export function isUtf8InPieces(pieces: readonly Buffer[]): boolean {
  let begun: Buffer | undefined; // a sign that goes on in the next piece
  return pieces.every((piece, n) => {
    const bytes = begun ? Buffer.concat([begun, piece]) : piece;
    const end = n === pieces.length - 1 ? bytes.length : bytes.findLastIndex(isAscii) + 1;
    begun = end < bytes.length ? bytes.subarray(end) : undefined;
    return isUtf8(bytes.subarray(0, end));
  });
}

const isAscii = (byte: number): boolean => byte < 0x80;
