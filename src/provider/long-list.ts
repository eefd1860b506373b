import { randomUUID } from 'node:crypto';

import { readJson, textOf, wholeText, type Body } from './body.ts';

/** A JSON object, and what was made of the rows of a list in it. */
export interface Listed<Row> {
  /** What its list holds is not to be looked at: those of its rows that were read before it are not there. */
  readonly value: unknown;
  readonly rows: readonly Row[];
}

/**
 * As `JSON.parse` and then `read` for each row of the list `name`, but a few rows at a time, and as they come: neither the
 * text of a page of a thousand messages nor its objects are ever in memory as a whole, where they would outlive the young
 * generation.
 *
 * The text is cut between two rows. It cannot be cut inside of one without being noticed: what is before the cut is then no
 * JSON, for a quotation mark in a string has a backslash before it, so that in `},{"` it ends the string. Where that
 * happens, the rest is read as a whole. What is left without the rows has to be JSON as well, and to have that list just
 * where they were.
 */
export class LongList<Row> {
  readonly #name: string;
  readonly #read: (row: unknown) => Row;
  readonly #rows: Row[] = [];
  /**
   * The text before the first row, once rows have been read. A copy, and what follows is bytes: a slice of a text would keep all
   * of that alive, to be copied by every collection of the young generation.
   */
  #head: string | undefined;
  /** What stands behind the last row that has been read. */
  #rest: Buffer[] = [];
  #canBeCut = true;

  constructor(name: string, read: (row: unknown) => Row) {
    this.#name = name;
    this.#read = read;
  }

  /**
   * @param pieces those that have come and have not been taken, from the first on
   * @returns false, as long as there are no rows in them that can be read; after some pieces it is no such list
   */
  take(pieces: Body): boolean {
    if (this.#head === undefined) return pieces.length <= BEGINNING_MAX && this.#begin(Buffer.concat(pieces));
    for (const piece of pieces) this.#goOn(piece);
    return true;
  }

  /**
   * @param body what has not been taken
   * @throws {SyntaxError}
   */
  end(body: Body): Listed<Row> {
    if (this.#head === undefined) return this.#listed(readJson(body), 0);
    const mark = randomUUID(); // in place of the rows that have been read: nobody can have written it there
    const value: unknown = JSON.parse(`${this.#head}"${mark}",${wholeText(this.#rest)}`);
    if (listIn(value, this.#name)?.[0] !== mark) throw new SyntaxError('The rows were not those of the list.');
    return this.#listed(value, 1);
  }

  #begin(bytes: Buffer): boolean {
    const text = textOf(bytes);
    const head = headOf(text, this.#name);
    const cut = text.lastIndexOf(BETWEEN_ROWS);
    if (head === undefined || cut === -1 || !this.#add(text.slice(head.length, cut + 1))) return false;
    this.#head = textOf(bytes.subarray(0, head.length));
    this.#rest = [bytes.subarray(cut + 2)];
    return true;
  }

  #goOn(piece: Buffer): void {
    const cut = this.#canBeCut ? piece.lastIndexOf(BETWEEN_ROWS) : -1;
    if (cut !== -1 && this.#add(`${wholeText(this.#rest)}${textOf(piece.subarray(0, cut + 1))}`)) {
      this.#rest = [piece.subarray(cut + 2)];
    } else {
      this.#canBeCut &&= cut === -1;
      this.#rest.push(piece);
    }
  }

  /** @returns whether the text is that of rows; if not, it is read again with what follows, and so is what is wrong with it */
  #add(text: string): boolean {
    try {
      for (const row of JSON.parse(`[${text}]`) as unknown[]) this.#rows.push(this.#read(row));
      return true;
    } catch {
      return false;
    }
  }

  #listed(value: unknown, from: number): Listed<Row> {
    const rest = listIn(value, this.#name)?.slice(from) ?? [];
    return { value, rows: [...this.#rows, ...rest.map((row) => this.#read(row))] };
  }
}

/** The beginning of the text, where it ends in that of the list. */
function headOf(text: string, name: string): string | undefined {
  const opening = `"${name}":[`;
  const at = text.indexOf(opening);
  if (at === -1) return undefined;
  const head = text.slice(0, at + opening.length);
  try {
    return listIn(JSON.parse(`${head}]}`), name)?.length === 0 ? head : undefined;
  } catch {
    return undefined; // it is one further down
  }
}

function listIn(value: unknown, name: string): unknown[] | undefined {
  const list = (value as Record<string, unknown> | null)?.[name];
  return Array.isArray(list) ? list : undefined;
}

const BETWEEN_ROWS = '},{"';
/** Pieces, of up to 16 or 64 KiB. The first ones may be small. */
const BEGINNING_MAX = 8;
