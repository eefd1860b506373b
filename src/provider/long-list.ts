import { readJson, textOf, type Body } from './body.ts';

/** A JSON object, and what was made of the rows of a list in it. */
export interface Listed<Row> {
  /** Its list need not hold all of the rows any more. */
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
  /** The text before the first row. */
  #head: string | undefined;
  /** The text behind the last row that has been read. */
  #rest = '';
  #isDeclined = false;
  #isCut = true;

  constructor(name: string, read: (row: unknown) => Row) {
    this.#name = name;
    this.#read = read;
  }

  /** @returns false, where the list does not begin in the first piece: then nothing of it has been taken */
  take(piece: Buffer): boolean {
    if (this.#isDeclined) return false;
    let text = textOf(piece);
    if (this.#head === undefined) {
      this.#head = this.#headOf(text);
      this.#isDeclined = this.#head === undefined;
      if (this.#head === undefined) return false;
      text = text.slice(this.#head.length);
    }
    const cut = this.#isCut ? text.lastIndexOf(BETWEEN_ROWS) : -1;
    if (cut !== -1 && this.#add(this.#rest + text.slice(0, cut + 1))) this.#rest = text.slice(cut + 2);
    else this.#rest += text;
    return true;
  }

  /**
   * @param body what has not been taken
   * @throws {SyntaxError}
   */
  end(body: Body): Listed<Row> {
    if (body.length > 1) body.every((piece) => this.take(piece));
    if (this.#head === undefined) return this.#listed(readJson(body), 0);
    if (this.#rows.length === 0) return this.#listed(JSON.parse(this.#head + this.#rest), 0);
    const value: unknown = JSON.parse(`${this.#head}${MARK},${this.#rest}`);
    if (listIn(value, this.#name)?.[0] !== MARK) throw new SyntaxError('There is a second list of that name.');
    return this.#listed(value, 1);
  }

  /** The beginning of the text, where it ends in that of the list. */
  #headOf(text: string): string | undefined {
    const opening = `"${this.#name}":[`;
    const at = text.indexOf(opening);
    const head = text.slice(0, at + opening.length);
    try {
      return at !== -1 && listIn(JSON.parse(`${head}]}`), this.#name) ? head : undefined;
    } catch {
      return undefined; // it is one further down
    }
  }

  /** @returns whether the text is that of rows */
  #add(text: string): boolean {
    try {
      const rows = (JSON.parse(`[${text}]`) as unknown[]).map((row) => this.#read(row));
      this.#rows.push(...rows);
    } catch {
      this.#isCut = false; // whatever it is, it is met again at the end
    }
    return this.#isCut;
  }

  #listed(value: unknown, from: number): Listed<Row> {
    const rest = listIn(value, this.#name)?.slice(from) ?? [];
    return { value, rows: [...this.#rows, ...rest.map((row) => this.#read(row))] };
  }
}

function listIn(value: unknown, name: string): unknown[] | undefined {
  const list = (value as Record<string, unknown> | null)?.[name];
  return Array.isArray(list) ? list : undefined;
}

const BETWEEN_ROWS = '},{"';
/** In place of the rows that have been read. */
const MARK = 0;
